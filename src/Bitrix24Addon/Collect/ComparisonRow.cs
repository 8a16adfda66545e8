using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Collect;

/// <summary>How far the ids that a list of the portal holds have been compared with those we hold of it.</summary>
public sealed class ComparisonRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The source's name, such as <c>deals</c>.</summary>
    public required string Source { get; set; }

    /// <summary>When the comparison began, Unix milliseconds: what was recorded since then may be missing in what was read.</summary>
    public long StartedAtMs { get; set; }

    /// <summary>The last id that was compared.</summary>
    public long AfterId { get; set; }

    /// <summary>Ids that the portal listed so far.</summary>
    public int Seen { get; set; }

    /// <summary>The list was compared to its end, and what is gone is forgotten.</summary>
    public bool IsConcluded { get; set; }

    /// <summary>Ids that we hold and the portal does not list. Empty when concluded.</summary>
    public long[] Gone { get; set; } = [];

    /// <summary>Ids that the portal lists and we do not hold, or hold as deleted, and that are still to be read.</summary>
    public long[] Missed { get; set; } = [];
}
