using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Collect;

/// <summary>How far one source of history has been read.</summary>
public sealed class SourceCursorRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The source's name , such as <c>calls</c>.</summary>
    public required string Source { get; set; }

    /// <summary>The last id whose facts are committed.</summary>
    public long AfterId { get; set; }

    /// <summary>The greatest id the list had when its reading began: how far it goes; 0 when that is not known.</summary>
    public long NewestId { get; set; }

    /// <summary>The history of this source has been read to its end.</summary>
    public bool Complete { get; set; }

    /// <summary>Everything changed before this instant has been read, by the portal's clock, Unix milliseconds; null before that.</summary>
    public long? ReadThroughMs { get; set; }

    /// <summary>Rows that could not be understood and are no facts.</summary>
    public int Unreadable { get; set; }

    /// <summary>People of whom the portal tells nothing here, which no repetition will change, while it tells of the others. In order.</summary>
    public long[] UnseenPeople { get; set; } = [];

    /// <summary>People of whom a row could not be understood when the source was read last. In order.</summary>
    public long[] UnreadablePeople { get; set; } = [];

    /// <summary>Why the source as a whole could not be read (the error's kind), or null.</summary>
    public string? Failure { get; set; }
}
