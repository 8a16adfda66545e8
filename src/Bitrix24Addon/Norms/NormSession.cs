using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Norms;

/// <summary>One person and day judged by a norm.</summary>
/// <param name="Rule">The norm.</param>
/// <param name="Facts">What was known.</param>
/// <param name="Decision">What it says.</param>
internal sealed record Judged(NormRule Rule, NormFacts Facts, Decision Decision);

/// <summary>The state of a portal that norms are judged by: settings, facts, and how far it was read, all of one moment.</summary>
internal sealed class NormSession
{
    private readonly NormFactsReader _reader;
    private readonly int _settingsVersion;

    private NormSession(AddonDbContext db, PortalContext portal, int settingsVersion, NormReading reading, long nowMs)
    {
        _settingsVersion = settingsVersion;
        _reader = new NormFactsReader(db, portal, reading, nowMs);
        Portal = portal;
        Reading = reading;
        NowMs = nowMs;
    }

    public PortalContext Portal { get; }

    public NormReading Reading { get; }

    public long NowMs { get; }

    /// <summary>Who belonged where; known once something was judged.</summary>
    public Facts.Membership? Membership => _reader.Membership;

    /// <summary>Opens the portal as it is in the transaction of the context.</summary>
    public static async Task<NormSession> OpenAsync(AddonDbContext db, long nowMs, CancellationToken cancellationToken)
    {
        var row = await db.Portals.AsNoTracking().SingleAsync(p => p.Id == db.PortalId, cancellationToken).ConfigureAwait(false);
        var (settings, version) = await PortalRegistry.InForceAsync(db, cancellationToken).ConfigureAwait(false);
        var portal = new PortalContext(row, settings);
        return new NormSession(db, portal, version, await NormReading.ReadAsync(db, portal, cancellationToken).ConfigureAwait(false), nowMs);
    }

    /// <summary>Judges everybody a norm judges in a period, or the given people.</summary>
    public async Task<List<Judged>> JudgeAsync(
        NormRule rule, int fromDay, int toDay, CancellationToken cancellationToken, IReadOnlyCollection<long>? people = null) =>
        (await _reader.ReadAsync(rule, fromDay, toDay, cancellationToken, people).ConfigureAwait(false))
        .ConvertAll(facts => new Judged(rule, facts, NormDecision.Decide(rule, facts)));

    /// <summary>The row that keeps a verdict.</summary>
    public VerdictRow RowOf(Judged judged, int revision, VerdictBasisRow basis) => new()
    {
        RuleId = judged.Rule.Id,
        RuleVersion = judged.Rule.VersionNumber,
        Day = judged.Facts.Day,
        UserId = judged.Facts.UserId,
        Revision = revision,
        Outcome = NormWords.CodeOf(judged.Decision.Outcome),
        Reason = judged.Decision.Reason == NormReason.None ? "" : NormWords.CodeOf(judged.Decision.Reason),
        JudgedAtMs = NowMs,
        SettingsVersion = _settingsVersion,
        FactsThrough = Portal.Portal.FactSequence,
        Basis = basis.Key,
        Document = VerdictDocument.Of(judged.Rule.Metric, judged.Facts, judged.Decision, Reading).ToDocument(),
        IsDry = judged.Rule.DryRun,
    };

    /// <summary>What the portal says of itself, kept for the verdicts to come.</summary>
    public async Task<VerdictBasisRow> KeepBasisAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        var basis = VerdictBasis.RowOf(Portal);
        if (!await db.VerdictBases.AnyAsync(b => b.Key == basis.Key, cancellationToken).ConfigureAwait(false))
        {
            db.VerdictBases.Add(basis);
        }

        return basis;
    }
}
