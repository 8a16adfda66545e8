using System.Diagnostics.Metrics;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;

namespace Bitrix24Addon.Collect;

/// <summary>What the collector tells of itself; counts are those of this process.</summary>
internal static class CollectMetrics
{
    private static readonly Histogram<double> Lag = AddonTelemetry.Meter.CreateHistogram<double>(
        "bitrix24addon.inbox.lag", "s", "Time from the post of a change until its facts and figures are committed, by kind.");

    private static readonly Counter<long> Dead = AddonTelemetry.Meter.CreateCounter<long>("bitrix24addon.inbox.dead", "{mark}", "Marks that became dead letters, by reason.");

    private static readonly Counter<long> Healed = AddonTelemetry.Meter.CreateCounter<long>(
        "bitrix24addon.reconcile.healed", "{object}", "Changed objects that a reconciliation found before their posts, or instead of them, by kind.");

    private static readonly Counter<long> Lost = AddonTelemetry.Meter.CreateCounter<long>("bitrix24addon.reconcile.lost", "{object}", "Of these, those whose post was lost, by kind.");

    public static void Settled(IReadOnlyList<InboxRow> done, IEnumerable<(string Reason, int Count)> dead, long nowMs)
    {
        foreach (var mark in done)
        {
            Lag.Record(Math.Max(nowMs - mark.FirstMarkedAtMs, 0) / 1000.0, new KeyValuePair<string, object?>("kind", mark.Kind.ToString()));
        }

        foreach (var (reason, count) in dead)
        {
            Dead.Add(count, new KeyValuePair<string, object?>("reason", reason));
        }
    }

    public static void Found(FactKind kind, long healed, long lost)
    {
        var tag = new KeyValuePair<string, object?>("kind", kind.ToString());
        Healed.Add(healed, tag);
        Lost.Add(lost, tag);
    }
}
