using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A user (<c>user.get</c>). Which fields come depends on the scope.</summary>
public sealed record User
{
    /// <summary>The user's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>False when dismissed.</summary>
    [JsonPropertyName("ACTIVE")]
    public bool? Active { get; init; }

    /// <summary>The first name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The last name.</summary>
    [JsonPropertyName("LAST_NAME")]
    public string? LastName { get; init; }

    /// <summary>The patronymic.</summary>
    [JsonPropertyName("SECOND_NAME")]
    public string? SecondName { get; init; }

    /// <summary>The e-mail.</summary>
    [JsonPropertyName("EMAIL")]
    public string? Email { get; init; }

    /// <summary>The position.</summary>
    [JsonPropertyName("WORK_POSITION")]
    public string? WorkPosition { get; init; }

    /// <summary>The departments.</summary>
    [JsonPropertyName("UF_DEPARTMENT")]
    public IReadOnlyList<long>? DepartmentIds { get; init; }

    /// <summary>The extension.</summary>
    [JsonPropertyName("UF_PHONE_INNER")]
    public string? InnerPhone { get; init; }

    /// <summary>employee, extranet or email.</summary>
    [JsonPropertyName("USER_TYPE")]
    public string? UserType { get; init; }

    /// <summary>The IANA zone; empty for the portal's.</summary>
    [JsonPropertyName("TIME_ZONE")]
    public string? TimeZone { get; init; }

    /// <summary>True when online.</summary>
    [JsonPropertyName("IS_ONLINE")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsOnline { get; init; }

    /// <summary>When registered.</summary>
    [JsonPropertyName("DATE_REGISTER")]
    public DateTimeOffset? DateRegister { get; init; }

    /// <summary>When last logged in.</summary>
    [JsonPropertyName("LAST_LOGIN")]
    public DateTimeOffset? LastLogin { get; init; }

    /// <summary>When last active: a text without an offset, or <c>{}</c>.</summary>
    [JsonPropertyName("LAST_ACTIVITY_DATE")]
    public JsonElement? LastActivityDate { get; init; }

    /// <summary>When changed last: a text in the portal's own format, or <c>{}</c>.</summary>
    [JsonPropertyName("TIMESTAMP_X")]
    public JsonElement? TimestampX { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A department (<c>department.get</c>).</summary>
public sealed record Department
{
    /// <summary>The department's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The place among its neighbours.</summary>
    [JsonPropertyName("SORT")]
    public long? Sort { get; init; }

    /// <summary>The department above; null for the top.</summary>
    [JsonPropertyName("PARENT")]
    public long? ParentId { get; init; }

    /// <summary>The head; null or 0 without one.</summary>
    [JsonPropertyName("UF_HEAD")]
    public long? HeadUserId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The user behind the webhook or token (<c>profile</c>).</summary>
public sealed record Profile
{
    /// <summary>The user's id; null when he is dismissed.</summary>
    [JsonPropertyName("ID")]
    public long? Id { get; init; }

    /// <summary>True when he may manage the application's settings.</summary>
    [JsonPropertyName("ADMIN")]
    public bool? IsAdministrator { get; init; }

    /// <summary>The first name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The last name.</summary>
    [JsonPropertyName("LAST_NAME")]
    public string? LastName { get; init; }

    /// <summary>The IANA zone; empty for the portal's.</summary>
    [JsonPropertyName("TIME_ZONE")]
    public string? TimeZone { get; init; }

    /// <summary>M or F.</summary>
    [JsonPropertyName("PERSONAL_GENDER")]
    public string? PersonalGender { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
