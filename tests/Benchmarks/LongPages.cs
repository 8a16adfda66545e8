using System.Runtime.CompilerServices;

namespace Benchmarks;

/// <summary>
/// Four lists of a portal that takes 2 s for a page, and really takes them: a full batch would run for 100 s, and the portal cuts off
/// whatever runs longer than 60.
/// </summary>
internal sealed class LongPages : IBenchmark
{
    private const int RowsEach = 4_000;

    public string Name => "long-pages";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var portal = await PortalProcess.StartAsync(
            [.. BulkReading.Tables(RowsEach), "--take-time", "--list-seconds", "2"], null, cancellationToken);
        var log = await BulkReading.ReadAsync(portal.Webhook, BulkLists.Four, cancellationToken);
        var counters = await portal.CountersAsync(cancellationToken);

        yield return Figure.LongestBatch(Name, counters.LongestRequestSeconds);
        yield return Figure.MissingRows(Name, log.Faults(RowsEach, RowsEach, RowsEach, RowsEach));
        yield return Figure.Refusals(Name, counters.Refusals);
    }
}
