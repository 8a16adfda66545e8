using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>An event in somebody's calendar, or one occurrence of a recurring event (<c>calendar.event.get</c>). Times written as text are in the portal's own format and are not read.</summary>
public sealed record CalendarEvent
{
    /// <summary>The event's id: each person's calendar has an entry of its own.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The entry of the organiser, which all entries of one meeting share.</summary>
    [JsonPropertyName("PARENT_ID")]
    public long? ParentId { get; init; }

    /// <summary>True for a deleted event.</summary>
    [JsonPropertyName("DELETED")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? Deleted { get; init; }

    /// <summary>Whose calendar it is in.</summary>
    [JsonPropertyName("OWNER_ID")]
    public long? OwnerId { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The start, Unix seconds.</summary>
    [JsonPropertyName("DATE_FROM_TS_UTC")]
    public long? StartUnixSeconds { get; init; }

    /// <summary>The end, Unix seconds.</summary>
    [JsonPropertyName("DATE_TO_TS_UTC")]
    public long? EndUnixSeconds { get; init; }

    /// <summary>The zone of the start, an IANA name.</summary>
    [JsonPropertyName("TZ_FROM")]
    public string? StartTimeZone { get; init; }

    /// <summary>True for an event of whole days.</summary>
    [JsonPropertyName("DT_SKIP_TIME")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsAllDay { get; init; }

    /// <summary>How long it is, in seconds.</summary>
    [JsonPropertyName("DT_LENGTH")]
    public long? LengthSeconds { get; init; }

    /// <summary><c>busy</c>, <c>absent</c>, <c>quest</c>, <c>free</c>.</summary>
    [JsonPropertyName("ACCESSIBILITY")]
    public string? Accessibility { get; init; }

    /// <summary>True for an event with people invited.</summary>
    [JsonPropertyName("IS_MEETING")]
    public bool? IsMeeting { get; init; }

    /// <summary>The calendar owner's part: Y agreed, N declined, Q not answered, H organiser.</summary>
    [JsonPropertyName("MEETING_STATUS")]
    public string? MeetingStatus { get; init; }

    /// <summary>Who organises it.</summary>
    [JsonPropertyName("MEETING_HOST")]
    public long? MeetingHostId { get; init; }

    /// <summary>The rule of recurrence, an object; an empty text or list without one.</summary>
    [JsonPropertyName("RRULE")]
    public JsonElement? Recurrence { get; init; }

    /// <summary>The CRM objects it is bound to, such as <c>D_5</c>.</summary>
    [JsonPropertyName("UF_CRM_CAL_EVENT")]
    public IReadOnlyList<string>? CrmObjects { get; init; }

    /// <summary>Everybody invited, with their part.</summary>
    [JsonPropertyName("ATTENDEE_LIST")]
    [JsonConverter(typeof(RowListConverter<EventAttendee>))]
    public IReadOnlyList<EventAttendee>? Attendees { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Somebody invited to an event.</summary>
public sealed record EventAttendee
{
    /// <summary>The user.</summary>
    [JsonPropertyName("id")]
    public long? UserId { get; init; }

    /// <summary>The event in his calendar.</summary>
    [JsonPropertyName("entryId")]
    public long? EntryId { get; init; }

    /// <summary>Y agreed, N declined, Q not answered, H organiser.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A stretch in which somebody is busy or absent (<c>calendar.accessibility.get</c>).</summary>
public sealed record BusyStretch
{
    /// <summary>The event's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The start, Unix seconds.</summary>
    [JsonPropertyName("DATE_FROM_TS_UTC")]
    public long? StartUnixSeconds { get; init; }

    /// <summary>The end, Unix seconds.</summary>
    [JsonPropertyName("DATE_TO_TS_UTC")]
    public long? EndUnixSeconds { get; init; }

    /// <summary>The start in the portal's own format; the fields of a stretch are not documented, and it may be all there is.</summary>
    [JsonPropertyName("DATE_FROM")]
    public string? StartText { get; init; }

    /// <summary>The end in the portal's own format.</summary>
    [JsonPropertyName("DATE_TO")]
    public string? EndText { get; init; }

    /// <summary>The zone of the start, an IANA name.</summary>
    [JsonPropertyName("TZ_FROM")]
    public string? StartTimeZone { get; init; }

    /// <summary>The zone of the end, an IANA name.</summary>
    [JsonPropertyName("TZ_TO")]
    public string? EndTimeZone { get; init; }

    /// <summary>True for a stretch of whole days.</summary>
    [JsonPropertyName("DT_SKIP_TIME")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsAllDay { get; init; }

    /// <summary><c>busy</c>, <c>absent</c>, <c>quest</c>, <c>free</c>.</summary>
    [JsonPropertyName("ACCESSIBILITY")]
    public string? Accessibility { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
