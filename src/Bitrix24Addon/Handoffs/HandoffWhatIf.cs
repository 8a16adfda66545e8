using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Handoffs.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;
using NodaTime;

namespace Bitrix24Addon.Handoffs;

/// <summary>What would have become of a handoff.</summary>
public enum HandoffHindsight
{
    /// <summary>It was taken up in time.</summary>
    InTime,

    /// <summary>It was taken up late, or nobody has taken it up and its time is over.</summary>
    Late,

    /// <summary>Nobody has taken it up, and its time is not over yet.</summary>
    Open,
}

/// <summary>A handoff that a rule would have made.</summary>
/// <param name="Kind">Lead or deal.</param>
/// <param name="Id">Its id.</param>
/// <param name="UserId">Who took it up, else who has it today; null for nobody.</param>
/// <param name="BeganAtMs">When it would have begun, Unix milliseconds.</param>
/// <param name="DueAtMs">Until when it had to be taken up, Unix milliseconds.</param>
/// <param name="TakenAtMs">When it was taken up, Unix milliseconds; null while nobody has.</param>
/// <param name="Minutes">Working minutes until it was taken up; null while nobody has.</param>
/// <param name="Outcome">What would have become of it.</param>
/// <param name="IsEscalated">The head would have been asked to decide.</param>
public sealed record WhatIfHandoff(
    FactKind Kind, long Id, long? UserId, long BeganAtMs, long DueAtMs, long? TakenAtMs, long? Minutes, HandoffHindsight Outcome, bool IsEscalated);

/// <summary>
/// Asks what a rule would have made of past leads and deals, with hindsight: by all facts known today. Whoever took one up stands for the one to whom it
/// would have been offered, and time is the portal's; returns and questionnaires leave no trace in the history and are not told. It calls the function that
/// live work calls, and writes nothing.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class HandoffWhatIf(AddonStorage storage, TimeProvider time)
{
    // Nobody of this id exists: who gave it is not told by the history.
    private const long Giver = 0;

    /// <summary>Asks about what began in a period; in the order in which it began.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="rule">The rule, in force or only written down.</param>
    /// <param name="fromDay">First day, yyyymmdd.</param>
    /// <param name="toDay">Last day, yyyymmdd.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">The history has not been read yet, or does not tell what begins or ends such a handoff.</exception>
    public async Task<IReadOnlyList<WhatIfHandoff>> RunAsync(PortalRow portal, HandoffRule rule, int fromDay, int toDay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(rule);
        if (portal.HistoryCompleteAtMs is null)
        {
            throw new ProblemException(portal.HistoryStartedAtMs is null ? "Reports.nothing_read" : "Reports.history_unfinished", portal.Host);
        }

        if (rule.Trigger.On is HandoffStart.Button or HandoffStart.Robot)
        {
            throw new ProblemException("Handoffs.history_knows_no_start", rule.Id);
        }

        if (rule.AcceptedBy.Count == 0)
        {
            throw new ProblemException("Handoffs.history_knows_no_end", rule.Id);
        }

        await using var db = storage.Open(portal.Id);
        var context = await PortalRegistry.ContextAsync(db, cancellationToken).ConfigureAwait(false);
        var facts = new FactReader(db, context.Metrics.Days);
        var membership = await Membership.ReadAsync(facts, context.Settings.Roles.Heads, cancellationToken).ConfigureAwait(false);
        var begun = await BegunAsync(facts, rule, [.. PortalDays.Range(fromDay, toDay)], cancellationToken).ConfigureAwait(false);
        var taken = await TakenAsync(facts, rule, begun, context.Metrics, IsReceiver, cancellationToken).ConfigureAwait(false);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. begun.OrderBy(b => b.Awaits.SinceMs).ThenBy(b => b.Awaits.Id)
            .Select(b => Judge(rule, context.Metrics, b, taken.GetValueOrDefault(b.Awaits), nowMs))
            .Where(h => h.UserId is not { } user || IsReceiver(user, h.TakenAtMs ?? h.BeganAtMs))];

        bool IsReceiver(long userId, long atMs) => context.Settings.TiersOf(userId, membership.Of(userId, context.Metrics.Days.DayOf(atMs))).Contains(rule.To);
    }

    /// <summary>What began, with whoever has it today.</summary>
    private static async Task<List<Begun>> BegunAsync(FactReader facts, HandoffRule rule, IReadOnlyList<int> days, CancellationToken cancellationToken)
    {
        var isLead = rule.Item == HandoffItem.Lead;
        if (rule.Trigger.On == HandoffStart.Created)
        {
            return isLead
                ? (await facts.OccurredAsync<LeadFact>(FactKind.Lead, days, cancellationToken).ConfigureAwait(false)).ConvertAll(l => new Begun(Awaiting.Of(l, l.OccurredAtMs), l.Data.AssignedById))
                : (await facts.OccurredAsync<DealFact>(FactKind.Deal, days, cancellationToken).ConfigureAwait(false)).ConvertAll(d => new Begun(Awaiting.Of(d, d.OccurredAtMs), d.Data.AssignedById));
        }

        var moves = (await facts.OccurredAsync<StageFact>(isLead ? FactKind.LeadStage : FactKind.DealStage, days, cancellationToken).ConfigureAwait(false))
            .FindAll(m => rule.Trigger.On == HandoffStart.Stage
                ? rule.Trigger.Stages.Contains(m.Data.StageId)
                : m.Data.TypeId is StageFact.Created or StageFact.FunnelChanged && m.Data.CategoryId == rule.Trigger.Category);
        var ids = moves.Select(m => m.Data.OwnerId).ToHashSet();
        if (isLead)
        {
            var leads = (await facts.ByIdAsync<LeadFact>(FactKind.Lead, ids, cancellationToken).ConfigureAwait(false)).ToDictionary(l => l.Id);
            return [.. moves.Where(m => leads.ContainsKey(m.Data.OwnerId)).Select(m => (Move: m, Lead: leads[m.Data.OwnerId]))
                .Select(m => new Begun(Awaiting.Of(m.Lead, m.Move.OccurredAtMs), m.Lead.Data.AssignedById))];
        }

        var deals = (await facts.ByIdAsync<DealFact>(FactKind.Deal, ids, cancellationToken).ConfigureAwait(false)).ToDictionary(d => d.Id);
        return [.. moves.Where(m => deals.ContainsKey(m.Data.OwnerId)).Select(m => (Move: m, Deal: deals[m.Data.OwnerId]))
            .Select(m => new Begun(Awaiting.Of(m.Deal, m.Move.OccurredAtMs), m.Deal.Data.AssignedById))];
    }

    /// <summary>By whom of the tier and when each was taken up; who moved a stage is not told by the history.</summary>
    private static async Task<Dictionary<Awaiting, (long AtMs, long? UserId)>> TakenAsync(
        FactReader facts, HandoffRule rule, List<Begun> begun, MetricContext context, Func<long, long, bool> isReceiver, CancellationToken cancellationToken)
    {
        var awaiting = begun.ConvertAll(b => b.Awaits);
        var taken = new Dictionary<Awaiting, (long AtMs, long? UserId)>(ReferenceEqualityComparer.Instance);
        if (rule.AcceptedBy.Contains(HandoffAcceptance.Call))
        {
            foreach (var (waits, call) in await FirstCalls.OfAsync(facts, awaiting, context, cancellationToken, isReceiver).ConfigureAwait(false))
            {
                taken[waits] = (call.OccurredAtMs, call.Data.UserId);
            }
        }

        if (rule.AcceptedBy.Contains(HandoffAcceptance.StageMove))
        {
            var isLead = rule.Item == HandoffItem.Lead;
            var moves = (await facts.ByGroupAsync<StageFact>(
                isLead ? FactKind.LeadStage : FactKind.DealStage, awaiting.Select(w => isLead ? FactKeys.Lead(w.Id) : FactKeys.Deal(w.Id)), cancellationToken)
                .ConfigureAwait(false)).ToLookup(m => m.Data.OwnerId, m => m.OccurredAtMs);
            foreach (var waits in awaiting)
            {
                var later = moves[waits.Id].Where(at => at > waits.SinceMs).DefaultIfEmpty(long.MaxValue).Min();
                if (later < long.MaxValue && (!taken.TryGetValue(waits, out var called) || later < called.AtMs))
                {
                    taken[waits] = (later, null);
                }
            }
        }

        return taken;
    }

    private static WhatIfHandoff Judge(HandoffRule rule, MetricContext context, Begun begun, (long AtMs, long? UserId) taken, long nowMs)
    {
        var waits = begun.Awaits;
        var user = context.Attributed(taken.UserId ?? begun.ResponsibleId);
        var receiver = new HandoffReceiver(user ?? long.MaxValue, IsAbsent: false, 0, int.MaxValue, 0, context.PortalTime);
        var facts = new HandoffFacts(
            waits.SinceMs, Giver, waits.SinceMs, [], [receiver], receiver.UserId, ByLoad: false, context.PortalTime, context.PortalTime,
            taken.AtMs > 0 ? [new HandoffAct(taken.AtMs, HandoffActKind.Accept, receiver.UserId)] : [], null);
        var offered = HandoffDecision.Decide(rule, facts)[0].After;
        var steps = HandoffDecision.Decide(rule, facts with { Current = offered, NowMs = nowMs });
        var answer = steps.FirstOrDefault(s => s.After.Phase != HandoffPhase.Offered);
        return new WhatIfHandoff(
            waits.Kind, waits.Id, user, waits.SinceMs, offered.DueAtMs!.Value, taken.AtMs > 0 ? taken.AtMs : null,
            taken.AtMs > 0 ? context.PortalTime.WorkingMinutesBetween(Instant.FromUnixTimeMilliseconds(waits.SinceMs), Instant.FromUnixTimeMilliseconds(taken.AtMs)) : null,
            answer?.After.Phase switch { null => HandoffHindsight.Open, HandoffPhase.Accepted => HandoffHindsight.InTime, _ => HandoffHindsight.Late },
            steps.Any(s => s.After.Phase == HandoffPhase.WithHead));
    }

    private sealed record Begun(Awaiting Awaits, long? ResponsibleId);
}
