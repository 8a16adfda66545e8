using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>An entry of a directory, short (<c>crm.status.entity.items</c>).</summary>
public sealed record DirectoryItem
{
    /// <summary>The name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The place among its neighbours.</summary>
    [JsonPropertyName("SORT")]
    public long? Sort { get; init; }

    /// <summary>The entry's code.</summary>
    [JsonPropertyName("STATUS_ID")]
    public string? StatusId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A directory (<c>crm.status.entity.types</c>).</summary>
public sealed record CrmDirectory
{
    /// <summary>The code, for example <c>DEAL_STAGE_2</c>.</summary>
    [JsonPropertyName("ID")]
    public string? Id { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The directory it was made from.</summary>
    [JsonPropertyName("PARENT_ID")]
    public string? ParentId { get; init; }

    /// <summary>The type of items whose stages it holds.</summary>
    [JsonPropertyName("ENTITY_TYPE_ID")]
    public long? EntityTypeId { get; init; }

    /// <summary>The funnel whose stages it holds.</summary>
    [JsonPropertyName("CATEGORY_ID")]
    public long? CategoryId { get; init; }

    /// <summary>What its codes begin with.</summary>
    [JsonPropertyName("PREFIX")]
    public string? Prefix { get; init; }

    /// <summary>True when it is in use.</summary>
    [JsonPropertyName("IS_ENABLED")]
    public bool? IsEnabled { get; init; }

    /// <summary>The first and the final stages; <c>[]</c> for a directory of another kind.</summary>
    [JsonPropertyName("SEMANTIC_INFO")]
    public JsonElement? SemanticInfo { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
