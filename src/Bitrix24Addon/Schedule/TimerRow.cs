using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Schedule;

/// <summary>At an instant a subject is to be looked at again. The row is gone when that was done, so it happens once.</summary>
public sealed class TimerRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>What it is for, as in <see cref="TimerKind.Name"/>.</summary>
    public required string Kind { get; set; }

    /// <summary>What is to be looked at, for example <c>deal:55</c>; numbers, no personal data.</summary>
    public required string Subject { get; set; }

    /// <summary>The instant that was asked for, Unix milliseconds.</summary>
    public long DueAtMs { get; set; }

    /// <summary>Not to be fired before this instant, Unix milliseconds: that instant, or later after a failure.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>Failed attempts since it was set, moved or revived.</summary>
    public int Attempts { get; set; }

    /// <summary>Why it is parked (the name of an exception), or null while it is to be fired.</summary>
    public string? ParkedReason { get; set; }
}
