using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>How a working day stands (<c>timeman.status</c>).</summary>
public sealed record WorkingDayStatus
{
    /// <summary><c>OPENED</c>, <c>CLOSED</c>, <c>PAUSED</c>, or <c>EXPIRED</c>: begun on an earlier day and not ended.</summary>
    [JsonPropertyName("STATUS")]
    public string? Status { get; init; }

    /// <summary>When it began.</summary>
    [JsonPropertyName("TIME_START")]
    public DateTimeOffset? TimeStart { get; init; }

    /// <summary>When it ended; null while open.</summary>
    [JsonPropertyName("TIME_FINISH")]
    public DateTimeOffset? TimeFinish { get; init; }

    /// <summary>How long it was, <c>HH:MM:SS</c>; zero while open.</summary>
    [JsonPropertyName("DURATION")]
    public string? Duration { get; init; }

    /// <summary>The breaks, <c>HH:MM:SS</c>.</summary>
    [JsonPropertyName("TIME_LEAKS")]
    public string? Breaks { get; init; }

    /// <summary>False while it awaits approval.</summary>
    [JsonPropertyName("ACTIVE")]
    public bool? IsApproved { get; init; }

    /// <summary>The user's offset from UTC, in seconds.</summary>
    [JsonPropertyName("TZ_OFFSET")]
    public long? OffsetSeconds { get; init; }

    /// <summary>For an expired day, when it might be ended.</summary>
    [JsonPropertyName("TIME_FINISH_DEFAULT")]
    public DateTimeOffset? SuggestedFinish { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The rules for a working day (<c>timeman.settings</c>).</summary>
public sealed record WorkingDaySettings
{
    /// <summary>True when working time is kept.</summary>
    [JsonPropertyName("UF_TIMEMAN")]
    public bool? IsOn { get; init; }

    /// <summary>True for a free schedule.</summary>
    [JsonPropertyName("UF_TM_FREE")]
    public bool? IsFree { get; init; }

    /// <summary>The latest begin, <c>HH:MM:SS</c>.</summary>
    [JsonPropertyName("UF_TM_MAX_START")]
    public string? LatestStart { get; init; }

    /// <summary>The earliest end, <c>HH:MM:SS</c>.</summary>
    [JsonPropertyName("UF_TM_MIN_FINISH")]
    public string? EarliestFinish { get; init; }

    /// <summary>The least length, <c>HH:MM:SS</c>.</summary>
    [JsonPropertyName("UF_TM_MIN_DURATION")]
    public string? LeastDuration { get; init; }

    /// <summary>How far times may be changed, <c>HH:MM:SS</c>.</summary>
    [JsonPropertyName("UF_TM_ALLOWED_DELTA")]
    public string? AllowedDelta { get; init; }

    /// <summary>True when the caller may manage working time; only of himself.</summary>
    [JsonPropertyName("ADMIN")]
    public bool? IsAdministrator { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A schedule (<c>timeman.schedule.get</c>).</summary>
public sealed record WorkSchedule
{
    /// <summary>The schedule's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary><c>FIXED</c>, <c>SHIFT</c> or <c>FLEXTIME</c>.</summary>
    [JsonPropertyName("SCHEDULE_TYPE")]
    public string? ScheduleType { get; init; }

    /// <summary>The period it is accounted for.</summary>
    [JsonPropertyName("REPORT_PERIOD")]
    public string? ReportPeriod { get; init; }

    /// <summary>True when it is for everybody.</summary>
    [JsonPropertyName("IS_FOR_ALL_USERS")]
    public bool? IsForAllUsers { get; init; }

    /// <summary>The shifts.</summary>
    [JsonPropertyName("SHIFTS")]
    [JsonConverter(typeof(RowListConverter<WorkShift>))]
    public IReadOnlyList<WorkShift>? Shifts { get; init; }

    /// <summary>The exceptions, by day.</summary>
    [JsonPropertyName("CALENDAR")]
    public JsonElement? Calendar { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A shift of a schedule.</summary>
public sealed record WorkShift
{
    /// <summary>The shift's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The begin, seconds after midnight.</summary>
    [JsonPropertyName("WORK_TIME_START")]
    public long? StartSeconds { get; init; }

    /// <summary>The end, seconds after midnight.</summary>
    [JsonPropertyName("WORK_TIME_END")]
    public long? EndSeconds { get; init; }

    /// <summary>The break in seconds.</summary>
    [JsonPropertyName("BREAK_DURATION")]
    public long? BreakSeconds { get; init; }

    /// <summary>The days of the week, <c>12345</c> for Monday to Friday.</summary>
    [JsonPropertyName("WORK_DAYS")]
    public string? WorkDays { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
