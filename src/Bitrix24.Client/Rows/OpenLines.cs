using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>An open line (<c>imopenlines.config.list.get</c>, <c>imopenlines.config.get</c>).</summary>
public sealed record OpenLine
{
    /// <summary>The line's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("LINE_NAME")]
    public string? Name { get; init; }

    /// <summary>True when it is in use.</summary>
    [JsonPropertyName("ACTIVE")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? Active { get; init; }

    /// <summary>The operators.</summary>
    [JsonPropertyName("QUEUE")]
    public IReadOnlyList<long>? OperatorIds { get; init; }

    /// <summary>Users and departments the operators come from.</summary>
    [JsonPropertyName("CONFIG_QUEUE")]
    public JsonElement? Queue { get; init; }

    /// <summary>True when dialogs are looked up in the CRM.</summary>
    [JsonPropertyName("CRM")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? UsesCrm { get; init; }

    /// <summary>What is made for an unknown person, for example <c>lead</c>.</summary>
    [JsonPropertyName("CRM_CREATE")]
    public string? CrmCreate { get; init; }

    /// <summary>True when the responsible user changes with the operator.</summary>
    [JsonPropertyName("CRM_TRANSFER_CHANGE")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? ChangesResponsible { get; init; }

    /// <summary>After how many seconds a dialog goes to the next operator.</summary>
    [JsonPropertyName("QUEUE_TIME")]
    public long? QueueSeconds { get; init; }

    /// <summary>After how many seconds what is set for no answer is done.</summary>
    [JsonPropertyName("NO_ANSWER_TIME")]
    public long? NoAnswerSeconds { get; init; }

    /// <summary>How dialogs are shared out, for example <c>evenly</c>.</summary>
    [JsonPropertyName("QUEUE_TYPE")]
    public string? QueueType { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A chat of a CRM object (<c>imopenlines.crm.chat.get</c>).</summary>
public sealed record OpenLineChat
{
    /// <summary>The chat's number.</summary>
    [JsonPropertyName("CHAT_ID")]
    public long? ChatId { get; init; }

    /// <summary>The channel.</summary>
    [JsonPropertyName("CONNECTOR_ID")]
    public string? ConnectorId { get; init; }

    /// <summary>The channel's name.</summary>
    [JsonPropertyName("CONNECTOR_TITLE")]
    public string? ConnectorTitle { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The chat of a person in an outer channel (<c>imopenlines.session.open</c>).</summary>
public sealed record OpenedSession
{
    /// <summary>The chat's number.</summary>
    [JsonPropertyName("chatId")]
    public long? ChatId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The messages of a session (<c>imopenlines.session.history.get</c>).</summary>
public sealed record OpenLineHistory
{
    /// <summary>The chat's number.</summary>
    [JsonPropertyName("chatId")]
    public long? ChatId { get; init; }

    /// <summary>The session.</summary>
    [JsonPropertyName("sessionId")]
    public long? SessionId { get; init; }

    /// <summary>True when the caller may join.</summary>
    [JsonPropertyName("canJoin")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? CanJoin { get; init; }

    /// <summary>True when the caller may vote as head.</summary>
    [JsonPropertyName("canVoteHead")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? CanVote { get; init; }

    /// <summary>The vote of the head; 0 without one.</summary>
    [JsonPropertyName("sessionVoteHead")]
    public long? Vote { get; init; }

    /// <summary>What he said to it.</summary>
    [JsonPropertyName("sessionCommentHead")]
    public string? VoteComment { get; init; }

    /// <summary>The messages by their ids.</summary>
    [JsonPropertyName("message")]
    [JsonConverter(typeof(RowMapConverter<OpenLineMessage>))]
    public IReadOnlyDictionary<string, OpenLineMessage>? Messages { get; init; }

    /// <summary>Who takes part, by their ids.</summary>
    [JsonPropertyName("users")]
    [JsonConverter(typeof(RowMapConverter<ChatUser>))]
    public IReadOnlyDictionary<string, ChatUser>? Users { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A message of a session.</summary>
public sealed record OpenLineMessage
{
    /// <summary>The message's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The chat.</summary>
    [JsonPropertyName("chatid")]
    public long? ChatId { get; init; }

    /// <summary>Who wrote it; 0 for the system.</summary>
    [JsonPropertyName("senderid")]
    public long? SenderId { get; init; }

    /// <summary>When it was written.</summary>
    [JsonPropertyName("date")]
    public DateTimeOffset? Date { get; init; }

    /// <summary>The text, with BB codes.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
