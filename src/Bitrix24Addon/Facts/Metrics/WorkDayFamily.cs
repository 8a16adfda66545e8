namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Time worked, from working-day records.</summary>
internal sealed class WorkDayFamily(MetricContext context) : DayFamily(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.WorkSeconds];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.WorkDay];

    public override Task<IReadOnlySet<int>> TouchedDaysAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<int>>(OwnDays(changes.Where(c => c.Kind == FactKind.WorkDay)));

    public override async Task<IEnumerable<Contribution>> ReadAsync(
        FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
        (await facts.OccurredAsync<WorkDayFact>(FactKind.WorkDay, days, cancellationToken).ConfigureAwait(false))
        .Select(fact => new Contribution(
            MetricCatalogue.WorkSeconds, Days.DayOf(fact.OccurredAtMs), fact.Data.UserId, fact.Data.DurationSeconds, FactKind.WorkDay, fact.Id)
        {
            AtMs = fact.OccurredAtMs,
            Mark = fact.Data.IsOpen ? ContributionMark.Open : ContributionMark.None,
        });
}
