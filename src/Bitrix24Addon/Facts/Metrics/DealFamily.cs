namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Deals won and lost, their money, and contracts signed.</summary>
internal sealed class DealFamily(MetricContext context) : CaseFamily<long>(context)
{
    public override IReadOnlyList<string> Metrics { get; } =
    [
        MetricCatalogue.DealsWon, MetricCatalogue.WonSum, MetricCatalogue.WonSumByCurrency, MetricCatalogue.DealsLost,
        MetricCatalogue.Contracts,
    ];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Deal, FactKind.DealStage];

    protected override Task<HashSet<long>> TouchedAsync(FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken)
    {
        var deals = StageMoves.ObjectsOf(changes, FactKind.Deal, FactKind.DealStage);
        deals.UnionWith(changes.Where(c => c.Kind == FactKind.DealWin).SelectMany(c => c.Payloads<DealWinFact>()).Select(w => w.DealId));
        return Task.FromResult(deals);
    }

    protected override async Task<HashSet<long>> OnAsync(FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
        [.. (await facts.OccurredAsync<StageFact>(FactKind.DealStage, days, cancellationToken).ConfigureAwait(false)).Select(m => m.Data.OwnerId)];

    protected override async Task<IReadOnlyList<Contribution>> OfAsync(FactReader facts, IReadOnlySet<long> cases, CancellationToken cancellationToken)
    {
        var deals = await facts.VersionsAsync<DealFact>(FactKind.Deal, cases, cancellationToken).ConfigureAwait(false);
        var moved = await StageMoves.ByObjectAsync(facts, FactKind.DealStage, deals.Keys, cancellationToken).ConfigureAwait(false);
        var wins = (await facts.ByGroupAsync<DealWinFact>(FactKind.DealWin, deals.Keys.Select(FactKeys.Deal), cancellationToken)
            .ConfigureAwait(false)).ToDictionary(w => w.Id, w => w.Data);
        return [.. moved.SelectMany(m => Of(deals[m.OwnerId], m.Moves, wins))];
    }

    private IEnumerable<Contribution> Of(
        List<Fact<DealFact>> deal, List<Fact<StageFact>> moves, Dictionary<long, DealWinFact> wins)
    {
        Contribution One(string metric, Fact<StageFact> move, long value = 1) =>
            new(metric, Days.DayOf(move.OccurredAtMs), StageMoves.At(deal, move.OccurredAtMs).Data.AssignedById, value, FactKind.Deal, deal[0].Id) { AtMs = move.OccurredAtMs };

        var counted = moves.Where(m => Context.Counts(m.Data.CategoryId)).ToList();
        foreach (var funnel in counted.GroupBy(m => m.Data.CategoryId).Select(g => g.ToList()))
        {
            if (funnel.Find(m => m.Data.Semantic == "S") is { } won)
            {
                var reopened = moves[^1] != won && moves[^1].Data.Semantic != "S" && moves[^1].Data.CategoryId == won.Data.CategoryId;
                var mark = reopened ? ContributionMark.Reopened : ContributionMark.None;
                yield return One(MetricCatalogue.DealsWon, won) with { Mark = mark };
                if (wins.TryGetValue(won.Id, out var win))
                {
                    yield return One(MetricCatalogue.WonSumByCurrency, won, win.AmountMinor) with { Detail = win.Currency, Mark = mark };
                    if (win.BaseAmountMinor is { } amount)
                    {
                        yield return One(MetricCatalogue.WonSum, won, amount) with { Mark = mark };
                    }
                }
            }

            if (funnel.Find(m => m.Data.Semantic == "F") is { } lost)
            {
                yield return One(MetricCatalogue.DealsLost, lost);
            }
        }

        if (counted.Find(m => Context.ContractStages.Contains(m.Data.StageId)) is { } signed)
        {
            yield return One(MetricCatalogue.Contracts, signed);
        }
    }
}
