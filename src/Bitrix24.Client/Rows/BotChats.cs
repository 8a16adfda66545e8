using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A dialog of a bot (<c>imbot.v2.Chat.get</c>, <c>imbot.v2.Chat.add</c>).</summary>
public sealed record BotChat
{
    /// <summary>The dialog.</summary>
    [JsonPropertyName("chat")]
    [JsonConverter(typeof(RowConverter<BotChatData>))]
    public BotChatData? Chat { get; init; }

    /// <summary>Its members, when it was made just now.</summary>
    [JsonPropertyName("users")]
    [JsonConverter(typeof(RowListConverter<ChatUser>))]
    public IReadOnlyList<ChatUser>? Users { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The data of a bot's dialog.</summary>
public sealed record BotChatData
{
    /// <summary>The chat's number.</summary>
    [JsonPropertyName("id")]
    public long? Id { get; init; }

    /// <summary>The id to write to.</summary>
    [JsonPropertyName("dialogId")]
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

    /// <summary>What it belongs to.</summary>
    [JsonPropertyName("entityType")]
    public string? EntityType { get; init; }

    /// <summary>The object.</summary>
    [JsonPropertyName("entityId")]
    public string? EntityId { get; init; }

    /// <summary>When it was created.</summary>
    [JsonPropertyName("dateCreate")]
    public DateTimeOffset? DateCreate { get; init; }

    /// <summary>The latest message; 0 or null without any.</summary>
    [JsonPropertyName("lastMessageId")]
    public long? LastMessageId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A command of a bot (<c>imbot.v2.Command.list</c>).</summary>
public sealed record BotCommand
{
    /// <summary>The command's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The bot.</summary>
    [JsonPropertyName("botId")]
    public long? BotId { get; init; }

    /// <summary>What people type, with its slash.</summary>
    [JsonPropertyName("command")]
    public string? Command { get; init; }

    /// <summary>What it does.</summary>
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    /// <summary>What comes after it.</summary>
    [JsonPropertyName("params")]
    public string? Params { get; init; }

    /// <summary>True when it works in every chat.</summary>
    [JsonPropertyName("common")]
    public bool? IsCommon { get; init; }

    /// <summary>True when it is not listed.</summary>
    [JsonPropertyName("hidden")]
    public bool? IsHidden { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Something that happened to a bot (<c>imbot.v2.Event.get</c>).</summary>
public sealed record BotEvent
{
    /// <summary>The event's id.</summary>
    [JsonPropertyName("eventId")]
    public long Id { get; init; }

    /// <summary>Its name, for example <c>ONIMBOTV2MESSAGEADD</c>.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>When it happened.</summary>
    [JsonPropertyName("date")]
    public DateTimeOffset? Date { get; init; }

    /// <summary>What happened; by its name.</summary>
    [JsonPropertyName("data")]
    public JsonElement? Data { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Events of a bot that were not confirmed yet (<c>imbot.v2.Event.get</c>).</summary>
public sealed record BotEventPage
{
    /// <summary>The events.</summary>
    [JsonPropertyName("events")]
    [JsonConverter(typeof(RowListConverter<BotEvent>))]
    public IReadOnlyList<BotEvent>? Events { get; init; }

    /// <summary>The offset that confirms them.</summary>
    [JsonPropertyName("nextOffset")]
    public long? NextOffset { get; init; }

    /// <summary>There are more.</summary>
    [JsonPropertyName("hasMore")]
    public bool? HasMore { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The revisions of the messenger (<c>imbot.v2.Revision.get</c>).</summary>
public sealed record InterfaceRevision
{
    /// <summary>Of its REST methods.</summary>
    [JsonPropertyName("rest")]
    public long? Rest { get; init; }

    /// <summary>Of its page.</summary>
    [JsonPropertyName("web")]
    public long? Web { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
