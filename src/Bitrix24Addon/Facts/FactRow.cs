using System.Text.Json;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Facts;

/// <summary>
/// One version of what the portal said about one record. The content of a row never changes; only <see cref="IsCurrent"/> and
/// <see cref="ReadStartedAtMs"/> are bookkeeping about later reads.
/// </summary>
public sealed class FactRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>What it is about.</summary>
    public FactKind Kind { get; set; }

    /// <summary>The record's id in Bitrix24.</summary>
    public long SourceId { get; set; }

    /// <summary>Running number per record, from 1, raised when a tracked field differs.</summary>
    public int Version { get; set; }

    /// <summary>When it happened, Unix milliseconds: start of a call, move to a stage, creation of an object, closing of a task.</summary>
    public long OccurredAtMs { get; set; }

    /// <summary>Since when this version holds, Unix milliseconds: the record's own time of last change.</summary>
    public long EffectiveAtMs { get; set; }

    /// <summary>When we learned it, Unix milliseconds; null for history read at the first synchronisation.</summary>
    public long? KnownAtMs { get; set; }

    /// <summary>Start of the last read that showed this version, Unix milliseconds.</summary>
    public long ReadStartedAtMs { get; set; }

    /// <summary>Running number, per portal, of the write that recorded this version: what was known at a moment has a number up to then.</summary>
    public long Sequence { get; set; }

    /// <summary>No later version exists.</summary>
    public bool IsCurrent { get; set; }

    /// <summary>The record is gone from the portal as of this version.</summary>
    public bool Deleted { get; set; }

    /// <summary>The key that gathers facts which are judged together (see <see cref="FactKeys"/>), or null.</summary>
    public string? GroupKey { get; set; }

    /// <summary>A second key to find the fact by (see <see cref="FactKeys"/>), or null.</summary>
    public string? LookupKey { get; set; }

    /// <summary>The tracked fields as JSON.</summary>
    public required string Payload { get; set; }

    /// <summary>Reads the tracked fields.</summary>
    /// <typeparam name="T">The payload type of <see cref="Kind"/>.</typeparam>
    public T As<T>()
        where T : FactPayload =>
        (T)(JsonSerializer.Deserialize(Payload, typeof(T), PayloadJson.Default)
            ?? throw new InvalidOperationException($"Fact {Kind} {SourceId} v{Version} has no payload."));
}

/// <summary>
/// What some version of a record belonged to, as an index row beside the facts: it is never removed, so that what was known at an earlier
/// moment can be found; the version tells whether the link still holds.
/// </summary>
public sealed class FactLinkRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The kind of the fact that has the link.</summary>
    public FactKind Kind { get; set; }

    /// <summary>The id of the record that has the link.</summary>
    public long SourceId { get; set; }

    /// <summary>The object linked to (see <see cref="FactKeys"/>).</summary>
    public required string LinkKey { get; set; }
}

/// <summary>How facts are found from one another.</summary>
public static class FactKeys
{
    /// <summary>A CRM object: the short code of its type and its id, as in Bitrix24 bindings (<c>L_5</c>, <c>D_7</c>).</summary>
    /// <param name="entityTypeId">1 lead, 2 deal, 3 contact, 4 company, 7 quote, others by number.</param>
    /// <param name="id">The object's id.</param>
    public static string CrmObject(long entityTypeId, long id) => entityTypeId switch
    {
        1 => $"L_{id}",
        2 => $"D_{id}",
        3 => $"C_{id}",
        4 => $"CO_{id}",
        7 => $"Q_{id}",
        31 => $"SI_{id}",
        _ => $"T{entityTypeId:x}_{id}",
    };

    /// <summary>What a fact belongs to: the CRM objects and the calendar event of an activity, the activity of a call, an event's entries.</summary>
    /// <param name="payload">The fact's tracked fields; null when the record is gone.</param>
    public static IReadOnlyList<string> LinksOf(FactPayload? payload) => payload switch
    {
        ActivityFact { CalendarEntryId: { } entry } activity => [.. activity.Owners, CalendarEntry(entry)],
        ActivityFact activity => activity.Owners,
        CalendarEventFact calendarEvent => [.. calendarEvent.EntryIds.Select(CalendarEntry)],
        CallFact { ActivityId: { } activityId } => [Activity(activityId)],
        _ => [],
    };

    /// <summary>A lead.</summary>
    /// <param name="id">Its id.</param>
    public static string Lead(long id) => CrmObject(1, id);

    /// <summary>A deal.</summary>
    /// <param name="id">Its id.</param>
    public static string Deal(long id) => CrmObject(2, id);

    /// <summary>An activity.</summary>
    /// <param name="id">Its id.</param>
    public static string Activity(long id) => $"A_{id}";

    /// <summary>An event as it stands in somebody's calendar.</summary>
    /// <param name="id">Its id.</param>
    public static string CalendarEntry(long id) => $"E_{id}";

    /// <summary>The type of the objects whose stage history a kind is.</summary>
    /// <param name="stageKind">A kind of stage history.</param>
    public static long EntityTypeOf(FactKind stageKind) => stageKind switch
    {
        FactKind.LeadStage => 1,
        FactKind.DealStage => 2,
        FactKind.InvoiceStage => 31,
        _ => throw new ArgumentOutOfRangeException(nameof(stageKind), stageKind, "No history of stages."),
    };

    /// <summary>
    /// The source id of a calendar event's fact. Occurrences of a recurring event share the event's id; what tells them apart is the day,
    /// because no rule recurs twice a day, and it stays when the hour is moved. 0 for an event that does not recur.
    /// </summary>
    /// <param name="eventId">The organiser's entry.</param>
    /// <param name="dayNumber">Days since 1970 of the occurrence, or 0.</param>
    public static long Occurrence(long eventId, int dayNumber) => (eventId * DaysOfOccurrences) + dayNumber;

    /// <summary>The id in Bitrix24 that a fact's source id stands for.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="sourceId">The source id.</param>
    public static long RecordId(FactKind kind, long sourceId) => kind == FactKind.CalendarEvent ? sourceId / DaysOfOccurrences : sourceId;

    // Enough until the year 2243.
    private const long DaysOfOccurrences = 100_000;
}
