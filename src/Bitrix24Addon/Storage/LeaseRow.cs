namespace Bitrix24Addon.Storage;

/// <summary>Whose turn some work of a portal is.</summary>
public sealed class LeaseRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The work, as in <see cref="LeaseNames"/>.</summary>
    public required string Name { get; set; }

    /// <summary>Raised each time the lease changes hands; who wrote it down before may write only while it is unchanged.</summary>
    public long Epoch { get; set; }

    /// <summary>From when another may take the lease, Unix milliseconds.</summary>
    public long UntilMs { get; set; }
}

/// <summary>The kinds of work of a portal that one process does at a time.</summary>
public static class LeaseNames
{
    /// <summary>Reading what the inbox holds.</summary>
    public const string Inbox = "inbox";

    /// <summary>Setting a portal up, reading its history, reconciling, and closing its days.</summary>
    public const string Sync = "sync";

    /// <summary>Firing due timers.</summary>
    public const string Timers = "timers";

    /// <summary>Carrying out effects.</summary>
    public const string Outbox = "outbox";

    /// <summary>Binding events and pages: who looks what is bound and binds the rest must be alone with it.</summary>
    public const string Binding = "binding";

    /// <summary>Renewing the portal's tokens.</summary>
    public const string Tokens = "tokens";
}
