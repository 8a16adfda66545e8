namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Time away from the office, from calendar events that the portal's setting marks as field work.</summary>
internal sealed class FieldWorkFamily(MetricContext context) : DayFamily(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.FieldSeconds];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.CalendarEvent];

    public override Task<IReadOnlySet<int>> TouchedDaysAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<int>>(OwnDays(changes.Where(
            c => c.Kind == FactKind.CalendarEvent && c.Payloads<CalendarEventFact>().Any(e => e.IsAway))));

    public override async Task<IEnumerable<Contribution>> ReadAsync(
        FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
        (await facts.OccurredAsync<CalendarEventFact>(FactKind.CalendarEvent, days, cancellationToken).ConfigureAwait(false))
        .Where(e => e.Data.IsAway)
        .SelectMany(e => e.Data.People.Where(p => p.TakesPart).Select(p => new Contribution(
            MetricCatalogue.FieldSeconds, Days.DayOf(e.OccurredAtMs), p.UserId, (e.Data.EndAtMs - e.OccurredAtMs) / 1000, FactKind.CalendarEvent, e.Id) { AtMs = e.OccurredAtMs }));
}
