using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A notification of the caller (<c>im.notify.get</c>).</summary>
public sealed record Notification
{
    /// <summary>The notification's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>Who is behind it; 0 for the system.</summary>
    [JsonPropertyName("author_id")]
    public long? AuthorId { get; init; }

    /// <summary>When it was sent.</summary>
    [JsonPropertyName("date")]
    public DateTimeOffset? Date { get; init; }

    /// <summary>The kind, a number.</summary>
    [JsonPropertyName("notify_type")]
    public long? NotifyType { get; init; }

    /// <summary>The module it comes from.</summary>
    [JsonPropertyName("notify_module")]
    public string? NotifyModule { get; init; }

    /// <summary>The tag.</summary>
    [JsonPropertyName("notify_tag")]
    public string? NotifyTag { get; init; }

    /// <summary>The second tag.</summary>
    [JsonPropertyName("notify_sub_tag")]
    public string? NotifySubTag { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>True when it was read.</summary>
    [JsonPropertyName("notify_read")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsRead { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>How many notifications are left (<c>im.notify.read.all</c>).</summary>
public sealed record ReadNotifications
{
    /// <summary>True when it worked.</summary>
    [JsonPropertyName("result")]
    public bool? Result { get; init; }

    /// <summary>How many are not read.</summary>
    [JsonPropertyName("newCounter")]
    public long? UnreadCount { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>What the portal says to a pressed button or an answer (<c>im.notify.confirm</c>, <c>im.notify.answer</c>).</summary>
public sealed record NotificationReply
{
    /// <summary>The texts.</summary>
    [JsonPropertyName("result_message")]
    public IReadOnlyList<string>? Messages { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The kinds of notifications of a module (<c>im.notify.schema.get</c>).</summary>
public sealed record NotificationModule
{
    /// <summary>The module.</summary>
    [JsonPropertyName("MODULE_ID")]
    public string? ModuleId { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>Its kinds.</summary>
    [JsonPropertyName("LIST")]
    [JsonConverter(typeof(RowListConverter<NotificationKind>))]
    public IReadOnlyList<NotificationKind>? Kinds { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A kind of notifications.</summary>
public sealed record NotificationKind
{
    /// <summary>Its code: module and name.</summary>
    [JsonPropertyName("ID")]
    public string? Id { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A page of the notifications of the caller (<c>im.notify.get</c>).</summary>
public sealed record NotificationPage
{
    /// <summary>How many there are.</summary>
    [JsonPropertyName("total_count")]
    public long? TotalCount { get; init; }

    /// <summary>How many are not read.</summary>
    [JsonPropertyName("total_unread_count")]
    public long? UnreadCount { get; init; }

    /// <summary>The notifications, newest first.</summary>
    [JsonPropertyName("notifications")]
    [JsonConverter(typeof(RowListConverter<Notification>))]
    public IReadOnlyList<Notification>? Notifications { get; init; }

    /// <summary>Who is behind them.</summary>
    [JsonPropertyName("users")]
    [JsonConverter(typeof(RowListConverter<ChatUser>))]
    public IReadOnlyList<ChatUser>? Users { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
