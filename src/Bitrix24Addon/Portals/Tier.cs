namespace Bitrix24Addon.Portals;

/// <summary>A tier of a sales department. Where somebody belongs to several, the first of this list goes before the others.</summary>
public enum Tier
{
    /// <summary>Operators who find out what a client needs.</summary>
    CallCentre,

    /// <summary>Specialists who prepare what was asked for.</summary>
    ProcessingCentre,

    /// <summary>Managers who look after clients.</summary>
    ClientManagers,

    /// <summary>Managers of key accounts.</summary>
    KeyAccounts,

    /// <summary>After-sales service.</summary>
    Service,
}

/// <summary>Who belongs to a tier: any of them is enough.</summary>
public sealed record TierMembers
{
    /// <summary>Bitrix24 department ids, each with the departments below it.</summary>
    public IReadOnlyList<long> Departments { get; init; } = [];

    /// <summary>Bitrix24 user ids.</summary>
    public IReadOnlyList<long> Users { get; init; } = [];
}
