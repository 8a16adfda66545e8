using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>What was made or changed, where an answer tells no more.</summary>
public sealed record NewRow
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>
/// What was made, changed or found, where an answer tells no more and writes it in upper case (<c>im.chat.get</c>,
/// <c>telephony.externalLine.add</c>).
/// </summary>
public sealed record RowId
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>How many handlers were found and removed (<c>event.unbind</c>, <c>placement.unbind</c>).</summary>
public sealed record RemovedHandlers
{
    /// <summary>The number.</summary>
    [JsonPropertyName("count")]
    public long? Count { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Whether it worked, where an answer tells no more.</summary>
public sealed record Success
{
    /// <summary>True when it did.</summary>
    [JsonPropertyName("result")]
    public bool? Result { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Where a file can be fetched from.</summary>
public sealed record DownloadLink
{
    /// <summary>The address; it holds a token.</summary>
    [JsonPropertyName("downloadUrl")]
    public string? DownloadUrl { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
