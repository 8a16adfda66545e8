using Bitrix24Addon.Handoffs.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.WorkingTime;
using CsCheck;
using NodaTime;

namespace Bitrix24Addon.Tests.Handoffs;

/// <summary>Laws that hold for any terms, people, absences, acts, and moments at which somebody looks.</summary>
public sealed class HandoffDecisionPropertyTests
{
    private const long Giver = 1;
    private const long Minute = 60_000;
    private static readonly long Monday = Instant.FromUtc(2026, 3, 2, 6, 0).ToUnixTimeMilliseconds();
    private static readonly DateTimeZone Moscow = DateTimeZoneProviders.Tzdb["Europe/Moscow"];
    private static readonly WorkingTimeCalculator PortalTime = Time([]);

    private static readonly Gen<HandoffRule> Rules = Gen.Select(
        Gen.Int[1, 600], Gen.Int[1, 2_000], Gen.Int[1, 900], Gen.Int[1, 900], Gen.Int[0, 120], Gen.Enum<HandoffExpiry>(), Gen.Int[0, 2],
        (accept, work, mend, head, remind, after, returns) => new HandoffRule
        {
            Id = "handoff", Name = new RuleName("Передача", "Handoff"), To = Tier.ClientManagers, Item = HandoffItem.Deal, Trigger = new HandoffTrigger { On = HandoffStart.Created },
            Times = new HandoffTimes { Accept = accept, Work = work, Mend = mend, Head = head, RemindBefore = remind == 0 ? null : remind }, AfterExpiry = after, MostReturns = returns,
        });

    private static readonly Gen<Interval[]> Absences = Gen.Select(
        Gen.Int[0, 20 * 24 * 60], Gen.Int[10, 4 * 24 * 60], (start, minutes) => new Interval(At(start), At(start + minutes))).Array[0, 3];

    private static readonly Gen<Receiver[]> People = Gen.Select(
        Absences, Gen.Int[0, 3], Gen.Int[1, 3], (absences, open, limit) => new Receiver(absences, open, limit)).Array[0, 4];

    private static readonly Gen<HandoffAct[]> Acts = Gen.Select(
        Gen.Int[0, 20 * 24 * 60], Gen.Enum<HandoffActKind>(), Gen.Int[1, 6], Gen.Int[1, 6],
        (minute, kind, user, to) => new HandoffAct(Monday + (minute * Minute), kind, user, kind == HandoffActKind.Assign ? to : null)).Array[0, 12]
        .Select(acts => acts.OrderBy(act => act.AtMs).ToArray());

    // By which minute the questionnaire is complete; and who looks when.
    private static readonly Gen<World> Worlds = Gen.Select(
        Rules, People, Acts, Gen.Int[-5_000, 10_000], Gen.Bool, Gen.Int[0, 5], Gen.Int[1, 30 * 24 * 60].Array[1, 40],
        (rule, people, acts, complete, byLoad, preferred, looks) => new World(rule, people, acts, complete, byLoad, preferred == 0 ? null : preferred + 1, [.. looks.Order()]));

    [Fact]
    public void Deciding_again_after_applying_changes_nothing() => Sample(world => world.Play((facts, steps) =>
    {
        if (steps.Count > 0)
        {
            Assert.Empty(HandoffDecision.Decide(world.Rule, facts with { Current = steps[^1].After }));
        }
    }));

    [Fact]
    public void What_was_recorded_is_decided_again_exactly_so() => Sample(world => world.Play((facts, steps) =>
        Assert.Equal(steps.Select(Text), HandoffDecision.Decide(world.Rule, facts with { Receivers = [.. facts.Receivers.Reverse()] }).Select(Text))));

    [Fact]
    public void It_is_offered_only_to_one_who_is_free_was_not_asked_and_is_not_the_giver_and_waits_only_for_want_of_such() => Sample(world => world.Play((facts, steps) =>
    {
        foreach (var after in steps.Select(s => s.After).Where(h => h.SinceMs == facts.NowMs))
        {
            if (after.Phase == HandoffPhase.Offered)
            {
                Assert.Contains(facts.Receivers, r => r.UserId == after.ReceiverId && r.IsFree && r.UserId != Giver && !after.Asked.Contains(r.UserId));
            }
            else if (after.Phase == HandoffPhase.Waiting)
            {
                Assert.DoesNotContain(facts.Receivers, r => r.IsFree && r.UserId != Giver && !after.Asked.Contains(r.UserId));
            }
        }

        // Nor does it stay with one who is absent while another is free.
        if (steps is [.., { After: { Phase: HandoffPhase.Offered } stays }] && facts.Receivers.Any(r => r.UserId == stays.ReceiverId && r.IsAbsent))
        {
            Assert.DoesNotContain(facts.Receivers, r => r.IsFree && r.UserId != Giver && r.UserId != stays.ReceiverId && !stays.Asked.Contains(r.UserId));
        }
    }));

    [Fact]
    public void It_has_one_owner_who_changes_only_by_taking_it_or_by_the_heads_word() => Sample(world =>
    {
        var (owner, offeredTo) = (Giver, (long?)null);
        world.Play((_, steps) =>
        {
            foreach (var step in steps)
            {
                if (step.After.OwnerId != owner)
                {
                    Assert.True(step.Act is { Kind: HandoffActKind.Accept or HandoffActKind.Assign } && step.After.Phase == HandoffPhase.Accepted, Text(step));
                    Assert.Equal(step.Act!.Kind == HandoffActKind.Accept ? offeredTo : step.Act.ToUserId, step.After.OwnerId);
                    Assert.True(step.Act.Kind == HandoffActKind.Assign || step.Act.UserId == offeredTo, Text(step));
                }

                (owner, offeredTo) = (step.After.OwnerId, step.After.ReceiverId);
            }
        });
    });

    [Fact]
    public void Clocks_run_in_the_working_time_of_whoever_has_to_act() => Sample(world => world.Play((facts, steps) =>
    {
        foreach (var after in steps.Select(s => s.After).Where(h => h.DueAtMs is not null))
        {
            var (time, minutes) = after.Phase switch
            {
                HandoffPhase.Incomplete or HandoffPhase.Returned => (facts.GiverTime, world.Rule.Times.Mend),
                HandoffPhase.Offered => (TimeOf(after), world.Rule.Times.Accept),
                HandoffPhase.Accepted => (TimeOf(after), after.IsLate ? 2 * world.Rule.Times.Work : world.Rule.Times.Work),
                _ => (facts.PortalTime, world.Rule.Times.Head),
            };
            Assert.Equal(minutes, time.WorkingMinutesBetween(Of(after.SinceMs), Of(after.DueAtMs!.Value)));

            // It ends at a moment of work, not in the night after it.
            Assert.Equal(1, time.WorkingSecondsBetween(Of(after.DueAtMs.Value - 1000), Of(after.DueAtMs.Value)));
            if (after.RemindAtMs is { } remind)
            {
                Assert.Equal(world.Rule.Times.RemindBefore!.Value, time.WorkingMinutesBetween(Of(remind), Of(after.DueAtMs.Value)));
            }
        }

        WorkingTimeCalculator TimeOf(Handoff after) => facts.Receivers.FirstOrDefault(r => r.UserId == after.ReceiverId)?.Time ?? facts.PortalTime;
    }));

    [Fact]
    public void Every_handoff_ends_whoever_does_nothing() => Sample(world =>
    {
        var handoff = world.Play((_, _) => { });
        var minute = 30 * 24 * 60;
        for (var looks = 0; !handoff.IsOver; looks++)
        {
            Assert.True(looks < 60, $"{handoff} does not end");
            minute = Math.Max(minute, (int)((handoff.DueAtMs!.Value - Monday) / Minute) + 1);
            handoff = Last(HandoffDecision.Decide(world.Rule, world.FactsAt(minute, handoff))) ?? handoff;
        }

        Assert.Null(handoff.DueAtMs);
        Assert.Empty(HandoffDecision.Decide(world.Rule, world.FactsAt(minute + 100_000, handoff)));
    });

    [Fact]
    public void An_act_counts_as_of_its_moment_however_late_it_is_looked_at() => Sample(world =>
    {
        // Where nothing depends on who is free at the moment of looking, one look at the end tells the same as many.
        var first = HandoffDecision.Decide(world.Rule, world.FactsAt(0, null));
        if (first is not [{ After: { Phase: HandoffPhase.Offered } offered }] || world.Rule.AfterExpiry == HandoffExpiry.NextReceiver)
        {
            return;
        }

        var acts = world.Acts.Where(a => a.Kind != HandoffActKind.Mend).ToArray();
        var (often, late) = (offered, offered);
        var alone = world with { Acts = acts, People = [.. world.People.Select(p => p with { Absences = [] })] };
        foreach (var minute in alone.Looks.Append(31 * 24 * 60))
        {
            often = Last(HandoffDecision.Decide(alone.Rule, alone.FactsAt(minute, often))) ?? often;
        }

        late = Last(HandoffDecision.Decide(alone.Rule, alone.FactsAt(31 * 24 * 60, late))) ?? late;
        Assert.Equal((often.Phase, often.SinceMs, often.ReceiverId, often.Returns, often.IsLate, often.ActsSeen), (late.Phase, late.SinceMs, late.ReceiverId, late.Returns, late.IsLate, late.ActsSeen));
    });

    private static void Sample(Action<World> law) => Worlds.Sample(law, iter: 2_000);

    private static Handoff? Last(IReadOnlyList<HandoffStep> steps) => steps is [.., var last] ? last.After : null;

    private static string Text(HandoffStep step) => $"{step.Reason} {step.Act} {step.After with { Asked = [] }} {string.Join(',', step.After.Asked)}";

    private static Instant At(int minute) => Of(Monday + (minute * Minute));

    private static Instant Of(long ms) => Instant.FromUnixTimeMilliseconds(ms);

    private static WorkingTimeCalculator Time(IEnumerable<Interval> absences) => new(WorkSchedule.FiveDayWeek, ProductionCalendar.Russia, Moscow, absences);

    private sealed record Receiver(Interval[] Absences, int Open, int Limit)
    {
        public WorkingTimeCalculator Time { get; } = Time(Absences);
    }

    private sealed record World(HandoffRule Rule, Receiver[] People, HandoffAct[] Acts, int CompleteAtMinute, bool ByLoad, long? PreferredId, int[] Looks)
    {
        /// <summary>What is known at a minute; receivers have the ids from 2 on.</summary>
        public HandoffFacts FactsAt(int minute, Handoff? current)
        {
            var now = Monday + (minute * Minute);
            var receivers = People.Select((person, index) => new HandoffReceiver(
                index + 2, person.Absences.Any(a => a.Contains(Of(now))), person.Open, person.Limit, index * 1000, person.Time)).ToList();
            return new HandoffFacts(
                now, Giver, Monday, minute < CompleteAtMinute ? ["phone"] : [], receivers, PreferredId, ByLoad, PortalTime, PortalTime,
                [.. Acts.Where(a => a.AtMs <= now)], current);
        }

        /// <summary>Looks at each of the moments and applies what is decided.</summary>
        public Handoff Play(Action<HandoffFacts, IReadOnlyList<HandoffStep>> look)
        {
            Handoff? current = null;
            foreach (var minute in Looks.Prepend(0))
            {
                var facts = FactsAt(minute, current);
                var steps = HandoffDecision.Decide(Rule, facts);
                look(facts, steps);
                current = Last(steps) ?? current;
            }

            return current!;
        }
    }
}
