using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>A move between stages (<c>crm.stagehistory.list</c>). It does not tell who moved nor from where.</summary>
public sealed record StageHistoryRecord
{
    /// <summary>The record's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>1 created, 2 moved to an intermediate stage, 3 to a final one, 5 funnel changed.</summary>
    [JsonPropertyName("TYPE_ID")]
    public long? TypeId { get; init; }

    /// <summary>The item.</summary>
    [JsonPropertyName("OWNER_ID")]
    public long? OwnerId { get; init; }

    /// <summary>When it was moved.</summary>
    [JsonPropertyName("CREATED_TIME")]
    public DateTimeOffset? CreatedTime { get; init; }

    /// <summary>The funnel of deals and smart processes.</summary>
    [JsonPropertyName("CATEGORY_ID")]
    public long? CategoryId { get; init; }

    /// <summary>The stage of deals and smart processes.</summary>
    [JsonPropertyName("STAGE_ID")]
    public string? DealStageId { get; init; }

    /// <summary>P, S or F of deals and smart processes.</summary>
    [JsonPropertyName("STAGE_SEMANTIC_ID")]
    public string? DealStageSemanticId { get; init; }

    /// <summary>The stage of leads.</summary>
    [JsonPropertyName("STATUS_ID")]
    public string? LeadStatusId { get; init; }

    /// <summary>P, S or F of leads.</summary>
    [JsonPropertyName("STATUS_SEMANTIC_ID")]
    public string? LeadStatusSemanticId { get; init; }

    /// <summary>The stage, of leads and deals alike.</summary>
    [JsonIgnore]
    public string? StageId => DealStageId ?? LeadStatusId;

    /// <summary>P in work, S won, F lost, of leads and deals alike.</summary>
    [JsonIgnore]
    public string? StageSemanticId => DealStageSemanticId ?? LeadStatusSemanticId;

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
