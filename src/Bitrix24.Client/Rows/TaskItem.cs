using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>A task (<c>tasks.task.list</c>); answers are camelCase.</summary>
public sealed record TaskItem
{
    /// <summary>The task's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The title.</summary>
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    /// <summary>The description.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>The deadline.</summary>
    [JsonPropertyName("deadline")]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When it was created.</summary>
    [JsonPropertyName("createdDate")]
    public DateTimeOffset? CreatedDate { get; init; }

    /// <summary>When it was changed last.</summary>
    [JsonPropertyName("changedDate")]
    public DateTimeOffset? ChangedDate { get; init; }

    /// <summary>When it was closed last.</summary>
    [JsonPropertyName("closedDate")]
    public DateTimeOffset? ClosedDate { get; init; }

    /// <summary>When its status changed last.</summary>
    [JsonPropertyName("statusChangedDate")]
    public DateTimeOffset? StatusChangedDate { get; init; }

    /// <summary>When something happened in it last.</summary>
    [JsonPropertyName("activityDate")]
    public DateTimeOffset? ActivityDate { get; init; }

    /// <summary>The creator.</summary>
    [JsonPropertyName("createdBy")]
    public long? CreatedBy { get; init; }

    /// <summary>The responsible user.</summary>
    [JsonPropertyName("responsibleId")]
    public long? ResponsibleId { get; init; }

    /// <summary>The user who closed it.</summary>
    [JsonPropertyName("closedBy")]
    public long? ClosedBy { get; init; }

    /// <summary>The user who changed it last.</summary>
    [JsonPropertyName("changedBy")]
    public long? ChangedBy { get; init; }

    /// <summary>The user who changed its status last.</summary>
    [JsonPropertyName("statusChangedBy")]
    public long? StatusChangedBy { get; init; }

    /// <summary>2 waiting, 3 in progress, 4 awaiting control, 5 completed, 6 deferred.</summary>
    [JsonPropertyName("status")]
    public long? Status { get; init; }

    /// <summary>As the status, and -3 almost overdue, -2 not viewed, -1 overdue.</summary>
    [JsonPropertyName("subStatus")]
    public long? SubStatus { get; init; }

    /// <summary>0 low, 1 middle, 2 high.</summary>
    [JsonPropertyName("priority")]
    public long? Priority { get; init; }

    /// <summary>The mark.</summary>
    [JsonPropertyName("mark")]
    public string? Mark { get; init; }

    /// <summary>The parent task.</summary>
    [JsonPropertyName("parentId")]
    public long? ParentId { get; init; }

    /// <summary>The workgroup.</summary>
    [JsonPropertyName("groupId")]
    public long? GroupId { get; init; }

    /// <summary>The observers.</summary>
    [JsonPropertyName("auditors")]
    public IReadOnlyList<long>? Auditors { get; init; }

    /// <summary>The participants.</summary>
    [JsonPropertyName("accomplices")]
    public IReadOnlyList<long>? Accomplices { get; init; }

    /// <summary>The CRM objects as <c>D_15</c>; <c>false</c> or <c>[]</c> without any.</summary>
    [JsonPropertyName("ufCrmTask")]
    public JsonElement? CrmBindings { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
