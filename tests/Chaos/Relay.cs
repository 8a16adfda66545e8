using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chaos;

/// <summary>The one public address of several processes, as a load balancer: a post goes to one of them, and is lost if that one does not answer.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly Func<IReadOnlyList<Uri>> _servers;
    private readonly WebApplication _application;
    private int _turn;

    private Relay(Func<IReadOnlyList<Uri>> servers)
    {
        _servers = servers;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _application = builder.Build();
        _application.MapPost("/{**path}", ForwardAsync);
    }

    public Uri Address => new(_application.Urls.First() + "/");

    public static async Task<Relay> StartAsync(Func<IReadOnlyList<Uri>> servers)
    {
        var relay = new Relay(servers);
        await relay._application.StartAsync();
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var isEvent = context.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal);
        using var patience = new CancellationTokenSource(isEvent ? AddonProcess.Lease : TimeSpan.FromSeconds(20));
        try
        {
            var servers = _servers();
            var server = servers.Count == 0 ? throw new HttpRequestException("No process serves.") : servers[Interlocked.Increment(ref _turn) % servers.Count];
            using var content = new StreamContent(context.Request.Body);
            content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            using var answer = await _http.PostAsync(new Uri(server, context.Request.Path.Value), content, patience.Token);
            context.Response.StatusCode = (int)answer.StatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            context.Response.StatusCode = (int)HttpStatusCode.BadGateway;
        }
    }
}
