using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.WorkingTime;
using NodaTime;

namespace Bitrix24Addon.Norms.Deciding;

/// <summary>
/// Judges a person and day by a norm. The daily close, the what-if and the replay all call this one function: it sees no clock and no
/// database, and the same rule and facts give the same decision.
/// </summary>
public static class NormDecision
{
    /// <summary>Judges.</summary>
    /// <param name="rule">The norm.</param>
    /// <param name="facts">What is known.</param>
    public static Decision Decide(NormRule rule, NormFacts facts)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(facts);
        var metric = MetricCatalogue.ByCode[rule.Metric];
        var planned = Planned(facts, long.MinValue);
        var availableSeconds = AvailableSeconds(facts, long.MinValue);
        var actual = facts.IsFigureKnown ? Amount.Of(metric, facts.Contributions.Select(c => c.Value)) : null;
        var arithmetic = new NormArithmetic(
            actual?.Displayed, null, facts.Target?.PerDay, availableSeconds, facts.StandardSeconds, Seconds(planned) - availableSeconds, metric.IsProrated,
            facts.Absences != AbsenceKnowledge.Known, !facts.IsCalendarKnown);
        var (outcome, reason) = Judge(metric, facts, actual, planned.Count, availableSeconds);
        if (outcome != NormOutcome.NoVerdict)
        {
            arithmetic = arithmetic with { Required = Required(metric, facts.Target!.PerDay, availableSeconds, facts.StandardSeconds) };
        }

        var decision = new Decision(
            outcome, reason, arithmetic, facts.Target, facts.Exclusions,
            [.. facts.Contributions.Select(c => c.Fact).OfType<FactReference>().Distinct().OrderBy(f => f.Kind).ThenBy(f => f.Id)], []);

        // Nobody is sent a task for a day that may turn out to have been a day off; the verdict says what it rests on.
        return outcome == NormOutcome.Below && facts.IsCalendarKnown && rule is { DryRun: false, BelowNorm.Task: true }
            ? decision with { Effects = [NormTask.Of(rule, facts, decision)] }
            : decision;
    }

    /// <summary>What a person has of his planned time from a moment on, less exclusions, in seconds.</summary>
    /// <param name="facts">His day.</param>
    /// <param name="fromMs">Unix milliseconds.</param>
    public static long AvailableSeconds(NormFacts facts, long fromMs)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Seconds(Intervals.Subtract(Planned(facts, fromMs), Intervals.Union(facts.Exclusions.Select(e => Interval(e.FromMs, e.ToMs)))));
    }

    private static List<Interval> Planned(NormFacts facts, long fromMs) =>
        [.. facts.Planned.Where(s => s.ToMs > fromMs).Select(s => Interval(Math.Max(s.FromMs, fromMs), s.ToMs))];

    private static (NormOutcome, NormReason) Judge(Metric metric, NormFacts facts, Amount? actual, int plannedStretches, long availableSeconds)
    {
        NormReason? none = facts switch
        {
            _ when facts.NowMs < facts.DayEndMs => NormReason.DayNotOver,
            { Target: null } => NormReason.NotInScope,
            { StandardSeconds: 0 } => NormReason.StandardZero,
            _ when plannedStretches == 0 => NormReason.NothingPlanned,
            _ when availableSeconds == 0 => NormReason.AbsentAllDay,
            { IsFigureKnown: false } => NormReason.FigureUnknown,
            { Absences: AbsenceKnowledge.Unread } => NormReason.AbsencesUnread,
            _ when actual is null => NormReason.NoCases,
            _ => null,
        };
        return none is { } reason
            ? (NormOutcome.NoVerdict, reason)
            : (IsMet(metric, actual!, facts.Target!.PerDay, availableSeconds, facts.StandardSeconds) ? NormOutcome.Met : NormOutcome.Below, NormReason.None);
    }

    /// <summary>Multiplied out instead of divided, so that nothing is rounded.</summary>
    private static bool IsMet(Metric metric, Amount actual, decimal target, long availableSeconds, long standardSeconds)
    {
        var (available, standard) = metric.IsProrated ? (availableSeconds, standardSeconds) : (1, 1);
        var (did, wanted) = (actual.Sum * standard, target * actual.Cases * available);
        return metric.LowerIsBetter ? did <= wanted : did >= wanted;
    }

    private static decimal Required(Metric metric, decimal target, long availableSeconds, long standardSeconds) => metric.IsProrated
        ? decimal.Round(target * availableSeconds / standardSeconds, metric.Unit == MetricUnit.Money ? 2 : 0, MidpointRounding.AwayFromZero)
        : target;

    private static Interval Interval(long fromMs, long toMs) => new(Instant.FromUnixTimeMilliseconds(fromMs), Instant.FromUnixTimeMilliseconds(toMs));

    private static long Seconds(IEnumerable<Interval> stretches) => (long)Intervals.Total(stretches).TotalSeconds;

    /// <summary>What a person did, as a fraction: a mean is its sum over its cases, everything else is over 1.</summary>
    private sealed record Amount(decimal Sum, decimal Cases)
    {
        public decimal Displayed => Cases == 1 ? Sum : decimal.Round(Sum / Cases, 4);

        /// <summary>By the metric's own rule; null without a case where there is no value without one.</summary>
        public static Amount? Of(Metric metric, IEnumerable<long> values)
        {
            var cases = values.Order().ToList();
            var unit = metric.Unit == MetricUnit.Money ? 100m : 1m;
            return metric.Total switch
            {
                MetricTotal.Mean => cases.Count == 0 ? null : new Amount(cases.Sum() / unit, cases.Count),
                MetricTotal.Median => cases.Count == 0 ? null : new Amount((cases[(cases.Count - 1) / 2] + cases[cases.Count / 2]) / 2m / unit, 1),
                _ => new Amount(cases.Sum() / unit, 1),
            };
        }
    }
}
