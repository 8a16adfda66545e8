using System.Runtime.CompilerServices;
using Bitrix24.Client.Lists;
using Bitrix24.PortalSimulator;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks;

/// <summary>
/// One method on a simulated clock that portal and client share. The operating time binds: 6,000 commands of 0.1 s do not fit into 480 s.
/// The bound is that of a perfect client (<see cref="LegalPace"/>), and answers take no time. The burst is what comes before operating time
/// is free again: all rows that a perfect client has when it has used that time up, and when our last request of it was answered. A longer
/// list shows what comes after the burst, through some more windows.
/// </summary>
internal sealed class OperatingReading : IBenchmark
{
    private const int Rows = 300_000;
    private const int SustainedWindows = 3;

    // Twenty seconds into a minute: what was spent leaves the window by whole minutes, and a client must learn when.
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 20, TimeSpan.Zero);
    private static readonly PortalPace Pace = new();

    public string Name => "one-method";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (log, answered, counters) = await ReadAsync(Rows, cancellationToken);
        var batchSeconds = BulkLists.RowsPerRequest / ListMethod.PageSize * new PortalSimulatorOptions().ListCostSeconds;
        var fit = Pace.BatchesInWindow(batchSeconds);
        var sent = LegalPace.SendTimes(Start, Rows / BulkLists.RowsPerRequest, batchSeconds, Pace);
        var legal = Course.Of(sent);
        var burstSeconds = (sent[fit - 1] - Start).TotalSeconds;
        yield return Figure.AtLeast(
            $"{Name}/burst, first {burstSeconds:0} s", log.Course.RowsAt(burstSeconds) / burstSeconds, fit * BulkLists.RowsPerRequest / burstSeconds, "rows/s", 0.95);
        var burst = answered.Where(time => time < sent[fit]).ToList();
        yield return Figure.AtLeast($"{Name}/burst, requests in all", burst.Count, fit, "requests", 0.95);
        yield return Figure.AtLeast(
            $"{Name}/burst, {burst.Count} requests", burst.Count / (burst[^1] - Start).TotalSeconds, burst.Count / (sent[burst.Count - 1] - Start).TotalSeconds, "req/s", 0.95);
        yield return Figure.AtLeast($"{Name}/whole", Rows / log.Course.Seconds, Rows / legal.Seconds, "rows/s", 0.95);
        yield return Figure.MissingRows(Name, log.Faults(Rows));
        yield return Figure.Refusals(Name, counters.Refusals);
        yield return Figure.Requests(Name, counters.Requests, sent.Count + 2);

        // One window more than is measured, so that there is still something to read at its end.
        var batches = (1 + SustainedWindows + 1) * fit;
        sent = LegalPace.SendTimes(Start, batches, batchSeconds, Pace);
        (log, _, counters) = await ReadAsync(batches * BulkLists.RowsPerRequest, cancellationToken);
        var freeAgain = (sent[fit] - Start).TotalSeconds;
        var end = (sent[(1 + SustainedWindows) * fit] - Start).TotalSeconds;
        yield return Figure.AtLeast(
            $"{Name}/sustained, {SustainedWindows} windows", log.Course.RateBetween(freeAgain, end), Course.Of(sent).RateBetween(freeAgain, end), "rows/s", 0.95);
        yield return Figure.MissingRows($"{Name}/sustained", log.Faults(batches * BulkLists.RowsPerRequest));
        yield return Figure.Refusals($"{Name}/sustained", counters.Refusals);
    }

    private static async Task<(ReadingLog Log, IReadOnlyList<DateTimeOffset> Answered, PortalFigures Counters)> ReadAsync(int rows, CancellationToken cancellationToken)
    {
        using var clock = new SimulatedClock(Start);
        var options = new PortalSimulatorOptions { TimeProvider = clock, Rows = { ["call"] = rows } };
        await using var portal = await SimulatedPortal.StartAsync(options, cancellationToken);
        var traffic = new Traffic(clock);
        await using var services = BulkLists.Services(
            services => services
                .AddSingleton<TimeProvider>(clock)
                .ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new TrafficHandler(traffic))));
        var log = new ReadingLog(clock, [BulkLists.Calls]);
        await IdleClock.RunAsync(clock, traffic, ReadAsync(services, portal.WebhookUrl, log, cancellationToken), cancellationToken);
        var counters = portal.Counters;
        return (log, traffic.Answered, new PortalFigures(
            counters.Requests, counters.RequestLimitRefusals, counters.OperatingLimitRefusals, counters.LongestRequestSeconds, counters.RequestsInBucket));
    }

    private static async Task ReadAsync(ServiceProvider services, Uri webhook, ReadingLog log, CancellationToken cancellationToken)
    {
        await foreach (var batch in BulkLists.ReadAsync(services, webhook, [BulkLists.Calls], cancellationToken))
        {
            log.Note(batch);
        }
    }
}
