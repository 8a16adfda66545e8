using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A product row (<c>crm.item.productrow.list</c>).</summary>
public sealed record ProductRow
{
    /// <summary>The row's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The owner.</summary>
    [JsonPropertyName("ownerId")]
    public long? OwnerId { get; init; }

    /// <summary>The short code of the owner's type.</summary>
    [JsonPropertyName("ownerType")]
    public string? OwnerType { get; init; }

    /// <summary>The product; 0 for a row without one.</summary>
    [JsonPropertyName("productId")]
    public long? ProductId { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("productName")]
    public string? ProductName { get; init; }

    /// <summary>The price of one, with discount and tax.</summary>
    [JsonPropertyName("price")]
    public decimal? Price { get; init; }

    /// <summary>The price of one with discount, without tax.</summary>
    [JsonPropertyName("priceExclusive")]
    public decimal? PriceExclusive { get; init; }

    /// <summary>The price of one, without discount and tax.</summary>
    [JsonPropertyName("priceNetto")]
    public decimal? PriceNetto { get; init; }

    /// <summary>The price of one, without discount, with tax.</summary>
    [JsonPropertyName("priceBrutto")]
    public decimal? PriceBrutto { get; init; }

    /// <summary>How many.</summary>
    [JsonPropertyName("quantity")]
    public decimal? Quantity { get; init; }

    /// <summary>1 absolute, 2 percentage.</summary>
    [JsonPropertyName("discountTypeId")]
    public long? DiscountTypeId { get; init; }

    /// <summary>The discount in percent.</summary>
    [JsonPropertyName("discountRate")]
    public decimal? DiscountRate { get; init; }

    /// <summary>The discount of one, in money.</summary>
    [JsonPropertyName("discountSum")]
    public decimal? DiscountSum { get; init; }

    /// <summary>The tax in percent; null without tax.</summary>
    [JsonPropertyName("taxRate")]
    public decimal? TaxRate { get; init; }

    /// <summary>True when the price holds the tax.</summary>
    [JsonPropertyName("taxIncluded")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? TaxIncluded { get; init; }

    /// <summary>The code of the unit.</summary>
    [JsonPropertyName("measureCode")]
    public long? MeasureCode { get; init; }

    /// <summary>The unit.</summary>
    [JsonPropertyName("measureName")]
    public string? MeasureName { get; init; }

    /// <summary>The place among its neighbours.</summary>
    [JsonPropertyName("sort")]
    public long? Sort { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
