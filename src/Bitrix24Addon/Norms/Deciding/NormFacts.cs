using Bitrix24Addon.Facts;
using Bitrix24Addon.WorkingTime;

namespace Bitrix24Addon.Norms.Deciding;

/// <summary>All that a norm needs to know about one person and day. "Now" is a field like any other.</summary>
public sealed record NormFacts
{
    /// <summary>The person.</summary>
    public required long UserId { get; init; }

    /// <summary>The day, yyyymmdd.</summary>
    public required int Day { get; init; }

    /// <summary>The first instant after the day, Unix milliseconds.</summary>
    public required long DayEndMs { get; init; }

    /// <summary>When it is judged, Unix milliseconds.</summary>
    public required long NowMs { get; init; }

    /// <summary>The target that holds for the person; null when none does.</summary>
    public required ChosenTarget? Target { get; init; }

    /// <summary>Hours of the scope's full-time schedule on the day, by the production calendar, in seconds.</summary>
    public required long StandardSeconds { get; init; }

    /// <summary>Whose schedule that is.</summary>
    public required WorkScheduleOrigin StandardOrigin { get; init; }

    /// <summary>The department whose schedule it is; null for the default.</summary>
    public required long? StandardOriginId { get; init; }

    /// <summary>The person's own planned time of the day, by the production calendar, absences not taken off; in order and free of overlaps.</summary>
    public required IReadOnlyList<TimeStretch> Planned { get; init; }

    /// <summary>Approved absences and pauses, as far as they touch the planned time; they may overlap each other.</summary>
    public required IReadOnlyList<Exclusion> Exclusions { get; init; }

    /// <summary>
    /// The production calendar of the year is officially known, or nothing here follows it; else days may still be moved, and what the day asks
    /// for is not proven.
    /// </summary>
    public bool IsCalendarKnown { get; init; } = true;

    /// <summary>Whether all approved absences are among the exclusions.</summary>
    public AbsenceKnowledge Absences { get; init; }

    /// <summary>All sources of the metric were read for the whole day, and none of its records is still to grow.</summary>
    public required bool IsFigureKnown { get; init; }

    /// <summary>The records that count for the person on the day.</summary>
    public required IReadOnlyList<NormContribution> Contributions { get; init; }

    /// <summary>When a corrective task would be due, Unix milliseconds.</summary>
    public required long TaskDeadlineMs { get; init; }

    /// <summary>Language of what people read.</summary>
    public required string Language { get; init; }

    /// <summary>The portal's host, for links to records.</summary>
    public required string PortalHost { get; init; }
}

/// <summary>A version of a fact.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The record's id.</param>
/// <param name="Version">The version that counted.</param>
public sealed record FactReference(FactKind Kind, long Id, int Version);

/// <summary>One record with what it gives to the metric.</summary>
/// <param name="Value">In the metric's stored unit; money in minor units.</param>
/// <param name="Fact">The record; null when only figures were asked for, without the records behind them.</param>
public sealed record NormContribution(long Value, FactReference? Fact);

/// <summary>A half-open stretch of time, Unix milliseconds.</summary>
/// <param name="FromMs">Start.</param>
/// <param name="ToMs">End, not included.</param>
public sealed record TimeStretch(long FromMs, long ToMs);

/// <summary>Time that does not count against a person.</summary>
/// <param name="Kind">Why.</param>
/// <param name="FromMs">Start, Unix milliseconds.</param>
/// <param name="ToMs">End, not included, Unix milliseconds.</param>
/// <param name="Fact">The absence it rests on; null for a pause.</param>
public sealed record Exclusion(ExclusionKind Kind, long FromMs, long ToMs, FactReference? Fact = null);

/// <summary>What is known of absences.</summary>
public enum AbsenceKnowledge
{
    /// <summary>All were read.</summary>
    Known,

    /// <summary>They cannot be told: the portal does not let them be read, or the day lies before those that were read.</summary>
    Untold,

    /// <summary>Their last reading failed, or has not come yet; the next may succeed.</summary>
    Unread,
}

/// <summary>Why time does not count.</summary>
public enum ExclusionKind
{
    /// <summary>An approved absence.</summary>
    Absence,

    /// <summary>The add-on itself held the person's work.</summary>
    Pause,
}
