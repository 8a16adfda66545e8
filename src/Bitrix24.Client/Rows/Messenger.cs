using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A chat (<c>im.dialog.get</c>, <c>imopenlines.dialog.get</c>).</summary>
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

    /// <summary>The owner; in an open line the operator.</summary>
    [JsonPropertyName("owner")]
    public long? OwnerId { get; init; }

    /// <summary>What it belongs to, for example CRM or LINES.</summary>
    [JsonPropertyName("entity_type")]
    public string? EntityType { get; init; }

    /// <summary>The object, for example <c>DEAL|5</c>; of an open line <c>connector|line|chat|user</c>.</summary>
    [JsonPropertyName("entity_id")]
    public string? EntityId { get; init; }

    /// <summary>More on it; of an open line the sixth part is the session.</summary>
    [JsonPropertyName("entity_data_1")]
    public string? EntityData1 { get; init; }

    /// <summary>More on it; of an open line its CRM objects, as <c>LEAD|5|COMPANY|0|…</c>.</summary>
    [JsonPropertyName("entity_data_2")]
    public string? EntityData2 { get; init; }

    /// <summary>The latest message; 0 without any.</summary>
    [JsonPropertyName("last_message_id")]
    public long? LastMessageId { get; init; }

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
    [JsonConverter(typeof(RowConverter<ChatFile>))]
    public ChatFile? File { get; init; }

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

    /// <summary>The chat.</summary>
    [JsonPropertyName("chat_id")]
    public long? ChatId { get; init; }

    /// <summary>Who wrote it; 0 for the system.</summary>
    [JsonPropertyName("author_id")]
    public long? AuthorId { get; init; }

    /// <summary>When it was written.</summary>
    [JsonPropertyName("date")]
    public DateTimeOffset? Date { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>Attachments, reactions and the like; <c>[]</c> when empty.</summary>
    [JsonPropertyName("params")]
    public JsonElement? Params { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Messages of a dialog (<c>im.dialog.messages.get</c>).</summary>
public sealed record MessagePage
{
    /// <summary>The chat.</summary>
    [JsonPropertyName("chat_id")]
    public long? ChatId { get; init; }

    /// <summary>The messages.</summary>
    [JsonPropertyName("messages")]
    [JsonConverter(typeof(RowListConverter<DialogMessage>))]
    public IReadOnlyList<DialogMessage>? Messages { get; init; }

    /// <summary>Who wrote them.</summary>
    [JsonPropertyName("users")]
    [JsonConverter(typeof(RowListConverter<ChatUser>))]
    public IReadOnlyList<ChatUser>? Users { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A person or a bot as chats show them.</summary>
public sealed record ChatUser
{
    /// <summary>The user's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>False when dismissed.</summary>
    [JsonPropertyName("active")]
    public bool? Active { get; init; }

    /// <summary>The full name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>True for a bot.</summary>
    [JsonPropertyName("bot")]
    public bool? IsBot { get; init; }

    /// <summary>True for a guest.</summary>
    [JsonPropertyName("extranet")]
    public bool? IsExtranet { get; init; }

    /// <summary>The status, for example <c>online</c>.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>Until when he is absent; <c>false</c> when he is not.</summary>
    [JsonPropertyName("absent")]
    public JsonElement? Absent { get; init; }

    /// <summary>His departments.</summary>
    [JsonPropertyName("departments")]
    public IReadOnlyList<long>? DepartmentIds { get; init; }

    /// <summary><c>user</c>, <c>employee</c>, <c>bot</c> and so on.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
