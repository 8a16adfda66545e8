using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>Whether the plan has a feature (<c>feature.get</c>).</summary>
public sealed record FeatureState
{
    /// <summary>True when it has.</summary>
    [JsonPropertyName("value")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsAvailable { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Whether a method can be called (<c>method.get</c>).</summary>
public sealed record MethodState
{
    /// <summary>True when the portal has it.</summary>
    [JsonPropertyName("isExisting")]
    public bool? IsExisting { get; init; }

    /// <summary>True when the caller may use it.</summary>
    [JsonPropertyName("isAvailable")]
    public bool? IsAvailable { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
