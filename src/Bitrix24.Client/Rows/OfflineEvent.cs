using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>An event the portal keeps (<c>event.offline.list</c>); several changes of one object are one event.</summary>
public sealed record OfflineEvent
{
    /// <summary>The event's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>When it happened last.</summary>
    [JsonPropertyName("TIMESTAMP_X")]
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("EVENT_NAME")]
    public string? EventName { get; init; }

    /// <summary>What happened: an object such as <c>{"FIELDS":{"ID":5}}</c>, or <c>false</c>.</summary>
    [JsonPropertyName("EVENT_DATA")]
    public JsonElement? EventData { get; init; }

    /// <summary>More on it, or <c>false</c>.</summary>
    [JsonPropertyName("EVENT_ADDITIONAL")]
    public JsonElement? EventAdditional { get; init; }

    /// <summary>What tells the message apart.</summary>
    [JsonPropertyName("MESSAGE_ID")]
    public string? MessageId { get; init; }

    /// <summary>Who reserved it.</summary>
    [JsonPropertyName("PROCESS_ID")]
    public string? ProcessId { get; init; }

    /// <summary>1 when it was marked as failed.</summary>
    [JsonPropertyName("ERROR")]
    public long? Error { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Fetched events (<c>event.offline.get</c>).</summary>
public sealed record OfflineEventBatch
{
    /// <summary>The process they are reserved for; null when they were removed.</summary>
    [JsonPropertyName("process_id")]
    public string? ProcessId { get; init; }

    /// <summary>The events.</summary>
    [JsonPropertyName("events")]
    [JsonConverter(typeof(RowListConverter<OfflineEvent>))]
    public IReadOnlyList<OfflineEvent>? Events { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
