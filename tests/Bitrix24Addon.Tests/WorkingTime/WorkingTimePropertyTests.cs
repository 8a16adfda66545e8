using Bitrix24Addon.WorkingTime;
using CsCheck;
using NodaTime;

namespace Bitrix24Addon.Tests.WorkingTime;

/// <summary>Laws that hold for any schedule, zone, absence and moment; the moments include clock changes and New Year.</summary>
public sealed class WorkingTimePropertyTests
{
    /// <summary>Eleven zones of Russia, and zones whose clocks change on either side of the world.</summary>
    private static readonly string[] Zones =
    [
        "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk",
        "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
    ];

    private static readonly Gen<string> ZoneNames = Gen.Int[0, Zones.Length - 1].Select(index => Zones[index]);

    private static readonly Instant First = Instant.FromUtc(2024, 1, 1, 0, 0);

    private static readonly Gen<Instant> Moments =
        Gen.Long[0, (long)(Instant.FromUtc(2028, 1, 1, 0, 0) - First).TotalSeconds].Select(seconds => First + Duration.FromSeconds(seconds));

    private static readonly Gen<WorkHours> Hours = Gen.Int[0, 95].Select(Gen.Int[0, 95], (start, end) => new WorkHours(Quarter(start), Quarter(end)));

    private static readonly Gen<WorkSchedule> Schedules = Gen.OneOf(
        Gen.Const(WorkSchedule.FiveDayWeek),
        Hours.Array[0, 3].Array[7].Where(week => week.Any(day => day.Length > 0)).Select(Gen.Bool, (week, follows) => new WorkSchedule
        {
            Week = week.Select((hours, day) => (hours, day)).ToDictionary(
                pair => (IsoDayOfWeek)(pair.day + 1), IReadOnlyList<WorkHours> (pair) => pair.hours),
            FollowsProductionCalendar = follows,
        }));

    private static readonly Gen<Interval[]> Absences =
        Moments.Select(Gen.Int[0, 30 * 24 * 60], (start, minutes) => new Interval(start, start + Duration.FromMinutes(minutes))).Array[0, 8];

    private static readonly Gen<WorkingTimeCalculator> Calculators = Gen.Select(
        Schedules,
        ZoneNames,
        Absences,
        (schedule, zone, absences) => new WorkingTimeCalculator(
            schedule, ProductionCalendar.Russia, DateTimeZoneProviders.Tzdb[zone], absences));

    [Fact]
    public void Minutes_added_are_the_minutes_between() =>
        Gen.Select(Calculators, Moments, Gen.Long[0, 20_000]).Sample(
            (calculator, from, minutes) => calculator.WorkingMinutesBetween(from, calculator.AddWorkingMinutes(from, minutes)) == minutes,
            iter: 300);

    [Fact]
    public void Seconds_between_add_up() =>
        Gen.Select(Calculators, Moments.Array[3]).Sample(
            (calculator, moments) =>
            {
                Array.Sort(moments);
                return calculator.WorkingSecondsBetween(moments[0], moments[2])
                    == calculator.WorkingSecondsBetween(moments[0], moments[1]) + calculator.WorkingSecondsBetween(moments[1], moments[2]);
            },
            iter: 300);

    [Fact]
    public void More_minutes_never_end_earlier_and_never_before_real_time() =>
        Gen.Select(Calculators, Moments, Gen.Long[0, 5_000], Gen.Long[0, 5_000]).Sample(
            (calculator, from, some, more) =>
            {
                var early = calculator.AddWorkingMinutes(from, some);
                return early <= calculator.AddWorkingMinutes(from, some + more) && early >= from + Duration.FromMinutes(some);
            },
            iter: 300);

    [Fact]
    public void A_later_start_never_ends_earlier() =>
        Gen.Select(Calculators, Moments, Gen.Int[0, 100_000], Gen.Long[1, 5_000]).Sample(
            (calculator, from, seconds, minutes) =>
                calculator.AddWorkingMinutes(from, minutes) <= calculator.AddWorkingMinutes(from + Duration.FromSeconds(seconds), minutes),
            iter: 300);

    [Fact]
    public void Absence_is_never_worked() =>
        Gen.Select(Schedules, ZoneNames, Absences.Where(absences => absences.Length > 0)).Sample(
            (schedule, zone, absences) =>
            {
                var calculator = new WorkingTimeCalculator(schedule, ProductionCalendar.Russia, DateTimeZoneProviders.Tzdb[zone], absences);
                return absences.All(absence => calculator.WorkingSecondsBetween(absence.Start, absence.End) == 0);
            },
            iter: 300);

    /// <summary>An independent count: every minute of two weeks is looked up in the schedule by its local time.</summary>
    [Fact]
    public void The_five_day_week_equals_a_count_by_the_minute() =>
        Gen.Select(ZoneNames, Moments).Sample(
            (zoneName, from) =>
            {
                var zone = DateTimeZoneProviders.Tzdb[zoneName];
                var start = Instant.FromUnixTimeSeconds(from.ToUnixTimeSeconds() / 60 * 60);
                var counted = Enumerable.Range(0, 14 * 24 * 60).Count(minute => IsWorked((start + Duration.FromMinutes(minute)).InZone(zone).LocalDateTime));
                var calculator = new WorkingTimeCalculator(WorkSchedule.FiveDayWeek, ProductionCalendar.Russia, zone);
                return calculator.WorkingMinutesBetween(start, start + Duration.FromDays(14)) == counted;
            },
            iter: 50);

    [Fact]
    public void The_days_of_a_year_hold_all_of_its_working_time() =>
        Calculators.Sample(
            calculator =>
            {
                // Shifts may start the day before and end the day after, whatever the zone: sum by days and by a wide span.
                var days = Enumerable.Range(0, 366).Select(offset => new LocalDate(2025, 1, 1).PlusDays(offset));
                var sum = days.Aggregate(Duration.Zero, (total, day) => total + calculator.AvailableOn(day));
                var inner = calculator.WorkingSecondsBetween(Instant.FromUtc(2025, 1, 3, 0, 0), Instant.FromUtc(2025, 12, 30, 0, 0));
                var outer = calculator.WorkingSecondsBetween(Instant.FromUtc(2024, 12, 30, 0, 0), Instant.FromUtc(2026, 1, 4, 0, 0));
                return inner <= sum.TotalSeconds && sum.TotalSeconds <= outer;
            },
            iter: 100);

    private static bool IsWorked(LocalDateTime moment)
    {
        var lastHour = ProductionCalendar.Russia.IsShortened(moment.Date) ? 17 : 18;
        return ProductionCalendar.Russia.IsWorkingDay(moment.Date) && moment.Hour >= 9 && moment.Hour < lastHour && moment.Hour != 13;
    }

    private static LocalTime Quarter(int quarter) => new(quarter / 4, quarter % 4 * 15);
}
