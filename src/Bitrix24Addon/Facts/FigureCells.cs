using System.Globalization;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Facts;

/// <summary>
/// Keeps the daily figures equal to what the facts say. Touched cells are computed anew from facts, never incremented, so that a
/// rebuild gives the same figures bit for bit.
/// </summary>
/// <param name="db">A context opened for the portal.</param>
/// <param name="context">What the metrics depend on besides facts.</param>
/// <param name="throughSequence">For evidence of an earlier moment (see <see cref="FactReader"/>); figures are made of all facts.</param>
public sealed class FigureCells(AddonDbContext db, MetricContext context, long? throughSequence = null)
{
    private readonly FactReader _facts = new(db, context.Days, throughSequence);
    private readonly IReadOnlyList<MetricFamily> _families = MetricFamily.All(context);

    /// <summary>Recomputes the figures that the changes may have touched. The caller holds the transaction.</summary>
    /// <param name="changes">The new versions, already written.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public async Task RecomputeAsync(IReadOnlyList<FactChange> changes, CancellationToken cancellationToken)
    {
        foreach (var family in _families)
        {
            var days = await family.TouchedDaysAsync(_facts, changes, cancellationToken).ConfigureAwait(false);
            await RecomputeAsync(family, days, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Recomputes everything but final days from facts, a month at a time. The caller holds the transaction.</summary>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        await db.Figures.Where(f => f.Day > context.FrozenThroughDay).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        foreach (var family in _families)
        {
            foreach (var month in await MonthsAsync(family, cancellationToken).ConfigureAwait(false))
            {
                await RecomputeAsync(family, month, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The records behind the figures of a period, whoever's they are.</summary>
    /// <param name="fromDay">First day, yyyymmdd.</param>
    /// <param name="toDay">Last day, yyyymmdd.</param>
    /// <param name="metrics">Only what is counted together with these metrics; null for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<List<Contribution>> EvidenceAsync(
        int fromDay, int toDay, IReadOnlyCollection<string>? metrics, CancellationToken cancellationToken)
    {
        var days = PortalDays.Range(fromDay, toDay).ToHashSet();
        var evidence = new List<Contribution>();
        foreach (var family in _families.Where(f => metrics is null || f.Metrics.Intersect(metrics).Any()))
        {
            var contributions = await family.ReadAsync(_facts, days, cancellationToken).ConfigureAwait(false);
            evidence.AddRange(contributions.Select(c => c with { UserId = context.Attributed(c.UserId) }));
        }

        return evidence;
    }

    private async Task RecomputeAsync(MetricFamily family, IReadOnlySet<int> touched, CancellationToken cancellationToken)
    {
        var days = touched.Where(day => day > context.FrozenThroughDay).ToHashSet();
        if (days.Count == 0)
        {
            return;
        }

        var contributions = await family.ReadAsync(_facts, days, cancellationToken).ConfigureAwait(false);
        var metrics = family.Metrics.ToArray();
        foreach (var chunk in days.Chunk(500))
        {
            await db.Figures.Where(f => chunk.Contains(f.Day) && metrics.Contains(f.Metric))
                .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        db.Figures.AddRange(contributions
            .GroupBy(c => (c.Day, UserId: context.Attributed(c.UserId) ?? 0, c.Metric, c.Detail))
            .Select(cell => new FigureRow
            {
                Day = cell.Key.Day,
                UserId = cell.Key.UserId,
                Metric = cell.Key.Metric,
                Detail = cell.Key.Detail,
                Sum = cell.Sum(c => c.Value),
                Count = cell.Count(),
                Cases = CasesOf(MetricCatalogue.ByCode[cell.Key.Metric].Total, cell),
            }));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
    }

    private static string? CasesOf(MetricTotal total, IEnumerable<Contribution> cell) => total switch
    {
        MetricTotal.Median => Joined(cell.Select(c => c.Value)),
        MetricTotal.Distinct => Joined(cell.Select(c => c.SourceId)),
        _ => null,
    };

    private static string Joined(IEnumerable<long> cases) =>
        string.Join(',', cases.Order().Select(c => c.ToString(CultureInfo.InvariantCulture)));

    private async Task<IEnumerable<IReadOnlySet<int>>> MonthsAsync(MetricFamily family, CancellationToken cancellationToken)
    {
        var spans = new List<(int First, int Last)>();
        foreach (var kind in family.Anchors)
        {
            if (await _facts.SpanAsync(kind, cancellationToken).ConfigureAwait(false) is { } span)
            {
                spans.Add(span);
            }
        }

        return spans.Count == 0
            ? []
            : PortalDays.Range(spans.Min(s => s.First), spans.Max(s => s.Last)).GroupBy(day => day / 100)
                .Select(month => (IReadOnlySet<int>)month.ToHashSet());
    }
}
