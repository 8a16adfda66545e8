namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Leads created and leads processed.</summary>
internal sealed class LeadFamily(MetricContext context) : MetricFamily(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.LeadsCreated, MetricCatalogue.LeadsProcessed];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Lead, FactKind.LeadStage];

    public override IReadOnlyList<FactKind> CountedFrom(string metric) => metric == MetricCatalogue.LeadsCreated ? [FactKind.Lead] : Anchors;

    public override Task<IReadOnlySet<int>> TouchedDaysAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken) =>
        StageMoves.TouchedDaysAsync(facts, changes, FactKind.Lead, FactKind.LeadStage, cancellationToken);

    public override async Task<IEnumerable<Contribution>> ReadAsync(
        FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken)
    {
        var created = await facts.OccurredAsync<LeadFact>(FactKind.Lead, days, cancellationToken).ConfigureAwait(false);
        var moved = await StageMoves.OfObjectsMovedOnAsync(facts, FactKind.LeadStage, days, cancellationToken).ConfigureAwait(false);
        var leads = await facts.VersionsAsync<LeadFact>(FactKind.Lead, moved.Select(m => m.OwnerId), cancellationToken)
            .ConfigureAwait(false);

        return created.Select(lead => new Contribution(
                MetricCatalogue.LeadsCreated, Days.DayOf(lead.OccurredAtMs), lead.Data.CreatedById, 1, FactKind.Lead, lead.Id))
            .Concat(moved.Where(m => leads.ContainsKey(m.OwnerId)).SelectMany(m => Processed(leads[m.OwnerId], m.Moves)))
            .Where(c => days.Contains(c.Day));
    }

    private IEnumerable<Contribution> Processed(List<Fact<LeadFact>> lead, List<Fact<StageFact>> moves)
    {
        if (moves.Find(m => m.Data.IsFinal) is { } final)
        {
            var owner = StageMoves.At(lead, final.OccurredAtMs).Data.AssignedById;
            yield return new Contribution(
                MetricCatalogue.LeadsProcessed, Days.DayOf(final.OccurredAtMs), owner, 1, FactKind.Lead, final.Data.OwnerId);
        }
    }
}
