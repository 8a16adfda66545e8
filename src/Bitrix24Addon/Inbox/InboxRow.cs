using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Inbox;

/// <summary>What a mark in the inbox is about. The numbers are stored: never renumber, only append.</summary>
public enum InboxKind
{
    /// <summary>A lead, by id.</summary>
    Lead = 1,

    /// <summary>A deal, by id; its stage history and payments are read with it.</summary>
    Deal = 2,

    /// <summary>A quote, by id.</summary>
    Quote = 3,

    /// <summary>A smart invoice, by id.</summary>
    Invoice = 4,

    /// <summary>A CRM activity, by id.</summary>
    Activity = 5,

    /// <summary>A task, by id.</summary>
    Task = 6,

    /// <summary>A call that ended, by <c>CALL_ID</c>.</summary>
    Call = 7,

    /// <summary>A calendar event, by id.</summary>
    CalendarEvent = 8,

    /// <summary>A user, by id.</summary>
    User = 9,

    /// <summary>The application was installed or updated: handlers are to be bound and the history is to be read. Key 0.</summary>
    Installation = 20,

    /// <summary>The application was removed together with its data: what we hold is to be erased. Key 0.</summary>
    Erasure = 21,

    /// <summary>The payment of the application changed: its state is to be asked for. Key 0.</summary>
    Payment = 22,
}

/// <summary>
/// Something in a portal that is to be read because a post said that it changed. One row an object: each post raises the generation,
/// and a reading completes only the generation it started from.
/// </summary>
public sealed class InboxRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>What it is about.</summary>
    public InboxKind Kind { get; set; }

    /// <summary>The object's id, or a call's <c>CALL_ID</c>.</summary>
    public required string Key { get; set; }

    /// <summary>Number of posts since the row was made.</summary>
    public long Generation { get; set; }

    /// <summary>A post said that the object was deleted.</summary>
    public bool IsDeletion { get; set; }

    /// <summary>When the first post since the last completed reading came, Unix milliseconds.</summary>
    public long FirstMarkedAtMs { get; set; }

    /// <summary>Not to be read before this instant, Unix milliseconds: backoff after a failure.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>Failed readings.</summary>
    public int Attempts { get; set; }

    /// <summary>The trace of the last post that was traced (see <see cref="AddonTelemetry.TraceParent"/>), or null.</summary>
    public string? TraceParent { get; set; }

    /// <summary>Why it is a dead letter (the error's kind), or null while it is to be read.</summary>
    public string? DeadReason { get; set; }
}
