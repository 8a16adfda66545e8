using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Reports;

/// <summary>A report posted, or being posted, into the portal.</summary>
public sealed class ReportPostRow : IPortalOwned
{
    /// <summary>Our key.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The dialog it went to: a user's id or <c>chat{id}</c>.</summary>
    public required string Receiver { get; set; }

    /// <summary>First day, yyyymmdd.</summary>
    public int FromDay { get; set; }

    /// <summary>Last day, yyyymmdd.</summary>
    public int ToDay { get; set; }

    /// <summary>What it covers: <c>company</c>, <c>department:13</c>, <c>user:101</c>.</summary>
    public required string Scope { get; set; }

    /// <summary>1 for the first posting, raised each time it was asked for again.</summary>
    public int Attempt { get; set; }

    /// <summary>When the posting began, Unix milliseconds.</summary>
    public long StartedAtMs { get; set; }

    /// <summary>The sending ended, and nobody knows whether it arrived.</summary>
    public bool IsOutcomeUnknown { get; set; }

    /// <summary>The chat message's id in Bitrix24; null while the outcome is not known.</summary>
    public long? MessageId { get; set; }
}
