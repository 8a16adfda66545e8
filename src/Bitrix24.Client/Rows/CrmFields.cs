using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>The fields of a type of CRM items (<c>crm.item.fields</c>).</summary>
public sealed record CrmFields
{
    /// <summary>The fields by their camelCase names.</summary>
    [JsonPropertyName("fields")]
    [JsonConverter(typeof(RowMapConverter<CrmField>))]
    public IReadOnlyDictionary<string, CrmField>? Fields { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A field of a type of CRM items.</summary>
public sealed record CrmField
{
    /// <summary>The type of its value.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>True when an item cannot be without it.</summary>
    [JsonPropertyName("isRequired")]
    public bool? IsRequired { get; init; }

    /// <summary>True when it cannot be written.</summary>
    [JsonPropertyName("isReadOnly")]
    public bool? IsReadOnly { get; init; }

    /// <summary>True when it can be written only at the beginning.</summary>
    [JsonPropertyName("isImmutable")]
    public bool? IsImmutable { get; init; }

    /// <summary>True for a list.</summary>
    [JsonPropertyName("isMultiple")]
    public bool? IsMultiple { get; init; }

    /// <summary>True for a user field.</summary>
    [JsonPropertyName("isDynamic")]
    public bool? IsDynamic { get; init; }

    /// <summary>The name people see.</summary>
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    /// <summary>The name in the database.</summary>
    [JsonPropertyName("upperName")]
    public string? UpperName { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
