using System.Net;
using System.Text;

namespace Bitrix24.PortalSimulator.Events;

/// <summary>Posts forms to handlers: one attempt, no redirect followed, as the cloud queue does.</summary>
internal sealed class EventSender : IDisposable
{
    /// <summary>How long a handler may take; the documentation does not say.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    // No proxy: handlers stand beside the simulator.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = AnswerTime };

    /// <summary>The status of the answer, or null when none came.</summary>
    public async Task<HttpStatusCode?> PostAsync(Uri address, string form, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
            using var response = await _http.PostAsync(address, content, cancellationToken);
            return response.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}
