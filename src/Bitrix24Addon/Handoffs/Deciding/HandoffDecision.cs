using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.WorkingTime;
using NodaTime;

namespace Bitrix24Addon.Handoffs.Deciding;

/// <summary>
/// Tells how a handoff goes on: live, in a try and over history by this one function, which sees no clock and no database. Acts and the ends of phases are
/// gone through in the order of time, so that an act that came too late is too late however late it is looked at; only an offer begins at the moment of
/// looking, because who is free is known for that moment alone.
/// </summary>
public static class HandoffDecision
{
    /// <summary>The steps that are due.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="facts">What is known.</param>
    /// <returns>In order; none when nothing is due. With the last of them as <see cref="HandoffFacts.Current"/> there are none.</returns>
    /// <exception cref="NoWorkingTimeException">Somebody who has to act never works. Receivers who never work are to be left out of the facts.</exception>
    public static IReadOnlyList<HandoffStep> Decide(HandoffRule rule, HandoffFacts facts)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(facts);
        var steps = new List<HandoffStep>();
        var current = facts.Current;
        while (Next(rule, facts, current) is { } step)
        {
            steps.Add(step);
            current = step.After;
        }

        return steps;
    }

    private static HandoffStep? Next(HandoffRule rule, HandoffFacts facts, Handoff? current)
    {
        if (current is null)
        {
            return Begin(rule, facts);
        }

        if (current.IsOver)
        {
            return null;
        }

        // Of an absence one may learn later: it never counted.
        var clocked = Clocked(rule, facts, current);
        if (clocked != current)
        {
            return new HandoffStep(clocked, HandoffReason.Rescheduled);
        }

        var act = current.ActsSeen < facts.Acts.Count && facts.Acts[current.ActsSeen].AtMs <= facts.NowMs ? facts.Acts[current.ActsSeen] : null;
        if (current.DueAtMs <= facts.NowMs && (act is null || act.AtMs > current.DueAtMs))
        {
            return OnTimeOver(rule, facts, current, current.DueAtMs.Value);
        }

        if (act is not null)
        {
            return OnAct(rule, facts, current with { ActsSeen = current.ActsSeen + 1 }, act);
        }

        return current.Phase switch
        {
            HandoffPhase.Incomplete when facts.Missing.Count == 0 => Offer(rule, facts, current),
            HandoffPhase.Waiting when Choose(facts, current) is not null => Offer(rule, facts, current),
            HandoffPhase.Offered when IsAbsent(facts, current.ReceiverId) && Choose(facts, Passed(current)) is not null =>
                Offer(rule, facts, Passed(current), HandoffReason.ReceiverAbsent),
            _ when current.RemindAtMs <= facts.NowMs => new HandoffStep(current with { RemindAtMs = null, IsReminded = true }, HandoffReason.Reminder),
            _ => null,
        };
    }

    private static HandoffStep Begin(HandoffRule rule, HandoffFacts facts)
    {
        var begun = new Handoff(HandoffPhase.Incomplete, facts.BeganAtMs, facts.GiverId, null, null, null, IsReminded: false, IsLate: false, 0, [], 0);
        return facts.Missing.Count > 0 ? new HandoffStep(Clocked(rule, facts, begun), HandoffReason.QuestionnaireIncomplete) : Offer(rule, facts, begun);
    }

    private static HandoffStep OnAct(HandoffRule rule, HandoffFacts facts, Handoff seen, HandoffAct act)
    {
        var isReceivers = act.UserId == seen.ReceiverId;
        return (seen.Phase, act.Kind) switch
        {
            (_, HandoffActKind.Assign) when act.ToUserId is { } to && to != seen.GiverId => On(HandoffPhase.Accepted, to),
            (not HandoffPhase.Accepted, HandoffActKind.Leave) => On(HandoffPhase.Left, null),
            (HandoffPhase.Offered, HandoffActKind.Accept) when isReceivers => On(HandoffPhase.Accepted, act.UserId),
            (HandoffPhase.Offered, HandoffActKind.Return) when isReceivers && seen.Returns < rule.MostReturns => On(HandoffPhase.Returned, null, 1),
            (HandoffPhase.Offered, HandoffActKind.Return) when isReceivers => On(HandoffPhase.WithHead, null, 1) with { Reason = HandoffReason.ReturnedAgain },
            (HandoffPhase.Accepted, HandoffActKind.Complete) when isReceivers => On(HandoffPhase.Completed, seen.ReceiverId),
            (HandoffPhase.Returned, HandoffActKind.Mend) when act.UserId == seen.GiverId && facts.Missing.Count == 0 =>
                Offer(rule, facts, seen with { Asked = [] }, HandoffReason.Act, act),

            // Too late, or not his to do: it is seen, and changes nothing.
            _ => new HandoffStep(seen, HandoffReason.Act, act),
        };

        HandoffStep On(HandoffPhase phase, long? receiverId, int returns = 0) =>
            new(Enter(rule, facts, seen with { Returns = seen.Returns + returns }, phase, receiverId, act.AtMs), HandoffReason.Act, act);
    }

    private static HandoffStep OnTimeOver(HandoffRule rule, HandoffFacts facts, Handoff current, long due)
    {
        if (current.Phase == HandoffPhase.Offered && rule.AfterExpiry == HandoffExpiry.NextReceiver && Choose(facts, Passed(current)) is not null)
        {
            return Offer(rule, facts, Passed(current), HandoffReason.TimeOver);
        }

        var after = current.Phase switch
        {
            HandoffPhase.Offered => Enter(rule, facts, Passed(current), rule.AfterExpiry == HandoffExpiry.Giver ? HandoffPhase.Returned : HandoffPhase.WithHead, null, due),
            HandoffPhase.Accepted when !current.IsLate => Clocked(rule, facts, current with { IsLate = true }),
            HandoffPhase.Accepted => Enter(rule, facts, current, HandoffPhase.Unfinished, current.ReceiverId, due),
            HandoffPhase.WithHead => Enter(rule, facts, current, HandoffPhase.Left, null, due),
            _ => Enter(rule, facts, current, HandoffPhase.WithHead, null, due),
        };
        return new HandoffStep(after, HandoffReason.TimeOver);
    }

    private static HandoffStep Offer(HandoffRule rule, HandoffFacts facts, Handoff current, HandoffReason reason = HandoffReason.ReceiverFree, HandoffAct? act = null) =>
        Choose(facts, current) is { } receiver
            ? new HandoffStep(Enter(rule, facts, current, HandoffPhase.Offered, receiver.UserId, facts.NowMs), reason, act)
            : new HandoffStep(Enter(rule, facts, current, HandoffPhase.Waiting, null, facts.NowMs), reason == HandoffReason.ReceiverFree ? HandoffReason.NobodyFree : reason, act);

    /// <summary>Who is free and was not asked yet: whom the client knows, else by the rule's order; of equals the lower id.</summary>
    private static HandoffReceiver? Choose(HandoffFacts facts, Handoff current) =>
        facts.Receivers.Where(r => r.IsFree && r.UserId != current.GiverId && !current.Asked.Contains(r.UserId))
            .OrderBy(r => r.UserId != facts.PreferredId)
            .ThenBy(r => facts.ByLoad ? r.Open : 0).ThenBy(r => r.LastOfferedAtMs).ThenBy(r => r.UserId)
            .FirstOrDefault();

    private static bool IsAbsent(HandoffFacts facts, long? userId) => facts.Receivers.Any(r => r.UserId == userId && r.IsAbsent);

    private static Handoff Passed(Handoff current) => current with { Asked = [.. current.Asked, current.ReceiverId!.Value] };

    private static Handoff Enter(HandoffRule rule, HandoffFacts facts, Handoff current, HandoffPhase phase, long? receiverId, long atMs) => Clocked(
        rule, facts, current with { Phase = phase, SinceMs = atMs, ReceiverId = receiverId, IsReminded = false, IsLate = current.IsLate && phase is HandoffPhase.Completed or HandoffPhase.Unfinished });

    /// <summary>The handoff with the moments at which its phase ends and its receiver is reminded, by what is known of working time now.</summary>
    private static Handoff Clocked(HandoffRule rule, HandoffFacts facts, Handoff current)
    {
        var (time, within) = current.Phase switch
        {
            HandoffPhase.Incomplete or HandoffPhase.Returned => (facts.GiverTime, rule.Times.Mend),
            HandoffPhase.Offered => (TimeOf(facts, current.ReceiverId), rule.Times.Accept),
            HandoffPhase.Accepted => (TimeOf(facts, current.ReceiverId), current.IsLate ? 2 * rule.Times.Work : rule.Times.Work),
            HandoffPhase.Waiting or HandoffPhase.WithHead => (facts.PortalTime, rule.Times.Head),
            _ => (facts.PortalTime, (int?)null),
        };
        var reminds = current is { Phase: HandoffPhase.Offered or HandoffPhase.Accepted, IsLate: false, IsReminded: false } && rule.Times.RemindBefore < within;
        return current with
        {
            DueAtMs = within is { } minutes ? Add(time, current.SinceMs, minutes) : null,
            RemindAtMs = reminds ? Add(time, current.SinceMs, within!.Value - rule.Times.RemindBefore!.Value) : null,
        };
    }

    private static WorkingTimeCalculator TimeOf(HandoffFacts facts, long? userId) => facts.Receivers.FirstOrDefault(r => r.UserId == userId)?.Time ?? facts.PortalTime;

    private static long Add(WorkingTimeCalculator time, long fromMs, int minutes) => time.AddWorkingMinutes(Instant.FromUnixTimeMilliseconds(fromMs), minutes).ToUnixTimeMilliseconds();
}
