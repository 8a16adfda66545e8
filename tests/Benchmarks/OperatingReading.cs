using System.Runtime.CompilerServices;
using Bitrix24.Client.Lists;
using Bitrix24.PortalSimulator;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks;

/// <summary>
/// 300,000 rows of one method, on a simulated clock that portal and client share. The operating time binds: 6,000 commands of 0.1 s do
/// not fit into 480 s. The bound is that of a perfect client (<see cref="LegalPace"/>), and answers take no time.
/// </summary>
internal sealed class OperatingReading : IBenchmark
{
    private const int Rows = 300_000;

    // Twenty seconds into a minute: what was spent leaves the window by whole minutes, and a client must learn when.
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 20, TimeSpan.Zero);
    private static readonly PortalPace Pace = new();

    public string Name => "one-method";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var clock = new SimulatedClock(Start);
        var options = new PortalSimulatorOptions { TimeProvider = clock, Rows = { ["call"] = Rows } };
        await using var portal = await SimulatedPortal.StartAsync(options, cancellationToken);
        var traffic = new Traffic();
        await using var services = BulkLists.Services(
            services => services
                .AddSingleton<TimeProvider>(clock)
                .ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new TrafficHandler(traffic))));
        var log = new ReadingLog(clock);
        await IdleClock.RunAsync(clock, traffic, ReadAsync(services, portal.WebhookUrl, log, cancellationToken), cancellationToken);

        var sent = LegalPace.SendTimes(Start, Rows / BulkLists.RowsPerRequest, BulkLists.RowsPerRequest / ListMethod.PageSize * options.ListCostSeconds, Pace);
        var minute = TimeSpan.FromMinutes(1);
        yield return Figure.AtLeast(
            $"{Name}/burst", log.RowsAt(minute.TotalSeconds), sent.Count(time => time <= Start + minute) * BulkLists.RowsPerRequest, "rows/min", 0.95);
        yield return Figure.AtLeast($"{Name}/sustained", Rows / log.Seconds, Rows / (sent[^1] - Start).TotalSeconds, "rows/s", 0.95);
        var counters = portal.Counters;
        foreach (var figure in BulkReading.Politeness(
            Name,
            new PortalFigures(0, 0, 0, 0),
            new PortalFigures(counters.Requests, counters.RequestLimitRefusals, counters.OperatingLimitRefusals, counters.LongestRequestSeconds),
            sent.Count + 2))
        {
            yield return figure;
        }
    }

    private static async Task ReadAsync(ServiceProvider services, Uri webhook, ReadingLog log, CancellationToken cancellationToken)
    {
        await foreach (var batch in BulkLists.ReadAsync(services, webhook, [BulkLists.Calls], cancellationToken))
        {
            log.Note(batch);
        }
    }
}
