namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Leads created and leads processed.</summary>
internal sealed class LeadFamily(MetricContext context) : CaseFamily<long>(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.LeadsCreated, MetricCatalogue.LeadsProcessed];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Lead, FactKind.LeadStage];

    public override IReadOnlyList<FactKind> CountedFrom(string metric) => metric == MetricCatalogue.LeadsCreated ? [FactKind.Lead] : Anchors;

    protected override Task<HashSet<long>> TouchedAsync(FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult(StageMoves.ObjectsOf(changes, FactKind.Lead, FactKind.LeadStage));

    protected override async Task<HashSet<long>> OnAsync(FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken)
    {
        var created = await facts.OccurredAsync<LeadFact>(FactKind.Lead, days, cancellationToken).ConfigureAwait(false);
        var moved = await facts.OccurredAsync<StageFact>(FactKind.LeadStage, days, cancellationToken).ConfigureAwait(false);
        return [.. created.Select(l => l.Id), .. moved.Select(m => m.Data.OwnerId)];
    }

    protected override async Task<IReadOnlyList<Contribution>> OfAsync(FactReader facts, IReadOnlySet<long> cases, CancellationToken cancellationToken)
    {
        var leads = await facts.VersionsAsync<LeadFact>(FactKind.Lead, cases, cancellationToken).ConfigureAwait(false);
        var moves = await StageMoves.ByObjectAsync(facts, FactKind.LeadStage, leads.Keys, cancellationToken).ConfigureAwait(false);
        return [.. leads.Values.Select(Created), .. moves.SelectMany(m => Processed(leads[m.OwnerId], m.Moves))];
    }

    private Contribution Created(List<Fact<LeadFact>> lead) => new(
        MetricCatalogue.LeadsCreated, Days.DayOf(lead[^1].OccurredAtMs), lead[^1].Data.CreatedById, 1, FactKind.Lead, lead[^1].Id) { AtMs = lead[^1].OccurredAtMs };

    private IEnumerable<Contribution> Processed(List<Fact<LeadFact>> lead, List<Fact<StageFact>> moves)
    {
        if (moves.Find(m => m.Data.IsFinal) is { } final)
        {
            var owner = StageMoves.At(lead, final.OccurredAtMs).Data.AssignedById;
            yield return new Contribution(
                MetricCatalogue.LeadsProcessed, Days.DayOf(final.OccurredAtMs), owner, 1, FactKind.Lead, final.Data.OwnerId) { AtMs = final.OccurredAtMs };
        }
    }
}
