using System.Globalization;
using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.State;

/// <summary>The occurrences of a calendar event (RRULE: FREQ, INTERVAL, BYDAY, COUNT, UNTIL; EXDATE), by the wall clock of the portal.</summary>
internal sealed class Recurrence(Row calendarEvent, TimeZoneInfo zone)
{
    private const int MostOccurrences = 5000;

    private static readonly string[] Weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    private readonly JsonObject? _rule = calendarEvent["RRULE"] is JsonObject { Count: > 0 } rule ? rule : null;
    private readonly DateTime _start = Local(calendarEvent.Instant("DATE_FROM")!.Value, zone);

    public bool IsRecurring => _rule is not null;

    public bool IsAllDay => calendarEvent.Text("DT_SKIP_TIME") == "Y";

    /// <summary>Seconds from start to end; days of an event of whole days are counted with the last one.</summary>
    public long Length => IsAllDay
        ? (long)(Local(calendarEvent.Instant("DATE_TO")!.Value, zone).Date - _start.Date).TotalSeconds + 86_400
        : (long)(calendarEvent.Instant("DATE_TO")!.Value - calendarEvent.Instant("DATE_FROM")!.Value).TotalSeconds;

    /// <summary>Starts, as moments, of the occurrences that touch the days from the first to the last.</summary>
    public IEnumerable<DateTimeOffset> Touching(DateOnly from, DateOnly to)
    {
        foreach (var local in Starts().TakeWhile(start => DateOnly.FromDateTime(start) <= to))
        {
            var moment = Moment(local);
            var last = IsAllDay ? local.Date.AddSeconds(Length - 1) : Local(moment.AddSeconds(Length), zone);
            if (DateOnly.FromDateTime(last) >= from)
            {
                yield return moment;
            }
        }
    }

    /// <summary>The first occurrence.</summary>
    public DateTimeOffset First => Moment(_start);

    // The documentation does not say what the stamp of a day is; here it is midnight in UTC, and the zone is left empty.
    private DateTimeOffset Moment(DateTime local) =>
        IsAllDay ? new DateTimeOffset(local.Date, TimeSpan.Zero) : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();

    private IEnumerable<DateTime> Starts()
    {
        if (_rule is null)
        {
            return [_start];
        }
        var except = (calendarEvent["EXDATE"] as string[] ?? []).Select(day => DateOnly.Parse(day, CultureInfo.InvariantCulture)).ToHashSet();
        var until = Text("UNTIL") is { Length: > 0 } last ? DateOnly.Parse(last, CultureInfo.InvariantCulture) : DateOnly.MaxValue;
        return Candidates().Where(start => start >= _start).Take((int)(Number("COUNT") ?? MostOccurrences))
            .TakeWhile(start => DateOnly.FromDateTime(start) <= until).Where(start => !except.Contains(DateOnly.FromDateTime(start)));
    }

    private IEnumerable<DateTime> Candidates()
    {
        var interval = (int)(Number("INTERVAL") ?? 1);
        var days = FieldValue.Elements(_rule!["BYDAY"]).Select(day => Array.IndexOf(Weekdays, FieldValue.AsText(day))).ToHashSet();
        for (var step = 0; step < MostOccurrences; step++)
        {
            switch (Text("FREQ"))
            {
                case "DAILY":
                    yield return _start.AddDays(step * interval);
                    break;
                case "WEEKLY":
                    var monday = _start.AddDays(-(((int)_start.DayOfWeek + 6) % 7)).AddDays(7 * step * interval);
                    foreach (var day in Enumerable.Range(0, 7).Select(offset => monday.AddDays(offset)))
                    {
                        if (days.Count == 0 ? day.DayOfWeek == _start.DayOfWeek : days.Contains((int)day.DayOfWeek))
                        {
                            yield return day;
                        }
                    }
                    break;
                case "MONTHLY":
                    yield return _start.AddMonths(step * interval);
                    break;
                default:
                    yield return _start.AddYears(step * interval);
                    break;
            }
        }
    }

    private static DateTime Local(DateTimeOffset moment, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(moment, zone).DateTime;

    private string? Text(string name) => _rule![name] is { } node ? FieldValue.AsText(node) : null;

    private long? Number(string name) => long.TryParse(Text(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
