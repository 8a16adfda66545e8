using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>Who has a telephone or an e-mail (<c>crm.duplicate.findbycomm</c>).</summary>
public sealed record DuplicateMatches
{
    /// <summary>The leads.</summary>
    [JsonPropertyName("LEAD")]
    public IReadOnlyList<long>? LeadIds { get; init; }

    /// <summary>The contacts.</summary>
    [JsonPropertyName("CONTACT")]
    public IReadOnlyList<long>? ContactIds { get; init; }

    /// <summary>The companies.</summary>
    [JsonPropertyName("COMPANY")]
    public IReadOnlyList<long>? CompanyIds { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
