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
            .Concat(changes.Where(c => c.Kind == FactKind.Activity).SelectMany(c => c.Payloads<ActivityFact>()).Where(IsCall))
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
        var subjects = (await facts.ByIdAsync<LeadFact>(FactKind.Lead, byKind[FactKind.Lead], cancellationToken).ConfigureAwait(false))
            .Select(l => new Subject(FactKind.Lead, l.Id, l.OccurredAtMs, [FactKeys.Lead(l.Id)]))
            .Concat((await facts.ByIdAsync<DealFact>(FactKind.Deal, byKind[FactKind.Deal], cancellationToken).ConfigureAwait(false))
                .Select(d => new Subject(FactKind.Deal, d.Id, d.OccurredAtMs, KeysOf(d))))
            .ToList();
        var callsOf = await CallsByOwnerAsync(facts, subjects.SelectMany(s => s.OwnerKeys), cancellationToken).ConfigureAwait(false);
        return [.. subjects.Select(s => FirstCall(s, callsOf)).OfType<Contribution>()];
    }

    private static bool IsCall(ActivityFact activity) => activity.CallId is not null || activity.TypeId == 2;

    private static IEnumerable<long> IdsOf(IEnumerable<string> keys, string prefix) =>
        keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => long.Parse(k.AsSpan(prefix.Length), provider: null));

    private static string[] KeysOf(Fact<DealFact> deal) => deal.Data.LeadId is { } lead
        ? [FactKeys.Deal(deal.Id), FactKeys.Lead(lead)]
        : [FactKeys.Deal(deal.Id)];

    private static async Task<ILookup<string, Fact<CallFact>>> CallsByOwnerAsync(
        FactReader facts, IEnumerable<string> ownerKeys, CancellationToken cancellationToken)
    {
        var links = (await facts.LinkedAsync<ActivityFact>(FactKind.Activity, ownerKeys, cancellationToken).ConfigureAwait(false))
            .Where(l => IsCall(l.Fact.Data)).ToList();
        var activities = links.Select(l => l.Fact).DistinctBy(a => a.Id).ToList();
        var byCallId = (await facts.ByGroupAsync<CallFact>(
            FactKind.Call, activities.Select(a => a.Data.CallId).OfType<string>(), cancellationToken).ConfigureAwait(false))
            .ToLookup(c => c.Data.CallId);
        var byActivity = await CallsByActivityAsync(facts, activities.Select(a => a.Id), cancellationToken).ConfigureAwait(false);
        return links
            .SelectMany(l => byActivity[l.Fact.Id].Concat(l.Fact.Data.CallId is { } callId ? byCallId[callId] : [])
                .Select(call => (l.LinkKey, call)))
            .ToLookup(pair => pair.LinkKey, pair => pair.call);
    }

    private static async Task<ILookup<long, Fact<CallFact>>> CallsByActivityAsync(
        FactReader facts, IEnumerable<long> activityIds, CancellationToken cancellationToken)
    {
        var calls = await facts.LinkedAsync<CallFact>(FactKind.Call, activityIds.Select(FactKeys.Activity), cancellationToken).ConfigureAwait(false);
        return calls.ToLookup(c => c.Fact.Data.ActivityId ?? 0, c => c.Fact);
    }

    private Contribution? FirstCall(Subject subject, ILookup<string, Fact<CallFact>> callsOf)
    {
        var first = subject.OwnerKeys.SelectMany(key => callsOf[key])
            .Where(c => c.OccurredAtMs >= subject.CreatedAtMs && Context.Attributed(c.Data.UserId) is not null)
            .OrderBy(c => c.OccurredAtMs).ThenBy(c => c.Id).FirstOrDefault();
        if (first is null)
        {
            return null;
        }

        var minutes = Context.PortalTime.WorkingMinutesBetween(
            Instant.FromUnixTimeMilliseconds(subject.CreatedAtMs), Instant.FromUnixTimeMilliseconds(first.OccurredAtMs));
        return new Contribution(
            MetricCatalogue.FirstActionMinutes, Days.DayOf(subject.CreatedAtMs), first.Data.UserId, minutes, subject.Kind, subject.Id) { AtMs = subject.CreatedAtMs };
    }

    private sealed record Subject(FactKind Kind, long Id, long CreatedAtMs, string[] OwnerKeys);
}
