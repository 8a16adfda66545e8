using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Rules.Documents;
using static Bitrix24Addon.Tests.Norms.GivenFacts;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>Given facts, when a norm judges, then outcome, reason, arithmetic and effects.</summary>
public sealed class NormDecisionTests
{
    [Theory]
    [InlineData(24, NormOutcome.Below)]
    [InlineData(25, NormOutcome.Met)]
    [InlineData(26, NormOutcome.Met)]
    public void A_full_day_asks_for_the_whole_target(int calls, NormOutcome outcome)
    {
        var decision = NormDecision.Decide(Norm(), Calls(calls));

        Assert.Equal((outcome, NormReason.None), (decision.Outcome, decision.Reason));
        Assert.Equal(new NormArithmetic(calls, 25, 25, 28800, 28800, 0, true), decision.Arithmetic);
        Assert.Equal(calls, decision.Evidence.Count);
        Assert.Equal(outcome == NormOutcome.Below ? 1 : 0, decision.Effects.Count);
    }

    [Fact]
    public void Half_a_day_asks_for_half_and_nothing_is_rounded_before_it_is_compared()
    {
        var (twelve, thirteen) = (Calls(12).Absent(9, 13), Calls(13).Absent(9, 13));

        Assert.Equal(NormOutcome.Below, NormDecision.Decide(Norm(), twelve).Outcome);
        Assert.Equal(NormOutcome.Met, NormDecision.Decide(Norm(), thirteen).Outcome);
        Assert.Equal(new NormArithmetic(12, 13, 25, 14400, 28800, 14400, true), NormDecision.Decide(Norm(), twelve).Arithmetic);
    }

    [Fact]
    public void Absences_and_pauses_that_overlap_are_taken_off_once_and_breaks_not_at_all()
    {
        var facts = Calls(25).Absent(12, 14.5).Absent(12.5, 15, ExclusionKind.Pause).Absent(20, 23);

        var decision = NormDecision.Decide(Norm(), facts);

        // 12–13 and 14–15 of the eight hours.
        Assert.Equal((6 * 3600L, 2 * 3600L), (decision.Arithmetic.AvailableSeconds, decision.Arithmetic.ExcludedSeconds));
        Assert.Equal(19, decision.Arithmetic.Required);
    }

    [Fact]
    public void Who_plans_half_the_hours_of_the_scope_does_half() =>
        Assert.Equal(
            (NormOutcome.Met, 13m),
            NormDecision.Decide(Norm(), Calls(13) with { Planned = [new TimeStretch(9 * Hour, 13 * Hour)] }) is var decision
                ? (decision.Outcome, decision.Arithmetic.Required!.Value)
                : default);

    [Fact]
    public void Nobody_is_judged_while_absences_are_unread_and_where_they_cannot_be_told_the_arithmetic_says_so()
    {
        var unread = NormDecision.Decide(Norm(), Calls(3) with { Absences = AbsenceKnowledge.Unread });
        var untold = NormDecision.Decide(Norm(), Calls(3) with { Absences = AbsenceKnowledge.Untold });

        Assert.Equal((NormOutcome.NoVerdict, NormReason.AbsencesUnread), (unread.Outcome, unread.Reason));
        Assert.Empty(unread.Effects);
        Assert.Equal((NormOutcome.Below, NormReason.None), (untold.Outcome, untold.Reason));
        Assert.Equal(NormDecision.Decide(Norm(), Calls(3)).Arithmetic with { IsWithoutAbsences = true }, untold.Arithmetic);
        Assert.Contains("Absences are not known", Assert.IsType<CreateTask>(Assert.Single(untold.Effects)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_ground_to_judge_on_there_is_no_verdict_and_no_effect()
    {
        var cases = new (NormFacts Facts, NormReason Reason)[]
        {
            (Calls(0) with { NowMs = (24 * Hour) - 1 }, NormReason.DayNotOver),
            (Calls(0) with { Target = null }, NormReason.NotInScope),
            (Calls(0) with { StandardSeconds = 0 }, NormReason.StandardZero),
            (Calls(0) with { Planned = [] }, NormReason.NothingPlanned),
            (Calls(0).Absent(0, 24), NormReason.AbsentAllDay),
            (Calls(0) with { IsFigureKnown = false }, NormReason.FigureUnknown),
        };

        foreach (var (facts, reason) in cases)
        {
            var decision = NormDecision.Decide(Norm(), facts);
            Assert.Equal((NormOutcome.NoVerdict, reason), (decision.Outcome, decision.Reason));
            Assert.Null(decision.Arithmetic.Required);
            Assert.Empty(decision.Effects);
        }

        Assert.Equal(NormReason.NoCases, NormDecision.Decide(Norm("call_quality"), Values().WithTarget(4)).Reason);
        Assert.Equal(NormReason.NoCases, NormDecision.Decide(Norm("first_action_minutes"), Values().WithTarget(30)).Reason);
    }

    [Fact]
    public void An_unknown_figure_is_not_shown_as_nothing() =>
        Assert.Null(NormDecision.Decide(Norm(), Calls(3) with { IsFigureKnown = false }).Arithmetic.Actual);

    [Theory]
    [InlineData("missed_calls", 2, NormOutcome.Met)]
    [InlineData("missed_calls", 3, NormOutcome.Below)]
    [InlineData("tasks_overdue", 3, NormOutcome.Below)]
    public void Less_is_better_is_an_upper_bound_that_an_absence_does_not_lower(string metric, int count, NormOutcome outcome)
    {
        var decision = NormDecision.Decide(Norm(metric), Calls(count).WithTarget(2).Absent(9, 13));

        Assert.Equal(outcome, decision.Outcome);
        Assert.Equal((2m, false), (decision.Arithmetic.Required!.Value, decision.Arithmetic.IsProrated));
    }

    [Fact]
    public void A_mean_is_compared_exactly_and_not_prorated()
    {
        // 3 votes with a sum of 13 are 4.3333…, shown as 4.3333 and below 4.33333333.
        var votes = Values(4, 4, 5).Absent(9, 13);

        Assert.Equal(NormOutcome.Met, NormDecision.Decide(Norm("call_quality"), votes.WithTarget(4.3333m)).Outcome);
        Assert.Equal(NormOutcome.Below, NormDecision.Decide(Norm("call_quality"), votes.WithTarget(4.33333334m)).Outcome);
        Assert.Equal(4.3333m, NormDecision.Decide(Norm("call_quality"), votes.WithTarget(4)).Arithmetic.Actual);
    }

    [Fact]
    public void A_median_is_that_of_the_persons_cases_of_the_day()
    {
        var minutes = Values(90, 10, 20, 31);

        Assert.Equal(25.5m, NormDecision.Decide(Norm("first_action_minutes"), minutes.WithTarget(25.5m)).Arithmetic.Actual);
        Assert.Equal(NormOutcome.Met, NormDecision.Decide(Norm("first_action_minutes"), minutes.WithTarget(25.5m)).Outcome);
        Assert.Equal(NormOutcome.Below, NormDecision.Decide(Norm("first_action_minutes"), minutes.WithTarget(25.4m)).Outcome);
    }

    [Fact]
    public void Money_is_asked_for_in_major_units()
    {
        var decision = NormDecision.Decide(Norm("won_sum"), Values(100_050, 49_949).WithTarget(1500m));

        Assert.Equal(NormOutcome.Below, decision.Outcome);
        Assert.Equal((1499.99m, 1500m), (decision.Arithmetic.Actual!.Value, decision.Arithmetic.Required!.Value));
    }

    [Fact]
    public void The_task_says_what_was_required_how_it_was_counted_and_on_which_records_it_rests()
    {
        var facts = Calls(2).Absent(9, 13) with { Contributions = [new NormContribution(1, new FactReference(FactKind.Deal, 55, 4))] };
        var rule = Norm() with { Name = new RuleName("[b]Звонки[/b]", "[url=evil]Calls[/url]") };

        var task = Assert.IsType<CreateTask>(Assert.Single(NormDecision.Decide(rule, facts).Effects));

        Assert.Equal(("norm:calls:3:7:19700101", "user:7", 7L, 42 * Hour), (task.Key, task.Subject, task.ResponsibleId, task.DeadlineAtMs));
        Assert.Contains("Actual 1, required 13: norm 25 × time available 4:00:00 ÷ full day 8:00:00", task.Description, StringComparison.Ordinal);
        Assert.Contains("[URL=https://example.bitrix24.ru/crm/deal/details/55/]", task.Description, StringComparison.Ordinal);
        Assert.Contains("automatically", task.Description, StringComparison.Ordinal);
        Assert.Contains("(url=evil)Calls(/url)", task.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("[url=evil]", task.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void On_dry_run_or_when_the_rule_wants_none_there_is_no_task()
    {
        Assert.Empty(NormDecision.Decide(Norm() with { DryRun = true }, Calls(0)).Effects);
        Assert.Empty(NormDecision.Decide(Norm() with { BelowNorm = new BelowNorm { Task = false } }, Calls(0)).Effects);
        Assert.Single(NormDecision.Decide(Norm(), Calls(0)).Effects);
    }
}
