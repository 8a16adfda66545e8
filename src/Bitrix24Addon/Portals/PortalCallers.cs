using Bitrix24.Client;

namespace Bitrix24Addon.Portals;

/// <summary>In whose name a portal is called: each has its turn (see <see cref="Bitrix24Client.For"/>).</summary>
public static class PortalCallers
{
    /// <summary>Reads what posts told of.</summary>
    public static RestCaller Inbox { get; } = new("inbox");

    /// <summary>Carries effects out.</summary>
    public static RestCaller Effects { get; } = new("effects");

    /// <summary>Sets portals up, reads their history, reconciles.</summary>
    public static RestCaller Sync { get; } = new("sync");

    /// <summary>Answers a post for which a person waits.</summary>
    public static RestCaller Door { get; } = new("door", IsInteractive: true);
}
