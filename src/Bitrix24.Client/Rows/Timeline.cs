using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A comment on the timeline (<c>crm.timeline.comment.list</c>).</summary>
public sealed record TimelineComment
{
    /// <summary>The comment's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The item.</summary>
    [JsonPropertyName("ENTITY_ID")]
    public long? EntityId { get; init; }

    /// <summary>The item's type, for example <c>deal</c>.</summary>
    [JsonPropertyName("ENTITY_TYPE")]
    public string? EntityType { get; init; }

    /// <summary>When it was written.</summary>
    [JsonPropertyName("CREATED")]
    public DateTimeOffset? Created { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("COMMENT")]
    public string? Comment { get; init; }

    /// <summary>Who wrote it.</summary>
    [JsonPropertyName("AUTHOR_ID")]
    public long? AuthorId { get; init; }

    /// <summary>The attached files by their ids.</summary>
    [JsonPropertyName("FILES")]
    [JsonConverter(typeof(RowMapConverter<ChatFile>))]
    public IReadOnlyDictionary<string, ChatFile>? Files { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A log record on the timeline (<c>crm.timeline.logmessage.list</c>).</summary>
public sealed record LogMessage
{
    /// <summary>The record's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>When it was made.</summary>
    [JsonPropertyName("created")]
    public DateTimeOffset? Created { get; init; }

    /// <summary>Who made it.</summary>
    [JsonPropertyName("authorId")]
    public long? AuthorId { get; init; }

    /// <summary>The title.</summary>
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>The icon.</summary>
    [JsonPropertyName("iconCode")]
    public string? IconCode { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
