using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>An event handler of the application (<c>event.get</c>).</summary>
public sealed record EventHandlerRow
{
    /// <summary>The event's name; letter case varies.</summary>
    [JsonPropertyName("event")]
    public string? Event { get; init; }

    /// <summary>The address that events are posted to; empty for offline events.</summary>
    [JsonPropertyName("handler")]
    public string? Handler { get; init; }

    /// <summary>The user whose token is sent; 0 is the one who acted.</summary>
    [JsonPropertyName("auth_type")]
    public long? AuthType { get; init; }

    /// <summary>True when events are kept in the portal instead of posted.</summary>
    [JsonPropertyName("offline")]
    public bool? Offline { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
