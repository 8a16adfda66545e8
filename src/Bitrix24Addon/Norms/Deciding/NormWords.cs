using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Norms.Deciding;

/// <summary>A verdict in words, for tasks, messages and the screen.</summary>
public static class NormWords
{
    /// <summary>The stable code of an outcome or reason: <c>noVerdict</c>, <c>absentAllDay</c>.</summary>
    /// <param name="value">The outcome or reason.</param>
    public static string CodeOf(Enum value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>An outcome, or why there is none.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="texts">The language.</param>
    public static string Outcome(NormOutcome outcome, NormReason reason, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return reason == NormReason.None ? texts.Get($"Norms.outcome_{CodeOf(outcome)}") : texts.Get($"Norms.reason_{CodeOf(reason)}");
    }

    /// <summary>An amount of a metric: durations as hours, minutes and seconds, other amounts as numbers; a dash for none.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="amount">The amount in the rule's unit.</param>
    /// <param name="texts">The language.</param>
    public static string Amount(Metric metric, decimal? amount, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(texts);
        return amount is not { } known ? "–"
            : metric.Unit == MetricUnit.Seconds ? texts.HoursMinutesSeconds((long)known)
            : known.ToString("#,0.####", texts.Culture);
    }

    /// <summary>Actual beside required, and how required came about.</summary>
    internal static string Arithmetic(Metric metric, Decision decision, Texts texts)
    {
        var counted = decision.Arithmetic;
        var (actual, required, target) = (Amount(metric, counted.Actual, texts), Amount(metric, counted.Required, texts), Amount(metric, counted.Target, texts));
        return counted.IsProrated
            ? texts.Get("Norms.arithmetic_prorated", actual, required, target, texts.HoursMinutesSeconds(counted.AvailableSeconds), texts.HoursMinutesSeconds(counted.StandardSeconds))
            : texts.Get("Norms.arithmetic", actual, required);
    }

    /// <summary>Which target was chosen, and what was taken off the person's time.</summary>
    internal static IEnumerable<string> Explanations(Decision decision, Texts texts)
    {
        if (decision.Target is { } target)
        {
            yield return Scope(target.Scope, texts);
        }

        if (decision.Arithmetic.ExcludedSeconds > 0)
        {
            yield return texts.Get("Norms.excluded", texts.HoursMinutesSeconds(decision.Arithmetic.ExcludedSeconds));
        }

        if (decision.Arithmetic.IsWithoutAbsences)
        {
            yield return texts.Get("Norms.without_absences");
        }
    }

    private static string Scope(NormScope scope, Texts texts) => scope switch
    {
        { UserId: not null } => texts.Get("Norms.scope_user"),
        { DepartmentId: { } department } => texts.Get("Norms.scope_department", department),
        { Tier: { } tier } => texts.Get("Norms.scope_tier", texts.Get($"Norms.tier_{CodeOf(tier)}")),
        _ => texts.Get("Norms.scope_everyone"),
    };
}
