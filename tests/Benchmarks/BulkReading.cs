using System.Runtime.CompilerServices;
using Bitrix24.Client;
using Bitrix24.Client.Lists;

namespace Benchmarks;

/// <summary>
/// 400,000 rows of four lists on the machine's clock against a portal with all limits. A perfect client sends 50 full batches at once and
/// then two a second. How long the portal itself takes for a batch, and for 50 at once, is measured in the same run by
/// <see cref="BareClient"/>. Bursts vary with what else the machine does, so several are measured, the bare client's and ours by turns, and
/// their medians compared; who knows nothing of the lists needs one answer before, whose time is part of the bound.
/// </summary>
/// <param name="name">Begins the names of the figures.</param>
/// <param name="portalArguments">What is particular about the portal.</param>
internal sealed class BulkReading(string name, params string[] portalArguments) : IBenchmark
{
    private const int RowsEach = 100_000;
    private const int WarmUps = 8;
    private const int Bursts = 5;
    private const int RowsOfBurst = 50 * BulkLists.RowsPerRequest;
    private static readonly PortalPace Pace = new();
    private static readonly TimeSpan Drained = TimeSpan.FromSeconds((WarmUps + 2) / Pace.DrainPerSecond);

    public string Name => name;

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queries = BulkLists.Four;
        var bodies = BareClient.Bodies(queries, RowsEach);
        var (one, bareBurst, ourBurst) = await MeasureBurstsAsync(bodies, cancellationToken);

        await using var portal = await PortalProcess.StartAsync([.. Tables(RowsEach), .. portalArguments], null, cancellationToken);
        using (var bare = new BareClient(portal.Webhook))
        {
            await bare.SecondsAsync([.. bodies.Take(WarmUps)], 1, cancellationToken);
        }

        // The bucket must be as empty as at the beginning of a day.
        await Task.Delay(Drained, TimeProvider.System, cancellationToken);
        var before = await portal.CountersAsync(cancellationToken);
        var reading = await ReadAsync(portal.Webhook, queries, cancellationToken);
        var after = await portal.CountersAsync(cancellationToken);

        var rows = RowsEach * queries.Count;
        var batches = rows / BulkLists.RowsPerRequest;
        var lastSent = LegalPace.SendTimes(DateTimeOffset.UnixEpoch, batches, 0, Pace)[^1] - DateTimeOffset.UnixEpoch;
        yield return Figure.AtLeast($"{name}/whole", rows / reading.Seconds, rows / (lastSent.TotalSeconds + one), "rows/s", 0.95);
        yield return Figure.AtLeast($"{name}/burst", RowsOfBurst / ourBurst, RowsOfBurst / bareBurst, "rows/s", 0.95);
        yield return Figure.AtLeast(
            $"{name}/sustained",
            (rows - RowsOfBurst) / (reading.Seconds - reading.SecondsOf(RowsOfBurst)),
            BulkLists.RowsPerRequest * Pace.DrainPerSecond,
            "rows/s",
            0.95);
        foreach (var figure in Politeness(name, before, after, batches + 2))
        {
            yield return figure;
        }
    }

    /// <summary>The figures every reading is held to: few requests, no refusal, no batch that the portal would cut off.</summary>
    public static IEnumerable<Figure> Politeness(string name, PortalFigures before, PortalFigures after, int mostRequests) =>
    [
        Figure.AtMost($"{name}/requests", after.Requests - before.Requests, mostRequests, "requests"),
        Figure.AtMost($"{name}/refusals 503", after.RequestLimitRefusals - before.RequestLimitRefusals, 0, "refusals"),
        Figure.AtMost($"{name}/refusals 429", after.OperatingLimitRefusals - before.OperatingLimitRefusals, 0, "refusals"),
        Figure.AtMost($"{name}/longest batch", after.LongestRequestSeconds, 60, "s"),
    ];

    /// <summary>Reads the lists to their ends, or until so many rows are there, and notes when how many were.</summary>
    public static async Task<ReadingLog> ReadAsync(
        Uri webhook, IReadOnlyList<ListQuery> queries, CancellationToken cancellationToken, int mostRows = int.MaxValue, Action<Bitrix24ClientOptions>? configure = null)
    {
        await using var services = BulkLists.Services(configure: configure);
        var log = new ReadingLog(TimeProvider.System);
        await foreach (var batch in BulkLists.ReadAsync(services, webhook, queries, cancellationToken))
        {
            log.Note(batch);
            if (log.Rows >= mostRows)
            {
                break;
            }
        }

        return log;
    }

    public static IEnumerable<string> Tables(int rows) =>
        new[] { "call", "activity", "lead", "deal" }.SelectMany(table => new[] { "--rows", $"{table}={rows}" });

    private async Task<(double One, double Bare, double Ours)> MeasureBurstsAsync(IReadOnlyList<byte[]> bodies, CancellationToken cancellationToken)
    {
        await using var portal = await PortalProcess.StartAsync([.. Tables(RowsEach), "--no-limits", .. portalArguments], null, cancellationToken);
        using var bare = new BareClient(portal.Webhook);

        // Also the first calls of our client, whose code the machine has yet to compile.
        await bare.SecondsAsync([.. bodies.Take(WarmUps)], 1, cancellationToken);
        await ReadAsync(portal.Webhook, [BulkLists.Deals with { AfterId = RowsEach - (4 * BulkLists.RowsPerRequest) }], cancellationToken);
        var one = await bare.SecondsAsync([bodies[0]], 3, cancellationToken);

        // Two pages of each list tell how long and how dense they are.
        var look = BareClient.Bodies(BulkLists.Four, 2 * ListMethod.PageSize);
        var (bares, ours) = (new List<double>(), new List<double>());
        for (var count = 0; count < Bursts; count++)
        {
            bares.Add(await bare.SecondsAsync(look, 1, cancellationToken)
                + await bare.SecondsAsync([.. bodies.Take(Pace.Threshold)], 1, cancellationToken));
            var log = await ReadAsync(portal.Webhook, BulkLists.Four, cancellationToken, RowsOfBurst, Unlimited);
            ours.Add(log.SecondsOf(RowsOfBurst));
        }

        return (one, Median(bares), Median(ours));
    }

    /// <summary>A portal that refuses nothing still tells what all bursts together have used.</summary>
    private static void Unlimited(Bitrix24ClientOptions options) => options.OperatingSeconds = double.MaxValue;

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);
}

/// <summary>When how many rows were there.</summary>
internal sealed class ReadingLog(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly List<(double Seconds, int Rows)> _steps = [];

    public int Rows { get; private set; }

    /// <summary>Seconds until the last rows came.</summary>
    public double Seconds => _steps[^1].Seconds;

    public void Note(ListBatch batch)
    {
        if (batch.Pages.FirstOrDefault(page => page.Error is not null) is { Error: { } error } failed)
        {
            throw new Bitrix24Exception(failed.QueryKey, error);
        }

        Rows += batch.Pages.Sum(page => page.Rows.Count);
        _steps.Add((time.GetElapsedTime(_began).TotalSeconds, Rows));
    }

    /// <summary>Seconds until so many rows were there.</summary>
    public double SecondsOf(int rows) => _steps.First(step => step.Rows >= rows).Seconds;

    /// <summary>Rows that were there after so many seconds.</summary>
    public int RowsAt(double seconds) => _steps.LastOrDefault(step => step.Seconds <= seconds).Rows;
}
