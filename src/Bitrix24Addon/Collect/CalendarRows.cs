using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using NodaTime;

namespace Bitrix24Addon.Collect;

/// <summary>What rows of calendars say, as observations.</summary>
/// <param name="settings">The settings in force: which events are field work and presentations.</param>
/// <param name="zone">The zone of the portal's days.</param>
/// <param name="nowMs">The portal's clock, Unix milliseconds: only what is over has happened.</param>
public sealed class CalendarRows(PortalSettings settings, DateTimeZone zone, long nowMs)
{
    private const int SecondsOfDay = 86_400;

    // As portals of Russian and of technical formats write times where they give no stamps.
    private static readonly string[] TextFormats =
        ["dd.MM.yyyy HH:mm:ss", "dd.MM.yyyy HH:mm", "dd.MM.yyyy", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];

    /// <summary>
    /// Events that are over, each occurrence once, though it stands in the calendar of everybody invited. What one calendar does not show
    /// (the answer of its owner, a bound object) another does.
    /// </summary>
    /// <param name="rows">Rows of any calendars.</param>
    public IReadOnlyList<Observation> Events(IEnumerable<CalendarEvent> rows) =>
        [.. rows.Where(row => row is { StartUnixSeconds: not null, Deleted: not true })
            .Select(row => (Row: row, Stretch: StretchOf(row)))
            .Where(e => e.Stretch.ToMs <= nowMs)
            .GroupBy(e => SourceIdOf(e.Row, e.Stretch.FromMs))
            .Select(entries => Event(entries.Key, entries.First().Stretch, [.. entries.Select(e => e.Row).OrderBy(row => row.Id)]))];

    /// <summary>Absences of a person.</summary>
    /// <param name="userId">The person.</param>
    /// <param name="rows">What he is busy with.</param>
    /// <returns>The absences; null for one whose times cannot be understood.</returns>
    public IEnumerable<Observation?> Absences(long userId, IEnumerable<BusyStretch> rows) =>
        rows.Where(row => row.Accessibility == "absent").Select(Timed).Select(row =>
        {
            if (row is not { StartUnixSeconds: not null, EndUnixSeconds: not null })
            {
                return null;
            }

            if (row.IsAllDay == true)
            {
                var first = DateOf(row.StartUnixSeconds!.Value, row.StartTimeZone);
                var last = LocalDate.Max(first, DateOf(row.EndUnixSeconds!.Value, row.EndTimeZone));
                var (firstDay, lastDay) = (PortalDays.ToDay(first), PortalDays.ToDay(last));
                return new Observation(
                    FactKind.Absence, IdOf(userId, firstDay, lastDay), StartOf(first), new AbsenceFact(userId, StartOf(first), StartOf(last.PlusDays(1)), firstDay, lastDay));
            }

            var (fromMs, toMs) = (row.StartUnixSeconds!.Value * 1000, row.EndUnixSeconds!.Value * 1000);
            return new Observation(FactKind.Absence, IdOf(userId, fromMs, toMs), fromMs, new AbsenceFact(userId, fromMs, toMs));
        });

    /// <summary>
    /// An absence has no id of its own: ids of entries repeat between people, and absences of other kinds are numbered apart. Whose it is
    /// and when are what it is, so the id is made of them, of instants or of whole days, and an absence that is moved is another one.
    /// </summary>
    private static long IdOf(long userId, long from, long to)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{userId}:{from}:{to}");
        return BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) & long.MaxValue;
    }

    /// <summary>Whether a row is of a recurring event.</summary>
    /// <param name="row">The row.</param>
    internal static bool IsRecurring(CalendarEvent row) => row.Recurrence is { ValueKind: JsonValueKind.Object } rule && rule.EnumerateObject().Any();

    /// <summary>The event that all entries and occurrences share.</summary>
    /// <param name="row">The row.</param>
    internal static long EventIdOf(CalendarEvent row) => row.ParentId is > 0 and var parent ? parent : row.Id;

    private long SourceIdOf(CalendarEvent row, long startMs) => FactKeys.Occurrence(
        EventIdOf(row),
        IsRecurring(row) ? Period.DaysBetween(new LocalDate(1970, 1, 1), Instant.FromUnixTimeMilliseconds(startMs).InZone(zone).Date) : 0);

    private Observation Event(long sourceId, (long FromMs, long ToMs) stretch, List<CalendarEvent> entries)
    {
        var first = entries[0];
        return new Observation(FactKind.CalendarEvent, sourceId, stretch.FromMs, new CalendarEventFact(
            EventIdOf(first),
            IsRecurring(first),
            stretch.ToMs,
            first.Accessibility ?? "",
            entries.Exists(e => settings.FieldWork.Matches(e.Name)),
            entries.Exists(e => settings.Presentations.Matches(e.Name, null)),
            [.. entries.SelectMany(e => e.CrmObjects ?? []).Distinct().Order(StringComparer.Ordinal)],
            People(entries),
            [.. entries.SelectMany(e => (e.Attendees ?? []).Select(a => a.EntryId).OfType<long>().Append(e.Id)).Distinct().Order()]));
    }

    private static List<EventPerson> People(List<CalendarEvent> entries)
    {
        var people = new SortedDictionary<long, string>();
        foreach (var person in entries.SelectMany(e => e.Attendees ?? []).Where(p => p is { UserId: > 0, Status: not null }))
        {
            people[person.UserId!.Value] = person.Status!;
        }

        // His own calendar knows best how its owner answered; an event without invitations is its owner's.
        foreach (var entry in entries.Where(e => e.OwnerId is > 0))
        {
            if ((entry.IsMeeting == true ? entry.MeetingStatus : "H") is { Length: > 0 } status)
            {
                people[entry.OwnerId!.Value] = status;
            }
        }

        return [.. people.Select(p => new EventPerson(p.Key, p.Value))];
    }

    /// <summary>
    /// From when to when. Days are days of the portal, the last one included. The length is asked first: the end of a recurring event may be
    /// that of the whole series.
    /// </summary>
    private (long FromMs, long ToMs) StretchOf(CalendarEvent row)
    {
        var start = row.StartUnixSeconds!.Value;
        if (row.IsAllDay == true)
        {
            var first = DateOf(start, row.StartTimeZone);
            var days = row.LengthSeconds is > 0 and var length
                ? (int)((length + SecondsOfDay - 1) / SecondsOfDay)
                : (int)Math.Max(0, ((row.EndUnixSeconds ?? start) - start) / SecondsOfDay) + 1;
            return (StartOf(first), StartOf(first.PlusDays(days)));
        }

        var seconds = row.LengthSeconds is > 0 and var known ? known : Math.Max(0, (row.EndUnixSeconds ?? start) - start);
        return (start * 1000, (start + seconds) * 1000);
    }

    /// <summary>A stretch with its stamps, made of its texts where it came without.</summary>
    private BusyStretch Timed(BusyStretch row)
    {
        var isAllDay = row.IsAllDay ?? row is { StartUnixSeconds: null, StartText.Length: <= 10 };
        return row with
        {
            IsAllDay = isAllDay,
            StartUnixSeconds = row.StartUnixSeconds ?? SecondsOf(row.StartText, row.StartTimeZone, isAllDay),
            EndUnixSeconds = row.EndUnixSeconds ?? SecondsOf(row.EndText, row.EndTimeZone, isAllDay),
        };
    }

    private long? SecondsOf(string? text, string? zoneName, bool isAllDay)
    {
        if (!DateTime.TryParseExact(text, TextFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return text?.Contains('T', StringComparison.Ordinal) == true
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact) ? exact.ToUnixTimeSeconds() : null;
        }

        // A whole day is read back in the zone it was written in, without one UTC.
        var written = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneName ?? "") ?? (isAllDay ? DateTimeZone.Utc : zone);
        return LocalDateTime.FromDateTime(time).InZoneLeniently(written).ToInstant().ToUnixTimeSeconds();
    }

    private long StartOf(LocalDate date) => zone.AtStartOfDay(date).ToInstant().ToUnixTimeMilliseconds();

    /// <summary>The date a stamp of a whole day means: in the zone it was written in, without one UTC.</summary>
    private static LocalDate DateOf(long unixSeconds, string? zoneName) =>
        Instant.FromUnixTimeSeconds(unixSeconds).InZone(DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneName ?? "") ?? DateTimeZone.Utc).Date;
}
