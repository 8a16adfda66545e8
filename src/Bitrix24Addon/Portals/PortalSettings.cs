using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24Addon.WorkingTime;
using NodaTime;

namespace Bitrix24Addon.Portals;

/// <summary>What an administrator sets for his portal; one JSON document, every part optional.</summary>
public sealed record PortalSettings
{
    /// <summary>Language of reports and messages: <c>ru</c> or <c>en</c>.</summary>
    public string Language { get; init; } = "ru";

    /// <summary>IANA time zone of the portal's days; null takes the token owner's zone.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Users whose records are nobody's; null is the owner of the token or webhook.</summary>
    public IReadOnlyList<long>? ServiceAccounts { get; init; }

    /// <summary>Country of the production calendar, ISO 3166 code; null for a calendar without holidays.</summary>
    public string? ProductionCalendar { get; init; } = "RU";

    /// <summary>Who works when.</summary>
    public WorkScheduleSettings Schedules { get; init; } = new();

    /// <summary>Working minutes within which a missed call must be returned.</summary>
    public int MissedReturnMinutes { get; init; } = 20;

    /// <summary>Deal funnels that count as sales, by <c>categoryId</c>; null for all.</summary>
    public IReadOnlyList<int>? CountedFunnels { get; init; }

    /// <summary>Deal stages that mean "contract signed", by <c>stageId</c>.</summary>
    public IReadOnlyList<string> ContractStages { get; init; } = [];

    /// <summary>Quote stages that mean "sent to the client", by <c>stageId</c>.</summary>
    public IReadOnlyList<string> QuoteSentStages { get; init; } = ["SENT"];

    /// <summary>Which meetings are presentations.</summary>
    public PresentationSettings Presentations { get; init; } = new();

    /// <summary>Which calendar events are field work: trips, visits, fairs.</summary>
    public FieldWorkSettings FieldWork { get; init; } = new();

    /// <summary>Who receives the report of a department instead of its head, by department id: a user's id or <c>chat{id}</c>.</summary>
    public IReadOnlyDictionary<long, string> ReportReceivers { get; init; } = new Dictionary<long, string>();

    /// <summary>When and how often people are told what they did not ask for.</summary>
    public NotificationSettings Notifications { get; init; } = new();

    /// <summary>How long personal data are kept.</summary>
    public RetentionSettings Retention { get; init; } = new();

    /// <summary>Which departments and people make up each tier of the sales department.</summary>
    public IReadOnlyDictionary<Tier, TierMembers> Tiers { get; init; } = new Dictionary<Tier, TierMembers>();

    /// <summary>Roles that the portal does not know, and other heads than its own.</summary>
    public RoleSettings Roles { get; init; } = new();

    /// <summary>The pages lead an administrator through the first settings, and he has not come to the end: to everybody else the portal is not set up yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SetUpUnfinished { get; init; }

    // Ten years.
    private const int LongestRetentionDays = 3652;

    private static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Reads a settings document and checks it.</summary>
    /// <param name="document">JSON.</param>
    /// <exception cref="ProblemException">The document is malformed or a value cannot be; names the place.</exception>
    public static PortalSettings Parse(string document)
    {
        try
        {
            var settings = JsonSerializer.Deserialize<PortalSettings>(document, Json)
                ?? throw new ProblemException("Settings.empty");
            settings.Check();
            return settings;
        }
        catch (JsonException malformed)
        {
            throw new ProblemException(
                "Settings.malformed", malformed, (malformed.LineNumber ?? 0) + 1, malformed.Path ?? "$", malformed.InnerException?.Message ?? malformed.Message);
        }
    }

    /// <summary>Writes the document in full, defaults included.</summary>
    public string ToDocument() => JsonSerializer.Serialize(this, Json);

    private void Check()
    {
        Require(Schedules is { Default: not null, ByUser: not null, ByDepartment: not null }, "schedules", null);
        Require(ContractStages is not null, "contractStages", null);
        Require(QuoteSentStages is not null, "quoteSentStages", null);
        Require(Presentations is { SubjectContains: not null, ProviderTypes: not null }, "presentations", null);
        Require(FieldWork is { NameContains: not null }, "fieldWork", null);
        Require(ReportReceivers is not null, "reportReceivers", null);
        Require(Notifications is not null, "notifications", null);
        Require(Notifications!.QuietHours is not { } quiet || quiet.Start != quiet.End, "notificationsQuietHours", Notifications.QuietHours);
        Require(Retention is not null, "retentionNull", null);
        RequireDays("restLogDays", Retention!.RestLogDays, 3);
        RequireDays("deadLettersDays", Retention.DeadLettersDays, 1);
        RequireDays("textsDays", Retention.TextsDays, 7);
        RequireDays("verdictsDays", Retention.VerdictsDays, 100);
        RequireDays("phonesDays", Retention.PhonesDays, 62);
        Require(Notifications.MostADay is > 0 and <= 1000, "notificationsMostADay", Notifications.MostADay);
        Require(Language is "ru" or "en", "language", Language);
        Require(TimeZone is null || DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is not null, "timeZone", TimeZone);
        Require(ServiceAccounts is null || ServiceAccounts.All(id => id > 0), "serviceAccounts", string.Join(", ", ServiceAccounts ?? []));
        Require(ProductionCalendar is null or "RU", "productionCalendar", ProductionCalendar);
        Require(MissedReturnMinutes is > 0 and <= 24 * 60, "missedReturnMinutes", MissedReturnMinutes);
        Require(CountedFunnels is null || CountedFunnels.All(id => id >= 0), "countedFunnels", string.Join(", ", CountedFunnels ?? []));
        Require(Tiers is not null && Tiers.Values.All(t => t is { Departments: not null, Users: not null } && t.Departments.Concat(t.Users).All(id => id > 0)), "tiers", null);
        Require(
            Roles is { Heads: not null, Marketers: not null, BaseManagers: not null }
            && Roles.Heads.Keys.Concat(Roles.Heads.Values).Concat(Roles.Marketers).Concat(Roles.BaseManagers).All(id => id > 0), "roles", null);
        foreach (var (department, receiver) in ReportReceivers!)
        {
            Require(IsDialog(receiver), $"reportReceivers.{department}", receiver);
        }
    }

    /// <summary>Whether a text is a dialog's address: a user's id, <c>chat{id}</c> or <c>sg{id}</c>.</summary>
    /// <param name="text">The text.</param>
    public static bool IsDialog(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.StartsWith("chat", StringComparison.Ordinal) ? text[4..] : text.StartsWith("sg", StringComparison.Ordinal) ? text[2..] : text;
        return digits.Length is > 0 and < 19 && digits.All(char.IsAsciiDigit) && digits.Any(d => d != '0');
    }

    /// <summary>The tiers somebody belongs to, himself or by a department, the first of <see cref="Tier"/> first.</summary>
    /// <param name="userId">The person.</param>
    /// <param name="departmentIds">His departments, with all above them.</param>
    public IEnumerable<Tier> TiersOf(long userId, IEnumerable<long> departmentIds) =>
        Tiers.Where(t => t.Value.Users.Contains(userId) || t.Value.Departments.Intersect(departmentIds).Any()).Select(t => t.Key).Order();

    private static void RequireDays(string name, int days, int least)
    {
        if (days < least || days > LongestRetentionDays)
        {
            throw new ProblemException("Settings.value_retention", days, $"retention.{name}", least, LongestRetentionDays);
        }
    }

    private static void Require(bool holds, string name, object? value)
    {
        if (!holds)
        {
            throw new ProblemException("Settings.value_" + name.Split('.')[0], value ?? "", name);
        }
    }
}

/// <summary>Which calendar events are field work.</summary>
public sealed record FieldWorkSettings
{
    /// <summary>Words in the event's name, in any letter case.</summary>
    public IReadOnlyList<string> NameContains { get; init; } = ["командировк", "выезд", "выставк", "business trip", "field visit", "trade fair"];

    /// <summary>Whether an event is field work.</summary>
    /// <param name="name">Its name.</param>
    public bool Matches(string? name) => name is not null && NameContains.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Which meetings are presentations: any match is enough.</summary>
public sealed record PresentationSettings
{
    /// <summary>Words in the subject, in any letter case.</summary>
    public IReadOnlyList<string> SubjectContains { get; init; } = ["презентац", "presentation"];

    /// <summary>Types of the activity, by <c>PROVIDER_TYPE_ID</c>.</summary>
    public IReadOnlyList<string> ProviderTypes { get; init; } = [];

    /// <summary>Whether an activity is a presentation.</summary>
    /// <param name="subject">Its subject.</param>
    /// <param name="providerTypeId">Its <c>PROVIDER_TYPE_ID</c>.</param>
    public bool Matches(string? subject, string? providerTypeId) =>
        (subject is not null && SubjectContains.Any(word => subject.Contains(word, StringComparison.OrdinalIgnoreCase)))
        || (providerTypeId is not null && ProviderTypes.Contains(providerTypeId));
}
