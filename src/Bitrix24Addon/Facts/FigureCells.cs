using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Facts;

/// <summary>
/// Keeps the daily figures equal to what the facts say, so that a rebuild gives the same figures bit for bit. What touched cases count is
/// computed from the facts as they were before a change and as they are after it; no metric has an inverse of its own.
/// </summary>
/// <param name="db">A context opened for the portal.</param>
/// <param name="context">What the metrics depend on besides facts.</param>
/// <param name="throughSequence">For evidence of an earlier moment (see <see cref="FactReader"/>); figures are made of all facts.</param>
public sealed class FigureCells(AddonDbContext db, MetricContext context, long? throughSequence = null)
{
    private readonly FactReader _facts = new(db, context.Days, throughSequence);
    private readonly IReadOnlyList<MetricFamily> _families = MetricFamily.All(context);

    /// <summary>
    /// Brings the figures in line with the changes: what the touched cases counted before is taken from the cells, what they count now is put
    /// into them. The caller holds the transaction; the figures agreed with the facts before it.
    /// </summary>
    /// <param name="changes">The new versions, already written.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public async Task RecomputeAsync(IReadOnlyList<FactChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }

        var before = new FactReader(db, context.Days, changes.Min(c => c.After.Sequence) - 1);
        var (taken, put) = (new List<Contribution>(), new List<Contribution>());
        foreach (var family in _families.OfType<ICaseFamily>())
        {
            var changed = await family.ChangedAsync(before, _facts, changes, cancellationToken).ConfigureAwait(false);
            taken.AddRange(changed.Before);
            put.AddRange(changed.After);
        }

        await MoveAsync(taken.ToLookup(CellOf), put.ToLookup(CellOf), cancellationToken).ConfigureAwait(false);
        foreach (var family in _families.OfType<DayFamily>())
        {
            var touched = await family.TouchedDaysAsync(_facts, changes, cancellationToken).ConfigureAwait(false);
            await RecomputeAsync(family, touched, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Compares the figures of a day with what its facts say, and makes them anew if they differ. The caller holds the transaction.
    /// </summary>
    /// <param name="day">yyyymmdd.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    /// <returns>How many cells were wrong: 0 unless a program counted wrongly.</returns>
    public async Task<int> ProveAsync(int day, CancellationToken cancellationToken)
    {
        var days = new HashSet<int> { day };
        var wrong = 0;
        foreach (var family in day > context.FrozenThroughDay ? _families : [])
        {
            var metrics = family.Metrics.ToArray();
            var stored = await db.Figures.AsNoTracking().Where(f => f.Day == day && metrics.Contains(f.Metric)).ToListAsync(cancellationToken).ConfigureAwait(false);
            var differing = CellsOf(await family.ReadAsync(_facts, days, cancellationToken).ConfigureAwait(false)).Select(ContentOf).ToHashSet();
            differing.SymmetricExceptWith(stored.Select(ContentOf));
            if (differing.Count > 0)
            {
                wrong += differing.Select(cell => cell.Key).Distinct().Count();
                await RecomputeAsync(family, days, cancellationToken).ConfigureAwait(false);
            }
        }

        return wrong;
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

        db.Figures.AddRange(CellsOf(contributions));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
    }

    private async Task MoveAsync(ILookup<FigureKey, Contribution> taken, ILookup<FigureKey, Contribution> put, CancellationToken cancellationToken)
    {
        var moved = taken.Select(c => c.Key).Union(put.Select(c => c.Key))
            .Where(cell => cell.Day > context.FrozenThroughDay && FigureCell.Differ(taken[cell], put[cell])).ToList();
        if (moved.Count == 0)
        {
            return;
        }

        var stored = await StoredAsync(moved, cancellationToken).ConfigureAwait(false);
        var wrong = new List<FigureKey>();
        foreach (var cell in moved)
        {
            var row = stored.GetValueOrDefault(cell);
            if (!FigureCell.TryMove(row, cell, taken[cell], put[cell], out var figure))
            {
                wrong.Add(cell);
            }
            else if (row is null)
            {
                db.Figures.Add(figure!);
            }
            else if (figure is null)
            {
                db.Figures.Remove(row);
            }
            else
            {
                db.Figures.Update(figure);
            }
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();

        // Cells that do not hold what is to be taken from them did not agree with the facts.
        foreach (var family in _families)
        {
            var days = wrong.Where(cell => family.Metrics.Contains(cell.Metric)).Select(cell => cell.Day).ToHashSet();
            await RecomputeAsync(family, days, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Dictionary<FigureKey, FigureRow>> StoredAsync(List<FigureKey> cells, CancellationToken cancellationToken)
    {
        var metrics = cells.Select(c => c.Metric).Distinct().ToArray();
        var stored = new Dictionary<FigureKey, FigureRow>();
        foreach (var ofDay in cells.GroupBy(c => c.Day, c => c.UserId))
        {
            foreach (var users in ofDay.Distinct().Chunk(500))
            {
                var rows = await db.Figures.AsNoTracking().Where(f => f.Day == ofDay.Key && users.Contains(f.UserId) && metrics.Contains(f.Metric))
                    .ToListAsync(cancellationToken).ConfigureAwait(false);
                rows.ForEach(row => stored.Add(FigureKey.Of(row), row));
            }
        }

        return stored;
    }

    private IEnumerable<FigureRow> CellsOf(IEnumerable<Contribution> contributions) =>
        contributions.GroupBy(CellOf).Select(cell => FigureCell.Of(cell.Key, cell));

    private static (FigureKey Key, long Sum, int Count, string? Cases) ContentOf(FigureRow figure) =>
        (FigureKey.Of(figure), figure.Sum, figure.Count, figure.Cases);

    private FigureKey CellOf(Contribution contribution) =>
        new(contribution.Day, context.Attributed(contribution.UserId) ?? 0, contribution.Metric, contribution.Detail);

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
