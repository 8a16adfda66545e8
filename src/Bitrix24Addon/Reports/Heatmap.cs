using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
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

/// <summary>How many calls began at which hour of which weekday.</summary>
/// <param name="Portal">The portal, for its zone.</param>
/// <param name="Counts">Seven weekdays from Monday, each of 24 hours of the portal's zone; null when the portal did not let the calls be read.</param>
/// <param name="Days">How many days of each weekday the period has so far, from Monday.</param>
public sealed record Heatmap(PortalContext Portal, IReadOnlyList<IReadOnlyList<int>>? Counts, IReadOnlyList<int> Days);

/// <summary>Makes heatmaps of the calls, which have a time of day; other figures are kept by day.</summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class HeatmapBuilder(AddonStorage storage, TimeProvider time)
{
    /// <summary>Makes a heatmap.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="request">Period and people.</param>
    /// <param name="calls">Which calls.</param>
    /// <param name="asker">In whose name: it counts only calls of people and days that he may see.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">The period cannot be, the request is not his, or nothing has been read yet.</exception>
    public async Task<Heatmap> BuildAsync(PortalRow portal, ReportRequest request, HeatmapCalls calls, ReportAsker asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(request);
        await using var db = storage.Open(portal.Id);
        var ground = await ReportGround.ForPageAsync(db, request, asker, cancellationToken).ConfigureAwait(false);

        // Rows of one call may lie on both sides of midnight, and one of them counts.
        var (before, after) = (PortalDays.ToDate(request.FromDay).PlusDays(-1), PortalDays.ToDate(request.ToDay).PlusDays(1));
        var legs = await ground.Facts.OccurredAsync<CallFact>(FactKind.Call, PortalDays.Range(PortalDays.ToDay(before), PortalDays.ToDay(after)), cancellationToken)
            .ConfigureAwait(false);
        var counts = Enumerable.Range(0, 7).Select(_ => new int[24]).ToArray();
        foreach (var leg in legs.GroupBy(l => l.Data.CallId).SelectMany(CallFamily.CountedLegs).Where(l => IsCounted(l.Data.Type, calls)))
        {
            var local = Instant.FromUnixTimeMilliseconds(leg.OccurredAtMs).InZone(ground.Portal.Zone).LocalDateTime;
            var day = PortalDays.ToDay(local.Date);
            if (day >= request.FromDay && day <= request.ToDay && ground.Access.Holds(request, ground.Portal.Metrics.Attributed(leg.Data.UserId) ?? 0, day))
            {
                counts[(int)local.DayOfWeek - 1][local.Hour]++;
            }
        }

        var today = ground.Days.DayOf(time.GetUtcNow().ToUnixTimeMilliseconds());
        var weekdays = PortalDays.Range(request.FromDay, Math.Min(request.ToDay, today)).ToLookup(day => PortalDays.ToDate(day).DayOfWeek);
        var unknown = await UnreadMetrics.RefusedAsync(db, ground.Portal.Metrics, cancellationToken).ConfigureAwait(false);
        return new Heatmap(ground.Portal, unknown.Contains(MetricCatalogue.CallsOut) ? null : counts, [.. Enumerable.Range(1, 7).Select(weekday => weekdays[(IsoDayOfWeek)weekday].Count())]);
    }

    private static bool IsCounted(int type, HeatmapCalls calls) => type switch
    {
        1 => calls is HeatmapCalls.All or HeatmapCalls.Out,
        2 or 3 => calls is HeatmapCalls.All or HeatmapCalls.In,
        _ => false,
    };
}
