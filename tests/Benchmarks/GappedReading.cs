using System.Globalization;
using System.Runtime.CompilerServices;
using Bitrix24.Client.Lists;

namespace Benchmarks;

/// <summary>
/// Four lists of the sizes of a real portal, whose ids have gaps as deletions leave them: one by one, and in long holes. Whoever asks for
/// ranges of ids wastes commands on ids that are not there; nothing but full pages would take Σ⌈rows ÷ 2,500⌉ requests.
/// </summary>
internal sealed class GappedReading : IBenchmark
{
    private static readonly string[] Tables = ["call", "activity", "lead", "deal"];
    private static readonly ListQuery[] Queries = [BulkLists.Calls, BulkLists.Activities, BulkLists.Leads, BulkLists.Deals];
    private static readonly int[] Sizes = [63_212, 63_212, 13_087, 7_367];

    // Hardly a call is ever deleted; activities go with what they belonged to.
    private static readonly double[][] Missing = [[0.01, 0.05, 0.1, 0.2], [0.01, 0.15, 0.2, 0.1], [0.02, 0.3, 0.3, 0.3]];

    public string Name => "gapped-lists";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var shares in Missing)
        {
            var tables = Tables.Zip(Sizes, shares).SelectMany(table => new[]
            {
                "--rows", string.Create(CultureInfo.InvariantCulture, $"{table.First}={table.Second}"),
                "--gaps", string.Create(CultureInfo.InvariantCulture, $"{table.First}={table.Third}"),
            });
            await using var portal = await PortalProcess.StartAsync(tables, null, cancellationToken);
            var log = await BulkReading.ReadAsync(portal.Webhook, Queries, cancellationToken);
            var counters = await portal.CountersAsync(cancellationToken);

            var name = string.Create(CultureInfo.InvariantCulture, $"{Name}/{shares[1] * 100:0} %");
            yield return Figure.Requests(name, counters.Requests, Sizes.Sum(BulkLists.FullBatches) + 2);
            yield return Figure.MissingRows(name, log.Faults(Sizes));
            yield return Figure.Refusals(name, counters.Refusals);
        }
    }
}
