using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>The transcript of a call (<c>crm.activity.call.getTranscript</c>).</summary>
public sealed record CallTranscript
{
    /// <summary>The text.</summary>
    [JsonPropertyName("transcription")]
    public string? Transcription { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
