using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Norms;

/// <summary>Where a person stands with a norm in a period.</summary>
/// <param name="UserId">The person.</param>
/// <param name="Rule">The norm as it is in force at the end of the period.</param>
/// <param name="Days">His days, oldest first.</param>
public sealed record NormStanding(long UserId, NormRule Rule, IReadOnlyList<NormDay> Days)
{
    private IEnumerable<NormDay> Judged => Days.Where(d => d.Outcome != NormOutcome.NoVerdict);

    // What was done on a day off helps the days that ask for something; what cannot be told of a day must not stand against the rest.
    private List<NormDay> Counted =>
        !Judged.Any() ? [] : !Metric.IsProrated ? [Judged.Last()] : [.. Days.Where(d => d.Done is not null && (d.Outcome != NormOutcome.NoVerdict || d.IsFree))];

    /// <summary>
    /// What was required over the days that were judged, a day that lasts in full: their sum; of what is not prorated, such as a mean, an upper bound or a time, that
    /// of the last of them. Null without one.
    /// </summary>
    public decimal? Required => !Judged.Any() ? null : Metric.IsProrated ? Judged.Sum(d => d.Required) : Judged.Last().Required;

    /// <summary><see cref="Required"/> counts a day that lasts: there is time for it until the day ends.</summary>
    public bool HasUntilEndOfDay => Judged.LastOrDefault() is { IsSoFar: true, IsOver: false };

    /// <summary>
    /// What he did on the days that were judged, and on those on which nothing was required; where nothing is added up, on the last that was
    /// judged. Null without one.
    /// </summary>
    public decimal? Done => Counted is [] ? null : Counted.Sum(d => d.Done);

    /// <summary>The first day that <see cref="Done"/> counts, yyyymmdd.</summary>
    public int? FromDay => Counted.FirstOrDefault()?.Day;

    /// <summary>The last day that <see cref="Done"/> counts, yyyymmdd.</summary>
    public int? ToDay => Counted.LastOrDefault()?.Day;

    /// <summary>Days that neither <see cref="Done"/> nor <see cref="Required"/> counts, because something is not known of them, yyyymmdd.</summary>
    public IReadOnlyList<int> LeftOutDays => Metric.IsProrated && Judged.Any() ? [.. Days.Except(Counted).Select(d => d.Day)] : [];

    /// <summary>On how many days he met the norm, today included once nothing can undo it; a day that is over counts when it is closed.</summary>
    public int Met => Judged.Count(d => d is { Outcome: NormOutcome.Met, IsSoFar: false } || IsMetBeforeItsEnd(d));

    /// <summary>On how many days that are over he was below it.</summary>
    public int Below => Judged.Count(d => d is { Outcome: NormOutcome.Below, IsSoFar: false });

    /// <summary>On how many days nothing can be said.</summary>
    public int Without => Days.Count(d => d.Outcome == NormOutcome.NoVerdict);

    private bool IsMetBeforeItsEnd(NormDay day) => day is { Outcome: NormOutcome.Met, IsSoFar: true, IsOver: false } && !Metric.LowerIsBetter;

    private Metric Metric => MetricCatalogue.ByCode[Rule.Metric];

    /// <summary>What came of the only day; of several, on how many of those it was met of which it is known for good. A day that lasts is no day missed.</summary>
    /// <param name="texts">The language.</param>
    public string InWords(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Days is [_] || Met + Below == 0 ? OutcomeInWords(Days[^1], texts) : texts.Count(Judged.Any(IsMetBeforeItsEnd) ? "Norms.days_met_today" : "Norms.days_met", Met + Below, Met);
    }

    /// <summary>Which days are left out of the sum; null for none.</summary>
    /// <param name="texts">The language.</param>
    public string? LeftOutInWords(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return LeftOutDays is [] ? null : texts.Get("Norms.days_left_out", Rule.Name.In(texts), NormWords.Days(LeftOutDays, texts));
    }

    /// <summary>What came of a day, or how it stands.</summary>
    /// <param name="day">One of <see cref="Days"/>.</param>
    /// <param name="texts">The language.</param>
    public string OutcomeInWords(NormDay day, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(day);
        ArgumentNullException.ThrowIfNull(texts);
        return (day.IsSoFar, Metric.LowerIsBetter, day.Outcome) switch
        {
            (true, _, not NormOutcome.NoVerdict) when day.IsOver => texts.Get("Norms.outcome_not_closed"),
            (true, false, NormOutcome.Below) => texts.Get("Norms.outcome_under_way"),
            (true, true, NormOutcome.Met) => texts.Get("Norms.outcome_within_so_far"),
            _ => NormWords.Outcome(day.Outcome, day.Reason, texts),
        };
    }

    /// <summary>What is left to do on a day that lasts, and the working time left for it; null when nothing is, or nothing can be added up.</summary>
    /// <param name="day">One of <see cref="Days"/>.</param>
    /// <param name="texts">The language.</param>
    public string? PaceInWords(NormDay day, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(day);
        ArgumentNullException.ThrowIfNull(texts);
        var left = day.Required - day.Done ?? 0;
        if (!Metric.IsProrated || day is not { IsSoFar: true, IsOver: false, Outcome: NormOutcome.Below } || left <= 0)
        {
            return null;
        }

        var rest = NormWords.Left(Metric, left, texts);
        return day.LeftSeconds > 0
            ? texts.Get("Norms.pace", rest, texts.HoursAndMinutes(day.LeftSeconds))
            : texts.Get("Norms.pace_after_hours", rest);
    }
}

/// <summary>A person's day by a norm.</summary>
/// <param name="Day">yyyymmdd.</param>
/// <param name="Outcome">What came of it; of a day that lasts, what would come of it if it ended now.</param>
/// <param name="Reason">Why nothing can be said.</param>
/// <param name="Done">What he did; null when it cannot be told.</param>
/// <param name="Required">What is required, rounded for display; null without a verdict.</param>
/// <param name="IsSoFar">The day is not closed yet.</param>
/// <param name="IsDry">The norm was on dry run: nothing follows.</param>
/// <param name="IsWithoutAbsences">Absences cannot be told, so none, or not all, are taken off.</param>
/// <param name="LeftSeconds">Working time he has left on it; 0 when it is closed.</param>
/// <param name="AvailableSeconds">Working time he has on it altogether.</param>
/// <param name="IsBehind">He did less than the working time that is over asked for: the rest would have to go quicker.</param>
public sealed record NormDay(
    int Day, NormOutcome Outcome, NormReason Reason, decimal? Done, decimal? Required, bool IsSoFar, bool IsDry, bool IsWithoutAbsences,
    long LeftSeconds, long AvailableSeconds, bool IsBehind)
{
    /// <summary>It is over, though it may not be closed yet.</summary>
    public bool IsOver { get; init; }

    /// <summary>Nothing was required on it, and that is known.</summary>
    internal bool IsFree => Reason is NormReason.NotInScope or NormReason.StandardZero or NormReason.NothingPlanned or NormReason.AbsentAllDay;

    /// <summary>A closed day.</summary>
    internal static NormDay Closed(int day, string outcome, string reason, bool isDry, NormArithmetic counted) => new(
        day, Enum.Parse<NormOutcome>(outcome, ignoreCase: true), reason.Length == 0 ? NormReason.None : Enum.Parse<NormReason>(reason, ignoreCase: true),
        counted.Actual, counted.Required, IsSoFar: false, isDry, counted.IsWithoutAbsences, 0, counted.AvailableSeconds, IsBehind: false) { IsOver = true };

    /// <summary>A day that is not closed.</summary>
    internal static NormDay SoFar(Judged judged, long nowMs)
    {
        var (facts, counted) = (judged.Facts, judged.Decision.Arithmetic);
        var left = NormDecision.AvailableSeconds(facts, nowMs);
        var isBehind = judged.Decision.Outcome == NormOutcome.Below && counted.IsProrated
            && counted.Actual * counted.AvailableSeconds < counted.Required * (counted.AvailableSeconds - left);
        return new NormDay(
            facts.Day, judged.Decision.Outcome, judged.Decision.Reason, counted.Actual, counted.Required, IsSoFar: true, judged.Rule.DryRun,
            counted.IsWithoutAbsences, left, counted.AvailableSeconds, isBehind) { IsOver = facts.DayEndMs <= nowMs };
    }
}
