using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>The application's state and the portal's plan (<c>app.info</c>).</summary>
public sealed record ApplicationInfo
{
    /// <summary>The application's id on the portal.</summary>
    [JsonPropertyName("ID")]
    public long? Id { get; init; }

    /// <summary>The application's code.</summary>
    [JsonPropertyName("CODE")]
    public string? Code { get; init; }

    /// <summary>The version.</summary>
    [JsonPropertyName("VERSION")]
    public long? Version { get; init; }

    /// <summary>F, D, T, P, L or S.</summary>
    [JsonPropertyName("STATUS")]
    public string? Status { get; init; }

    /// <summary>True when the installation was finished.</summary>
    [JsonPropertyName("INSTALLED")]
    public bool? Installed { get; init; }

    /// <summary>True when the paid time is over.</summary>
    [JsonPropertyName("PAYMENT_EXPIRED")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? PaymentExpired { get; init; }

    /// <summary>Days left; negative in the time of grace.</summary>
    [JsonPropertyName("DAYS")]
    public long? Days { get; init; }

    /// <summary>The portal's language.</summary>
    [JsonPropertyName("LANGUAGE_ID")]
    public string? LanguageId { get; init; }

    /// <summary>The portal's plan, for example <c>ru_ent250</c>.</summary>
    [JsonPropertyName("LICENSE")]
    public string? License { get; init; }

    /// <summary>The type of the plan.</summary>
    [JsonPropertyName("LICENSE_TYPE")]
    public string? LicenseType { get; init; }

    /// <summary>The family of the plan; <c>ent</c> is Enterprise.</summary>
    [JsonPropertyName("LICENSE_FAMILY")]
    public string? LicenseFamily { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
