using Bitrix24.Client;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Collect;

/// <summary>
/// What the marked calendar entries are now. A mark names an entry of one person; what is held is the event of them all, so the organiser's
/// entry is asked for as well: whoever was only taken off the list of guests leaves the event as it is.
/// </summary>
internal sealed class MarkedCalendar
{
    private readonly long _startedAtMs;
    private readonly EntriesRead _entries;
    private readonly ILookup<long, InboxRow> _marks;

    private MarkedCalendar(long startedAtMs, EntriesRead entries, ILookup<long, InboxRow> marks) => (_startedAtMs, _entries, _marks) = (startedAtMs, entries, marks);

    /// <summary>When the reading started, Unix milliseconds.</summary>
    public long StartedAtMs => _startedAtMs;

    private long WindowFromMs => _startedAtMs - (long)PortalSync.CalendarWindow.TotalMilliseconds;

    /// <summary>Reads the entries that marks name.</summary>
    /// <param name="storage">The database.</param>
    /// <param name="client">Calls the portal.</param>
    /// <param name="portal">The portal.</param>
    /// <param name="marks">Marks of calendar entries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Bitrix24Exception">The portal as a whole cannot be read.</exception>
    public static async Task<MarkedCalendar> ReadAsync(
        AddonStorage storage, Bitrix24Client client, PortalContext portal, IReadOnlyList<InboxRow> marks, TimeProvider time, CancellationToken cancellationToken)
    {
        var events = await EventsOfAsync(storage, portal.Portal.Id, [.. marks.Select(InboxReading.IdOf)], cancellationToken).ConfigureAwait(false);
        var startedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var today = Instant.FromUnixTimeMilliseconds(startedAtMs).InZone(portal.Zone).Date;
        var entries = await new CalendarReader(new ManyCalls(client)).ReadEntriesAsync(
            [.. marks.Select(InboxReading.IdOf).Concat(events.SelectMany(e => e)).Distinct()],
            today.PlusDays(-1 - (int)PortalSync.CalendarWindow.TotalDays), today.PlusDays(1), cancellationToken).ConfigureAwait(false);
        var found = entries.Rows.ToLookup(row => row.Id, CalendarRows.EventIdOf);
        return new MarkedCalendar(startedAtMs, entries, marks
            .SelectMany(m => events[InboxReading.IdOf(m)].Concat(found[InboxReading.IdOf(m)]).Append(InboxReading.IdOf(m)).Distinct().Select(e => (Event: e, Mark: m)))
            .ToLookup(pair => pair.Event, pair => pair.Mark));
    }

    /// <summary>The entry stands in a calendar.</summary>
    public bool IsSeen(InboxRow mark) => !_entries.GoneEntryIds.Contains(InboxReading.IdOf(mark)) && !_entries.Errors.ContainsKey(InboxReading.IdOf(mark));

    /// <summary>The entry is gone. Of an entry that is not there the portal gives nothing or an error without a code.</summary>
    public bool IsGone(InboxRow mark, bool ownerIsAdministrator) => _entries.GoneEntryIds.Contains(InboxReading.IdOf(mark))
        ? mark.IsDeletion || ownerIsAdministrator
        : mark.IsDeletion && _entries.Errors.TryGetValue(InboxReading.IdOf(mark), out var error) && IsWithout(error);

    /// <summary>Why a mark has to be read again, or null.</summary>
    public Bitrix24Error? ErrorOf(InboxRow mark) => _marks.Where(e => e.Contains(mark)).Select(e => e.Key).Append(InboxReading.IdOf(mark))
        .Select(id => _entries.Errors.GetValueOrDefault(id)).FirstOrDefault(error => error is not null && !IsWithout(error));

    /// <summary>The marks of an event.</summary>
    public IEnumerable<InboxRow> MarksOf(long eventId) => _marks[eventId];

    /// <summary>What the entries say, beside what is held of their events: occurrences that are not there any more are gone.</summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="portal">The portal with the settings in force.</param>
    /// <param name="ownerIsAdministrator">What the token's owner does not see is not there.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<Observation>> ObserveAsync(
        AddonDbContext db, PortalContext portal, bool ownerIsAdministrator, CancellationToken cancellationToken)
    {
        var observed = new CalendarRows(portal.Settings, portal.Zone, _startedAtMs).Events(_entries.Rows);
        var seen = observed.Select(o => o.SourceId).ToHashSet();
        var gone = new List<Observation>();
        foreach (var ofEvent in _marks)
        {
            var isRead = _entries.ReadEventIds.Contains(ofEvent.Key);
            var isGone = IsEventGone(ofEvent.Key, ownerIsAdministrator);
            if (isRead || isGone)
            {
                var (first, next) = (FactKeys.Occurrence(ofEvent.Key, 0), FactKeys.Occurrence(ofEvent.Key + 1, 0));
                var held = await db.Facts.AsNoTracking()
                    .Where(f => f.Kind == FactKind.CalendarEvent && f.IsCurrent && !f.Deleted && f.SourceId >= first && f.SourceId < next)
                    .Select(f => new { f.SourceId, f.OccurredAtMs }).ToListAsync(cancellationToken).ConfigureAwait(false);

                // Of a recurring event only the window was asked for; what does not recur has one occurrence, whenever it was.
                gone.AddRange(held.Where(f => !seen.Contains(f.SourceId) && (isGone || f.SourceId == first || f.OccurredAtMs >= WindowFromMs))
                    .Select(f => new Observation(FactKind.CalendarEvent, f.SourceId, 0, null)));
            }
        }

        return [.. observed, .. gone];
    }

    /// <summary>The organiser's entry is gone, and with it the event.</summary>
    private bool IsEventGone(long eventId, bool ownerIsAdministrator)
    {
        var isToldDeleted = _marks[eventId].Any(m => m.IsDeletion);
        return !_entries.ReadEventIds.Contains(eventId)
            && (_entries.GoneEntryIds.Contains(eventId)
                ? isToldDeleted || ownerIsAdministrator
                : isToldDeleted && _entries.Errors.TryGetValue(eventId, out var error) && IsWithout(error));
    }

    /// <summary>The events whose entries we hold, by entry.</summary>
    private static async Task<ILookup<long, long>> EventsOfAsync(AddonStorage storage, int portalId, IReadOnlyList<long> entryIds, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        var keys = entryIds.ToDictionary(FactKeys.CalendarEntry);
        var links = await db.FactLinks.AsNoTracking().Where(l => l.Kind == FactKind.CalendarEvent && keys.Keys.Contains(l.LinkKey))
            .Select(l => new { l.LinkKey, l.SourceId }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return links.Select(l => (Entry: keys[l.LinkKey], Event: FactKeys.RecordId(FactKind.CalendarEvent, l.SourceId))).Distinct()
            .ToLookup(pair => pair.Entry, pair => pair.Event);
    }

    /// <summary>The entry cannot be had, now or later: it is not there, or it is not for us.</summary>
    private static bool IsWithout(Bitrix24Error error) => error.Kind is Bitrix24ErrorKind.MethodError or Bitrix24ErrorKind.NotFound or Bitrix24ErrorKind.AccessDenied;
}
