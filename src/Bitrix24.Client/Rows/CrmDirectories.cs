using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>An entry of a directory (<c>crm.status.list</c>).</summary>
public sealed record CrmStatus
{
    /// <summary>The entry's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The directory.</summary>
    [JsonPropertyName("ENTITY_ID")]
    public string? EntityId { get; init; }

    /// <summary>The entry's code.</summary>
    [JsonPropertyName("STATUS_ID")]
    public string? StatusId { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The name it was born with.</summary>
    [JsonPropertyName("NAME_INIT")]
    public string? NameInit { get; init; }

    /// <summary>The place among its neighbours.</summary>
    [JsonPropertyName("SORT")]
    public long? Sort { get; init; }

    /// <summary>True when it cannot be deleted.</summary>
    [JsonPropertyName("SYSTEM")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? System { get; init; }

    /// <summary>The funnel.</summary>
    [JsonPropertyName("CATEGORY_ID")]
    public long? CategoryId { get; init; }

    /// <summary>The colour.</summary>
    [JsonPropertyName("COLOR")]
    public string? Color { get; init; }

    /// <summary>S won, F lost, null in work.</summary>
    [JsonPropertyName("SEMANTICS")]
    public string? Semantics { get; init; }

    /// <summary>More on a stage: SEMANTICS process, success, failure or apology, and COLOR; <c>[]</c> when empty.</summary>
    [JsonPropertyName("EXTRA")]
    public JsonElement? Extra { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A funnel (<c>crm.category.list</c>).</summary>
public sealed record CrmCategory
{
    /// <summary>The funnel's id; 0 is the default funnel of deals.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The place among its neighbours.</summary>
    [JsonPropertyName("sort")]
    public long? Sort { get; init; }

    /// <summary>The type.</summary>
    [JsonPropertyName("entityTypeId")]
    public long? EntityTypeId { get; init; }

    /// <summary>True for the default funnel.</summary>
    [JsonPropertyName("isDefault")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsDefault { get; init; }

    /// <summary>The id in an outer source.</summary>
    [JsonPropertyName("originId")]
    public string? OriginId { get; init; }

    /// <summary>The outer source.</summary>
    [JsonPropertyName("originatorId")]
    public string? OriginatorId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A currency (<c>crm.currency.list</c>).</summary>
public sealed record Currency
{
    /// <summary>The ISO 4217 code.</summary>
    [JsonPropertyName("CURRENCY")]
    public string? Code { get; init; }

    /// <summary>The rate: so much of the base currency for <see cref="AmountCount"/> units.</summary>
    [JsonPropertyName("AMOUNT")]
    public decimal? Amount { get; init; }

    /// <summary>How many units the rate is for.</summary>
    [JsonPropertyName("AMOUNT_CNT")]
    public decimal? AmountCount { get; init; }

    /// <summary>True for the base currency.</summary>
    [JsonPropertyName("BASE")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? Base { get; init; }

    /// <summary>The place among its neighbours.</summary>
    [JsonPropertyName("SORT")]
    public long? Sort { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("FULL_NAME")]
    public string? FullName { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
