using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A call an application registered (<c>telephony.externalCall.register</c>).</summary>
public sealed record RegisteredCall
{
    /// <summary>The id for the calls that follow.</summary>
    [JsonPropertyName("CALL_ID")]
    public string? CallId { get; init; }

    /// <summary>The lead made for it.</summary>
    [JsonPropertyName("CRM_CREATED_LEAD")]
    public long? CreatedLeadId { get; init; }

    /// <summary>The objects made for it.</summary>
    [JsonPropertyName("CRM_CREATED_ENTITIES")]
    [JsonConverter(typeof(RowListConverter<CreatedCrmEntity>))]
    public IReadOnlyList<CreatedCrmEntity>? CreatedEntities { get; init; }

    /// <summary>The type of the object it is bound to.</summary>
    [JsonPropertyName("CRM_ENTITY_TYPE")]
    public string? CrmEntityType { get; init; }

    /// <summary>The object's id.</summary>
    [JsonPropertyName("CRM_ENTITY_ID")]
    public long? CrmEntityId { get; init; }

    /// <summary>Why no lead was made.</summary>
    [JsonPropertyName("LEAD_CREATION_ERROR")]
    public string? LeadCreationError { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A CRM object made for a call.</summary>
public sealed record CreatedCrmEntity
{
    /// <summary>Its type.</summary>
    [JsonPropertyName("ENTITY_TYPE")]
    public string? EntityType { get; init; }

    /// <summary>Its id.</summary>
    [JsonPropertyName("ENTITY_ID")]
    public long? EntityId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A call an application finished (<c>telephony.externalCall.finish</c>).</summary>
public sealed record FinishedCall
{
    /// <summary>Its id in the statistics.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The id that registering gave.</summary>
    [JsonPropertyName("CALL_ID")]
    public string? CallId { get; init; }

    /// <summary>The id of the outer system.</summary>
    [JsonPropertyName("EXTERNAL_CALL_ID")]
    public string? ExternalCallId { get; init; }

    /// <summary>The user who spoke.</summary>
    [JsonPropertyName("PORTAL_USER_ID")]
    public long? PortalUserId { get; init; }

    /// <summary>The other side's number.</summary>
    [JsonPropertyName("PHONE_NUMBER")]
    public string? PhoneNumber { get; init; }

    /// <summary>The line.</summary>
    [JsonPropertyName("PORTAL_NUMBER")]
    public string? PortalNumber { get; init; }

    /// <summary>The type: 1 outgoing, 2 incoming and so on.</summary>
    [JsonPropertyName("INCOMING")]
    public long? CallType { get; init; }

    /// <summary>How long they spoke, in seconds.</summary>
    [JsonPropertyName("CALL_DURATION")]
    public long? CallDurationSeconds { get; init; }

    /// <summary>The vote.</summary>
    [JsonPropertyName("CALL_VOTE")]
    public long? CallVote { get; init; }

    /// <summary>The cost.</summary>
    [JsonPropertyName("COST")]
    public decimal? Cost { get; init; }

    /// <summary>Its currency.</summary>
    [JsonPropertyName("COST_CURRENCY")]
    public string? CostCurrency { get; init; }

    /// <summary>200 answered, 304 missed and so on.</summary>
    [JsonPropertyName("CALL_FAILED_CODE")]
    public string? CallFailedCode { get; init; }

    /// <summary>The code in words.</summary>
    [JsonPropertyName("CALL_FAILED_REASON")]
    public string? CallFailedReason { get; init; }

    /// <summary>The call's activity.</summary>
    [JsonPropertyName("CRM_ACTIVITY_ID")]
    public long? CrmActivityId { get; init; }

    /// <summary>The type of the object it is bound to.</summary>
    [JsonPropertyName("CRM_ENTITY_TYPE")]
    public string? CrmEntityType { get; init; }

    /// <summary>The object's id.</summary>
    [JsonPropertyName("CRM_ENTITY_ID")]
    public long? CrmEntityId { get; init; }

    /// <summary>What else went wrong.</summary>
    [JsonPropertyName("ERRORS")]
    public JsonElement? Errors { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The record of a call (<c>telephony.externalCall.attachRecord</c>).</summary>
public sealed record AttachedRecord
{
    /// <summary>The file.</summary>
    [JsonPropertyName("FILE_ID")]
    public long? FileId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The transcript of a call (<c>telephony.call.attachTranscription</c>).</summary>
public sealed record AttachedTranscript
{
    /// <summary>The transcript's id.</summary>
    [JsonPropertyName("TRANSCRIPT_ID")]
    public long? TranscriptId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Whose number it is (<c>telephony.externalCall.searchCrmEntities</c>).</summary>
public sealed record Caller
{
    /// <summary><c>CONTACT</c>, <c>COMPANY</c> or <c>LEAD</c>.</summary>
    [JsonPropertyName("CRM_ENTITY_TYPE")]
    public string? CrmEntityType { get; init; }

    /// <summary>The object's id.</summary>
    [JsonPropertyName("CRM_ENTITY_ID")]
    public long? CrmEntityId { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The responsible user.</summary>
    [JsonPropertyName("ASSIGNED_BY_ID")]
    public long? AssignedById { get; init; }

    /// <summary>More on him: his numbers, whether his working day is open.</summary>
    [JsonPropertyName("ASSIGNED_BY")]
    public JsonElement? AssignedBy { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>An outer line of an application (<c>telephony.externalLine.get</c>).</summary>
public sealed record ExternalLine
{
    /// <summary>Its number.</summary>
    [JsonPropertyName("NUMBER")]
    public string? Number { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>True when outgoing calls make CRM objects for unknown numbers.</summary>
    [JsonPropertyName("CRM_AUTO_CREATE")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? CreatesInCrm { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
