using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>A trigger of the application (<c>crm.automation.trigger.list</c>).</summary>
public sealed record Trigger
{
    /// <summary>What tells it apart within the application.</summary>
    [JsonPropertyName("CODE")]
    public string? Code { get; init; }

    /// <summary>The name people see.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
