namespace Bitrix24Addon.Facts.Metrics;

/// <summary>What changes of facts do to the figures of a family: cells lose the former contributions and get the present ones.</summary>
/// <param name="Before">What counted before the changes.</param>
/// <param name="After">What counts now.</param>
internal sealed record ContributionChange(IReadOnlyList<Contribution> Before, IReadOnlyList<Contribution> After);

/// <summary>
/// Metrics that are counted case by case: what a case counts depends on its own records only. A change is as dear as the cases it touches,
/// however much else happened on their days.
/// </summary>
/// <typeparam name="TCase">What names a case: a record's id, or what the records of a case share.</typeparam>
/// <param name="context">What the metrics depend on besides facts.</param>
internal abstract class CaseFamily<TCase>(MetricContext context) : MetricFamily(context), ICaseFamily
{
    /// <inheritdoc/>
    public async Task<ContributionChange> ChangedAsync(
        FactReader before, FactReader after, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken)
    {
        var cases = await TouchedAsync(after, changes, cancellationToken).ConfigureAwait(false);
        return cases.Count == 0
            ? new ContributionChange([], [])
            : new ContributionChange(
                await OfAsync(before, cases, cancellationToken).ConfigureAwait(false), await OfAsync(after, cases, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async Task<IEnumerable<Contribution>> ReadAsync(FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken)
    {
        var cases = await OnAsync(facts, days, cancellationToken).ConfigureAwait(false);
        return (await OfAsync(facts, cases, cancellationToken).ConfigureAwait(false)).Where(c => days.Contains(c.Day));
    }

    /// <summary>
    /// The cases that may count differently after the changes. What changed is told with both of its versions; <paramref name="facts"/> tells
    /// what else belongs to it, which is now what it was before.
    /// </summary>
    protected abstract Task<HashSet<TCase>> TouchedAsync(FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken);

    /// <summary>The cases that may count on one of the days.</summary>
    protected abstract Task<HashSet<TCase>> OnAsync(FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken);

    /// <summary>All that the cases count, on whatever day.</summary>
    protected abstract Task<IReadOnlyList<Contribution>> OfAsync(FactReader facts, IReadOnlySet<TCase> cases, CancellationToken cancellationToken);
}

/// <summary>A <see cref="CaseFamily{TCase}"/>, whatever names its cases.</summary>
internal interface ICaseFamily
{
    /// <summary>What the cases that the changes touch counted before them and count now.</summary>
    Task<ContributionChange> ChangedAsync(FactReader before, FactReader after, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken);
}
