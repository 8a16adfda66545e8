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

    /// <summary>1 to be confirmed, 2 of a person, 4 of the system.</summary>
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
