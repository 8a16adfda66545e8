using Bitrix24Addon.Effects;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Norms;

/// <summary>What became of closing a day.</summary>
public enum NormCloseState
{
    /// <summary>The day was judged.</summary>
    Closed,

    /// <summary>It had been judged before; nothing was done.</summary>
    AlreadyClosed,

    /// <summary>The day is not over; nothing was done.</summary>
    NotOver,

    /// <summary>The portal has not been read since the day ended; nothing was done. Synchronise, then close again.</summary>
    NotRead,
}

/// <summary>The result of closing a day.</summary>
/// <param name="State">What became of it.</param>
/// <param name="Verdicts">Verdicts written.</param>
/// <param name="Below">Of these, below the norm.</param>
/// <param name="Effects">Effects put into the outbox.</param>
public sealed record NormCloseResult(NormCloseState State, int Verdicts = 0, int Below = 0, int Effects = 0);

/// <summary>
/// Judges all norms of a day once: verdicts and effects are written in one transaction, in the portal's turn, so that however often and
/// wherever it runs each verdict and each effect comes once.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class NormClose(AddonStorage storage, TimeProvider time)
{
    // After a long standstill a task for each lost day would bury people; those days are judged and kept, not acted upon.
    private static readonly Duration ActsWithin = Duration.FromDays(3);

    /// <summary>Closes a day.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="day">yyyymmdd.</param>
    /// <param name="lease">The lease the caller works under, checked inside the transaction; null for none.</param>
    /// <param name="cancellationToken">Stops the work; nothing is written then.</param>
    /// <exception cref="LeaseLostException">Another process took over; nothing was written.</exception>
    public async Task<NormCloseResult> RunAsync(PortalRow portal, int day, Lease? lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        await using var transaction = await BeginAsync(db, lease, cancellationToken).ConfigureAwait(false);
        if (await db.ClosedDays.AnyAsync(d => d.Day == day, cancellationToken).ConfigureAwait(false))
        {
            return new NormCloseResult(NormCloseState.AlreadyClosed);
        }

        var session = await NormSession.OpenAsync(db, time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false);
        var dayEnd = session.Portal.Metrics.Days.EndOf(day);
        if (session.NowMs < dayEnd)
        {
            return new NormCloseResult(NormCloseState.NotOver);
        }

        if (session.Portal.Portal.HistoryCompleteAtMs is null || !(session.Reading.ReadThroughMs >= dayEnd))
        {
            return new NormCloseResult(NormCloseState.NotRead);
        }

        var judged = new List<Judged>();
        var rules = await RuleBook.InForceAsync(db, cancellationToken, beforeMs: dayEnd).ConfigureAwait(false);
        foreach (var rule in rules.OfType<NormRule>().Where(r => r.Enabled))
        {
            judged.AddRange(await session.JudgeAsync(rule, day, day, cancellationToken).ConfigureAwait(false));
        }

        await session.KeepBasisAsync(db, cancellationToken).ConfigureAwait(false);
        db.Verdicts.AddRange(judged.Select(j => session.RowOf(j, 1)));
        db.ClosedDays.Add(new ClosedDayRow { Day = day, ClosedAtMs = session.NowMs });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
        var added = session.NowMs - dayEnd > ActsWithin.TotalMilliseconds ? 0 : await ActAsync(db, session, judged, day, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new NormCloseResult(NormCloseState.Closed, judged.Count, judged.Count(j => j.Decision.Outcome == NormOutcome.Below), added);
    }

    /// <summary>
    /// Judges closed days again by what each verdict was judged by (its versions of rule and settings, and what the portal said of itself),
    /// with the facts as they are now, and writes a further revision where outcome, reason or arithmetic differ. It never makes an effect:
    /// the heads read of it in the next message.
    /// </summary>
    /// <param name="portal">The portal.</param>
    /// <param name="fromDay">First day, yyyymmdd.</param>
    /// <param name="toDay">Last day, yyyymmdd.</param>
    /// <param name="lease">The lease the caller works under; null for none.</param>
    /// <param name="cancellationToken">Stops the work; nothing is written then.</param>
    /// <returns>How many verdicts were corrected.</returns>
    /// <exception cref="LeaseLostException">Another process took over; nothing was written.</exception>
    public async Task<int> CorrectAsync(PortalRow portal, int fromDay, int toDay, Lease? lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        await using var transaction = await BeginAsync(db, lease, cancellationToken).ConfigureAwait(false);
        var now = await NormSession.OpenAsync(db, time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false);
        var revisions = await db.Verdicts.AsNoTracking().Where(v => v.Day >= fromDay && v.Day <= toDay).ToListAsync(cancellationToken).ConfigureAwait(false);
        var latest = revisions.GroupBy(v => (v.RuleId, v.Day, v.UserId)).Select(g => g.MaxBy(v => v.Revision)!);
        var corrected = new List<VerdictRow>();
        foreach (var ofBasis in latest.GroupBy(v => (v.SettingsVersion, v.Basis)))
        {
            var session = await now.ByAsync(db, ofBasis.Key.SettingsVersion, ofBasis.Key.Basis, cancellationToken).ConfigureAwait(false);
            foreach (var ofRule in ofBasis.GroupBy(v => (v.RuleId, v.RuleVersion)))
            {
                var rule = await NormAsync(db, ofRule.Key, cancellationToken).ConfigureAwait(false);
                var people = ofRule.Select(v => v.UserId).ToHashSet();
                var judged = (await session.JudgeAsync(rule, ofRule.Min(v => v.Day), ofRule.Max(v => v.Day), cancellationToken, people).ConfigureAwait(false))
                    .ToDictionary(j => (j.Facts.Day, j.Facts.UserId));
                corrected.AddRange(ofRule.Select(v => (Before: v, After: judged[(v.Day, v.UserId)])).Where(pair => IsCorrected(pair.Before, pair.After))
                    .Select(pair => session.RowOf(pair.After, pair.Before.Revision + 1)));
            }
        }

        if (corrected.Count > 0)
        {
            db.Verdicts.AddRange(corrected);
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        return corrected.Count;
    }

    /// <summary>
    /// What is not known today does not undo what was known: a list that cannot be read now corrects nothing, and whether absences can be
    /// told is no correction by itself.
    /// </summary>
    private static bool IsCorrected(VerdictRow before, Judged after)
    {
        var (decision, arithmetic) = (after.Decision, VerdictDocument.Parse(before.Document).Arithmetic);
        return decision.Reason is not (NormReason.FigureUnknown or NormReason.AbsencesUnread)
            && (before.Outcome != NormWords.CodeOf(decision.Outcome)
                || before.Reason != (decision.Reason == NormReason.None ? "" : NormWords.CodeOf(decision.Reason))
                || arithmetic != decision.Arithmetic with { IsWithoutAbsences = arithmetic.IsWithoutAbsences });
    }

    private static async Task<Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction> BeginAsync(
        AddonDbContext db, Lease? lease, CancellationToken cancellationToken)
    {
        var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        if (lease is not null)
        {
            await lease.RequireAsync(db, cancellationToken).ConfigureAwait(false);
        }

        return transaction;
    }

    /// <summary>Puts into the outbox what follows from the verdicts, and tells the heads of all corrections that no message told them of.</summary>
    private static async Task<int> ActAsync(AddonDbContext db, NormSession session, List<Judged> judged, int day, CancellationToken cancellationToken)
    {
        var untold = db.Verdicts.Where(v => v.Revision > 1 && !v.IsDry && v.ToldAtMs == null);
        var corrections = new List<Correction>();
        foreach (var ofRule in (await untold.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false)).GroupBy(v => (v.RuleId, v.RuleVersion)))
        {
            var rule = await NormAsync(db, ofRule.Key, cancellationToken).ConfigureAwait(false);
            corrections.AddRange(ofRule.GroupBy(v => (v.Day, v.UserId)).Select(g => new Correction(rule, g.MaxBy(v => v.Revision)!)));
        }

        var membership = await session.MembershipAsync(cancellationToken).ConfigureAwait(false);
        var (messages, waiting) = HeadMessages.Of(session, membership, judged, corrections, day);
        await untold.ExecuteUpdateAsync(set => set.SetProperty(v => v.ToldAtMs, session.NowMs), cancellationToken).ConfigureAwait(false);
        foreach (var later in waiting.Select(c => c.Verdict))
        {
            await db.Verdicts.Where(v => v.RuleId == later.RuleId && v.Day == later.Day && v.UserId == later.UserId && v.Revision == later.Revision)
                .ExecuteUpdateAsync(set => set.SetProperty(v => v.ToldAtMs, (long?)null), cancellationToken).ConfigureAwait(false);
        }

        return await Outbox.AddAsync(db, [.. judged.SelectMany(j => j.Decision.Effects), .. messages], session.NowMs, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<NormRule> NormAsync(AddonDbContext db, (string Id, int Version) rule, CancellationToken cancellationToken) =>
        (NormRule)await RuleBook.VersionAsync(db, rule.Id, rule.Version, cancellationToken).ConfigureAwait(false);
}
