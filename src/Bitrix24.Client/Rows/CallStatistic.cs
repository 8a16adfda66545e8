using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A finished call (<c>voximplant.statistic.get</c>). Rows may change later (vote, comment, record) under the same id.</summary>
public sealed record CallStatistic
{
    /// <summary>The row's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The operator's user id.</summary>
    [JsonPropertyName("PORTAL_USER_ID")]
    public long? PortalUserId { get; init; }

    /// <summary>The line the call went through.</summary>
    [JsonPropertyName("PORTAL_NUMBER")]
    public string? PortalNumber { get; init; }

    /// <summary>The other side's number.</summary>
    [JsonPropertyName("PHONE_NUMBER")]
    public string? PhoneNumber { get; init; }

    /// <summary>The call's id; several rows of one redirected call may share it.</summary>
    [JsonPropertyName("CALL_ID")]
    public string? CallId { get; init; }

    /// <summary>The id given by an external telephone system.</summary>
    [JsonPropertyName("EXTERNAL_CALL_ID")]
    public string? ExternalCallId { get; init; }

    /// <summary>The category, for example <c>external</c>.</summary>
    [JsonPropertyName("CALL_CATEGORY")]
    public string? CallCategory { get; init; }

    /// <summary>The address of the log.</summary>
    [JsonPropertyName("CALL_LOG")]
    public string? CallLog { get; init; }

    /// <summary>The duration in seconds.</summary>
    [JsonPropertyName("CALL_DURATION")]
    public long? CallDurationSeconds { get; init; }

    /// <summary>When the call began, in the portal's offset.</summary>
    [JsonPropertyName("CALL_START_DATE")]
    public DateTimeOffset? CallStartDate { get; init; }

    /// <summary>The address of the record.</summary>
    [JsonPropertyName("CALL_RECORD_URL")]
    public string? CallRecordUrl { get; init; }

    /// <summary>The vote, 1 to 5.</summary>
    [JsonPropertyName("CALL_VOTE")]
    public long? CallVote { get; init; }

    /// <summary>The cost.</summary>
    [JsonPropertyName("COST")]
    public decimal? Cost { get; init; }

    /// <summary>The currency of the cost.</summary>
    [JsonPropertyName("COST_CURRENCY")]
    public string? CostCurrency { get; init; }

    /// <summary>200 answered, 304 missed, 603 declined, 603-S cancelled, 486 busy and so on.</summary>
    [JsonPropertyName("CALL_FAILED_CODE")]
    public string? CallFailedCode { get; init; }

    /// <summary>The code in words.</summary>
    [JsonPropertyName("CALL_FAILED_REASON")]
    public string? CallFailedReason { get; init; }

    /// <summary>CONTACT, COMPANY or LEAD; never a deal.</summary>
    [JsonPropertyName("CRM_ENTITY_TYPE")]
    public string? CrmEntityType { get; init; }

    /// <summary>The CRM object's id.</summary>
    [JsonPropertyName("CRM_ENTITY_ID")]
    public long? CrmEntityId { get; init; }

    /// <summary>The call's activity.</summary>
    [JsonPropertyName("CRM_ACTIVITY_ID")]
    public long? CrmActivityId { get; init; }

    /// <summary>The application that registered the call.</summary>
    [JsonPropertyName("REST_APP_ID")]
    public long? RestAppId { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("REST_APP_NAME")]
    public string? RestAppName { get; init; }

    /// <summary>The transcript's id.</summary>
    [JsonPropertyName("TRANSCRIPT_ID")]
    public long? TranscriptId { get; init; }

    /// <summary>True while the transcript is made.</summary>
    [JsonPropertyName("TRANSCRIPT_PENDING")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? TranscriptPending { get; init; }

    /// <summary>The session's id.</summary>
    [JsonPropertyName("SESSION_ID")]
    public string? SessionId { get; init; }

    /// <summary>The number of the redial.</summary>
    [JsonPropertyName("REDIAL_ATTEMPT")]
    public long? RedialAttempt { get; init; }

    /// <summary>The comment.</summary>
    [JsonPropertyName("COMMENT")]
    public string? Comment { get; init; }

    /// <summary>The record's duration in seconds.</summary>
    [JsonPropertyName("RECORD_DURATION")]
    public long? RecordDurationSeconds { get; init; }

    /// <summary>The record's file.</summary>
    [JsonPropertyName("RECORD_FILE_ID")]
    public long? RecordFileId { get; init; }

    /// <summary>1 outgoing, 2 incoming, 3 incoming redirected, 4 callback, 5 information call.</summary>
    [JsonPropertyName("CALL_TYPE")]
    public long? CallType { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
