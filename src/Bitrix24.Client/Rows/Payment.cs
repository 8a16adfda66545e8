using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A payment (<c>sale.payment.list</c>; <c>crm.item.payment.list</c> gives fewer fields).</summary>
public sealed record Payment
{
    /// <summary>The payment's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The order it belongs to; null from <c>crm.item.payment.list</c>.</summary>
    [JsonPropertyName("orderId")]
    public long? OrderId { get; init; }

    /// <summary>True when it is paid.</summary>
    [JsonPropertyName("paid")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? Paid { get; init; }

    /// <summary>When it was paid.</summary>
    [JsonPropertyName("datePaid")]
    public DateTimeOffset? DatePaid { get; init; }

    /// <summary>The amount.</summary>
    [JsonPropertyName("sum")]
    public decimal? Sum { get; init; }

    /// <summary>Its currency.</summary>
    [JsonPropertyName("currency")]
    public string? Currency { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The CRM item an order belongs to (<c>crm.orderentity.list</c>).</summary>
public sealed record OrderBinding
{
    /// <summary>The order.</summary>
    [JsonPropertyName("orderId")]
    public long? OrderId { get; init; }

    /// <summary>The item's type: 2 deal, 31 smart invoice.</summary>
    [JsonPropertyName("ownerTypeId")]
    public long? OwnerTypeId { get; init; }

    /// <summary>The item's id.</summary>
    [JsonPropertyName("ownerId")]
    public long? OwnerId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
