namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Meetings, presentations and chat sessions, from CRM activities.</summary>
internal sealed class ActivityFamily(MetricContext context) : MetricFamily(context)
{
    public override IReadOnlyList<string> Metrics { get; } =
        [MetricCatalogue.Meetings, MetricCatalogue.Presentations, MetricCatalogue.ChatSessions];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Activity];

    public override Task<IReadOnlySet<int>> TouchedDaysAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<int>>(OwnDays(changes.Where(
            c => c.Kind == FactKind.Activity && (c.After.Deleted || c.Payloads<ActivityFact>().Any(a => IsMeeting(a) || IsChat(a))))));

    public override async Task<IEnumerable<Contribution>> ReadAsync(
        FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
        (await facts.OccurredAsync<ActivityFact>(FactKind.Activity, days, cancellationToken).ConfigureAwait(false)).SelectMany(Of);

    private static bool IsMeeting(ActivityFact activity) => activity.TypeId == 1 || activity.ProviderId == "CRM_MEETING";

    private static bool IsChat(ActivityFact activity) => activity.ProviderId == "IMOPENLINES_SESSION";

    private IEnumerable<Contribution> Of(Fact<ActivityFact> fact)
    {
        Contribution One(string metric) =>
            new(metric, Days.DayOf(fact.OccurredAtMs), fact.Data.ResponsibleId, 1, FactKind.Activity, fact.Id);

        if (IsMeeting(fact.Data) && fact.Data.Completed)
        {
            yield return One(MetricCatalogue.Meetings);
            if (fact.Data.IsPresentation)
            {
                yield return One(MetricCatalogue.Presentations);
            }
        }

        if (IsChat(fact.Data))
        {
            yield return One(MetricCatalogue.ChatSessions);
        }
    }
}
