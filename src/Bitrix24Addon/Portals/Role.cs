namespace Bitrix24Addon.Portals;

/// <summary>What a person is to the add-on; decides which pages and whose figures he gets. One person may be several.</summary>
public enum Role
{
    /// <summary>Everybody: sees himself.</summary>
    Manager,

    /// <summary>Heads departments: sees who belongs to them.</summary>
    Head,

    /// <summary>Edits norms, scripts, proposals and discounts.</summary>
    Marketer,

    /// <summary>Looks after the cold bases.</summary>
    BaseManager,

    /// <summary>Edits the settings and sees everything, as in the portal itself (<c>profile</c>, <c>ADMIN</c>).</summary>
    Administrator,
}

/// <summary>Roles that the portal does not know, and heads where it names another or none.</summary>
public sealed record RoleSettings
{
    /// <summary>Who heads a department instead of its <c>UF_HEAD</c>, by department id.</summary>
    public IReadOnlyDictionary<long, long> Heads { get; init; } = new Dictionary<long, long>();

    /// <summary>Bitrix24 user ids of marketers.</summary>
    public IReadOnlyList<long> Marketers { get; init; } = [];

    /// <summary>Bitrix24 user ids of base managers.</summary>
    public IReadOnlyList<long> BaseManagers { get; init; } = [];
}
