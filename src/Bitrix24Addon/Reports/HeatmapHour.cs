using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using NodaTime;

namespace Bitrix24Addon.Reports;

/// <summary>Which calls a heatmap counts.</summary>
public enum HeatmapCalls
{
    /// <summary>Outgoing and incoming, as <c>calls_out</c> and <c>calls_in</c> together.</summary>
    All,

    /// <summary>As <c>calls_out</c>.</summary>
    Out,

    /// <summary>As <c>calls_in</c>.</summary>
    In,
}

/// <summary>A cell of a heatmap: an hour of a day of the week, by the portal's zone.</summary>
/// <param name="Weekday">The day of the week.</param>
/// <param name="Hour">From 0 to 23.</param>
public readonly record struct HeatmapHour(IsoDayOfWeek Weekday, int Hour)
{
    /// <summary>The calls that a heatmap counts, each with its cell; null when the portal did not let them be read.</summary>
    internal static async Task<IEnumerable<(HeatmapHour At, Contribution Call)>?> CallsAsync(
        ReportGround ground, ReportRequest request, HeatmapCalls calls, CancellationToken cancellationToken)
    {
        if ((await UnreadMetrics.RefusedAsync(ground.Db, ground.Portal.Metrics, cancellationToken).ConfigureAwait(false)).Contains(MetricCatalogue.CallsOut))
        {
            return null;
        }

        // Rows of one call may lie on both sides of midnight, and one of them counts.
        var (before, after) = (PortalDays.ToDate(request.FromDay).PlusDays(-1), PortalDays.ToDate(request.ToDay).PlusDays(1));
        var legs = await ground.Facts.OccurredAsync<CallFact>(FactKind.Call, PortalDays.Range(PortalDays.ToDay(before), PortalDays.ToDay(after)), cancellationToken)
            .ConfigureAwait(false);
        return legs.GroupBy(l => l.Data.CallId).SelectMany(CallFamily.CountedLegs).Where(l => IsCounted(l.Data.Type, calls)).Select(leg =>
        {
            var local = Instant.FromUnixTimeMilliseconds(leg.OccurredAtMs).InZone(ground.Portal.Zone).LocalDateTime;
            return (At: new HeatmapHour(local.DayOfWeek, local.Hour), Call: new Contribution(
                leg.Data.Type == 1 ? MetricCatalogue.CallsOut : MetricCatalogue.CallsIn, PortalDays.ToDay(local.Date), ground.Portal.Metrics.Attributed(leg.Data.UserId), 1,
                FactKind.Call, leg.Id) { AtMs = leg.OccurredAtMs });
        }).Where(c => c.Call.Day >= request.FromDay && c.Call.Day <= request.ToDay && ground.Access.Holds(request, c.Call.UserId ?? 0, c.Call.Day));
    }

    private static bool IsCounted(int type, HeatmapCalls calls) => type switch
    {
        1 => calls is HeatmapCalls.All or HeatmapCalls.Out,
        2 or 3 => calls is HeatmapCalls.All or HeatmapCalls.In,
        _ => false,
    };
}
