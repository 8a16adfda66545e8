using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>A file in a chat or on the timeline.</summary>
public sealed record ChatFile
{
    /// <summary>The file's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The chat.</summary>
    [JsonPropertyName("chatId")]
    public long? ChatId { get; init; }

    /// <summary>When it was uploaded.</summary>
    [JsonPropertyName("date")]
    public DateTimeOffset? Date { get; init; }

    /// <summary>The kind of file.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The extension.</summary>
    [JsonPropertyName("extension")]
    public string? Extension { get; init; }

    /// <summary>The size in bytes.</summary>
    [JsonPropertyName("size")]
    public long? SizeBytes { get; init; }

    /// <summary>Who uploaded it.</summary>
    [JsonPropertyName("authorId")]
    public long? AuthorId { get; init; }

    /// <summary>His name.</summary>
    [JsonPropertyName("authorName")]
    public string? AuthorName { get; init; }

    /// <summary>The address to fetch it from.</summary>
    [JsonPropertyName("urlDownload")]
    public string? UrlDownload { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
