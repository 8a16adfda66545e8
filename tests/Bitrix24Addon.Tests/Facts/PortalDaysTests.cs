using Bitrix24Addon.Facts;
using CsCheck;
using NodaTime;

namespace Bitrix24Addon.Tests.Facts;

/// <summary>Days and months of a portal, wherever it works and whatever its clocks do.</summary>
public sealed class PortalDaysTests
{
    private const int FirstDay = 20240101;
    private const int LastDay = 20271231;

    /// <summary>The eleven zones of Russia, and zones whose clocks change, at midnight too.</summary>
    public static TheoryData<string> Zones { get; } =
    [
        "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk",
        "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo",
    ];

    [Theory, MemberData(nameof(Zones))]
    public void Days_follow_each_other_without_gap_or_overlap(string zone)
    {
        var days = Days(zone);
        foreach (var day in PortalDays.Range(FirstDay, LastDay))
        {
            var (start, end) = (days.StartOf(day), days.EndOf(day));
            Assert.Equal((day, day), (days.DayOf(start), days.DayOf(end - 1)));
            Assert.Equal(end, days.StartOf(PortalDays.ToDay(PortalDays.ToDate(day).PlusDays(1))));
        }
    }

    [Theory, MemberData(nameof(Zones))]
    public void Every_moment_is_in_the_day_it_falls_on(string zone)
    {
        var days = Days(zone);
        Gen.Long[days.StartOf(FirstDay), days.EndOf(LastDay)].Sample(at => days.StartOf(days.DayOf(at)) <= at && at < days.EndOf(days.DayOf(at)), iter: 1000);
    }

    [Theory, MemberData(nameof(Zones))]
    public void A_month_ends_where_the_next_begins(string zone)
    {
        var days = Days(zone);
        for (var month = new YearMonth(2024, 1); month < new YearMonth(2028, 1); month = month.PlusMonths(1))
        {
            var (first, last) = (PortalDays.ToDay(month.OnDayOfMonth(1)), PortalDays.ToDay(month.PlusMonths(1).OnDayOfMonth(1).PlusDays(-1)));
            var end = days.StartOf(PortalDays.ToDay(month.PlusMonths(1).OnDayOfMonth(1)));

            var stretch = Assert.Single(days.Intervals(PortalDays.Range(first, last)));

            Assert.Equal((days.StartOf(first), end), stretch);
            Assert.Equal((last, PortalDays.ToDay(month.PlusMonths(1).OnDayOfMonth(1))), (days.DayOf(end - 1), days.DayOf(end)));
        }
    }

    [Theory]
    [InlineData("Europe/Berlin", 20260329, 23)]
    [InlineData("Europe/Berlin", 20261025, 25)]
    [InlineData("Australia/Lord_Howe", 20260405, 24.5)]
    [InlineData("Africa/Cairo", 20260424, 23)]
    [InlineData("Asia/Kamchatka", 20260329, 24)]
    public void A_day_on_which_the_clocks_change_has_its_true_length(string zone, int day, double hours) =>
        Assert.Equal(hours, (Days(zone).EndOf(day) - Days(zone).StartOf(day)) / 3_600_000d);

    private static PortalDays Days(string zone) => new(DateTimeZoneProviders.Tzdb[zone]);
}
