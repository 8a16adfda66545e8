using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Reports;

/// <summary>Finds the records behind a figure: as many as it counts.</summary>
/// <param name="storage">The database.</param>
public sealed class RecordFinder(AddonStorage storage)
{
    /// <summary>Finds a page of the records behind a metric.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="metricCode">The metric.</param>
    /// <param name="share">Only this share of it, as a funnel divides it; null for all.</param>
    /// <param name="request">Period and people; without a person or department all that the asker may see.</param>
    /// <param name="page">The page, from 1.</param>
    /// <param name="asker">In whose name: only records of people and days that he may see.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">The metric or the period cannot be, the request is not his, or nothing has been read yet.</exception>
    public async Task<RecordPage> FindAsync(
        PortalRow portal, string metricCode, TierShare? share, ReportRequest request, int page, ReportAsker asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var metric = ReportGround.MetricOf(metricCode);
        await using var db = storage.Open(portal.Id);
        var ground = await ReportGround.ForPageAsync(db, request, asker, cancellationToken).ConfigureAwait(false);
        var refused = await UnreadMetrics.RefusedAsync(db, ground.Portal.Metrics, cancellationToken).ConfigureAwait(false);
        if (refused.Contains(metric.Code))
        {
            return Page(ground, metric, null, [], []);
        }

        bool Holds(long userId, int day) => ground.Access.Holds(request, userId, day) && (share is null || share == ground.ShareOf(userId, day));
        if (metric.Code == MetricCatalogue.TasksOverdue)
        {
            return await PageAsync(ground, metric, await OverdueAsync(ground, request, Holds, cancellationToken).ConfigureAwait(false), page, cancellationToken).ConfigureAwait(false);
        }

        var figures = (await db.Figures.AsNoTracking().Where(f => f.Metric == metric.Code && f.Day >= request.FromDay && f.Day <= request.ToDay)
            .ToListAsync(cancellationToken).ConfigureAwait(false)).FindAll(f => Holds(f.UserId, f.Day));
        var days = figures.GroupBy(f => f.Day).OrderByDescending(g => g.Key).Select(g => (Day: g.Key, Count: CountOf(metric, g))).ToList();
        var pages = RecordPages.Of(days.Where(d => d.Day > ground.Portal.Metrics.FrozenThroughDay));
        var shown = page >= 1 && page <= pages.Count ? await ReadAsync(ground, metric, Holds, pages[page - 1], cancellationToken).ConfigureAwait(false) : [];
        return Page(
            ground, metric, FigureSet.Of(figures).ValueOf(metric), pages, await LinesAsync(ground, metric, shown, cancellationToken).ConfigureAwait(false),
            days.Sum(d => d.Count), days.Where(d => d.Day <= ground.Portal.Metrics.FrozenThroughDay).Sum(d => d.Count));
    }

    /// <summary>Finds a page of the calls that a cell of a heatmap counts.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="calls">Which calls the heatmap counts.</param>
    /// <param name="at">The cell.</param>
    /// <param name="request">Period and people, as of the heatmap.</param>
    /// <param name="page">The page, from 1.</param>
    /// <param name="asker">In whose name: only calls of people and days that he may see.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">The period cannot be, the request is not his, or nothing has been read yet.</exception>
    public async Task<RecordPage> FindCallsAsync(
        PortalRow portal, HeatmapCalls calls, HeatmapHour at, ReportRequest request, int page, ReportAsker asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        var ground = await ReportGround.ForPageAsync(db, request, asker, cancellationToken).ConfigureAwait(false);
        var found = await HeatmapHour.CallsAsync(ground, request, calls, cancellationToken).ConfigureAwait(false);
        return await PageAsync(ground, null, found?.Where(c => c.At == at).Select(c => c.Call).ToList(), page, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A page of what is listed as it was read, not by its figures; null where it is not known.</summary>
    private static async Task<RecordPage> PageAsync(ReportGround ground, Metric? metric, List<Contribution>? all, int page, CancellationToken cancellationToken)
    {
        var pages = RecordPages.Of([(0, all?.Count ?? 0)]);
        var shown = page >= 1 && page <= pages.Count ? pages[page - 1].SelectMany(s => Merged(metric, all!).Skip(s.Skip).Take(s.Take)).ToList() : [];
        return Page(ground, metric, all?.Count, pages, await LinesAsync(ground, metric, shown, cancellationToken).ConfigureAwait(false), all?.Count ?? 0);
    }

    private static RecordPage Page(
        ReportGround ground, Metric? metric, decimal? value, IReadOnlyList<IReadOnlyList<RecordStretch>> pages, IReadOnlyList<RecordLine> records, long count = 0, long forgotten = 0) => new()
    {
        Portal = ground.Portal, Metric = metric, Value = value, Count = count, Forgotten = forgotten, Pages = pages.Count, Records = records,
    };

    private static int CountOf(Metric metric, IEnumerable<FigureRow> ofDay) => metric.Total == MetricTotal.Distinct
        ? ofDay.SelectMany(f => f.Cases?.Split(',') ?? []).Distinct().Count()
        : ofDay.Sum(f => f.Count);

    private static async Task<List<Contribution>?> OverdueAsync(
        ReportGround ground, ReportRequest request, Func<long, int, bool> holds, CancellationToken cancellationToken)
    {
        var tasks = await ground.Facts.VersionsAsync<TaskFact>(FactKind.Task, null, cancellationToken).ConfigureAwait(false);
        var overdue = new OverdueTasks(tasks, ground.Portal.Metrics, ground.Portal.Portal.HistoryStartedAtMs, ground.Portal.Portal.LastSyncStartedAtMs);
        var day = overdue.LastSeenDay(request.ToDay);
        return day < request.FromDay ? null : overdue.On(day)?.Where(t => holds(t.UserId ?? 0, day)).ToList();
    }

    private static async Task<List<(Contribution Record, IReadOnlyList<long> UserIds)>> ReadAsync(
        ReportGround ground, Metric metric, Func<long, int, bool> holds, IReadOnlyList<RecordStretch> stretches, CancellationToken cancellationToken)
    {
        var found = await new FigureCells(ground.Db, ground.Portal.Metrics)
            .EvidenceAsync(stretches[^1].Day, stretches[0].Day, [metric.Code], cancellationToken).ConfigureAwait(false);
        var byDay = found.Where(c => c.Metric == metric.Code && holds(c.UserId ?? 0, c.Day)).ToLookup(c => c.Day);
        return [.. stretches.SelectMany(s => Merged(metric, byDay[s.Day]).Skip(s.Skip).Take(s.Take))];
    }

    /// <summary>Newest first; what counts once for several people is one record.</summary>
    private static IEnumerable<(Contribution Record, IReadOnlyList<long> UserIds)> Merged(Metric? metric, IEnumerable<Contribution> contributions)
    {
        var records = metric?.Total == MetricTotal.Distinct
            ? contributions.GroupBy(c => c.SourceId).Select(g => (g.First(), (IReadOnlyList<long>)[.. g.Select(c => c.UserId).OfType<long>().Order()]))
            : contributions.Select(c => (c, (IReadOnlyList<long>)(c.UserId is { } user ? [user] : [])));
        return records.OrderByDescending(r => r.Item1.AtMs).ThenByDescending(r => r.Item1.SourceId);
    }

    private static async Task<IReadOnlyList<RecordLine>> LinesAsync(
        ReportGround ground, Metric? metric, List<(Contribution Record, IReadOnlyList<long> UserIds)> records, CancellationToken cancellationToken)
    {
        var pages = await RecordOwners.PagesAsync(ground.Facts, records.ConvertAll(r => r.Record), cancellationToken).ConfigureAwait(false);
        return records.ConvertAll(r => new RecordLine(
            r.Record.SourceKind, FactKeys.RecordId(r.Record.SourceKind, r.Record.SourceId), r.Record.AtMs, r.UserIds,
            metric?.Unit == MetricUnit.Money ? r.Record.Value / 100m : r.Record.Value, r.Record.Mark, pages.GetValueOrDefault((r.Record.SourceKind, r.Record.SourceId))));
    }
}
