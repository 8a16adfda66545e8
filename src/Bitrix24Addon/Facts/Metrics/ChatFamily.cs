namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Chat sessions, from CRM activities.</summary>
internal sealed class ChatFamily(MetricContext context) : CaseFamily<long>(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.ChatSessions];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Activity];

    protected override Task<HashSet<long>> TouchedAsync(FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult(changes.Where(c => c.Kind == FactKind.Activity && c.Payloads<ActivityFact>().Any(IsChat)).Select(c => c.SourceId).ToHashSet());

    protected override async Task<HashSet<long>> OnAsync(FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
        [.. (await facts.OccurredAsync<ActivityFact>(FactKind.Activity, days, cancellationToken).ConfigureAwait(false)).Where(a => IsChat(a.Data)).Select(a => a.Id)];

    protected override async Task<IReadOnlyList<Contribution>> OfAsync(FactReader facts, IReadOnlySet<long> cases, CancellationToken cancellationToken) =>
    [
        .. (await facts.ByIdAsync<ActivityFact>(FactKind.Activity, cases, cancellationToken).ConfigureAwait(false)).Where(a => IsChat(a.Data))
            .Select(a => new Contribution(MetricCatalogue.ChatSessions, Days.DayOf(a.OccurredAtMs), a.Data.ResponsibleId, 1, FactKind.Activity, a.Id) { AtMs = a.OccurredAtMs }),
    ];

    private static bool IsChat(ActivityFact activity) => activity.ProviderId == "IMOPENLINES_SESSION";
}
