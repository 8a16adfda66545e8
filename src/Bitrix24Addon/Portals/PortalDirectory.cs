using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bitrix24Addon.Portals;

/// <summary>Names for display, stages, funnels and currencies of a portal, as last read.</summary>
public sealed record PortalDirectory
{
    /// <summary>Names of users by id, for display only.</summary>
    public IReadOnlyDictionary<long, string> UserNames { get; init; } = new Dictionary<long, string>();

    /// <summary>Zones of users by id, where their profile names one (<c>user.get</c>, <c>TIME_ZONE</c>).</summary>
    public IReadOnlyDictionary<long, string> UserTimeZones { get; init; } = new Dictionary<long, string>();

    /// <summary>Entries of directories (<c>crm.status.list</c>).</summary>
    public IReadOnlyList<DirectoryStatus> Statuses { get; init; } = [];

    /// <summary>Deal funnels by id.</summary>
    public IReadOnlyDictionary<int, string> Funnels { get; init; } = new Dictionary<int, string>();

    /// <summary>The base currency, or empty when the portal does not tell it.</summary>
    public string BaseCurrency { get; init; } = "";

    /// <summary>Base currency for one unit of each currency.</summary>
    public IReadOnlyDictionary<string, decimal> RatesToBase { get; init; } = new Dictionary<string, decimal>();

    /// <summary>The token owner's zone (<c>profile.TIME_ZONE</c>), or null.</summary>
    public string? OwnerTimeZone { get; init; }

    /// <summary>The server's offset from UTC in minutes.</summary>
    public int ServerOffsetMinutes { get; init; }

    /// <summary>The token's owner may manage the portal: he sees all records.</summary>
    public bool OwnerIsAdministrator { get; init; }

    private static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The same without names and zones of some people.</summary>
    /// <param name="userIds">Whose.</param>
    internal PortalDirectory Without(IReadOnlySet<long> userIds) => this with
    {
        UserNames = UserNames.Where(user => !userIds.Contains(user.Key)).ToDictionary(),
        UserTimeZones = UserTimeZones.Where(user => !userIds.Contains(user.Key)).ToDictionary(),
    };

    /// <summary>Reads the stored form.</summary>
    /// <param name="document">JSON.</param>
    public static PortalDirectory Parse(string document) => JsonSerializer.Deserialize<PortalDirectory>(document, Json) ?? new();

    /// <summary>Writes the stored form.</summary>
    public string ToDocument() => JsonSerializer.Serialize(this, Json);

    /// <summary>A user's name, or his id when no name is known.</summary>
    /// <param name="userId">The user.</param>
    public string NameOf(long userId) => UserNames.TryGetValue(userId, out var name) && name.Length > 0 ? name : $"#{userId}";
}

/// <summary>An entry of a directory.</summary>
/// <param name="Directory"><c>ENTITY_ID</c>, such as <c>QUOTE_STATUS</c>.</param>
/// <param name="Code"><c>STATUS_ID</c>.</param>
/// <param name="Name"><c>NAME</c>.</param>
/// <param name="Sort"><c>SORT</c>.</param>
/// <param name="Semantics"><c>SEMANTICS</c>: S success, F failure, null in process.</param>
public sealed record DirectoryStatus(string Directory, string Code, string Name, int Sort, string? Semantics);
