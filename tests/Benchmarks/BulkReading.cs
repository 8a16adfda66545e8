using System.Runtime.CompilerServices;
using Bitrix24.Client;
using Bitrix24.Client.Lists;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks;

/// <summary>
/// 400,000 rows of four methods on the machine's clock against a portal with all limits. A perfect client sends 50 full batches at once and
/// then two a second; how long the portal itself takes for a batch is measured in the same run by <see cref="BareClient"/>. How soon 50
/// at once are read says more of the machine, which portal and client share, than of the limits: it is measured beside the bare client,
/// several times, because it varies; who knows nothing of the lists needs one answer before, whose time is part of that bound. What the
/// limits are to a burst is measured by when its requests leave.
/// </summary>
/// <param name="name">Begins the names of the figures.</param>
/// <param name="portalArguments">What is particular about the portal.</param>
internal sealed class BulkReading(string name, params string[] portalArguments) : IBenchmark
{
    private const int RowsEach = 100_000;
    private const int WarmUps = 8;
    private const int Bursts = 5;

    // With the request that asks how long the lists are, 50 requests.
    private const int BurstBatches = 49;
    private const int BurstRequests = 1 + BurstBatches;
    private const int RowsOfBurst = BurstBatches * BulkLists.RowsPerRequest;
    private const int RowsEachOfBurst = RowsOfBurst / 4;

    // Longer than 50 batches at once take, and so short that they are more than half of what comes in it.
    private const double BurstSeconds = 20;

    // Until here it is over what piled up in the burst; from here on, rows come as fast as requests may leave.
    private const int RowsBeforeSustained = 200_000;
    private static readonly PortalPace Pace = new();

    public string Name => name;

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queries = BulkLists.Four;
        var bursts = await MeasureBurstsAsync(cancellationToken);

        await using var portal = await PortalProcess.StartAsync([.. Tables(RowsEach), .. portalArguments], null, cancellationToken);
        await WarmUpAsync(portal, cancellationToken);
        var before = await portal.CountersAsync(cancellationToken);
        var log = await ReadAsync(portal.Webhook, queries, cancellationToken);
        var after = await portal.CountersAsync(cancellationToken);

        var rows = RowsEach * queries.Count;
        var batches = rows / BulkLists.RowsPerRequest;
        var legal = Course.Of(LegalPace.SendTimes(DateTimeOffset.UnixEpoch, batches, 0, Pace));
        yield return Figure.AtLeast($"{name}/whole", rows / log.Course.Seconds, rows / (legal.Seconds + bursts.OneSeconds), "rows/s", 0.95);
        yield return Figure.AtLeast(
            $"{name}/burst, first {BurstSeconds:0} s",
            log.Course.RowsAt(BurstSeconds) / BurstSeconds,
            legal.RowsAt(BurstSeconds - bursts.OneSeconds) / BurstSeconds,
            "rows/s",
            0.95);
        yield return Figure.AtLeast(
            $"{name}/sustained", log.Course.RateFrom(RowsBeforeSustained), legal.RateFrom(RowsBeforeSustained), "rows/s", 0.95);
        yield return Figure.AtLeast(
            $"{name}/burst, requests of a second, worst of {Bursts}", bursts.FewestSent, BurstRequests, "requests", 0.95);
        var (bare, ours) = bursts.Pairs[bursts.Pairs.Count / 2];
        yield return Figure.AtLeast($"{name}/{BurstBatches} at once, median of {Bursts}", RowsOfBurst / ours, RowsOfBurst / bare, "rows/s", 0.5);
        yield return Figure.MissingRows(name, bursts.Faults + log.Faults(RowsEach, RowsEach, RowsEach, RowsEach));
        yield return Figure.Refusals(name, bursts.Refusals + after.Refusals - before.Refusals);
        yield return Figure.Requests(name, after.Requests - before.Requests, batches + 2);
        yield return Figure.LongestBatch(name, after.LongestRequestSeconds);
    }

    /// <summary>Reads the lists to their ends and notes what came.</summary>
    public static async Task<ReadingLog> ReadAsync(
        Uri webhook,
        IReadOnlyList<ListQuery> queries,
        CancellationToken cancellationToken,
        Action<IServiceCollection>? add = null,
        Action<Bitrix24ClientOptions>? configure = null)
    {
        await using var services = BulkLists.Services(add, configure);
        var log = new ReadingLog(TimeProvider.System, queries);
        await foreach (var batch in BulkLists.ReadAsync(services, webhook, queries, cancellationToken))
        {
            log.Note(batch);
        }

        return log;
    }

    /// <summary>The simulator's arguments for as many rows of each list.</summary>
    public static IEnumerable<string> Tables(int rows) => BulkLists.Tables.SelectMany(table => new[] { "--rows", $"{table}={rows}" });

    /// <summary>
    /// The bursts, the one that compares worst first: as many requests as the portal takes at once, of which none is left to people at their
    /// screens. The bare client's portal refuses nothing; ours has an empty bucket, and no limit of operating time, of which all bursts together
    /// would take more than there is.
    /// </summary>
    private async Task<BurstFigures> MeasureBurstsAsync(CancellationToken cancellationToken)
    {
        await using var easy = await PortalProcess.StartAsync([.. Tables(RowsEachOfBurst), "--no-limits", .. portalArguments], null, cancellationToken);
        await using var portal = await PortalProcess.StartAsync([.. Tables(RowsEachOfBurst), "--no-operating-limit", .. portalArguments], null, cancellationToken);
        using var bare = new BareClient(easy.Webhook);
        var bodies = BareClient.Bodies(BulkLists.Four, RowsEachOfBurst);

        // Also the first calls of our client, whose code the machine has yet to compile.
        await bare.SecondsAsync([.. bodies.Take(WarmUps)], 1, cancellationToken);
        await ReadAsync(easy.Webhook, [BulkLists.Deals with { AfterId = RowsEachOfBurst - (4 * BulkLists.RowsPerRequest) }], cancellationToken);
        await WarmUpAsync(portal, cancellationToken);
        var one = await bare.SecondsAsync([bodies[0]], 3, cancellationToken);

        // Two pages of each list tell how long and how dense they are.
        var look = BareClient.Bodies(BulkLists.Four, 2 * ListMethod.PageSize);
        var pairs = new List<(double Bare, double Ours)>();
        var faults = 0;
        var fewestSent = int.MaxValue;
        for (var count = 0; count < Bursts; count++)
        {
            var lookSeconds = await bare.SecondsAsync(look, 1, cancellationToken);
            var bareSeconds = lookSeconds + await bare.SecondsAsync(bodies, 1, cancellationToken);
            await portal.DrainedAsync(cancellationToken);
            var traffic = new Traffic(TimeProvider.System);
            var log = await ReadAsync(
                portal.Webhook,
                BulkLists.Four,
                cancellationToken,
                services => services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new TrafficHandler(traffic))),
                WithAllThereIs);
            pairs.Add((bareSeconds, log.Course.Seconds));
            var end = traffic.Sent[0] + TimeSpan.FromSeconds(lookSeconds + 1);
            fewestSent = Math.Min(fewestSent, traffic.Sent.Count(time => time <= end));
            faults += log.Faults(RowsEachOfBurst, RowsEachOfBurst, RowsEachOfBurst, RowsEachOfBurst);
        }

        var counters = await portal.CountersAsync(cancellationToken);
        return new BurstFigures(one, [.. pairs.OrderBy(pair => pair.Bare / pair.Ours)], faults, fewestSent, counters.Refusals);
    }

    private static void WithAllThereIs(Bitrix24ClientOptions options) => (options.OperatingSeconds, options.InteractiveRequests) = (double.MaxValue, 0);

    private static async Task WarmUpAsync(PortalProcess portal, CancellationToken cancellationToken)
    {
        using var bare = new BareClient(portal.Webhook);
        await bare.SecondsAsync(BareClient.Bodies(BulkLists.Four, WarmUps * BulkLists.RowsPerRequest / 4), 1, cancellationToken);
        await portal.DrainedAsync(cancellationToken);
    }

    private sealed record BurstFigures(double OneSeconds, IReadOnlyList<(double Bare, double Ours)> Pairs, int Faults, int FewestSent, int Refusals);
}
