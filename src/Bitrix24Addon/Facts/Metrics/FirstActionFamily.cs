using NodaTime;

namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Working minutes from the creation of a lead or deal to the first call of a named user on it.</summary>
internal sealed class FirstActionFamily(MetricContext context) : CaseFamily<(FactKind Kind, long Id)>(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.FirstActionMinutes];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Lead, FactKind.Deal];

    public override IReadOnlyList<FactKind> CountedFrom(string metric) => [FactKind.Call, FactKind.Activity];

    protected override async Task<HashSet<(FactKind Kind, long Id)>> TouchedAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken)
    {
        var calls = changes.Where(c => c.Kind == FactKind.Call).SelectMany(c => c.Payloads<CallFact>()).ToList();
        var activities = (await facts.ByGroupAsync<ActivityFact>(FactKind.Activity, calls.Select(c => c.CallId), cancellationToken).ConfigureAwait(false))
            .Concat(await facts.ByIdAsync<ActivityFact>(
                FactKind.Activity, calls.Select(c => c.ActivityId).OfType<long>(), cancellationToken).ConfigureAwait(false));
        var owners = activities.Select(a => a.Data)
            .Concat(changes.Where(c => c.Kind == FactKind.Activity).SelectMany(c => c.Payloads<ActivityFact>()).Where(FirstCalls.IsCall))
            .SelectMany(a => a.Owners).ToHashSet();
        var ofLeads = await facts.ByGroupAsync<DealFact>(
            FactKind.Deal, owners.Where(o => o.StartsWith("L_", StringComparison.Ordinal)), cancellationToken).ConfigureAwait(false);
        return
        [
            .. changes.Where(c => c.Kind is FactKind.Lead or FactKind.Deal).Select(c => (c.Kind, c.SourceId)),
            .. IdsOf(owners, "L_").Select(id => (FactKind.Lead, id)),
            .. IdsOf(owners, "D_").Concat(ofLeads.Select(d => d.Id)).Select(id => (FactKind.Deal, id)),
        ];
    }

    protected override async Task<HashSet<(FactKind Kind, long Id)>> OnAsync(FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
    [
        .. (await facts.OccurredAsync<LeadFact>(FactKind.Lead, days, cancellationToken).ConfigureAwait(false)).Select(l => (FactKind.Lead, l.Id)),
        .. (await facts.OccurredAsync<DealFact>(FactKind.Deal, days, cancellationToken).ConfigureAwait(false)).Select(d => (FactKind.Deal, d.Id)),
    ];

    protected override async Task<IReadOnlyList<Contribution>> OfAsync(
        FactReader facts, IReadOnlySet<(FactKind Kind, long Id)> cases, CancellationToken cancellationToken)
    {
        var byKind = cases.ToLookup(c => c.Kind, c => c.Id);
        var awaiting = (await facts.ByIdAsync<LeadFact>(FactKind.Lead, byKind[FactKind.Lead], cancellationToken).ConfigureAwait(false)).Select(l => Awaiting.Of(l, l.OccurredAtMs))
            .Concat((await facts.ByIdAsync<DealFact>(FactKind.Deal, byKind[FactKind.Deal], cancellationToken).ConfigureAwait(false)).Select(d => Awaiting.Of(d, d.OccurredAtMs)))
            .ToList();
        return [.. (await FirstCalls.OfAsync(facts, awaiting, Context, cancellationToken).ConfigureAwait(false)).Select(found => Contribution(found.Key, found.Value))];
    }

    private static IEnumerable<long> IdsOf(IEnumerable<string> keys, string prefix) =>
        keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => long.Parse(k.AsSpan(prefix.Length), provider: null));

    private Contribution Contribution(Awaiting created, Fact<CallFact> first)
    {
        var minutes = Context.PortalTime.WorkingMinutesBetween(
            Instant.FromUnixTimeMilliseconds(created.SinceMs), Instant.FromUnixTimeMilliseconds(first.OccurredAtMs));
        return new Contribution(
            MetricCatalogue.FirstActionMinutes, Days.DayOf(created.SinceMs), first.Data.UserId, minutes, created.Kind, created.Id) { AtMs = created.SinceMs };
    }
}
