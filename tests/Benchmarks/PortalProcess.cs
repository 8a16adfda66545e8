using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Benchmarks;

/// <summary>What the portal says of itself at /counters.</summary>
internal sealed record PortalFigures(
    int Requests, int RequestLimitRefusals, int OperatingLimitRefusals, double LongestRequestSeconds, double RequestsInBucket)
{
    /// <summary>Answers 503 and 429, to requests and to commands of batches.</summary>
    public int Refusals => RequestLimitRefusals + OperatingLimitRefusals;
}

/// <summary>A simulated portal in a process of its own, so that it takes no part in what is measured of this one.</summary>
internal sealed partial class PortalProcess : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly Process _process;
    private readonly HttpClient _http;

    private PortalProcess(Process process, Uri webhook, HttpClient http)
    {
        _process = process;
        _http = http;
        Webhook = webhook;
    }

    /// <summary>The administrator's webhook.</summary>
    public Uri Webhook { get; }

    /// <summary>Starts a portal on free ports.</summary>
    /// <param name="arguments">Its command line beside the port.</param>
    /// <param name="certificate">A file for its certificate, so that it serves https; null for plain http.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    public static async Task<PortalProcess> StartAsync(IEnumerable<string> arguments, string? certificate, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] command = ["exec", Path.Combine(AppContext.BaseDirectory, "Bitrix24.PortalSimulator.dll"), "--port", "0", .. arguments];
        command = certificate is null ? command : [.. command, "--certificate", certificate];
        Array.ForEach(command, start.ArgumentList.Add);
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (WebhookAddress().Match(line) is { Success: true } match)
            {
                return new PortalProcess(process, new Uri(match.Value), new HttpClient(Handler(certificate)));
            }
        }

        throw new InvalidOperationException("The simulated portal ended before it was ready; its message stands above.");
    }

    /// <summary>What it counted so far.</summary>
    public async Task<PortalFigures> CountersAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<PortalFigures>(new Uri(Webhook, "/counters"), cancellationToken))!;

    /// <summary>Waits until its bucket is as empty as at the beginning of a day.</summary>
    public async Task DrainedAsync(CancellationToken cancellationToken)
    {
        while ((await CountersAsync(cancellationToken)).RequestsInBucket > 0)
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static SocketsHttpHandler Handler(string? certificate) => certificate is null ? new SocketsHttpHandler() : new SocketsHttpHandler
    {
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(certificate) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    [GeneratedRegex("https?://[^ ]+/rest/1/[^ ]+/")]
    private static partial Regex WebhookAddress();
}
