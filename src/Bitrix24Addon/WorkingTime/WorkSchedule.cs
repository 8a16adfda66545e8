using System.Collections.Frozen;
using NodaTime;

namespace Bitrix24Addon.WorkingTime;

/// <summary>
/// When somebody works in an ordinary week. It is kept in the add-on's own settings: Bitrix24's REST neither lists work schedules
/// nor says who works by which.
/// </summary>
public sealed record WorkSchedule
{
    /// <summary>Monday to Friday, 09:00 to 18:00 with an hour's break at 13:00: the default.</summary>
    public static WorkSchedule FiveDayWeek { get; } = new()
    {
        Week = Enumerable.Range((int)IsoDayOfWeek.Monday, 5).ToDictionary(
            day => (IsoDayOfWeek)day,
            IReadOnlyList<WorkHours> (_) => [WorkHours.Parse("09:00-13:00"), WorkHours.Parse("14:00-18:00")]),
    };

    /// <summary>
    /// Hours of each weekday; a weekday left out is free and gaps between the stretches are breaks.
    /// A stretch over midnight belongs to the day it starts on. Overlapping stretches count once.
    /// </summary>
    public IReadOnlyDictionary<IsoDayOfWeek, IReadOnlyList<WorkHours>> Week
    {
        get;
        init => field = (value ?? throw new ArgumentNullException(nameof(value), "Give the week's hours, {} for none."))
            .ToFrozenDictionary(day => day.Key, IReadOnlyList<WorkHours> (day) => [.. day.Value.OrderBy(hours => hours.Start)]);
    } = FrozenDictionary<IsoDayOfWeek, IReadOnlyList<WorkHours>>.Empty;

    /// <summary>IANA name of the zone in which the hours are meant, as <c>Asia/Yekaterinburg</c>; null means the portal's zone.</summary>
    public string? TimeZone { get; init; }

    /// <summary>
    /// Whether holidays, moved days and shortened days apply. Default true; false for shifts that run through holidays.
    /// </summary>
    public bool FollowsProductionCalendar { get; init; } = true;

    /// <summary>
    /// Hours of one day before any shortening. On a working day moved to a weekend that the schedule leaves free, Friday's hours
    /// are taken: the decrees do not always name the weekday whose hours would apply, and a working Saturday closes a week.
    /// </summary>
    /// <param name="date">The local day.</param>
    /// <param name="calendar">Holidays and moved days.</param>
    public IReadOnlyList<WorkHours> HoursOn(LocalDate date, ProductionCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        if (FollowsProductionCalendar && calendar.IsDayOff(date))
        {
            return [];
        }

        var hours = HoursOf(date.DayOfWeek);
        return hours.Count == 0 && FollowsProductionCalendar && calendar.IsMovedWorkingDay(date)
            ? HoursOf(IsoDayOfWeek.Friday)
            : hours;
    }

    private IReadOnlyList<WorkHours> HoursOf(IsoDayOfWeek day) => Week.TryGetValue(day, out var hours) ? hours : [];
}
