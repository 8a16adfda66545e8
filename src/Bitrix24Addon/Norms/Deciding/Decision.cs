using System.Text.Json.Serialization;
using Bitrix24Addon.Effects;

namespace Bitrix24Addon.Norms.Deciding;

/// <summary>What came of judging a person by a norm.</summary>
public enum NormOutcome
{
    /// <summary>The norm is met.</summary>
    Met,

    /// <summary>The norm is not met.</summary>
    Below,

    /// <summary>Nothing can be said; <see cref="NormReason"/> says why.</summary>
    NoVerdict,
}

/// <summary>Why there is no verdict.</summary>
public enum NormReason
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>The day is not over.</summary>
    DayNotOver,

    /// <summary>No target holds for the person: he left, moved, or was taken out.</summary>
    NotInScope,

    /// <summary>The scope's full-time schedule has no hours on the day.</summary>
    StandardZero,

    /// <summary>The person has no hours planned on the day.</summary>
    NothingPlanned,

    /// <summary>All his planned hours are absences or pauses.</summary>
    AbsentAllDay,

    /// <summary>A source of the metric was not read for the whole day, or a record of it is still to grow.</summary>
    FigureUnknown,

    /// <summary>Absences could not be read: who was away must not be found below.</summary>
    AbsencesUnread,

    /// <summary>There is no case to take a mean or median of.</summary>
    NoCases,
}

/// <summary>The arithmetic of a verdict. Amounts are in the rule's unit, money in major units.</summary>
/// <param name="Actual">What the person did; null when it cannot be told. A mean is rounded to four places for display only.</param>
/// <param name="Required">What was required, rounded half up for display where the target was prorated; null without a verdict.</param>
/// <param name="Target">Per full-time day; null when none holds.</param>
/// <param name="AvailableSeconds">The person's planned time less exclusions.</param>
/// <param name="StandardSeconds">The scope's full-time day.</param>
/// <param name="ExcludedSeconds">Planned time taken off by exclusions, where they overlap once.</param>
/// <param name="IsProrated">Required is target × available ÷ standard; else it is the target itself.</param>
/// <param name="IsWithoutAbsences">Absences cannot be told, so none, or not all, are taken off.</param>
/// <param name="IsCalendarUnknown">The production calendar of the year is not officially known: the day may yet be moved.</param>
public sealed record NormArithmetic(
    decimal? Actual, decimal? Required, decimal? Target, long AvailableSeconds, long StandardSeconds, long ExcludedSeconds, bool IsProrated,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsWithoutAbsences = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsCalendarUnknown = false);

/// <summary>What a norm says about a person and day.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Reason">Why there is no verdict.</param>
/// <param name="Arithmetic">How it came about.</param>
/// <param name="Target">The target that was chosen, and why.</param>
/// <param name="Exclusions">What was taken off his time.</param>
/// <param name="Evidence">The versions of the facts that counted.</param>
/// <param name="Effects">What is to be done.</param>
public sealed record Decision(
    NormOutcome Outcome, NormReason Reason, NormArithmetic Arithmetic, ChosenTarget? Target, IReadOnlyList<Exclusion> Exclusions,
    IReadOnlyList<FactReference> Evidence, IReadOnlyList<Effect> Effects);
