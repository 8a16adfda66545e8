using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Rules;

/// <summary>One version of a rule of a portal.</summary>
public sealed class RuleRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The rule (see <see cref="Documents.RuleDocument.Id"/>).</summary>
    public required string RuleId { get; set; }

    /// <summary>Running number from 1; the highest is in force.</summary>
    public int Version { get; set; }

    /// <summary>When it was saved, Unix milliseconds.</summary>
    public long SavedAtMs { get; set; }

    /// <summary>The Bitrix24 user who saved it; null for the command line.</summary>
    public long? SavedByUserId { get; set; }

    /// <summary>The document (see <see cref="Documents.RuleDocument"/>).</summary>
    public required string Document { get; set; }
}
