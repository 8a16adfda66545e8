using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A bot (<c>imbot.v2.Bot.get</c>).</summary>
public sealed record Bot
{
    /// <summary>The bot's user id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>What tells it apart within the application.</summary>
    [JsonPropertyName("code")]
    public string? Code { get; init; }

    /// <summary><c>bot</c>, <c>supervisor</c>, <c>personal</c> or <c>openline</c>.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>True when people do not see it.</summary>
    [JsonPropertyName("isHidden")]
    public bool? IsHidden { get; init; }

    /// <summary>Its language.</summary>
    [JsonPropertyName("language")]
    public string? Language { get; init; }

    /// <summary><c>fetch</c> or <c>webhook</c>.</summary>
    [JsonPropertyName("eventMode")]
    public string? EventMode { get; init; }

    /// <summary>How many messages it wrote.</summary>
    [JsonPropertyName("countMessage")]
    public long? MessageCount { get; init; }

    /// <summary>In how many chats it is.</summary>
    [JsonPropertyName("countChat")]
    public long? ChatCount { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A bot and its profile (<c>imbot.v2.Bot.register</c>, <c>imbot.v2.Bot.get</c>).</summary>
public sealed record BotAnswer
{
    /// <summary>The bot.</summary>
    [JsonPropertyName("bot")]
    [JsonConverter(typeof(RowConverter<Bot>))]
    public Bot? Bot { get; init; }

    /// <summary>Its profile.</summary>
    [JsonPropertyName("users")]
    [JsonConverter(typeof(RowListConverter<ChatUser>))]
    public IReadOnlyList<ChatUser>? Users { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The bots of the application (<c>imbot.v2.Bot.list</c>).</summary>
public sealed record BotList
{
    /// <summary>The bots.</summary>
    [JsonPropertyName("bots")]
    [JsonConverter(typeof(RowListConverter<Bot>))]
    public IReadOnlyList<Bot>? Bots { get; init; }

    /// <summary>Their profiles.</summary>
    [JsonPropertyName("users")]
    [JsonConverter(typeof(RowListConverter<ChatUser>))]
    public IReadOnlyList<ChatUser>? Users { get; init; }

    /// <summary>There are more.</summary>
    [JsonPropertyName("hasNextPage")]
    public bool? HasMore { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A message as <c>imbot.v2</c> gives it.</summary>
public sealed record BotMessage
{
    /// <summary>The message's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The chat.</summary>
    [JsonPropertyName("chatId")]
    public long? ChatId { get; init; }

    /// <summary>Who wrote it; 0 for the system.</summary>
    [JsonPropertyName("authorId")]
    public long? AuthorId { get; init; }

    /// <summary>When it was written.</summary>
    [JsonPropertyName("date")]
    public DateTimeOffset? Date { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>True for a message of the system.</summary>
    [JsonPropertyName("isSystem")]
    public bool? IsSystem { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>One message and its author (<c>imbot.v2.Chat.Message.get</c>).</summary>
public sealed record BotMessageAnswer
{
    /// <summary>The message.</summary>
    [JsonPropertyName("message")]
    [JsonConverter(typeof(RowConverter<BotMessage>))]
    public BotMessage? Message { get; init; }

    /// <summary>Who wrote it.</summary>
    [JsonPropertyName("user")]
    [JsonConverter(typeof(RowConverter<ChatUser>))]
    public ChatUser? User { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Messages around one (<c>imbot.v2.Chat.Message.getContext</c>).</summary>
public sealed record BotMessagePage
{
    /// <summary>The messages.</summary>
    [JsonPropertyName("messages")]
    [JsonConverter(typeof(RowListConverter<BotMessage>))]
    public IReadOnlyList<BotMessage>? Messages { get; init; }

    /// <summary>Who wrote them.</summary>
    [JsonPropertyName("users")]
    [JsonConverter(typeof(RowListConverter<ChatUser>))]
    public IReadOnlyList<ChatUser>? Users { get; init; }

    /// <summary>There are older messages.</summary>
    [JsonPropertyName("hasPrevPage")]
    public bool? HasOlder { get; init; }

    /// <summary>There are newer messages.</summary>
    [JsonPropertyName("hasNextPage")]
    public bool? HasNewer { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A message a bot sent (<c>imbot.v2.Chat.Message.send</c>).</summary>
public sealed record SentBotMessage
{
    /// <summary>The message's id.</summary>
    [JsonPropertyName("id")]
    public long? Id { get; init; }

    /// <summary>The ids of forwarded messages by the keys they were given.</summary>
    [JsonPropertyName("uuidMap")]
    public JsonElement? ForwardedIds { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>How far a bot has read (<c>imbot.v2.Chat.Message.read</c>).</summary>
public sealed record ReadMessages
{
    /// <summary>The chat.</summary>
    [JsonPropertyName("chatId")]
    public long? ChatId { get; init; }

    /// <summary>The last message read.</summary>
    [JsonPropertyName("lastId")]
    public long? LastId { get; init; }

    /// <summary>How many are not read.</summary>
    [JsonPropertyName("counter")]
    public long? UnreadCount { get; init; }

    /// <summary>The messages read now.</summary>
    [JsonPropertyName("viewedMessages")]
    public IReadOnlyList<long>? ViewedMessageIds { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
