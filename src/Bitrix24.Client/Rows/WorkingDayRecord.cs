using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>A working day (<c>timeman.record.list</c>).</summary>
public sealed record WorkingDayRecord
{
    /// <summary>The record's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The user.</summary>
    [JsonPropertyName("userId")]
    public long? UserId { get; init; }

    /// <summary>When the day began.</summary>
    [JsonPropertyName("startTime")]
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended; null while open.</summary>
    [JsonPropertyName("endTime")]
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Working time in seconds.</summary>
    [JsonPropertyName("duration")]
    public long? DurationSeconds { get; init; }

    /// <summary>Breaks in seconds.</summary>
    [JsonPropertyName("breakLength")]
    public long? BreakSeconds { get; init; }

    /// <summary>The state.</summary>
    [JsonPropertyName("state")]
    public string? State { get; init; }

    /// <summary>False while it awaits approval.</summary>
    [JsonPropertyName("isApproved")]
    public bool? IsApproved { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
