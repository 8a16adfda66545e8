using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A lead, deal, contact, company or smart-process item (<c>crm.item.list</c>). Fields of one type only are null in others.</summary>
public sealed record CrmItem
{
    /// <summary>The item's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The type.</summary>
    [JsonPropertyName("entityTypeId")]
    public long? EntityTypeId { get; init; }

    /// <summary>The title.</summary>
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    /// <summary>The stage, leads included.</summary>
    [JsonPropertyName("stageId")]
    public string? StageId { get; init; }

    /// <summary>P in work, S won, F lost.</summary>
    [JsonPropertyName("stageSemanticId")]
    public string? StageSemanticId { get; init; }

    /// <summary>The funnel.</summary>
    [JsonPropertyName("categoryId")]
    public long? CategoryId { get; init; }

    /// <summary>The responsible user.</summary>
    [JsonPropertyName("assignedById")]
    public long? AssignedById { get; init; }

    /// <summary>The user who created it.</summary>
    [JsonPropertyName("createdBy")]
    public long? CreatedBy { get; init; }

    /// <summary>The user who changed it last.</summary>
    [JsonPropertyName("updatedBy")]
    public long? UpdatedBy { get; init; }

    /// <summary>When it was created.</summary>
    [JsonPropertyName("createdTime")]
    public DateTimeOffset? CreatedTime { get; init; }

    /// <summary>When it was changed last.</summary>
    [JsonPropertyName("updatedTime")]
    public DateTimeOffset? UpdatedTime { get; init; }

    /// <summary>When the stage changed last.</summary>
    [JsonPropertyName("movedTime")]
    public DateTimeOffset? MovedTime { get; init; }

    /// <summary>The user who changed the stage last.</summary>
    [JsonPropertyName("movedBy")]
    public long? MovedBy { get; init; }

    /// <summary>When the last activity was.</summary>
    [JsonPropertyName("lastActivityTime")]
    public DateTimeOffset? LastActivityTime { get; init; }

    /// <summary>Whose it was.</summary>
    [JsonPropertyName("lastActivityBy")]
    public long? LastActivityBy { get; init; }

    /// <summary>The amount.</summary>
    [JsonPropertyName("opportunity")]
    public decimal? Opportunity { get; init; }

    /// <summary>The amount's currency.</summary>
    [JsonPropertyName("currencyId")]
    public string? CurrencyId { get; init; }

    /// <summary>The primary contact; 0 or null without one.</summary>
    [JsonPropertyName("contactId")]
    public long? ContactId { get; init; }

    /// <summary>The company; 0 or null without one.</summary>
    [JsonPropertyName("companyId")]
    public long? CompanyId { get; init; }

    /// <summary>The lead it came from.</summary>
    [JsonPropertyName("leadId")]
    public long? LeadId { get; init; }

    /// <summary>The deal it belongs to.</summary>
    [JsonPropertyName("dealId")]
    public long? DealId { get; init; }

    /// <summary>The deal a smart invoice or an item of a smart process belongs to.</summary>
    [JsonPropertyName("parentId2")]
    public long? ParentDealId { get; init; }

    /// <summary>The proposal.</summary>
    [JsonPropertyName("quoteId")]
    public long? QuoteId { get; init; }

    /// <summary>Every contact.</summary>
    [JsonPropertyName("contactIds")]
    public IReadOnlyList<long>? ContactIds { get; init; }

    /// <summary>The observers.</summary>
    [JsonPropertyName("observers")]
    public IReadOnlyList<long>? Observers { get; init; }

    /// <summary>The source.</summary>
    [JsonPropertyName("sourceId")]
    public string? SourceId { get; init; }

    /// <summary>The deal's or contact's type.</summary>
    [JsonPropertyName("typeId")]
    public string? TypeId { get; init; }

    /// <summary>When a lead was closed.</summary>
    [JsonPropertyName("dateClosed")]
    public DateTimeOffset? DateClosed { get; init; }

    /// <summary>The deal's first day, a date or an instant as the portal writes it.</summary>
    [JsonPropertyName("begindate")]
    public string? BeginDate { get; init; }

    /// <summary>The deal's planned last day, a date or an instant as the portal writes it.</summary>
    [JsonPropertyName("closedate")]
    public string? CloseDate { get; init; }

    /// <summary>True for a closed deal.</summary>
    [JsonPropertyName("closed")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? Closed { get; init; }

    /// <summary>True when everybody may see it.</summary>
    [JsonPropertyName("opened")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? Opened { get; init; }

    /// <summary>True for a customer who came back.</summary>
    [JsonPropertyName("isReturnCustomer")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsReturnCustomer { get; init; }

    /// <summary>The first name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The last name.</summary>
    [JsonPropertyName("lastName")]
    public string? LastName { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
