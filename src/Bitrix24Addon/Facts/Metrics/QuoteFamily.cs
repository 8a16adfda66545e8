namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Proposals created and sent, from the versions of quotes: the platform keeps no stage history of quotes.</summary>
internal sealed class QuoteFamily(MetricContext context) : CaseFamily<long>(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.ProposalsCreated, MetricCatalogue.ProposalsSent];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Quote];

    protected override Task<HashSet<long>> TouchedAsync(FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult(changes.Where(c => c.Kind == FactKind.Quote).Select(c => c.SourceId).ToHashSet());

    // A sending lies on the day on which its version took effect, by movedTime, or was learned of.
    protected override Task<HashSet<long>> OnAsync(FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
        facts.IdsOfVersionsOnAsync(FactKind.Quote, days, cancellationToken);

    protected override async Task<IReadOnlyList<Contribution>> OfAsync(FactReader facts, IReadOnlySet<long> cases, CancellationToken cancellationToken)
    {
        var versions = await facts.VersionsAsync<QuoteFact>(FactKind.Quote, cases, cancellationToken).ConfigureAwait(false);
        return [.. versions.Values.SelectMany(Of)];
    }

    private IEnumerable<Contribution> Of(List<Fact<QuoteFact>> versions)
    {
        var first = versions[0];
        yield return new Contribution(
            MetricCatalogue.ProposalsCreated, Days.DayOf(first.OccurredAtMs), first.Data.AssignedById, 1, FactKind.Quote, first.Id) { AtMs = first.OccurredAtMs };

        var sentBeforeWeCame = false;
        foreach (var version in versions)
        {
            if (Context.QuoteSentStages.Contains(version.Data.StageId))
            {
                var sentAt = version.Data.MovedAtMs ?? version.EffectiveAtMs;
                yield return Sent(version, sentAt, ContributionMark.None);
                yield break;
            }

            if (Context.QuoteStagesAfterSent.Contains(version.Data.StageId))
            {
                if (version.KnownAtMs is { } seenAt && !sentBeforeWeCame)
                {
                    yield return Sent(version, seenAt, ContributionMark.SeenBetween);
                    yield break;
                }

                // It was sent before we came; when, and by whom, is not known.
                sentBeforeWeCame = true;
            }
            else if (Context.QuoteStagesBeforeSent.Contains(version.Data.StageId))
            {
                // Taken back to be made anew: the next sending will be seen.
                sentBeforeWeCame = false;
            }
        }
    }

    private Contribution Sent(Fact<QuoteFact> version, long atMs, ContributionMark mark) =>
        new(MetricCatalogue.ProposalsSent, Days.DayOf(atMs), version.Data.AssignedById, 1, FactKind.Quote, version.Id) { AtMs = atMs, Mark = mark };
}
