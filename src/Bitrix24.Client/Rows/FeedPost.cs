using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A post of the feed (<c>log.blogpost.get</c>).</summary>
public sealed record FeedPost
{
    /// <summary>The post's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>Who wrote it.</summary>
    [JsonPropertyName("AUTHOR_ID")]
    public long? AuthorId { get; init; }

    /// <summary>The title.</summary>
    [JsonPropertyName("TITLE")]
    public string? Title { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("DETAIL_TEXT")]
    public string? Text { get; init; }

    /// <summary>When it was published.</summary>
    [JsonPropertyName("DATE_PUBLISH")]
    public DateTimeOffset? DatePublish { get; init; }

    /// <summary>How many comments it has.</summary>
    [JsonPropertyName("NUM_COMMENTS")]
    public long? CommentCount { get; init; }

    /// <summary>True when everybody may see it.</summary>
    [JsonPropertyName("HAS_SOCNET_ALL")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsForEverybody { get; init; }

    /// <summary>The attached files.</summary>
    [JsonPropertyName("FILES")]
    public IReadOnlyList<long>? FileIds { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
