using Bitrix24Addon.Facts;
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
    private readonly string _basis;
    private readonly long _factsThrough;

    private NormSession(AddonDbContext db, PortalContext portal, int settingsVersion, string basis, NormReading reading, long nowMs, long factsThrough)
    {
        (_settingsVersion, _basis, _factsThrough) = (settingsVersion, basis, factsThrough);
        _reader = new NormFactsReader(db, portal, reading, nowMs, factsThrough);
        Portal = portal;
        Reading = reading;
        NowMs = nowMs;
    }

    public PortalContext Portal { get; }

    public NormReading Reading { get; }

    public long NowMs { get; }

    /// <summary>
    /// Opens the portal as it is now. Facts are read up to one write, the last one there is after all else was read: whoever opens without
    /// a transaction sees one state of them, and never fewer than the reading says.
    /// </summary>
    public static async Task<NormSession> OpenAsync(AddonDbContext db, long nowMs, CancellationToken cancellationToken)
    {
        var row = await db.Portals.AsNoTracking().SingleAsync(p => p.Id == db.PortalId, cancellationToken).ConfigureAwait(false);
        var (settings, version) = await PortalRegistry.InForceAsync(db, cancellationToken).ConfigureAwait(false);
        var portal = new PortalContext(row, settings);
        var reading = await NormReading.ReadAsync(db, portal, cancellationToken).ConfigureAwait(false);
        var through = await db.Portals.Where(p => p.Id == db.PortalId).Select(p => p.FactSequence).SingleAsync(cancellationToken).ConfigureAwait(false);
        return new NormSession(db, portal, version, VerdictBasis.RowOf(portal).Key, reading, nowMs, through);
    }

    /// <summary>The facts of now, judged by the settings and the basis of an earlier verdict.</summary>
    public async Task<NormSession> ByAsync(AddonDbContext db, int settingsVersion, string basis, CancellationToken cancellationToken) => new(
        db, await VerdictBasis.RestoreAsync(db, settingsVersion, basis, cancellationToken).ConfigureAwait(false), settingsVersion, basis, Reading, NowMs,
        _factsThrough);

    /// <summary>
    /// The same as it would be if a day ended now, with what was read of it so far: what is missing of a metric or of absences stays missing.
    /// </summary>
    public NormSession AsIfOver(AddonDbContext db, int day)
    {
        var end = Portal.Metrics.Days.EndOf(day);
        return new NormSession(
            db, Portal, _settingsVersion, _basis, Reading with { ReadThroughMs = Math.Max(Reading.ReadThroughMs ?? 0, end) }, Math.Max(NowMs, end), _factsThrough);
    }

    /// <summary>Judges everybody a norm judges on a day by the day's figures, without records and without effects.</summary>
    public async Task<List<Judged>> JudgeFiguresAsync(NormRule rule, int day, CancellationToken cancellationToken)
    {
        var silent = rule with { BelowNorm = new BelowNorm { Task = false, TellHead = false } };
        return (await _reader.ReadFiguresAsync(rule, day, cancellationToken).ConfigureAwait(false))
            .ConvertAll(facts => new Judged(rule, facts, NormDecision.Decide(silent, facts)));
    }

    /// <summary>Who belonged where.</summary>
    public Task<Membership> MembershipAsync(CancellationToken cancellationToken) => _reader.MembershipAsync(cancellationToken);

    /// <summary>Judges everybody a norm judges in a period, or the given people.</summary>
    public async Task<List<Judged>> JudgeAsync(
        NormRule rule, int fromDay, int toDay, CancellationToken cancellationToken, IReadOnlyCollection<long>? people = null) =>
        (await _reader.ReadAsync(rule, fromDay, toDay, cancellationToken, people).ConfigureAwait(false))
        .ConvertAll(facts => new Judged(rule, facts, NormDecision.Decide(rule, facts)));

    /// <summary>The row that keeps a verdict, with all it was judged by.</summary>
    public VerdictRow RowOf(Judged judged, int revision) => new()
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
        FactsThrough = _factsThrough,
        Basis = _basis,
        Document = VerdictDocument.Of(judged.Rule.Metric, judged.Facts, judged.Decision, Reading).ToDocument(),
        IsDry = judged.Rule.DryRun,
    };

    /// <summary>What the portal says of itself, kept for the verdicts to come.</summary>
    public async Task KeepBasisAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        if (!await db.VerdictBases.AnyAsync(b => b.Key == _basis, cancellationToken).ConfigureAwait(false))
        {
            db.VerdictBases.Add(VerdictBasis.RowOf(Portal));
        }
    }
}
