using System.Globalization;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Norms;

/// <summary>What people did by one metric in a period, each record with its version.</summary>
internal sealed class NormValues
{
    private readonly ILookup<(int Day, long UserId), NormContribution> _contributions;
    private readonly HashSet<int> _unknownDays;
    private readonly HashSet<(int Day, long UserId)> _unfinished;

    private NormValues(
        ILookup<(int Day, long UserId), NormContribution> contributions, HashSet<int> unknownDays, HashSet<(int Day, long UserId)> unfinished) =>
        (_contributions, _unknownDays, _unfinished) = (contributions, unknownDays, unfinished);

    /// <summary>Reads the whole period at once, as it is known or, for a replay, as it was known.</summary>
    public static async Task<NormValues> ReadAsync(
        AddonDbContext db, PortalContext portal, NormReading reading, string metric, int fromDay, int toDay, long? throughSequence,
        CancellationToken cancellationToken)
    {
        var facts = new FactReader(db, portal.Metrics.Days, throughSequence);
        var unknownDays = new HashSet<int>();
        var found = metric == MetricCatalogue.TasksOverdue
            ? await OverdueAsync(facts, portal, reading, fromDay, toDay, unknownDays, cancellationToken).ConfigureAwait(false)
            : await new FigureCells(db, portal.Metrics, throughSequence).EvidenceAsync(fromDay, toDay, [metric], cancellationToken).ConfigureAwait(false);
        var counted = found.Where(c => c.Metric == metric && c.UserId is not null).ToList();
        var versions = new Dictionary<(FactKind Kind, long Id), int>();
        foreach (var kind in counted.GroupBy(c => c.SourceKind))
        {
            foreach (var (id, version) in await facts.VersionNumbersAsync(kind.Key, kind.Select(c => c.SourceId), cancellationToken).ConfigureAwait(false))
            {
                versions[(kind.Key, id)] = version;
            }
        }

        return new NormValues(
            counted.ToLookup(
                c => (c.Day, c.UserId!.Value), c => new NormContribution(c.Value, new FactReference(c.SourceKind, c.SourceId, versions[(c.SourceKind, c.SourceId)]))),
            unknownDays,
            [.. counted.Where(c => c.Mark == ContributionMark.Open).Concat(WithoutSum(found, metric))
                .Select(c => (c.Day, c.UserId ?? 0))]);
    }

    /// <summary>
    /// What the figures of a day say, without the records behind them: the same amounts, for who asks while the day lasts. What is still to
    /// grow, or has no rate yet, is counted as far as it goes.
    /// </summary>
    public static async Task<NormValues> OfFiguresAsync(AddonDbContext db, Metric metric, int day, CancellationToken cancellationToken)
    {
        var figures = await db.Figures.AsNoTracking().Where(f => f.Day == day && f.Metric == metric.Code && f.UserId != 0).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new NormValues(
            figures.SelectMany(f => CasesOf(metric, f), (f, value) => (f.Day, f.UserId, Value: value))
                .ToLookup(c => (c.Day, c.UserId), c => new NormContribution(c.Value, null)),
            [], []);
    }

    /// <summary>What a person did on a day.</summary>
    public IReadOnlyList<NormContribution> Of(int day, long userId) => [.. _contributions[(day, userId)]];

    /// <summary>Whether that is all: the state of the day was seen, and no record is still to grow.</summary>
    public bool IsWhole(int day, long userId) => !_unknownDays.Contains(day) && !_unfinished.Contains((day, userId));

    /// <summary>Values that come to the same total: a mean needs the number of its cases, a median the cases themselves.</summary>
    private static IEnumerable<long> CasesOf(Metric metric, FigureRow figure) => metric.Total switch
    {
        MetricTotal.Mean => Enumerable.Repeat(0L, figure.Count - 1).Append(figure.Sum),
        MetricTotal.Median => figure.Cases!.Split(',').Select(c => long.Parse(c, CultureInfo.InvariantCulture)),
        _ => [figure.Sum],
    };

    private static async Task<List<Contribution>> OverdueAsync(
        FactReader facts, PortalContext portal, NormReading reading, int fromDay, int toDay, HashSet<int> unknownDays, CancellationToken cancellationToken)
    {
        var tasks = await facts.VersionsAsync<TaskFact>(FactKind.Task, null, cancellationToken).ConfigureAwait(false);
        var overdue = new OverdueTasks(tasks, portal.Metrics, reading.HistoryStartedAtMs, reading.ReadThroughMs);
        var found = new List<Contribution>();
        foreach (var day in PortalDays.Range(fromDay, toDay))
        {
            if (overdue.On(day) is { } onDay)
            {
                found.AddRange(onDay);
            }
            else
            {
                unknownDays.Add(day);
            }
        }

        return found;
    }

    /// <summary>Wins, payments and paid invoices whose money is not known in the base currency.</summary>
    private static IEnumerable<Contribution> WithoutSum(List<Contribution> found, string metric)
    {
        var counted = metric switch { MetricCatalogue.WonSum => MetricCatalogue.DealsWon, MetricCatalogue.PaymentsSum => MetricCatalogue.Payments, _ => null };
        var summed = found.Where(c => c.Metric == metric).Select(c => (c.Day, c.SourceKind, c.SourceId)).ToHashSet();
        return found.Where(c => c.Metric == counted && !summed.Contains((c.Day, c.SourceKind, c.SourceId)));
    }
}
