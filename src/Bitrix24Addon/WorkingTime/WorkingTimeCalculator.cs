using NodaTime;

namespace Bitrix24Addon.WorkingTime;

/// <summary>
/// Counts working time of one person or portal: hours of the schedule, by the production calendar, less absences.
/// Pure: nothing here reads a clock. Durations are real elapsed time, so a night shift over a clock change has 7 or 9 hours.
/// </summary>
public sealed class WorkingTimeCalculator
{
    /// <summary>How far <see cref="AddWorkingMinutes"/> looks for working time, in years.</summary>
    public const int YearsLookedAhead = 5;

    private static readonly Duration Shortening = Duration.FromHours(1);

    private readonly WorkSchedule _schedule;
    private readonly ProductionCalendar _calendar;
    private readonly DateTimeZone _zone;
    private readonly List<Interval> _absences;
    private readonly List<DateInterval> _absentDays;

    /// <summary>Makes a calculator.</summary>
    /// <param name="schedule">Hours of the week; its own time zone goes before <paramref name="portalZone"/>.</param>
    /// <param name="calendar">Holidays, moved days and shortened days.</param>
    /// <param name="portalZone">The portal's time zone.</param>
    /// <param name="absences">Stretches in which the person does not work, in any order, overlapping or not; null for none.</param>
    /// <param name="absentDays">
    /// Whole days on which the person does not work, days of his own zone: all that is planned for such a day is taken off, a shift over
    /// midnight to its end, and nothing of the shift of the day before; null for none.
    /// </param>
    /// <exception cref="ArgumentException">The schedule names a time zone that does not exist.</exception>
    public WorkingTimeCalculator(
        WorkSchedule schedule, ProductionCalendar calendar, DateTimeZone portalZone, IEnumerable<Interval>? absences = null,
        IEnumerable<DateInterval>? absentDays = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(portalZone);
        _schedule = schedule;
        _calendar = calendar;
        _zone = schedule.TimeZone is null
            ? portalZone
            : DateTimeZoneProviders.Tzdb.GetZoneOrNull(schedule.TimeZone) ?? throw new ArgumentException(
                $"The schedule's time zone '{schedule.TimeZone}' is unknown; use an IANA name such as Europe/Moscow.", nameof(schedule));
        _absences = Intervals.Union(absences ?? []);
        _absentDays = [.. absentDays ?? []];
    }

    /// <summary>
    /// The moment at which so much working time has passed. Time before the next working stretch does not count;
    /// when the minutes end with a stretch, it is that stretch's end and not the start of the next one.
    /// </summary>
    /// <param name="from">Start, inside or outside working time.</param>
    /// <param name="minutes">Working minutes; 0 gives <paramref name="from"/> back.</param>
    /// <exception cref="ArgumentOutOfRangeException">The minutes are negative.</exception>
    /// <exception cref="NoWorkingTimeException">The schedule is empty, or too little is worked in the next five years.</exception>
    public Instant AddWorkingMinutes(Instant from, long minutes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minutes);
        if (minutes == 0)
        {
            return from;
        }

        if (_schedule.Week.Values.All(hours => hours.Count == 0))
        {
            throw new NoWorkingTimeException(
                "The work schedule has no working time, so no due moment can be counted. Give at least one weekday hours in the settings.");
        }

        var remaining = Duration.FromMinutes(minutes);
        var end = from.InZone(_zone).LocalDateTime.PlusYears(YearsLookedAhead).InZoneLeniently(_zone).ToInstant();
        foreach (var stretch in WorkedBetween(from, end))
        {
            if (stretch.Duration >= remaining)
            {
                return stretch.Start + remaining;
            }

            remaining -= stretch.Duration;
        }

        throw new NoWorkingTimeException(
            $"There are fewer than {minutes} working minutes in the {YearsLookedAhead} years after {from}. "
            + "Look at the person's schedule and absences, or shorten the term in the rule.");
    }

    /// <summary>Whole working minutes from one moment to another; a begun minute does not count.</summary>
    /// <param name="from">Start.</param>
    /// <param name="to">End, not before the start.</param>
    /// <exception cref="ArgumentOutOfRangeException">The end lies before the start.</exception>
    public long WorkingMinutesBetween(Instant from, Instant to) => WorkingSecondsBetween(from, to) / 60;

    /// <summary>Whole working seconds from one moment to another.</summary>
    /// <inheritdoc cref="WorkingMinutesBetween"/>
    public long WorkingSecondsBetween(Instant from, Instant to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        return (long)Intervals.Total(WorkedBetween(from, to)).TotalSeconds;
    }

    /// <summary>Working time planned for a day: by schedule and production calendar, absences not taken off.</summary>
    /// <param name="date">Local day; a shift over midnight belongs wholly to the day it starts on.</param>
    public Duration PlannedOn(LocalDate date) => Intervals.Total(Planned(date));

    /// <summary>The stretches that make up <see cref="PlannedOn"/>, in order and free of overlaps.</summary>
    /// <param name="date">Local day, as in <see cref="PlannedOn"/>.</param>
    public IReadOnlyList<Interval> PlannedStretchesOn(LocalDate date) => Planned(date);

    /// <summary>The stretches of a day's planned time that absences leave, in order.</summary>
    /// <param name="date">Local day, as in <see cref="PlannedOn"/>.</param>
    public IReadOnlyList<Interval> AvailableStretchesOn(LocalDate date) => Available(date, _absences);

    /// <summary>Planned time of a day less absences and pauses; where they overlap it is taken off once.</summary>
    /// <param name="date">Local day, as in <see cref="PlannedOn"/>.</param>
    /// <param name="pauses">Stretches in which the add-on itself held the person's work; null for none.</param>
    public Duration AvailableOn(LocalDate date, IEnumerable<Interval>? pauses = null) =>
        Intervals.Total(Available(date, pauses is null ? _absences : Intervals.Union(_absences.Concat(pauses))));

    private IEnumerable<Interval> WorkedBetween(Instant from, Instant to)
    {
        var last = to.InZone(_zone).Date;
        // A stretch that started yesterday may still run.
        for (var date = from.InZone(_zone).Date.PlusDays(-1); date <= last; date = date.PlusDays(1))
        {
            foreach (var stretch in Available(date, _absences))
            {
                var start = Instant.Max(stretch.Start, from);
                var end = Instant.Min(stretch.End, to);
                if (start < end)
                {
                    yield return new Interval(start, end);
                }
            }
        }
    }

    private List<Interval> Available(LocalDate date, List<Interval> taken) =>
        _absentDays.Exists(days => days.Contains(date)) ? [] : Intervals.Subtract(Planned(date), taken);

    private List<Interval> Planned(LocalDate date)
    {
        var stretches = Resolve(date);
        // Yesterday's shift may reach into today's hours; the overlap belongs to yesterday.
        return stretches.Count > 0 && Resolve(date.PlusDays(-1)) is [.., var before] && before.End > stretches[0].Start
            ? Intervals.Subtract(stretches, [before])
            : stretches;
    }

    private List<Interval> Resolve(LocalDate date)
    {
        var stretches = new List<Interval>();
        foreach (var hours in _schedule.HoursOn(date, _calendar))
        {
            var start = date.At(hours.Start).InZoneLeniently(_zone).ToInstant();
            var end = date.PlusDays(hours.EndsNextDay ? 1 : 0).At(hours.End).InZoneLeniently(_zone).ToInstant();
            // A clock change may swallow a stretch wholly.
            if (start < end)
            {
                stretches.Add(new Interval(start, end));
            }
        }

        stretches = Intervals.Union(stretches);
        return _schedule.FollowsProductionCalendar && _calendar.IsShortened(date)
            ? Intervals.WithoutLast(stretches, Shortening)
            : stretches;
    }
}
