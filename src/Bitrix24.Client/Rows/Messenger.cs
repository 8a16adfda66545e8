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

/// <summary>A message as <c>im.dialog.messages.get</c> gives it.</summary>
public sealed record DialogMessage
{
    /// <summary>The message's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>Who wrote it; 0 for the system.</summary>
    [JsonPropertyName("author_id")]
    public long? AuthorId { get; init; }

    /// <summary>When it was written.</summary>
    [JsonPropertyName("date")]
    public DateTimeOffset? Date { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }
}

/// <summary>Messages of a dialog (<c>im.dialog.messages.get</c>).</summary>
public sealed record MessagePage
{
    /// <summary>The messages.</summary>
    [JsonPropertyName("messages")]
    public IReadOnlyList<DialogMessage>? Messages { get; init; }
}

/// <summary>A message as <c>imbot.v2</c> gives it.</summary>
public sealed record BotMessage
{
    /// <summary>The message's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>Who wrote it; 0 for the system.</summary>
    [JsonPropertyName("authorId")]
    public long? AuthorId { get; init; }

    /// <summary>When it was written.</summary>
    [JsonPropertyName("date")]
    public DateTimeOffset? Date { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }
}

/// <summary>Messages around one (<c>imbot.v2.Chat.Message.getContext</c>).</summary>
public sealed record BotMessagePage
{
    /// <summary>The messages.</summary>
    [JsonPropertyName("messages")]
    public IReadOnlyList<BotMessage>? Messages { get; init; }

    /// <summary>There are older messages.</summary>
    [JsonPropertyName("hasPrevPage")]
    public bool? HasOlder { get; init; }
}

/// <summary>A dialog of a bot (<c>imbot.v2.Chat.get</c>).</summary>
public sealed record BotChat
{
    /// <summary>The dialog.</summary>
    [JsonPropertyName("chat")]
    public BotChatData? Chat { get; init; }
}

/// <summary>The data of a bot's dialog.</summary>
public sealed record BotChatData
{
    /// <summary>The chat's number.</summary>
    [JsonPropertyName("id")]
    public long? Id { get; init; }

    /// <summary>The latest message; 0 or null without any.</summary>
    [JsonPropertyName("lastMessageId")]
    public long? LastMessageId { get; init; }
}
