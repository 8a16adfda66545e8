using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>Working days and absences of a month (<c>timeman.timecontrol.reports.get</c>).</summary>
public sealed record MonthReport
{
    /// <summary>The month.</summary>
    [JsonPropertyName("report")]
    [JsonConverter(typeof(RowConverter<MonthReportDays>))]
    public MonthReportDays? Report { get; init; }

    /// <summary>Whose they are.</summary>
    [JsonPropertyName("user")]
    [JsonConverter(typeof(RowConverter<ReportUser>))]
    public ReportUser? User { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The days of a month.</summary>
public sealed record MonthReportDays
{
    /// <summary>The first instant.</summary>
    [JsonPropertyName("date_start")]
    public DateTimeOffset? DateStart { get; init; }

    /// <summary>The last instant.</summary>
    [JsonPropertyName("date_finish")]
    public DateTimeOffset? DateFinish { get; init; }

    /// <summary>The days.</summary>
    [JsonPropertyName("days")]
    [JsonConverter(typeof(RowListConverter<MonthReportDay>))]
    public IReadOnlyList<MonthReportDay>? Days { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A working day with its absences.</summary>
public sealed record MonthReportDay
{
    /// <summary>The day, <c>20260921</c>.</summary>
    [JsonPropertyName("index")]
    public string? Index { get; init; }

    /// <summary>When it began.</summary>
    [JsonPropertyName("workday_date_start")]
    public DateTimeOffset? Start { get; init; }

    /// <summary>When it ended; of an open day the time of the report.</summary>
    [JsonPropertyName("workday_date_finish")]
    public DateTimeOffset? Finish { get; init; }

    /// <summary>True when it was ended.</summary>
    [JsonPropertyName("workday_complete")]
    public bool? IsComplete { get; init; }

    /// <summary>The breaks in seconds.</summary>
    [JsonPropertyName("workday_time_leaks_user")]
    public long? BreakSeconds { get; init; }

    /// <summary>Its length without breaks, in seconds.</summary>
    [JsonPropertyName("workday_duration")]
    public long? DurationSeconds { get; init; }

    /// <summary>Its length without breaks and absences that were not confirmed, in seconds.</summary>
    [JsonPropertyName("workday_duration_final")]
    public long? WorkedSeconds { get; init; }

    /// <summary>The length it should have, in seconds.</summary>
    [JsonPropertyName("workday_duration_config")]
    public long? PlannedSeconds { get; init; }

    /// <summary>The absences and what else was noted.</summary>
    [JsonPropertyName("reports")]
    public JsonElement? Absences { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A person in the control of absences (<c>timeman.timecontrol.reports.users.get</c>).</summary>
public sealed record ReportUser
{
    /// <summary>The user's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The full name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The first name.</summary>
    [JsonPropertyName("first_name")]
    public string? FirstName { get; init; }

    /// <summary>The last name.</summary>
    [JsonPropertyName("last_name")]
    public string? LastName { get; init; }

    /// <summary>The position.</summary>
    [JsonPropertyName("work_position")]
    public string? WorkPosition { get; init; }

    /// <summary>When last active.</summary>
    [JsonPropertyName("last_activity_date")]
    public DateTimeOffset? LastActivityDate { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
