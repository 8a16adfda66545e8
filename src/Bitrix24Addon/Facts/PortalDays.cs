using System.Globalization;
using NodaTime;

namespace Bitrix24Addon.Facts;

/// <summary>Calendar days of a portal: between instants (Unix milliseconds), dates and the stored form yyyymmdd.</summary>
/// <param name="zone">The portal's time zone.</param>
public sealed class PortalDays(DateTimeZone zone)
{
    /// <summary>The portal's time zone.</summary>
    public DateTimeZone Zone { get; } = zone;

    /// <summary>The day an instant falls on.</summary>
    /// <param name="atMs">Unix milliseconds.</param>
    public int DayOf(long atMs) => ToDay(Instant.FromUnixTimeMilliseconds(atMs).InZone(Zone).Date);

    /// <summary>The first instant of a day, Unix milliseconds. A day on which the clocks change has its true length.</summary>
    /// <param name="day">yyyymmdd.</param>
    public long StartOf(int day) => Zone.AtStartOfDay(ToDate(day)).ToInstant().ToUnixTimeMilliseconds();

    /// <summary>The first instant after a day, Unix milliseconds.</summary>
    /// <param name="day">yyyymmdd.</param>
    public long EndOf(int day) => Zone.AtStartOfDay(ToDate(day).PlusDays(1)).ToInstant().ToUnixTimeMilliseconds();

    /// <summary>The stored form of a date.</summary>
    /// <param name="date">The date.</param>
    public static int ToDay(LocalDate date) => (((date.Year * 100) + date.Month) * 100) + date.Day;

    /// <summary>The date of a stored day.</summary>
    /// <param name="day">yyyymmdd.</param>
    public static LocalDate ToDate(int day) => new(day / 10000, day / 100 % 100, day % 100);

    /// <summary>ISO form of a stored day, as in our JSON.</summary>
    /// <param name="day">yyyymmdd.</param>
    public static string ToIso(int day) => ToDate(day).ToString("uuuu'-'MM'-'dd", CultureInfo.InvariantCulture);

    /// <summary>All days from one to another, both included.</summary>
    /// <param name="fromDay">yyyymmdd.</param>
    /// <param name="toDay">yyyymmdd.</param>
    public static IEnumerable<int> Range(int fromDay, int toDay)
    {
        var last = ToDate(toDay);
        for (var date = ToDate(fromDay); date <= last; date = date.PlusDays(1))
        {
            yield return ToDay(date);
        }
    }

    /// <summary>Days as the fewest half-open intervals of Unix milliseconds.</summary>
    /// <param name="days">yyyymmdd, in any order.</param>
    public IReadOnlyList<(long FromMs, long ToMs)> Intervals(IEnumerable<int> days)
    {
        var intervals = new List<(long FromMs, long ToMs)>();
        foreach (var day in days.Distinct().Order())
        {
            var (from, to) = (StartOf(day), EndOf(day));
            if (intervals.Count > 0 && intervals[^1].ToMs == from)
            {
                intervals[^1] = (intervals[^1].FromMs, to);
            }
            else
            {
                intervals.Add((from, to));
            }
        }

        return intervals;
    }
}
