using System.Diagnostics;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Schedule;

/// <summary>A process that fires due timers, as the program puts it together: loop, leases, and for each timer an effect in the outbox.</summary>
internal sealed class TimerProcess : IAsyncDisposable
{
    /// <summary>Makes this program such a process.</summary>
    public const string Argument = "--fire-timers";

    /// <summary>The kind it fires.</summary>
    public const string Kind = "bench";

    private const string Database = "BENCH_TIMERS_DATABASE";

    private readonly Process _process;

    private TimerProcess(Process process) => _process = process;

    /// <summary>The kind, for other processes. A timer that fires twice leaves two effects: no two have the same key.</summary>
    public static TimerKind WithEffects { get; } = new(Kind, (db, timers, nowMs, cancellationToken) => Outbox.AddAsync(
        db,
        [.. timers.Select(t => new Notify($"{t.Subject}:{Guid.NewGuid()}", t.Subject, 101, "Сделка ждёт вас дольше часа", t.Subject))],
        nowMs,
        cancellationToken));

    /// <summary>Starts one.</summary>
    /// <param name="connectionString">The database, with its tables.</param>
    public static TimerProcess Start(string connectionString)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true };
        Array.ForEach(["exec", typeof(TimerProcess).Assembly.Location, Argument], start.ArgumentList.Add);
        start.Environment[Database] = connectionString;
        return new TimerProcess(Process.Start(start)!);
    }

    /// <summary>Fires timers until the standard input ends.</summary>
    public static async Task RunAsync()
    {
        var storage = new AddonStorage(Environment.GetEnvironmentVariable(Database)!);
        var signal = new WorkSignal();
        using var timers = new DueTimers(storage, [WithEffects], signal, TimeProvider.System, NullLogger<DueTimers>.Instance);
        var loop = new WorkLoop([timers.Work], new Leases(storage, TimeProvider.System), signal, TimeProvider.System, NullLogger<WorkLoop>.Instance);
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(stop.Token);
        await Console.In.ReadToEndAsync();
        await stop.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
