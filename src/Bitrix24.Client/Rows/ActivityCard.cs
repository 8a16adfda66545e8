using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>An activity with a card of the application (<c>crm.activity.configurable.get</c>).</summary>
public sealed record ActivityCard
{
    /// <summary>The activity's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The type of the CRM object it belongs to.</summary>
    [JsonPropertyName("ownerTypeId")]
    public long? OwnerTypeId { get; init; }

    /// <summary>The object.</summary>
    [JsonPropertyName("ownerId")]
    public long? OwnerId { get; init; }

    /// <summary>Its fields.</summary>
    [JsonPropertyName("fields")]
    [JsonConverter(typeof(RowConverter<ActivityCardFields>))]
    public ActivityCardFields? Fields { get; init; }

    /// <summary>Its card.</summary>
    [JsonPropertyName("layout")]
    public JsonElement? Layout { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The fields of an activity with a card.</summary>
public sealed record ActivityCardFields
{
    /// <summary>The type.</summary>
    [JsonPropertyName("typeId")]
    public string? TypeId { get; init; }

    /// <summary>True when done.</summary>
    [JsonPropertyName("completed")]
    public bool? Completed { get; init; }

    /// <summary>The deadline.</summary>
    [JsonPropertyName("deadline")]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The responsible user.</summary>
    [JsonPropertyName("responsibleId")]
    public long? ResponsibleId { get; init; }

    /// <summary>The badge.</summary>
    [JsonPropertyName("badgeCode")]
    public string? BadgeCode { get; init; }

    /// <summary>The outer source.</summary>
    [JsonPropertyName("originatorId")]
    public string? OriginatorId { get; init; }

    /// <summary>The id there.</summary>
    [JsonPropertyName("originId")]
    public string? OriginId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A badge of activities (<c>crm.activity.badge.list</c>).</summary>
public sealed record ActivityBadge
{
    /// <summary>What tells it apart.</summary>
    [JsonPropertyName("code")]
    public string? Code { get; init; }

    /// <summary>What it is about: a text, or texts by language.</summary>
    [JsonPropertyName("title")]
    public JsonElement? Title { get; init; }

    /// <summary>What it says: a text, or texts by language.</summary>
    [JsonPropertyName("value")]
    public JsonElement? Value { get; init; }

    /// <summary>How it looks.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>An own type of activities (<c>crm.activity.type.list</c>).</summary>
public sealed record ActivityType
{
    /// <summary>What tells it apart.</summary>
    [JsonPropertyName("TYPE_ID")]
    public string? TypeId { get; init; }

    /// <summary>The name people see.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>True when its activities have a card of the application.</summary>
    [JsonPropertyName("IS_CONFIGURABLE_TYPE")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsConfigurable { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
