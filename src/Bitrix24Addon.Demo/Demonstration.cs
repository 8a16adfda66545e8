using System.Runtime.InteropServices;
using System.Text.Json;
using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Generator;
using Bitrix24Addon.Functions.Cli;

namespace Bitrix24Addon.Demo;

/// <summary>A simulated portal with a made-up sales department and the add-on beside it: reads, reports, posts, shows where to look.</summary>
/// <param name="texts">The person's language.</param>
/// <param name="folder">Where the demo keeps its data.</param>
internal sealed class Demonstration(Texts texts, string folder)
{
    private const int DefaultPort = 8024;
    private const int Seed = 1;
    private const int Week = 7;
    private static readonly TimeSpan Moscow = TimeSpan.FromHours(3);

    private string Database => Path.Combine(folder, "addon.db");

    /// <summary>Runs the demo until Ctrl+C, or until everything is shown.</summary>
    /// <param name="port">Port of the portal; null takes the one of the last start.</param>
    /// <param name="once">Ends after showing.</param>
    public async Task<int> RunAsync(int? port, bool once)
    {
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var state = DemoState.Read(folder) ?? new DemoState(Seed, TimeProvider.System.GetUtcNow(), port ?? DefaultPort);
            if (port is { } wanted && wanted != 0 && wanted != state.Port)
            {
                await Console.Error.WriteLineAsync(texts.Get("Demo.other_port", folder, state.Port));
                return 1;
            }

            await using var portal = await StartAsync(state);
            (state with { Port = portal.BaseAddress.Port }).Write(folder);
            var exitCode = await ShowAsync(portal, state, stop.Token);
            if (exitCode == 0 && !once)
            {
                Console.WriteLine(texts.Get("Demo.until_stopped"));
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
            }

            return stop.IsCancellationRequested ? 0 : exitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (JsonException)
        {
            await Console.Error.WriteLineAsync(texts.Get("Demo.damaged", folder));
            return 1;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(texts.Get("Demo.unusable", unusable.Message));
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private async Task<SimulatedPortal> StartAsync(DemoState state)
    {
        Directory.CreateDirectory(folder);
        var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions
        {
            Port = state.Port, MessagesPath = Path.Combine(folder, "messages.jsonl"),
        });
        portal.Apply(DepartmentGenerator.Generate(state.Seed, state.Now));
        return portal;
    }

    private async Task<int> ShowAsync(SimulatedPortal portal, DemoState state, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Bitrix24:WebhookUrl"] = portal.WebhookUrl.ToString(),
            ["Bitrix24:AllowInsecureLoopback"] = "true",
            ["Storage:ConnectionString"] = $"Data Source={Database}",

            // Whatever this machine is otherwise used for, here everything stays on it.
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
        };
        var (from, to) = Period(DateOnly.FromDateTime(state.Now.ToOffset(Moscow).DateTime));
        Console.WriteLine(texts.Get("Demo.started", portal.BaseAddress));
        string[][] commandLines = [["sync"], ["report", "--from", Iso(from), "--to", Iso(to), "--post"]];
        foreach (var commandLine in commandLines)
        {
            var exitCode = await AddonProgram.RunAsync(commandLine, settings, cancellationToken: cancellationToken);
            if (exitCode != 0)
            {
                return exitCode;
            }
        }

        Console.WriteLine();
        Console.WriteLine(texts.Get("Demo.look", portal.BaseAddress, Database));
        Console.WriteLine();
        foreach (var key in settings.Keys.Take(3))
        {
            var name = key.Replace(":", "__", StringComparison.Ordinal);
            Console.WriteLine(OperatingSystem.IsWindows() ? $"  $env:{name} = '{settings[key]}'" : $"  export {name}='{settings[key]}'");
        }

        foreach (var verb in new[] { "doctor", "sync", $"report --from {Iso(from)} --to {Iso(to)} --by day", "settings show" })
        {
            Console.WriteLine($"  dotnet run --project functions -- {verb}");
        }

        return 0;
    }

    /// <summary>The month so far, or the last full week while the month is younger than a week.</summary>
    private static (DateOnly From, DateOnly To) Period(DateOnly today)
    {
        if (today.Day > Week)
        {
            return (new DateOnly(today.Year, today.Month, 1), today);
        }

        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % Week));
        return (monday.AddDays(-Week), monday.AddDays(-1));
    }

    private static string Iso(DateOnly date) => date.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
