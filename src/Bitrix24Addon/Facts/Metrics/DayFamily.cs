namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Metrics of which little happens on a day: its figures are computed anew as a whole.</summary>
/// <param name="context">What they depend on besides facts.</param>
internal abstract class DayFamily(MetricContext context) : MetricFamily(context)
{
    /// <summary>Days whose figures may differ after the changes.</summary>
    public abstract Task<IReadOnlySet<int>> TouchedDaysAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken);

    protected HashSet<int> OwnDays(IEnumerable<FactChange> changes) =>
    [
        .. changes.SelectMany(c => new[] { c.Before, c.After }).OfType<FactRow>().Where(r => !r.Deleted).Select(r => Days.DayOf(r.OccurredAtMs)),
    ];
}
