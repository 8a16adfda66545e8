using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Facts;

/// <summary>
/// A record that a read missed before any other had seen it: a read that started earlier and is written later must not bring it to life.
/// Kept for as long as such a read may last.
/// </summary>
public sealed class FactGoneRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>What it is about.</summary>
    public FactKind Kind { get; set; }

    /// <summary>The record's id in Bitrix24.</summary>
    public long SourceId { get; set; }

    /// <summary>When the read that missed it started, Unix milliseconds.</summary>
    public long ReadStartedAtMs { get; set; }
}
