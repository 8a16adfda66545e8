using System.Diagnostics;
using Bitrix24Addon.WorkingTime;
using NodaTime;

namespace Bitrix24Addon.Effects.Deciding;

/// <summary>
/// When a person may be told something nobody hurries with: in his working hours always; else on his working days outside the quiet hours.
/// Absences are not looked at: what waits for the end of a leave is out of date by then.
/// </summary>
/// <param name="quiet">The quiet hours, in his zone; null for none.</param>
/// <param name="waitsForWorkingDay">On days on which he does not work he is not told.</param>
/// <param name="working">His working time.</param>
/// <param name="zone">His zone.</param>
public sealed class PersonTime(WorkHours? quiet, bool waitsForWorkingDay, WorkingTimeCalculator working, DateTimeZone zone)
{
    // Longer than any holidays. Who has no hours in all that time has no schedule, and every day is like any other.
    private const int DaysLookedAhead = 31;

    /// <summary>The start of his day.</summary>
    public Instant StartOfDay(Instant at) => zone.AtStartOfDay(DayOf(at)).ToInstant();

    /// <summary>The start of his next day.</summary>
    public Instant StartOfNextDay(Instant at) => zone.AtStartOfDay(DayOf(at).PlusDays(1)).ToInstant();

    /// <summary>Whether he may be told now.</summary>
    public bool MayBeTold(Instant at)
    {
        var local = at.InZone(zone);
        return IsAtWork(at) || (IsDayToTell(local.Date) && !IsQuiet(local.TimeOfDay));
    }

    /// <summary>The first moment, now or later, at which he may be told.</summary>
    public Instant NextTelling(Instant from)
    {
        if (MayBeTold(from))
        {
            return from;
        }

        var today = DayOf(from);
        for (var ahead = 0; ahead <= DaysLookedAhead + 1; ahead++)
        {
            var beginnings = Beginnings(today.PlusDays(ahead)).Where(at => at >= from && MayBeTold(at)).ToList();
            if (beginnings.Count > 0)
            {
                return beginnings.Min();
            }
        }

        throw new UnreachableException("Quiet hours that never end are refused with the settings.");
    }

    /// <summary>Where on a day a time to tell can begin.</summary>
    private IEnumerable<Instant> Beginnings(LocalDate date)
    {
        yield return zone.AtStartOfDay(date).ToInstant();
        if (quiet is { } hours)
        {
            yield return date.At(hours.End).InZoneLeniently(zone).ToInstant();
        }

        foreach (var stretch in working.PlannedStretchesOn(date))
        {
            yield return stretch.Start;
        }
    }

    private LocalDate DayOf(Instant at) => at.InZone(zone).Date;

    private bool IsAtWork(Instant at)
    {
        var date = DayOf(at);
        return working.PlannedStretchesOn(date.PlusDays(-1)).Concat(working.PlannedStretchesOn(date)).Any(stretch => stretch.Contains(at));
    }

    private bool IsDayToTell(LocalDate date) => !waitsForWorkingDay || IsPlanned(date)
        || !Enumerable.Range(1, DaysLookedAhead).Any(ahead => IsPlanned(date.PlusDays(ahead)));

    private bool IsPlanned(LocalDate date) => working.PlannedOn(date) > Duration.Zero;

    private bool IsQuiet(LocalTime time) => quiet is { } hours
        && (hours.EndsNextDay ? time >= hours.Start || time < hours.End : time >= hours.Start && time < hours.End);
}
