using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>Something done with a task (<c>tasks.task.history.list</c>).</summary>
public sealed record TaskHistoryRecord
{
    /// <summary>The record's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>When it was done.</summary>
    [JsonPropertyName("createdDate")]
    public DateTimeOffset? CreatedDate { get; init; }

    /// <summary>What was changed: <c>DEADLINE</c>, <c>STATUS</c>, <c>RESPONSIBLE_ID</c>, <c>NEW</c>, <c>COMMENT</c> and so on.</summary>
    [JsonPropertyName("field")]
    public string? Field { get; init; }

    /// <summary>The change.</summary>
    [JsonPropertyName("value")]
    [JsonConverter(typeof(RowConverter<TaskChange>))]
    public TaskChange? Value { get; init; }

    /// <summary>Who did it.</summary>
    [JsonPropertyName("user")]
    [JsonConverter(typeof(RowConverter<TaskHistoryUser>))]
    public TaskHistoryUser? User { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A change of a task.</summary>
public sealed record TaskChange
{
    /// <summary>The value before, by the kind of change a text, a number or null.</summary>
    [JsonPropertyName("from")]
    public JsonElement? From { get; init; }

    /// <summary>The value after.</summary>
    [JsonPropertyName("to")]
    public JsonElement? To { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Who did something with a task.</summary>
public sealed record TaskHistoryUser
{
    /// <summary>The user's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The first name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The last name.</summary>
    [JsonPropertyName("lastName")]
    public string? LastName { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
