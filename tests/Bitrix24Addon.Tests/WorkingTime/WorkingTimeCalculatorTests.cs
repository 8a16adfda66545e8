using Bitrix24Addon.WorkingTime;
using NodaTime;
using NodaTime.Text;

namespace Bitrix24Addon.Tests.WorkingTime;

public sealed class WorkingTimeCalculatorTests
{
    private static readonly DateTimeZone Moscow = DateTimeZoneProviders.Tzdb["Europe/Moscow"];

    [Theory]
    [InlineData("2025-10-17 17:50", 20, "2025-10-20 09:10", "Friday evening goes on on Monday")]
    [InlineData("2025-10-15 12:50", 20, "2025-10-15 14:10", "the break does not count")]
    [InlineData("2025-10-18 03:00", 1, "2025-10-20 09:01", "a weekend's night waits for Monday")]
    [InlineData("2025-10-15 17:00", 60, "2025-10-15 18:00", "the last minute of the day is still that day")]
    [InlineData("2025-10-15 23:30", 0, "2025-10-15 23:30", "nothing added moves nothing")]
    [InlineData("2025-12-30 17:50", 20, "2026-01-12 09:10", "31 December and 9 January are days off, 10 and 11 a weekend")]
    [InlineData("2025-10-31 17:50", 20, "2025-11-01 09:10", "Saturday 1 November was worked")]
    [InlineData("2025-11-01 16:50", 20, "2025-11-05 09:10", "and ended at 17:00, before three days off")]
    [InlineData("2025-03-07 16:30", 60, "2025-03-10 09:30", "the last hour before 8 March is cut")]
    public void Minutes_are_added_in_working_time(string from, long minutes, string expected, string reason)
    {
        var due = Calculator(WorkSchedule.FiveDayWeek).AddWorkingMinutes(At(from), minutes);

        Assert.True(At(expected) == due, $"{reason}: {due.InZone(Moscow)}");
    }

    [Theory]
    [InlineData("2025-10-15 00:00", "2025-10-16 00:00", 480)]
    [InlineData("2025-10-17 17:50", "2025-10-20 09:10", 20)]
    [InlineData("2025-10-18 00:00", "2025-10-20 00:00", 0)]
    [InlineData("2025-10-15 13:00", "2025-10-15 14:00", 0)]
    [InlineData("2025-11-01 00:00", "2025-11-02 00:00", 420)]
    [InlineData("2025-11-01 00:00", "2025-12-01 00:00", (19 * 8 * 60) - 60)]
    public void Minutes_between_are_those_of_working_time(string from, string to, long expected) =>
        Assert.Equal(expected, Calculator(WorkSchedule.FiveDayWeek).WorkingMinutesBetween(At(from), At(to)));

    [Fact]
    public void A_begun_minute_does_not_count()
    {
        var start = At("2025-10-15 10:00");

        Assert.Equal(1, Calculator(WorkSchedule.FiveDayWeek).WorkingMinutesBetween(start, start + Duration.FromSeconds(119)));
        Assert.Equal(119, Calculator(WorkSchedule.FiveDayWeek).WorkingSecondsBetween(start, start + Duration.FromSeconds(119)));
    }

    [Fact]
    public void An_end_before_the_start_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Calculator(WorkSchedule.FiveDayWeek).WorkingMinutesBetween(At("2025-10-15 10:00"), At("2025-10-15 09:59")));

    [Fact]
    public void A_night_shift_belongs_to_the_day_it_starts_on()
    {
        var nights = Calculator(Daily("22:00-06:00"));

        Assert.Equal(Duration.FromHours(8), nights.PlannedOn(new LocalDate(2025, 10, 15)));
        Assert.Equal(At("2025-10-16 01:00"), nights.AddWorkingMinutes(At("2025-10-15 20:00"), 180));
        Assert.Equal(At("2025-10-16 05:00"), nights.AddWorkingMinutes(At("2025-10-16 04:00"), 60));
        Assert.Equal(Duration.Zero, nights.PlannedOn(new LocalDate(2025, 11, 4)));
        Assert.Equal(360, nights.WorkingMinutesBetween(At("2025-12-31 00:00"), At("2026-01-08 00:00")));
    }

    [Fact]
    public void A_shift_through_holidays_ignores_the_calendar() => Assert.Equal(
        Duration.FromHours(24), Calculator(Daily("00:00-00:00") with { FollowsProductionCalendar = false }).PlannedOn(new LocalDate(2026, 1, 1)));

    [Theory]
    [InlineData("2025-03-29", 7)]
    [InlineData("2025-10-25", 9)]
    [InlineData("2025-06-10", 8)]
    public void A_night_shift_over_a_clock_change_has_its_real_length(string day, int hours)
    {
        var nights = new WorkingTimeCalculator(Daily("22:00-06:00"), ProductionCalendar.Empty, DateTimeZoneProviders.Tzdb["Europe/Berlin"]);

        Assert.Equal(Duration.FromHours(hours), nights.PlannedOn(LocalDatePattern.Iso.Parse(day).Value));
    }

    [Fact]
    public void Hours_that_the_clock_change_swallows_are_not_worked()
    {
        var swallowed = new WorkingTimeCalculator(Daily("02:00-03:00"), ProductionCalendar.Empty, DateTimeZoneProviders.Tzdb["Europe/Berlin"]);

        Assert.Equal(Duration.Zero, swallowed.PlannedOn(new LocalDate(2025, 3, 30)));
        Assert.Equal(Duration.FromHours(1), swallowed.PlannedOn(new LocalDate(2025, 3, 31)));
    }

    [Fact]
    public void The_shortening_takes_the_last_hour_of_several_stretches()
    {
        var shortEvening = Calculator(Daily("09:00-17:00", "17:15-17:45"));

        Assert.Equal(At("2025-06-11 16:30"), shortEvening.AddWorkingMinutes(At("2025-06-11 09:00"), 450));
        Assert.Equal(Duration.FromMinutes(450), shortEvening.PlannedOn(new LocalDate(2025, 6, 11)));
    }

    [Fact]
    public void Somebody_who_works_on_Saturdays_keeps_his_own_hours_on_a_working_Saturday() =>
        Assert.Equal(Duration.FromHours(3), Calculator(Daily("10:00-14:00")).PlannedOn(new LocalDate(2025, 11, 1)));

    [Fact]
    public void The_schedules_own_zone_goes_before_the_portals()
    {
        var yekaterinburg = Calculator(WorkSchedule.FiveDayWeek with { TimeZone = "Asia/Yekaterinburg" });

        Assert.Equal(At("2025-10-15 07:10"), yekaterinburg.AddWorkingMinutes(At("2025-10-15 00:00"), 10));
    }

    [Fact]
    public void An_unknown_zone_is_refused_with_a_remedy() => Assert.Contains(
        "IANA",
        Assert.Throws<ArgumentException>(() => Calculator(WorkSchedule.FiveDayWeek with { TimeZone = "Moscow" })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Absences_and_pauses_are_taken_off_once_where_they_overlap()
    {
        var date = new LocalDate(2025, 10, 15);
        var calculator = Calculator(
            WorkSchedule.FiveDayWeek, Between("2025-10-15 10:00", "2025-10-15 12:00"), Between("2025-10-15 11:00", "2025-10-15 13:30"));

        Assert.Equal(Duration.FromHours(8), calculator.PlannedOn(date));
        Assert.Equal(Duration.FromHours(5), calculator.AvailableOn(date));
        Assert.Equal(
            Duration.FromHours(4),
            calculator.AvailableOn(date, [Between("2025-10-15 12:30", "2025-10-15 14:30"), Between("2025-10-15 17:30", "2025-10-15 19:00")]));
        Assert.Equal(At("2025-10-15 14:10"), calculator.AddWorkingMinutes(At("2025-10-15 09:50"), 20));
    }

    [Fact]
    public void Whole_days_of_absence_are_days_of_the_schedule_with_the_shifts_that_start_on_them()
    {
        var (off, before) = (new LocalDate(2025, 10, 15), new LocalDate(2025, 10, 14));
        var nights = new WorkingTimeCalculator(Daily("22:00-06:00"), ProductionCalendar.Russia, Moscow, absentDays: [new DateInterval(off, off)]);
        var faraway = new WorkingTimeCalculator(
            WorkSchedule.FiveDayWeek with { TimeZone = "Asia/Kamchatka" }, ProductionCalendar.Russia, Moscow, absentDays: [new DateInterval(off, off)]);

        Assert.Equal([Duration.FromHours(8), Duration.Zero], [nights.AvailableOn(before), nights.AvailableOn(off)]);
        Assert.Equal([Duration.FromHours(8), Duration.Zero], [faraway.AvailableOn(before), faraway.AvailableOn(off)]);
        Assert.Empty(nights.AvailableStretchesOn(off));
        Assert.Equal(Duration.FromHours(8), nights.PlannedOn(off));

        // From Wednesday's first hours the next working time is that of Thursday night.
        Assert.Equal(At("2025-10-16 22:30"), nights.AddWorkingMinutes(At("2025-10-15 05:30"), 60));
    }

    [Fact]
    public void An_absence_without_end_leaves_nothing()
    {
        var gone = Calculator(WorkSchedule.FiveDayWeek, new Interval(At("2025-10-15 10:00"), null));

        Assert.Equal(Duration.FromHours(1), gone.AvailableOn(new LocalDate(2025, 10, 15)));
        Assert.Contains(
            "absences",
            Assert.Throws<NoWorkingTimeException>(() => gone.AddWorkingMinutes(At("2025-10-15 10:00"), 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_without_hours_says_where_to_give_them()
    {
        var empty = Calculator(new WorkSchedule());

        Assert.Contains(
            "settings",
            Assert.Throws<NoWorkingTimeException>(() => empty.AddWorkingMinutes(At("2025-10-15 10:00"), 1)).Message,
            StringComparison.Ordinal);
        Assert.Equal(0, empty.WorkingMinutesBetween(At("2025-10-15 10:00"), At("2026-10-15 10:00")));
    }

    private static WorkingTimeCalculator Calculator(WorkSchedule schedule, params Interval[] absences) =>
        new(schedule, ProductionCalendar.Russia, Moscow, absences);

    private static WorkSchedule Daily(params string[] hours) => new()
    {
        Week = Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None)
            .ToDictionary(day => day, IReadOnlyList<WorkHours> (_) => [.. hours.Select(WorkHours.Parse)]),
    };

    private static Interval Between(string start, string end) => new(At(start), At(end));

    private static Instant At(string moscow) =>
        LocalDateTimePattern.CreateWithInvariantCulture("yyyy-MM-dd HH:mm").Parse(moscow).Value.InZoneStrictly(Moscow).ToInstant();
}
