using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>A page of the application inside the portal (<c>placement.get</c>).</summary>
public sealed record PlacementHandler
{
    /// <summary>The place.</summary>
    [JsonPropertyName("placement")]
    public string? Placement { get; init; }

    /// <summary>For whom; 0 for everybody.</summary>
    [JsonPropertyName("userId")]
    public long? UserId { get; init; }

    /// <summary>The address of the page.</summary>
    [JsonPropertyName("handler")]
    public string? Handler { get; init; }

    /// <summary>The title people see.</summary>
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    /// <summary>The description.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>What the place wants besides; <c>[]</c> when empty.</summary>
    [JsonPropertyName("options")]
    public JsonElement? Options { get; init; }

    /// <summary>By language TITLE, DESCRIPTION and GROUP_NAME.</summary>
    [JsonPropertyName("langAll")]
    public JsonElement? Languages { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
