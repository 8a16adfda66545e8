using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Hosting;

/// <summary>
/// The published folder as a Functions host starts it: how soon it answers after a cold start beside an empty ASP.NET Core application that is published the
/// same way, what memory it keeps, and what a forwarding proxy adds to an event.
/// </summary>
internal sealed class FunctionsHosting : IBenchmark
{
    private const int Starts = 11, Events = 500;
    private const double MostOfEmpty = 1.5, MostMegabytes = 150, MostMilliseconds = 5;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public string Name => "functions";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-functions-").FullName;
        try
        {
            var addon = Path.Combine(await PublishAsync("functions", folder, cancellationToken), "Bitrix24Addon.Functions");
            var empty = Path.Combine(await PublishAsync("tests/Benchmarks/EmptyApp", folder, cancellationToken), "EmptyApp");

            // By turns, so that what the machine does meanwhile meets both; the first of each brings the files into memory.
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var round = 0; round <= Starts; round++)
            {
                theirs.Add(await ColdStartAsync(empty, folder, cancellationToken));
                ours.Add(await ColdStartAsync(addon, folder, cancellationToken));
            }

            yield return Figure.AtMost($"{Name}/first answer after a cold start, × empty application", Median(ours.Skip(1)) / Median(theirs.Skip(1)), MostOfEmpty, "times");
            yield return Figure.Report($"{Name}/first answer after a cold start", Median(ours.Skip(1)), Median(theirs.Skip(1)), "ms");

            await using var server = await StartAsync(addon, folder, cancellationToken);
            using var http = new HttpClient { BaseAddress = server.Address };
            await using var proxy = await ProxyAsync(http, cancellationToken);
            using var front = new HttpClient { BaseAddress = new Uri(proxy.Urls.First()) };
            var (direct, proxied) = (new List<double>(), new List<double>());
            for (var number = 0; number < Events; number++)
            {
                direct.Add(await PostAsync(http, number, cancellationToken));
                proxied.Add(await PostAsync(front, number, cancellationToken));
            }

            yield return Figure.AtMost($"{Name}/an event through a proxy, more than direct", Median(proxied.Skip(50)) - Median(direct.Skip(50)), MostMilliseconds, "ms");
            yield return Figure.Report($"{Name}/an event, direct", Median(direct.Skip(50)), Median(proxied.Skip(50)), "ms");

            // Where functions scale, the doors and the timer are processes of their own; this one did both, and made the tables.
            await TickAsync(http, cancellationToken);
            await using var doors = await StartAsync(addon, folder, cancellationToken);
            await using var timer = await StartAsync(addon, folder, cancellationToken);
            using var toDoors = new HttpClient { BaseAddress = doors.Address };
            using var toTimer = new HttpClient { BaseAddress = timer.Address };
            for (var number = 0; number < Events; number++)
            {
                await PostAsync(toDoors, number, cancellationToken);
            }

            await TickAsync(toTimer, cancellationToken);
            await Task.Delay(Rest, TimeProvider.System, cancellationToken);
            yield return Figure.AtMost($"{Name}/memory of the doors at rest, after {Events} events", doors.ResidentMegabytes, MostMegabytes, "MB");
            yield return Figure.AtMost($"{Name}/memory of the timer at rest, after a tick that had work", timer.ResidentMegabytes, MostMegabytes, "MB");
            yield return Figure.AtMost($"{Name}/memory at rest of one process for both, which also made the tables", server.ResidentMegabytes, MostMegabytes, "MB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> PublishAsync(string project, string folder, CancellationToken cancellationToken)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Bitrix24Addon.sln")))
        {
            root = Path.GetDirectoryName(root.TrimEnd('/'))!;
        }

        var output = Path.Combine(folder, Path.GetFileName(project));
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "--output", output, "--nologo", "--verbosity", "quiet"]) { WorkingDirectory = root, RedirectStandardOutput = true })!;
        var told = await publish.StandardOutput.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        return publish.ExitCode == 0 ? output : throw new InvalidOperationException(told);
    }

    private static async Task<double> ColdStartAsync(string program, string folder, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var server = await StartAsync(program, folder, cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<HostedProcess> StartAsync(string program, string folder, CancellationToken cancellationToken)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        return await HostedProcess.StartAsync(program, port, folder, cancellationToken);
    }

    private static async Task<WebApplication> ProxyAsync(HttpClient behind, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var proxy = builder.Build();
        proxy.Urls.Add("http://127.0.0.1:0");
        proxy.Run(async context =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path) { Content = new StreamContent(context.Request.Body) };
            request.Content.Headers.ContentLength = context.Request.ContentLength;
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            using var answer = await behind.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await proxy.StartAsync(cancellationToken);
        return proxy;
    }

    private static async Task<double> PostAsync(HttpClient http, int number, CancellationToken cancellationToken)
    {
        using var content = new StringContent(
            string.Create(CultureInfo.InvariantCulture, $"event=ONCRMDEALUPDATE&data[FIELDS][ID]={number + 1}&ts=1742293215&auth[domain]={HostedProcess.Portal}"
                + $"&auth[client_endpoint]=https%3A%2F%2F{HostedProcess.Portal}%2Frest%2F&auth[member_id]=a223c6b3710f85df22e9377d6c4f7553&auth[application_token]={HostedProcess.Token}"),
            Encoding.UTF8, "application/x-www-form-urlencoded");
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.PostAsync("bitrix24/events", content, cancellationToken);
        var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        answer.EnsureSuccessStatusCode();
        return milliseconds;
    }

    private static async Task TickAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var tick = await http.PostAsync("Tick", new StringContent("{}", Encoding.UTF8, "application/json"), cancellationToken);
        tick.EnsureSuccessStatusCode();
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}
