namespace Bitrix24Addon.Facts.Metrics;

/// <summary>A lead or deal that waits from a moment on to be called about.</summary>
/// <param name="Kind">Lead or deal.</param>
/// <param name="Id">Its id.</param>
/// <param name="SinceMs">The moment, Unix milliseconds.</param>
/// <param name="OwnerKeys">What activities name when they are about it: itself, of a deal its lead too.</param>
public sealed record Awaiting(FactKind Kind, long Id, long SinceMs, IReadOnlyList<string> OwnerKeys)
{
    /// <summary>A lead that waits.</summary>
    /// <param name="lead">The lead.</param>
    /// <param name="sinceMs">The moment, Unix milliseconds.</param>
    public static Awaiting Of(Fact<LeadFact> lead, long sinceMs)
    {
        ArgumentNullException.ThrowIfNull(lead);
        return new Awaiting(FactKind.Lead, lead.Id, sinceMs, [FactKeys.Lead(lead.Id)]);
    }

    /// <summary>A deal that waits.</summary>
    /// <param name="deal">The deal.</param>
    /// <param name="sinceMs">The moment, Unix milliseconds.</param>
    public static Awaiting Of(Fact<DealFact> deal, long sinceMs)
    {
        ArgumentNullException.ThrowIfNull(deal);
        return new Awaiting(FactKind.Deal, deal.Id, sinceMs, deal.Data.LeadId is { } lead ? [FactKeys.Deal(deal.Id), FactKeys.Lead(lead)] : [FactKeys.Deal(deal.Id)]);
    }
}

/// <summary>Finds the first call of a named user about leads and deals.</summary>
public static class FirstCalls
{
    /// <summary>The first call of each at or after its moment; none for those about which nobody called.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="awaiting">What waits.</param>
    /// <param name="context">Who is nobody.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="isCounted">Whose call at which moment, Unix milliseconds, counts; null for every named user's.</param>
    public static async Task<IReadOnlyDictionary<Awaiting, Fact<CallFact>>> OfAsync(
        FactReader facts, IReadOnlyCollection<Awaiting> awaiting, MetricContext context, CancellationToken cancellationToken, Func<long, long, bool>? isCounted = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(awaiting);
        ArgumentNullException.ThrowIfNull(context);
        var callsOf = await CallsByOwnerAsync(facts, awaiting.SelectMany(s => s.OwnerKeys), cancellationToken).ConfigureAwait(false);
        var first = new Dictionary<Awaiting, Fact<CallFact>>(ReferenceEqualityComparer.Instance);
        foreach (var waits in awaiting)
        {
            var calls = waits.OwnerKeys.SelectMany(key => callsOf[key]).Where(c => c.OccurredAtMs >= waits.SinceMs
                && context.Attributed(c.Data.UserId) is { } user && isCounted?.Invoke(user, c.OccurredAtMs) != false);
            if (calls.OrderBy(c => c.OccurredAtMs).ThenBy(c => c.Id).FirstOrDefault() is { } call)
            {
                first[waits] = call;
            }
        }

        return first;
    }

    /// <summary>Whether an activity stands for a call.</summary>
    /// <param name="activity">The activity.</param>
    internal static bool IsCall(ActivityFact activity) => activity.CallId is not null || activity.TypeId == 2;

    private static async Task<ILookup<string, Fact<CallFact>>> CallsByOwnerAsync(
        FactReader facts, IEnumerable<string> ownerKeys, CancellationToken cancellationToken)
    {
        var links = (await facts.LinkedAsync<ActivityFact>(FactKind.Activity, ownerKeys, cancellationToken).ConfigureAwait(false))
            .Where(l => IsCall(l.Fact.Data)).ToList();
        var activities = links.Select(l => l.Fact).DistinctBy(a => a.Id).ToList();
        var byCallId = (await facts.ByGroupAsync<CallFact>(
            FactKind.Call, activities.Select(a => a.Data.CallId).OfType<string>(), cancellationToken).ConfigureAwait(false))
            .ToLookup(c => c.Data.CallId);
        var byActivity = (await facts.LinkedAsync<CallFact>(FactKind.Call, activities.Select(a => FactKeys.Activity(a.Id)), cancellationToken).ConfigureAwait(false))
            .ToLookup(c => c.Fact.Data.ActivityId ?? 0, c => c.Fact);
        return links
            .SelectMany(l => byActivity[l.Fact.Id].Concat(l.Fact.Data.CallId is { } callId ? byCallId[callId] : [])
                .Select(call => (l.LinkKey, call)))
            .ToLookup(pair => pair.LinkKey, pair => pair.call);
    }
}
