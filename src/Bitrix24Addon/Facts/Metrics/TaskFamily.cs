namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Tasks closed and tasks closed late: each closing counts, as far as it was seen.</summary>
internal sealed class TaskFamily(MetricContext context) : CaseFamily<long>(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.TasksClosed, MetricCatalogue.TasksClosedLate];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Task];

    protected override Task<HashSet<long>> TouchedAsync(FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult(changes.Where(c => c.Kind == FactKind.Task).Select(c => c.SourceId).ToHashSet());

    // A closing lies on the day on which its version occurred or took effect: Rows dates both by closedDate.
    protected override Task<HashSet<long>> OnAsync(FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
        facts.IdsOfVersionsOnAsync(FactKind.Task, days, cancellationToken);

    protected override async Task<IReadOnlyList<Contribution>> OfAsync(FactReader facts, IReadOnlySet<long> cases, CancellationToken cancellationToken)
    {
        var versions = await facts.VersionsAsync<TaskFact>(FactKind.Task, cases, cancellationToken).ConfigureAwait(false);

        // Who removes the mark from the description of a task of ours does not make it one of his own.
        return [.. versions.Values.Where(v => !v.Exists(task => task.Data.IsOurs)).SelectMany(Of)];
    }

    private static long ClosedAt(Fact<TaskFact> task) => task.Data.ClosedAtMs ?? task.EffectiveAtMs;

    private IEnumerable<Contribution> Of(List<Fact<TaskFact>> versions)
    {
        // A closing is told from the next by its time; a deadline moved after it does not make it late or timely.
        foreach (var closing in versions.Where(v => v.Data.IsClosed).GroupBy(ClosedAt).Select(g => g.First()))
        {
            var day = Days.DayOf(ClosedAt(closing));
            yield return new Contribution(
                MetricCatalogue.TasksClosed, day, closing.Data.ResponsibleId, 1, FactKind.Task, closing.Id) { AtMs = ClosedAt(closing) };
            if (closing.Data.DeadlineAtMs is { } deadline && ClosedAt(closing) > deadline)
            {
                yield return new Contribution(
                    MetricCatalogue.TasksClosedLate, day, closing.Data.ResponsibleId, 1, FactKind.Task, closing.Id) { AtMs = ClosedAt(closing) };
            }
        }
    }
}
