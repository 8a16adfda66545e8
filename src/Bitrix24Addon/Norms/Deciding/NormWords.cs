using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Rules.Documents;
using NodaTime;

namespace Bitrix24Addon.Norms.Deciding;

/// <summary>A verdict in words, for tasks, messages and the screen.</summary>
public static class NormWords
{
    // What a metric counts, where the language has a short word for it.
    private static readonly (string Prefix, string Noun)[] Nouns =
    [
        ("calls_", "calls"), ("meetings", "meetings"), ("presentations", "presentations"), ("proposals_", "proposals"), ("leads_", "leads"), ("deals_", "deals"),
        ("tasks_", "tasks"),
    ];

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

    /// <summary>So much is left to do: <c>7 more calls</c>.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="left">In the rule's unit, more than nothing.</param>
    /// <param name="texts">The language.</param>
    public static string Left(Metric metric, decimal left, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(texts);
        if (metric.Unit == MetricUnit.Seconds)
        {
            return texts.Get("Norms.left", texts.HoursAndMinutes((long)decimal.Ceiling(left / 60) * 60));
        }

        var rest = metric.Unit == MetricUnit.Count ? decimal.Ceiling(left) : left;
        return metric.Unit == MetricUnit.Count && Nouns.FirstOrDefault(n => metric.Code.StartsWith(n.Prefix, StringComparison.Ordinal)).Noun is { } noun
            ? texts.Count($"Norms.left_{noun}", (long)rest)
            : texts.Get("Norms.left", metric.InWords(rest, texts));
    }

    /// <summary>Days, those that follow each other as one stretch: <c>3 March 2025, 5 March 2025 – 7 March 2025</c>.</summary>
    /// <param name="days">yyyymmdd, in order.</param>
    /// <param name="texts">The language.</param>
    public static string Days(IEnumerable<int> days, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(texts);
        var stretches = new List<(LocalDate First, LocalDate Last)>();
        foreach (var date in days.Select(PortalDays.ToDate))
        {
            if (stretches is [.., var before] && before.Last.PlusDays(1) == date)
            {
                stretches[^1] = before with { Last = date };
            }
            else
            {
                stretches.Add((date, date));
            }
        }

        return string.Join(", ", stretches.Select(s => s.First == s.Last ? texts.Date(s.First) : $"{texts.Date(s.First)} – {texts.Date(s.Last)}"));
    }

    /// <summary>Actual beside required, and how required came about.</summary>
    internal static string Arithmetic(Metric metric, Decision decision, Texts texts)
    {
        var counted = decision.Arithmetic;
        var (actual, required, target) = (metric.InWords(counted.Actual, texts), metric.InWords(counted.Required, texts), metric.InWords(counted.Target, texts));
        return counted.IsProrated
            ? texts.Get("Norms.arithmetic_prorated", actual, required, target, texts.HoursMinutesSeconds(counted.AvailableSeconds), texts.HoursMinutesSeconds(counted.StandardSeconds))
            : texts.Get("Norms.arithmetic", actual, required);
    }

    /// <summary>Which target was chosen, and what was taken off the person's time.</summary>
    internal static IEnumerable<string> Explanations(Decision decision, Texts texts, IReadOnlyDictionary<long, string>? departments = null)
    {
        if (decision.Target is { } target)
        {
            yield return Scope(target.Scope, texts, departments);
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

    /// <summary>How a decision came about, a sentence each; of no decision, why there is none.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="texts">The language.</param>
    /// <param name="departments">Names of departments.</param>
    public static IReadOnlyList<string> Explain(Metric metric, Decision decision, Texts texts, IReadOnlyDictionary<long, string> departments)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return decision.Outcome == NormOutcome.NoVerdict
            ? [Outcome(decision.Outcome, decision.Reason, texts)]
            : [Arithmetic(metric, decision, texts), .. Explanations(decision, texts, departments)];
    }

    private static string Scope(NormScope scope, Texts texts, IReadOnlyDictionary<long, string>? departments) => scope switch
    {
        { UserId: not null } => texts.Get("Norms.scope_user"),
        { DepartmentId: { } department } when departments?.GetValueOrDefault(department) is { } name => texts.Get("Norms.scope_department_named", name),
        { DepartmentId: { } department } => texts.Get("Norms.scope_department", department),
        { Tier: { } tier } => texts.Get("Norms.scope_tier", texts.Get($"Norms.tier_{CodeOf(tier)}")),
        _ => texts.Get("Norms.scope_everyone"),
    };
}
