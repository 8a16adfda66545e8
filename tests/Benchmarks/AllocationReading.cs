using System.Runtime.CompilerServices;
using System.Text.Json;
using Bitrix24.Client.Json;

namespace Benchmarks;

/// <summary>
/// Bytes this process allocates for a row of a long list, beside those that HttpClient and System.Text.Json allocate by themselves for the
/// same batches in the same run: receiving and parsing them, and for typed rows deserialising each. The client
/// saves copies of the bodies; what it adds for plans, outcomes and pages must not eat that up.
/// </summary>
internal sealed class AllocationReading : IBenchmark
{
    private const int Rows = 50_000;

    public string Name => "allocation";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var portal = await PortalProcess.StartAsync(["--rows", $"call={Rows}", "--no-limits"], null, cancellationToken);
        foreach (var isTyped in new[] { false, true })
        {
            await BareAsync(portal.Webhook, isTyped, cancellationToken);
            await OursAsync(portal.Webhook, isTyped, cancellationToken);
            var bare = await PerRowAsync(() => BareAsync(portal.Webhook, isTyped, cancellationToken));
            var ours = await PerRowAsync(() => OursAsync(portal.Webhook, isTyped, cancellationToken));
            yield return Figure.AtMost($"{Name}/{(isTyped ? "typed" : "raw")} row", ours, bare, "bytes");
        }
    }

    private static async Task<double> PerRowAsync(Func<Task<int>> read)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var rows = await read();
        return rows == Rows
            ? (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)rows
            : throw new InvalidOperationException($"{rows} rows were read, each once, instead of {Rows}.");
    }

    private static async Task<int> BareAsync(Uri webhook, bool isTyped, CancellationToken cancellationToken)
    {
        using var client = new BareClient(webhook);
        var rows = 0;
        foreach (var body in BareClient.Bodies([BulkLists.Calls], Rows))
        {
            var root = JsonElement.Parse(await client.SendAsync(body, cancellationToken));
            foreach (var row in root.GetProperty("result").GetProperty("result").EnumerateArray().SelectMany(page => page.EnumerateArray()))
            {
                rows += !isTyped || row.Deserialize(Bitrix24JsonContext.Default.CallStatistic) is not null ? 1 : 0;
            }
        }

        return rows;
    }

    private static async Task<int> OursAsync(Uri webhook, bool isTyped, CancellationToken cancellationToken)
    {
        // The portal tells what was used and refuses nothing; only the bytes count here.
        await using var services = BulkLists.Services(configure: options => options.OperatingSeconds = double.MaxValue);
        var rows = 0;
        await foreach (var batch in BulkLists.ReadAsync(services, webhook, [BulkLists.Calls], cancellationToken))
        {
            foreach (var row in batch.Pages.SelectMany(page => page.Rows))
            {
                // Ids without a gap: the next row has the next id, once.
                rows += RowId.Of(row, BulkLists.Calls.List) == rows + 1 && (!isTyped || row.As(Bitrix24JsonContext.Default.CallStatistic) is not null) ? 1 : 0;
            }
        }

        return rows;
    }
}
