using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A result of a task in classic REST (<c>tasks.task.result.list</c>).</summary>
public sealed record TaskResult
{
    /// <summary>The result's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The task.</summary>
    [JsonPropertyName("taskId")]
    public long? TaskId { get; init; }

    /// <summary>The comment it was made of; 0 in the new task card.</summary>
    [JsonPropertyName("commentId")]
    public long? CommentId { get; init; }

    /// <summary>Who wrote it.</summary>
    [JsonPropertyName("createdBy")]
    public long? CreatedBy { get; init; }

    /// <summary>When it was written.</summary>
    [JsonPropertyName("createdAt")]
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    [JsonPropertyName("updatedAt")]
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>0 open, 1 closed.</summary>
    [JsonPropertyName("status")]
    public long? Status { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>The attached files.</summary>
    [JsonPropertyName("files")]
    public IReadOnlyList<long>? FileIds { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A result of a task in REST 3.0 (<c>tasks.task.result.add</c>).</summary>
public sealed record TaskResultCard
{
    /// <summary>The result's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The task.</summary>
    [JsonPropertyName("taskId")]
    public long? TaskId { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>Who wrote it.</summary>
    [JsonPropertyName("authorId")]
    public long? AuthorId { get; init; }

    /// <summary>When it was written.</summary>
    [JsonPropertyName("createdAt")]
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    [JsonPropertyName("updatedAt")]
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The state, for example <c>open</c>.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>The attached files.</summary>
    [JsonPropertyName("fileIds")]
    public IReadOnlyList<long>? FileIds { get; init; }

    /// <summary>The message it was made of.</summary>
    [JsonPropertyName("messageId")]
    public long? MessageId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A comment of a task (<c>task.commentitem.getlist</c>).</summary>
public sealed record TaskComment
{
    /// <summary>The comment's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>Who wrote it.</summary>
    [JsonPropertyName("AUTHOR_ID")]
    public long? AuthorId { get; init; }

    /// <summary>His name.</summary>
    [JsonPropertyName("AUTHOR_NAME")]
    public string? AuthorName { get; init; }

    /// <summary>When it was written.</summary>
    [JsonPropertyName("POST_DATE")]
    public DateTimeOffset? PostDate { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("POST_MESSAGE")]
    public string? Message { get; init; }

    /// <summary>The attached files by their ids.</summary>
    [JsonPropertyName("ATTACHED_OBJECTS")]
    public JsonElement? AttachedObjects { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>How many tasks of a user need him (<c>tasks.task.counters.get</c>).</summary>
public sealed record TaskCounters
{
    /// <summary>Overdue.</summary>
    [JsonPropertyName("expired")]
    [JsonConverter(typeof(RowConverter<TaskCounter>))]
    public TaskCounter? Expired { get; init; }

    /// <summary>With comments he has not read.</summary>
    [JsonPropertyName("new_comments")]
    [JsonConverter(typeof(RowConverter<TaskCounter>))]
    public TaskCounter? NewComments { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>One counter of tasks.</summary>
public sealed record TaskCounter
{
    /// <summary>How many.</summary>
    [JsonPropertyName("counter")]
    public long? Count { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Whether a task was deleted (<c>tasks.task.delete</c>).</summary>
public sealed record DeletedTask
{
    /// <summary>True when it was.</summary>
    [JsonPropertyName("task")]
    public bool? IsDeleted { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A file attached to a task (<c>tasks.task.files.attach</c>).</summary>
public sealed record AttachedTaskFile
{
    /// <summary>The attachment's id.</summary>
    [JsonPropertyName("attachmentId")]
    public long? AttachmentId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
