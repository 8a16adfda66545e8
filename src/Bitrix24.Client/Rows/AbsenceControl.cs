using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>How absences are controlled (<c>timeman.timecontrol.settings.get</c>).</summary>
public sealed record AbsenceControlSettings
{
    /// <summary>True when they are.</summary>
    [JsonPropertyName("active")]
    public bool? IsActive { get; init; }

    /// <summary>From how many minutes an absence must be explained.</summary>
    [JsonPropertyName("minimum_idle_for_report")]
    public long? MinimumMinutes { get; init; }

    /// <summary>True when being offline counts.</summary>
    [JsonPropertyName("register_offline")]
    public bool? RegistersOffline { get; init; }

    /// <summary>True when being away from the keyboard counts.</summary>
    [JsonPropertyName("register_idle")]
    public bool? RegistersIdle { get; init; }

    /// <summary>Who must explain: <c>all</c> or <c>user</c>.</summary>
    [JsonPropertyName("report_request_type")]
    public string? RequestedFrom { get; init; }

    /// <summary>Those who must, when not all.</summary>
    [JsonPropertyName("report_request_users")]
    public IReadOnlyList<long>? RequestedUserIds { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>What the caller may see of absences (<c>timeman.timecontrol.reports.settings.get</c>).</summary>
public sealed record AbsenceReportSettings
{
    /// <summary>True when absences are controlled.</summary>
    [JsonPropertyName("active")]
    public bool? IsActive { get; init; }

    /// <summary>The caller.</summary>
    [JsonPropertyName("user_id")]
    public long? UserId { get; init; }

    /// <summary>True for an administrator.</summary>
    [JsonPropertyName("user_admin")]
    public bool? IsAdministrator { get; init; }

    /// <summary>True for the head of a department.</summary>
    [JsonPropertyName("user_head")]
    public bool? IsHead { get; init; }

    /// <summary>The departments he may see.</summary>
    [JsonPropertyName("departments")]
    public JsonElement? Departments { get; init; }

    /// <summary><c>none</c>, <c>head</c> and so on.</summary>
    [JsonPropertyName("report_view_type")]
    public string? ViewType { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
