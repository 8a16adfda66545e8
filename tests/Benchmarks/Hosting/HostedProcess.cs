using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Hosting;

/// <summary>A published program that is asked until it answers.</summary>
internal sealed class HostedProcess : IAsyncDisposable
{
    public const string Portal = "some-domain.bitrix24.com", Token = "outgoingToken1";

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(1);

    private readonly Process _process;

    private HostedProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>What of it is in memory now.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Starts it; ends with its first answer, whatever that is.</summary>
    public static async Task<HostedProcess> StartAsync(string program, int port, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new (string, string)[]
        {
            ("FUNCTIONS_CUSTOMHANDLER_PORT", port.ToString(CultureInfo.InvariantCulture)), ("ASPNETCORE_URLS", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
            ("Storage__ConnectionString", $"Data Source={Path.Combine(folder, "addon.db")}"), ("Security__KeyRing", Path.Combine(folder, "keys")),
            ("Bitrix24__WebhookUrl", $"https://{Portal}/rest/1/s3cret/"), ("Bitrix24__OutgoingWebhookToken", Token),
        })
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;

        // What it says must not fill its pipes.
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var server = new HostedProcess(process, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(server.Address, cancellationToken);
                return server;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(BetweenAttempts, TimeProvider.System, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
