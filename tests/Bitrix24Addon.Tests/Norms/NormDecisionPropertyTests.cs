using Bitrix24Addon.Norms.Deciding;
using CsCheck;
using static Bitrix24Addon.Tests.Norms.GivenFacts;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>Laws that hold for any norm, day and absences.</summary>
public sealed class NormDecisionPropertyTests
{
    private static readonly Gen<Exclusion> Absence = Gen.Select(
        Gen.Int[0, 24 * 60], Gen.Int[0, 8 * 60],
        (from, minutes) => new Exclusion(ExclusionKind.Absence, from * 60_000L, (from + minutes) * 60_000L, new FactReference(Bitrix24Addon.Facts.FactKind.Absence, 1, 1)));

    private static readonly Gen<NormFacts> Days = Gen.Select(
        Gen.Int[0, 60], Gen.Int[1, 400], Absence.Array[0, 4], Gen.Int[1, 12],
        (calls, tenths, absences, hours) => Calls(calls).WithTarget(tenths / 10m) with { Exclusions = absences, StandardSeconds = hours * 3600 });

    [Fact]
    public void Met_and_below_are_decided_as_by_exact_fractions() => Days.Sample(facts =>
    {
        var minutes = Enumerable.Range(0, 24 * 60).LongCount(minute => facts.Planned.Any(p => Holds(p.FromMs, p.ToMs, minute)) && !facts.Exclusions.Any(e => Holds(e.FromMs, e.ToMs, minute)));
        var decision = NormDecision.Decide(Norm(), facts);

        Assert.Equal(minutes * 60, decision.Arithmetic.AvailableSeconds);
        var did = facts.Contributions.Count * 10 * (Int128)facts.StandardSeconds;
        var wanted = (Int128)(facts.Target!.PerDay * 10) * minutes * 60;
        Assert.Equal(minutes == 0 ? NormOutcome.NoVerdict : did >= wanted ? NormOutcome.Met : NormOutcome.Below, decision.Outcome);
    });

    [Fact]
    public void One_call_more_never_harms_and_one_absence_more_never_asks_for_more() => Gen.Select(Days, Absence).Sample((facts, absence) =>
    {
        var decision = NormDecision.Decide(Norm(), facts);
        var more = NormDecision.Decide(Norm(), facts with { Contributions = [.. facts.Contributions, new NormContribution(1, new FactReference(Bitrix24Addon.Facts.FactKind.Call, 999, 1))] });
        var away = NormDecision.Decide(Norm(), facts with { Exclusions = [.. facts.Exclusions, absence] });

        Assert.False(decision.Outcome == NormOutcome.Met && more.Outcome != NormOutcome.Met);
        Assert.True(away.Arithmetic.AvailableSeconds <= decision.Arithmetic.AvailableSeconds);
        Assert.False(decision.Outcome == NormOutcome.Met && away.Outcome == NormOutcome.Below);
    });

    [Fact]
    public void Order_and_repetition_of_absences_do_not_matter_and_only_below_the_norm_has_effects() => Days.Sample(facts =>
    {
        var decision = NormDecision.Decide(Norm(), facts);
        var turned = NormDecision.Decide(Norm(), facts with { Exclusions = [.. facts.Exclusions.Reverse(), .. facts.Exclusions] });

        Assert.Equal((decision.Outcome, decision.Arithmetic), (turned.Outcome, turned.Arithmetic));
        Assert.Equal(decision.Outcome == NormOutcome.Below ? 1 : 0, decision.Effects.Count);
    });

    private static bool Holds(long fromMs, long toMs, int minute) => minute * 60_000L >= fromMs && minute * 60_000L < toMs;
}
