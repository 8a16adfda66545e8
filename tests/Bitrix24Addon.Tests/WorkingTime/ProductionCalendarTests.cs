using System.Text;
using System.Text.Json;
using Bitrix24Addon.WorkingTime;
using NodaTime;

namespace Bitrix24Addon.Tests.WorkingTime;

public sealed class ProductionCalendarTests
{
    private static readonly ProductionCalendar Russia = ProductionCalendar.Russia;

    /// <summary>
    /// The published totals of a five-day week. One day missing or too many in the data changes them, and so does a moved day
    /// whose other half was forgotten.
    /// </summary>
    [Theory]
    [InlineData(2024, 248)]
    [InlineData(2025, 247)]
    [InlineData(2026, 247)]
    public void Working_days_of_a_year_come_to_the_official_total(int year, int expected) =>
        Assert.Equal(expected, DaysOf(year).Count(Russia.IsWorkingDay));

    /// <summary>Published totals by month find a day put into the wrong month, which the year's total would hide.</summary>
    [Theory]
    [InlineData(2024, new[] { 17, 20, 20, 21, 20, 19, 23, 22, 21, 23, 21, 21 })]
    [InlineData(2025, new[] { 17, 20, 21, 22, 18, 19, 23, 21, 22, 23, 19, 22 })]
    [InlineData(2026, new[] { 15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22 })]
    public void Working_days_of_each_month_come_to_the_official_total(int year, int[] expected) =>
        Assert.Equal(expected, Enumerable.Range(1, 12).Select(month => DaysOf(year).Count(day => day.Month == month && Russia.IsWorkingDay(day))));

    /// <summary>
    /// Official hours of a 40-hour week: eight a day less one for each shortened day. They check the shortened days.
    /// </summary>
    [Theory]
    [InlineData(2024, 1979)]
    [InlineData(2025, 1972)]
    [InlineData(2026, 1972)]
    public void Working_hours_of_a_year_come_to_the_official_total(int year, int expected)
    {
        var calculator = new WorkingTimeCalculator(WorkSchedule.FiveDayWeek, Russia, DateTimeZone.Utc);

        Assert.Equal(Duration.FromHours(expected), DaysOf(year).Aggregate(Duration.Zero, (sum, day) => sum + calculator.PlannedOn(day)));
    }

    [Theory]
    [InlineData(2024)]
    [InlineData(2025)]
    [InlineData(2026)]
    [InlineData(2027)]
    public void Every_listed_day_says_something_that_the_weekday_does_not(int year)
    {
        foreach (var day in DaysOf(year))
        {
            var weekend = day.DayOfWeek >= IsoDayOfWeek.Saturday;
            Assert.False(Russia.IsMovedWorkingDay(day) && (!weekend || Russia.IsDayOff(day)), $"{day} cannot be a moved working day");
            Assert.False(Russia.IsShortened(day) && !Russia.IsWorkingDay(day), $"{day} is shortened but not worked");
            Assert.False(Russia.IsShortened(day) && !NextDaysUpToWorkIncludeHoliday(day), $"{day} is shortened but no holiday follows");
        }
    }

    [Theory]
    [InlineData(2023, false)]
    [InlineData(2024, true)]
    [InlineData(2026, true)]
    [InlineData(2027, false)]
    [InlineData(2040, false)]
    public void A_year_is_known_only_when_its_transfers_are(int year, bool known) => Assert.Equal(known, Russia.IsKnown(year));

    [Fact]
    public void A_year_outside_the_data_has_the_holidays_of_the_law()
    {
        var free = DaysOf(2040).Where(Russia.IsDayOff).Select(day => (day.Month, day.Day));

        Assert.Equal(
            [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)], free);
    }

    [Fact]
    public void A_country_without_data_is_refused_with_the_file_to_add() =>
        Assert.Contains("Calendars/zz.json", Assert.Throws<ArgumentException>(() => ProductionCalendar.Load("ZZ")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"holidays":["13-01"],"years":[]}""")]
    [InlineData("""{"holidays":[]}""")]
    [InlineData("""{"holidays":[],"years":[],"weekends":[]}""")]
    [InlineData("""{"holidays":[],"years":[{"year":2030,"source":"x","transfersKnown":true,"daysOff":["2031-05-02"],"workingDays":[],"shortenedDays":[]}]}""")]
    public void A_faulty_file_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => ProductionCalendar.Parse(new MemoryStream(Encoding.UTF8.GetBytes(json))));

    private static bool NextDaysUpToWorkIncludeHoliday(LocalDate day)
    {
        for (day = day.PlusDays(1); !Russia.IsWorkingDay(day); day = day.PlusDays(1))
        {
            if (Russia.IsDayOff(day))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<LocalDate> DaysOf(int year) =>
        Enumerable.Range(0, CalendarSystem.Iso.GetDaysInYear(year)).Select(offset => new LocalDate(year, 1, 1).PlusDays(offset));
}
