using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>A task as REST 3.0 gives it (<c>tasks.task.get</c>).</summary>
public sealed record TaskCard
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

    /// <summary>The creator.</summary>
    [JsonPropertyName("creatorId")]
    public long? CreatorId { get; init; }

    /// <summary>The responsible user.</summary>
    [JsonPropertyName("responsibleId")]
    public long? ResponsibleId { get; init; }

    /// <summary>The deadline.</summary>
    [JsonPropertyName("deadline")]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When it was created.</summary>
    [JsonPropertyName("created")]
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it was changed last.</summary>
    [JsonPropertyName("changed")]
    public DateTimeOffset? Changed { get; init; }

    /// <summary>When it was closed last.</summary>
    [JsonPropertyName("closed")]
    public DateTimeOffset? Closed { get; init; }

    /// <summary>When its status changed last.</summary>
    [JsonPropertyName("statusChanged")]
    public DateTimeOffset? StatusChanged { get; init; }

    /// <summary>When something happened in it last.</summary>
    [JsonPropertyName("activity")]
    public DateTimeOffset? Activity { get; init; }

    /// <summary>
    /// <c>pending</c>, <c>in_progress</c>, <c>supposedly_completed</c>, <c>completed</c>, <c>deferred</c>, <c>declined</c>.
    /// </summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary><c>low</c>, <c>average</c>, <c>high</c>.</summary>
    [JsonPropertyName("priority")]
    public string? Priority { get; init; }

    /// <summary>The mark; <c>none</c> without one.</summary>
    [JsonPropertyName("mark")]
    public string? Mark { get; init; }

    /// <summary>The parent task.</summary>
    [JsonPropertyName("parentId")]
    public long? ParentId { get; init; }

    /// <summary>The workgroup.</summary>
    [JsonPropertyName("groupId")]
    public long? GroupId { get; init; }

    /// <summary>The task's chat; its dialog is <c>chat</c> and this number.</summary>
    [JsonPropertyName("chatId")]
    public long? ChatId { get; init; }

    /// <summary>The CRM objects as <c>D_15</c>.</summary>
    [JsonPropertyName("crmItemIds")]
    public IReadOnlyList<string>? CrmItemIds { get; init; }

    /// <summary>True when the creator accepts the work.</summary>
    [JsonPropertyName("needsControl")]
    public bool? NeedsControl { get; init; }

    /// <summary>True when it cannot be completed without a result.</summary>
    [JsonPropertyName("requireResult")]
    public bool? RequiresResult { get; init; }

    /// <summary>The address of its page, without the host.</summary>
    [JsonPropertyName("link")]
    public string? Link { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>What the caller may do with a task (<c>tasks.task.access.get</c>).</summary>
public sealed record TaskAccess
{
    /// <summary>See it.</summary>
    [JsonPropertyName("read")]
    public bool? CanRead { get; init; }

    /// <summary>Change it.</summary>
    [JsonPropertyName("edit")]
    public bool? CanEdit { get; init; }

    /// <summary>Delete it.</summary>
    [JsonPropertyName("remove")]
    public bool? CanRemove { get; init; }

    /// <summary>Complete it.</summary>
    [JsonPropertyName("complete")]
    public bool? CanComplete { get; init; }

    /// <summary>Give it to somebody else.</summary>
    [JsonPropertyName("delegate")]
    public bool? CanDelegate { get; init; }

    /// <summary>Move its deadline.</summary>
    [JsonPropertyName("deadline")]
    public bool? CanMoveDeadline { get; init; }

    /// <summary>Change who is responsible.</summary>
    [JsonPropertyName("changeResponsible")]
    public bool? CanChangeResponsible { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
