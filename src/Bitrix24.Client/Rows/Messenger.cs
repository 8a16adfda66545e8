using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>A chat (<c>im.dialog.get</c>).</summary>
public sealed record Dialog
{
    /// <summary>The chat's id.</summary>
    [JsonPropertyName("id")]
    public long? Id { get; init; }

    /// <summary>The id to write to, for example <c>chat5</c>.</summary>
    [JsonPropertyName("dialog_id")]
    public string? DialogId { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The type.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>The owner.</summary>
    [JsonPropertyName("owner")]
    public long? OwnerId { get; init; }

    /// <summary>What it belongs to, for example CRM.</summary>
    [JsonPropertyName("entity_type")]
    public string? EntityType { get; init; }

    /// <summary>The object, for example <c>DEAL|5</c>.</summary>
    [JsonPropertyName("entity_id")]
    public string? EntityId { get; init; }

    /// <summary>When it was created.</summary>
    [JsonPropertyName("date_create")]
    public DateTimeOffset? DateCreate { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>An uploaded file and its message (<c>im.v2.File.upload</c>).</summary>
public sealed record UploadedFile
{
    /// <summary>The message's id.</summary>
    [JsonPropertyName("messageId")]
    public long? MessageId { get; init; }

    /// <summary>The chat's id.</summary>
    [JsonPropertyName("chatId")]
    public long? ChatId { get; init; }

    /// <summary>The dialog.</summary>
    [JsonPropertyName("dialogId")]
    public string? DialogId { get; init; }

    /// <summary>The file.</summary>
    [JsonPropertyName("file")]
    public UploadedFileData? File { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The data of an uploaded file.</summary>
public sealed record UploadedFileData
{
    /// <summary>The file's id.</summary>
    [JsonPropertyName("id")]
    public long? Id { get; init; }

    /// <summary>The chat's id.</summary>
    [JsonPropertyName("chatId")]
    public long? ChatId { get; init; }

    /// <summary>When it was uploaded.</summary>
    [JsonPropertyName("date")]
    public DateTimeOffset? Date { get; init; }

    /// <summary>The kind of file.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The extension.</summary>
    [JsonPropertyName("extension")]
    public string? Extension { get; init; }

    /// <summary>The size in bytes.</summary>
    [JsonPropertyName("size")]
    public long? SizeBytes { get; init; }

    /// <summary>The user who uploaded it.</summary>
    [JsonPropertyName("authorId")]
    public long? AuthorId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
