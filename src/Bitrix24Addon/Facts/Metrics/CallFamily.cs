using NodaTime;

namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Calls by their legs, missed calls by their <c>CALL_ID</c>.</summary>
internal sealed class CallFamily(MetricContext context) : CaseFamily<string>(context)
{
    private const long LongCallSeconds = 30;

    public override IReadOnlyList<string> Metrics { get; } =
    [
        MetricCatalogue.CallsOut, MetricCatalogue.CallsIn, MetricCatalogue.CallsConnected, MetricCatalogue.CallsOver30S,
        MetricCatalogue.CallsOutOver30S, MetricCatalogue.CallsInOver30S, MetricCatalogue.TalkSeconds, MetricCatalogue.Callbacks,
        MetricCatalogue.InfoCalls, MetricCatalogue.MissedCalls, MetricCatalogue.MissedReturned, MetricCatalogue.CallQuality,
    ];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Call];

    protected override async Task<HashSet<string>> TouchedAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken)
    {
        var calls = changes.Where(c => c.Kind == FactKind.Call).ToList();
        var payloads = calls.SelectMany(c => c.Payloads<CallFact>()).ToList();

        // A call back to a number may turn earlier missed calls of it into returned ones: those since the call back before it.
        var numbers = payloads.Where(IsCallBack).Select(p => p.PhoneHash).OfType<string>();
        var sameNumber = (await facts.ByLookupAsync<CallFact>(FactKind.Call, numbers, cancellationToken).ConfigureAwait(false)).ToLookup(c => c.Data.PhoneHash!);
        var changed = calls.Select(c => c.SourceId).ToHashSet();
        var missed = calls.SelectMany(c => new[] { c.Before, c.After }).OfType<FactRow>().Where(r => !r.Deleted).Select(Fact<CallFact>.Of)
            .Where(c => IsCallBack(c.Data) && c.Data.PhoneHash is not null)
            .SelectMany(back =>
            {
                var before = sameNumber[back.Data.PhoneHash!].Where(c => IsReturn(c.Data) && !changed.Contains(c.Id) && c.OccurredAtMs < back.OccurredAtMs)
                    .Max(c => (long?)c.OccurredAtMs);
                return sameNumber[back.Data.PhoneHash!].Where(
                    c => IsMissedLeg(c.Data) && c.OccurredAtMs <= back.OccurredAtMs && (before is null || c.OccurredAtMs > before));
            });
        return [.. payloads.Select(p => p.CallId), .. missed.Select(m => m.Data.CallId)];
    }

    protected override async Task<HashSet<string>> OnAsync(FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken) =>
        [.. (await facts.OccurredAsync<CallFact>(FactKind.Call, days, cancellationToken).ConfigureAwait(false)).Select(c => c.Data.CallId)];

    protected override async Task<IReadOnlyList<Contribution>> OfAsync(
        FactReader facts, IReadOnlySet<string> cases, CancellationToken cancellationToken)
    {
        var legs = await facts.ByGroupAsync<CallFact>(FactKind.Call, cases, cancellationToken).ConfigureAwait(false);
        var byCall = legs.GroupBy(l => l.Data.CallId).ToList();
        var missed = byCall.Select(MissedOf).OfType<MissedCall>().ToList();
        var returns = (await facts.ByLookupAsync<CallFact>(FactKind.Call, missed.Select(m => m.PhoneHash).OfType<string>(), cancellationToken)
            .ConfigureAwait(false))
            .Where(c => IsReturn(c.Data)).ToLookup(c => c.Data.PhoneHash!, c => c.OccurredAtMs);
        return
        [
            .. byCall.SelectMany(CountedLegs).SelectMany(OfLeg),
            .. missed.SelectMany(m => OfMissed(m, m.PhoneHash is null ? [] : returns[m.PhoneHash])),
        ];
    }

    /// <summary>One leg a person: repeated rows of a pair count once, the connected one, else the longest.</summary>
    internal static IEnumerable<Fact<CallFact>> CountedLegs(IEnumerable<Fact<CallFact>> legsOfCall) =>
        legsOfCall.GroupBy(l => l.Data.UserId).Select(rows => rows
            .OrderByDescending(r => r.Data.IsConnected).ThenByDescending(r => r.Data.DurationSeconds).ThenBy(r => r.Id).First());

    private static bool IsCallBack(CallFact call) => call.Type is 1 or 4;

    private static bool IsReturn(CallFact call) => IsCallBack(call) && call.IsConnected;

    private static bool IsMissedLeg(CallFact call) => call is { Type: 2 or 3, FailedCode: "304" };

    /// <summary>
    /// A call is missed when a leg of it was missed and none was answered. It counts for each person at whom it rang, and once in
    /// any total.
    /// </summary>
    private static MissedCall? MissedOf(IGrouping<string, Fact<CallFact>> call)
    {
        var missedLegs = call.Where(l => IsMissedLeg(l.Data)).OrderBy(l => l.OccurredAtMs).ThenBy(l => l.Id).ToList();
        if (missedLegs.Count == 0 || call.Any(l => l.Data.IsConnected))
        {
            return null;
        }

        return new MissedCall(
            missedLegs[0].Id, missedLegs[0].OccurredAtMs, [.. missedLegs.Select(l => l.Data.UserId).Distinct()],
            missedLegs.Select(l => l.Data.PhoneHash).FirstOrDefault(p => p is not null));
    }

    private IEnumerable<Contribution> OfLeg(Fact<CallFact> leg)
    {
        var call = leg.Data;
        Contribution One(string metric, long value = 1) =>
            new(metric, Days.DayOf(leg.OccurredAtMs), call.UserId, value, FactKind.Call, leg.Id) { AtMs = leg.OccurredAtMs };

        switch (call.Type)
        {
            case 1:
                yield return One(MetricCatalogue.CallsOut);
                break;
            case 2 or 3:
                yield return One(MetricCatalogue.CallsIn);
                break;
            case 4:
                yield return One(MetricCatalogue.Callbacks);
                break;
            case 5:
                yield return One(MetricCatalogue.InfoCalls);
                break;
        }

        if (call is { IsConnected: true, Type: 1 or 2 or 3 })
        {
            yield return One(MetricCatalogue.CallsConnected);
            yield return One(MetricCatalogue.TalkSeconds, call.DurationSeconds);
            if (call.DurationSeconds > LongCallSeconds)
            {
                yield return One(MetricCatalogue.CallsOver30S);
                yield return One(call.Type == 1 ? MetricCatalogue.CallsOutOver30S : MetricCatalogue.CallsInOver30S);
            }
        }

        if (call.Vote is { } vote)
        {
            yield return One(MetricCatalogue.CallQuality, vote);
        }
    }

    private IEnumerable<Contribution> OfMissed(MissedCall missed, IEnumerable<long> returnsAtMs)
    {
        // Working time only grows, so the first call back decides.
        var firstReturnAt = returnsAtMs.Where(at => at >= missed.AtMs).Select(at => (long?)at).Min();
        var isReturned = firstReturnAt is { } at && Context.PortalTime.WorkingSecondsBetween(
            Instant.FromUnixTimeMilliseconds(missed.AtMs), Instant.FromUnixTimeMilliseconds(at)) <= Context.MissedReturnMinutes * 60L;
        foreach (var user in missed.UserIds.Select(Context.Attributed).Distinct())
        {
            var one = new Contribution(MetricCatalogue.MissedCalls, Days.DayOf(missed.AtMs), user, 1, FactKind.Call, missed.LegId) { AtMs = missed.AtMs };
            yield return one;
            if (isReturned)
            {
                yield return one with { Metric = MetricCatalogue.MissedReturned };
            }
        }
    }

    private sealed record MissedCall(long LegId, long AtMs, IReadOnlyList<long?> UserIds, string? PhoneHash);
}
