using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>An activity (<c>crm.activity.list</c>).</summary>
public sealed record CrmActivity
{
    /// <summary>The activity's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The primary owner's id; other owners are in the bindings.</summary>
    [JsonPropertyName("OWNER_ID")]
    public long? OwnerId { get; init; }

    /// <summary>The primary owner's type: 1 lead, 2 deal, 3 contact, 4 company.</summary>
    [JsonPropertyName("OWNER_TYPE_ID")]
    public long? OwnerTypeId { get; init; }

    /// <summary>1 meeting, 2 call, 3 task, 4 e-mail, 5 generic, 6 of a provider.</summary>
    [JsonPropertyName("TYPE_ID")]
    public long? TypeId { get; init; }

    /// <summary>The provider, for example <c>VOXIMPLANT_CALL</c>.</summary>
    [JsonPropertyName("PROVIDER_ID")]
    public string? ProviderId { get; init; }

    /// <summary>The provider's type.</summary>
    [JsonPropertyName("PROVIDER_TYPE_ID")]
    public string? ProviderTypeId { get; init; }

    /// <summary>The provider's object: a task's or a session's id.</summary>
    [JsonPropertyName("ASSOCIATED_ENTITY_ID")]
    public long? AssociatedEntityId { get; init; }

    /// <summary>The subject.</summary>
    [JsonPropertyName("SUBJECT")]
    public string? Subject { get; init; }

    /// <summary>When it begins.</summary>
    [JsonPropertyName("START_TIME")]
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ends.</summary>
    [JsonPropertyName("END_TIME")]
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>The deadline, derived by the portal.</summary>
    [JsonPropertyName("DEADLINE")]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>True when done.</summary>
    [JsonPropertyName("COMPLETED")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? Completed { get; init; }

    /// <summary>1 waiting, 2 done, 3 done by itself.</summary>
    [JsonPropertyName("STATUS")]
    public long? Status { get; init; }

    /// <summary>The responsible user.</summary>
    [JsonPropertyName("RESPONSIBLE_ID")]
    public long? ResponsibleId { get; init; }

    /// <summary>The user who created it.</summary>
    [JsonPropertyName("AUTHOR_ID")]
    public long? AuthorId { get; init; }

    /// <summary>The user who changed it last.</summary>
    [JsonPropertyName("EDITOR_ID")]
    public long? EditorId { get; init; }

    /// <summary>1 low, 2 middle, 3 high.</summary>
    [JsonPropertyName("PRIORITY")]
    public long? Priority { get; init; }

    /// <summary>0 none, 1 incoming, 2 outgoing.</summary>
    [JsonPropertyName("DIRECTION")]
    public long? Direction { get; init; }

    /// <summary>When it was created.</summary>
    [JsonPropertyName("CREATED")]
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it was changed last; there is no time of completion.</summary>
    [JsonPropertyName("LAST_UPDATED")]
    public DateTimeOffset? LastUpdated { get; init; }

    /// <summary>For calls <c>VI_</c> and the call's id.</summary>
    [JsonPropertyName("ORIGIN_ID")]
    public string? OriginId { get; init; }

    /// <summary>The outer source.</summary>
    [JsonPropertyName("ORIGINATOR_ID")]
    public string? OriginatorId { get; init; }

    /// <summary>True when it came in through a channel.</summary>
    [JsonPropertyName("IS_INCOMING_CHANNEL")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsIncomingChannel { get; init; }

    /// <summary>The provider's settings; <c>[]</c> when empty.</summary>
    [JsonPropertyName("SETTINGS")]
    public JsonElement? Settings { get; init; }

    /// <summary>The provider's parameters; <c>[]</c> when empty.</summary>
    [JsonPropertyName("PROVIDER_PARAMS")]
    public JsonElement? ProviderParams { get; init; }

    /// <summary>Every object it is bound to, when the portal gives them.</summary>
    [JsonPropertyName("BINDINGS")]
    [JsonConverter(typeof(RowListConverter<ActivityOwner>))]
    public IReadOnlyList<ActivityOwner>? Bindings { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>An object an activity is bound to, as <c>crm.activity.list</c> writes it in BINDINGS.</summary>
public sealed record ActivityOwner
{
    /// <summary>The object's type.</summary>
    [JsonPropertyName("OWNER_TYPE_ID")]
    public long? OwnerTypeId { get; init; }

    /// <summary>The object's id.</summary>
    [JsonPropertyName("OWNER_ID")]
    public long? OwnerId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>An object an activity is bound to (<c>crm.activity.binding.list</c>).</summary>
public sealed record ActivityBinding
{
    /// <summary>The object's type.</summary>
    [JsonPropertyName("entityTypeId")]
    public long? EntityTypeId { get; init; }

    /// <summary>The object's id.</summary>
    [JsonPropertyName("entityId")]
    public long? EntityId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
