namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Chat sessions, from CRM activities.</summary>
internal sealed class ChatFamily(MetricContext context) : MetricFamily(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.ChatSessions];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Activity];

    public override Task<IReadOnlySet<int>> TouchedDaysAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<int>>(OwnDays(changes.Where(c => c.Kind == FactKind.Activity && c.Payloads<ActivityFact>().Any(IsChat))));

    public override async Task<IEnumerable<Contribution>> ReadAsync(
        FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
        (await facts.OccurredAsync<ActivityFact>(FactKind.Activity, days, cancellationToken).ConfigureAwait(false)).Where(a => IsChat(a.Data))
        .Select(a => new Contribution(MetricCatalogue.ChatSessions, Days.DayOf(a.OccurredAtMs), a.Data.ResponsibleId, 1, FactKind.Activity, a.Id));

    private static bool IsChat(ActivityFact activity) => activity.ProviderId == "IMOPENLINES_SESSION";
}
