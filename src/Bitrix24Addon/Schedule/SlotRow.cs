using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Schedule;

/// <summary>What a portal's calendar calls for. The numbers and names are stored: never renumber or rename, only append.</summary>
public enum CalendarJob
{
    /// <summary>Find by a few cheap readings what events missed.</summary>
    Reconcile = 1,

    /// <summary>Close the days that are over: find also what was deleted, then judge.</summary>
    DailyClose = 2,
}

/// <summary>
/// One firing of a job of the calendar. The row makes it happen once, whoever notices that it is time, and keeps it until it is done.
/// </summary>
public sealed class SlotRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The job.</summary>
    public CalendarJob Job { get; set; }

    /// <summary>When the calendar meant it to happen, Unix milliseconds.</summary>
    public long ScheduledAtMs { get; set; }

    /// <summary>Not to be tried before this instant, Unix milliseconds: backoff after a failure.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>Failed attempts.</summary>
    public int Attempts { get; set; }

    /// <summary>When it was done, Unix milliseconds; null while it is to be done.</summary>
    public long? DoneAtMs { get; set; }

    /// <summary>Why the last attempt failed (the error's kind), or null.</summary>
    public string? Failure { get; set; }
}
