using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Rules;

/// <summary>
/// What a rule said about a person on a day, and all that is needed to say it again: the versions of rule, settings and facts, and the
/// arithmetic. What it says is never changed; facts that come later make a further revision.
/// </summary>
public sealed class VerdictRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The rule.</summary>
    public required string RuleId { get; set; }

    /// <summary>The version of the rule that judged.</summary>
    public int RuleVersion { get; set; }

    /// <summary>The day judged, yyyymmdd.</summary>
    public int Day { get; set; }

    /// <summary>The person judged.</summary>
    public long UserId { get; set; }

    /// <summary>1 is the verdict; each correction by facts that came later has the next number.</summary>
    public int Revision { get; set; }

    /// <summary>What came of it, as the rule's kind calls it.</summary>
    public required string Outcome { get; set; }

    /// <summary>Why there is no verdict, as the rule's kind calls it; empty when there is one.</summary>
    public required string Reason { get; set; }

    /// <summary>When it was judged, Unix milliseconds.</summary>
    public long JudgedAtMs { get; set; }

    /// <summary>The version of the settings it was judged by; 0 are the defaults.</summary>
    public int SettingsVersion { get; set; }

    /// <summary>The last write of facts that was known (see <see cref="Facts.FactRow.Sequence"/>).</summary>
    public long FactsThrough { get; set; }

    /// <summary>The key of what the portal said of itself (see <see cref="VerdictBasisRow"/>).</summary>
    public required string Basis { get; set; }

    /// <summary>Arithmetic, exclusions, target and evidence as JSON, in the form of the rule's kind.</summary>
    public required string Document { get; set; }

    /// <summary>The rule was on dry run: nothing was done.</summary>
    public bool IsDry { get; set; }

    /// <summary>When the heads were told of a correction, Unix milliseconds; null as long as no message went out that could tell them.</summary>
    public long? ToldAtMs { get; set; }
}

/// <summary>What verdicts depend on that is neither fact nor setting: what the portal said of itself at the time.</summary>
public sealed class VerdictBasisRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>Fingerprint of the document.</summary>
    public required string Key { get; set; }

    /// <summary>See <see cref="VerdictBasis"/>.</summary>
    public required string Document { get; set; }
}

/// <summary>A day that was judged; it is judged once.</summary>
public sealed class ClosedDayRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>yyyymmdd.</summary>
    public int Day { get; set; }

    /// <summary>When, Unix milliseconds.</summary>
    public long ClosedAtMs { get; set; }
}
