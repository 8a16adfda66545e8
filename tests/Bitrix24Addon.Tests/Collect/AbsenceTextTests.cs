using Bitrix24.Client.Rows;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using NodaTime;

namespace Bitrix24Addon.Tests.Collect;

/// <summary>Absences of portals that write times as texts, and such as nobody can read.</summary>
public sealed class AbsenceTextTests
{
    private static readonly CalendarRows Reader = new(new PortalSettings(), DateTimeZoneProviders.Tzdb["Europe/Moscow"], nowMs: 0);

    [Theory]
    [InlineData("10.03.2026 12:00:00", "10.03.2026 13:30:00", null)]
    [InlineData("2026-03-10 12:00:00", "2026-03-10 13:30:00", "Europe/Moscow")]
    [InlineData("10.03.2026 14:00", "10.03.2026 15:30", "Asia/Yekaterinburg")]
    [InlineData("2026-03-10T12:00:00+03:00", "2026-03-10T13:30:00+03:00", "Asia/Yekaterinburg")]
    public void Hours_are_those_of_their_zone_or_of_the_portal(string from, string to, string? zone)
    {
        var absence = Fact(new BusyStretch { Accessibility = "absent", StartText = from, EndText = to, StartTimeZone = zone, EndTimeZone = zone });

        Assert.Equal((Ms(2026, 3, 10, 9, 0), Ms(2026, 3, 10, 10, 30)), (absence.FromMs, absence.ToMs));
    }

    [Theory]
    [InlineData("10.03.2026", "12.03.2026", null, null)]
    [InlineData("10.03.2026 00:00:00", "12.03.2026 00:00:00", true, "Asia/Yekaterinburg")]
    public void Whole_days_are_the_days_that_are_written(string from, string to, bool? isAllDay, string? zone)
    {
        var absence = Fact(new BusyStretch { Accessibility = "absent", StartText = from, EndText = to, IsAllDay = isAllDay, StartTimeZone = zone, EndTimeZone = zone });

        Assert.Equal((20260310, 20260312), (absence.FirstDay, absence.LastDay));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "12.03.2026")]
    [InlineData("03/10/2026 12:00 pm", "03/10/2026 01:00 pm")]
    public void What_nobody_can_read_is_no_absence_and_is_told(string? from, string? to) =>
        Assert.Null(Assert.Single(Reader.Absences(1, [new BusyStretch { Accessibility = "absent", StartText = from, EndText = to }])));

    [Fact]
    public void Whoever_is_merely_busy_is_not_absent() =>
        Assert.Empty(Reader.Absences(1, [new BusyStretch { Accessibility = "busy", StartText = "10.03.2026", EndText = "12.03.2026" }]));

    private static AbsenceFact Fact(BusyStretch row) => Assert.IsType<AbsenceFact>(Assert.Single(Reader.Absences(1, [row]))!.Payload);

    private static long Ms(int year, int month, int day, int hour, int minute) => Instant.FromUtc(year, month, day, hour, minute).ToUnixTimeMilliseconds();
}
