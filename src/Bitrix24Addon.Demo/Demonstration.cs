using System.Runtime.InteropServices;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Demo;

/// <summary>
/// A simulated portal with a made-up sales department and the add-on beside it, on one clock: the add-on is installed, a day passes in a
/// minute, the person sees what the add-on does. Every start shows the day anew.
/// </summary>
/// <param name="texts">The person's language.</param>
/// <param name="folder">Where the demo keeps its data.</param>
internal sealed class Demonstration(Texts texts, string folder)
{
    private const int DefaultPort = 8024;

    // How many times faster than real time it is while the history is read, and while the day passes.
    private const double MorningPace = 60;
    private const double DayPace = 1440;

    private string Database => Path.Combine(folder, "demo.db");

    /// <summary>Runs the demo until Ctrl+C, or until everything is shown.</summary>
    /// <param name="port">Port of the portal; null takes the usual one.</param>
    /// <param name="managers">How many managers the department has.</param>
    /// <param name="once">Ends after showing.</param>
    public async Task<int> RunAsync(int? port, int managers, bool once)
    {
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            Directory.CreateDirectory(folder);
            await using var mine = new FileStream(Path.Combine(folder, "demo.lock"), FileMode.Create, FileAccess.Write, FileShare.None);
            var day = new DemoDay(TimeProvider.System.GetUtcNow(), managers);
            using var clock = new SimulatedClock(day.Start, MorningPace);
            await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Port = port ?? DefaultPort, TimeProvider = clock }, stop.Token);
            portal.Apply(day.History);
            ForgetLastTime();
            await using var addon = new DemoAddon(portal, Database, new SharedClock(clock, DayPace));
            await ShowAsync(new DemoStory(texts, portal, addon, clock, day), clock, addon, stop.Token);
            if (!once)
            {
                Console.WriteLine(texts.Get("Demo.until_stopped"));
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
            }

            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (ProblemException problem)
        {
            await Console.Error.WriteLineAsync(texts.Get(problem.TextKey, [.. problem.Arguments]));
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

    private async Task ShowAsync(DemoStory story, SimulatedClock clock, DemoAddon addon, CancellationToken cancellationToken)
    {
        await story.InstallAsync(cancellationToken);
        clock.Speed = DayPace;
        await story.PlayDayAsync(cancellationToken);
        await story.CloseDayAsync(cancellationToken);

        // From here on commands of another terminal live by the same clock.
        clock.Speed = 1;
        if (TimeProvider.System.GetUtcNow() is var now && clock.GetUtcNow() < now)
        {
            clock.SetUtcNow(now);
        }

        story.Invite(Database);
        foreach (var key in addon.Settings.Keys.Take(DemoAddon.SettingsOfOtherTerminals))
        {
            var name = key.Replace(":", "__", StringComparison.Ordinal);
            Console.WriteLine(OperatingSystem.IsWindows() ? $"  $env:{name} = '{addon.Settings[key]}'" : $"  export {name}='{addon.Settings[key]}'");
        }

        foreach (var verb in story.Commands)
        {
            Console.WriteLine($"  dotnet run --project functions -- {verb}");
        }
    }

    /// <summary>The portal is made anew, so what the add-on knew of the last one is of no use.</summary>
    private void ForgetLastTime()
    {
        foreach (var ending in new[] { "", "-wal", "-shm" })
        {
            File.Delete(Database + ending);
        }
    }
}
