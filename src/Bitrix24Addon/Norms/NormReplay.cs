using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Norms;

/// <summary>A verdict judged once more.</summary>
/// <param name="Decision">What the recorded facts, rule and settings say.</param>
/// <param name="IsSame">Outcome, reason, arithmetic, exclusions, target and evidence are those of the verdict.</param>
public sealed record ReplayedVerdict(Decision Decision, bool IsSame);

/// <summary>Judges a verdict once more from what it records: the versions of rule, settings and facts. It writes nothing.</summary>
/// <param name="storage">The database.</param>
public sealed class NormReplay(AddonStorage storage)
{
    /// <summary>Replays a verdict of a norm.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ReplayedVerdict> RunAsync(VerdictRow verdict, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        await using var db = storage.Open(verdict.PortalId);
        var rule = (NormRule)await RuleBook.VersionAsync(db, verdict.RuleId, verdict.RuleVersion, cancellationToken).ConfigureAwait(false);
        var portal = await VerdictBasis.RestoreAsync(db, verdict.SettingsVersion, verdict.Basis, cancellationToken).ConfigureAwait(false);
        var recorded = VerdictDocument.Parse(verdict.Document);
        var reader = new NormFactsReader(db, portal, recorded.Reading, verdict.JudgedAtMs, verdict.FactsThrough);
        var facts = (await reader.ReadAsync(rule, verdict.Day, verdict.Day, cancellationToken, [verdict.UserId]).ConfigureAwait(false)).Single();
        var decision = NormDecision.Decide(rule, facts);
        return new ReplayedVerdict(
            decision,
            verdict.Outcome == NormWords.CodeOf(decision.Outcome)
            && verdict.Reason == (decision.Reason == NormReason.None ? "" : NormWords.CodeOf(decision.Reason))
            && verdict.Document == VerdictDocument.Of(rule.Metric, facts, decision, recorded.Reading).ToDocument());
    }
}
