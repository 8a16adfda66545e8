using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Norms;

/// <summary>Where people stand with the norms of a period.</summary>
/// <param name="Rules">The norms that are in force at the end of the period, by id.</param>
/// <param name="Standings">By person and rule.</param>
/// <param name="AwaitingDays">Days of the period that are over and wait to be closed, oldest first, yyyymmdd: what they show is no verdict yet.</param>
/// <param name="KeptFromDay">
/// The first day of which verdicts are kept, yyyymmdd, when days of the period before it were closed: what they said is forgotten; else null.
/// </param>
public sealed record NormStandings(IReadOnlyList<NormRule> Rules, IReadOnlyList<NormStanding> Standings, IReadOnlyList<int> AwaitingDays, int? KeptFromDay = null)
{
    /// <summary>Since when verdicts are kept; null when none of the period was forgotten.</summary>
    /// <param name="texts">The language.</param>
    public string? ForgottenInWords(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return KeptFromDay is { } kept ? texts.Get("Norms.verdicts_forgotten", texts.Date(PortalDays.ToDate(kept))) : null;
    }

    /// <summary>Which days wait to be closed; null for none.</summary>
    /// <param name="texts">The language.</param>
    public string? AwaitingInWords(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return AwaitingDays is [] || Rules is [] ? null : texts.Get("Norms.awaiting_close", NormWords.Days(AwaitingDays, texts));
    }
}

/// <summary>
/// Shows the norms of people and days: closed days by their verdicts; today, and each day that is over and not closed yet, by the same decision
/// as it would be if the day ended now. It writes nothing.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class NormBoard(AddonStorage storage, TimeProvider time)
{
    /// <summary>Shows a period.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="fromDay">First day, yyyymmdd.</param>
    /// <param name="toDay">Last day, yyyymmdd.</param>
    /// <param name="isWanted">Whose which days (user, yyyymmdd) are wanted: who asks decides who may see them.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<NormStandings> ReadAsync(PortalRow portal, int fromDay, int toDay, Func<long, int, bool> isWanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(isWanted);
        await using var db = storage.Open(portal.Id);
        var session = await NormSession.OpenAsync(db, time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false);
        var rules = await RulesAsync(db, session.Portal.Metrics.Days.EndOf(toDay), cancellationToken).ConfigureAwait(false);
        if (rules.Count == 0 || session.Portal.Portal.HistoryCompleteAtMs is null)
        {
            return new NormStandings(rules, [], []);
        }

        var days = await ClosedAsync(db, rules, fromDay, toDay, isWanted, cancellationToken).ConfigureAwait(false);
        var open = await OpenDaysAsync(db, session, fromDay, toDay, cancellationToken).ConfigureAwait(false);
        var asIfOver = open is [.., var last] ? session.AsIfOver(db, last) : session;
        foreach (var day in open)
        {
            foreach (var rule in await RulesAsync(db, session.Portal.Metrics.Days.EndOf(day), cancellationToken).ConfigureAwait(false))
            {
                var judged = await asIfOver.JudgeFiguresAsync(rule, day, cancellationToken).ConfigureAwait(false);
                days.AddRange(judged.Where(j => isWanted(j.Facts.UserId, day)).Select(j => (rule.Id, j.Facts.UserId, NormDay.SoFar(j, session.NowMs))));
            }
        }

        var kept = session.Portal.VerdictsKeptFrom(session.NowMs);
        var isSomeForgotten = await db.ClosedDays.AnyAsync(d => d.Day >= fromDay && d.Day <= toDay && d.Day < kept, cancellationToken).ConfigureAwait(false);
        var byId = rules.ToDictionary(r => r.Id);
        return new NormStandings(
            rules,
            [.. days.Where(d => byId.ContainsKey(d.RuleId)).GroupBy(d => (d.RuleId, d.UserId))
                .Select(g => new NormStanding(g.Key.UserId, byId[g.Key.RuleId], [.. g.Select(d => d.Day).OrderBy(d => d.Day)]))],
            [.. open.Where(day => session.Portal.Metrics.Days.EndOf(day) <= session.NowMs)],
            isSomeForgotten ? kept : null);
    }

    private static async Task<List<NormRule>> RulesAsync(AddonDbContext db, long beforeMs, CancellationToken cancellationToken) =>
        [.. (await RuleBook.InForceAsync(db, cancellationToken, beforeMs).ConfigureAwait(false)).OfType<NormRule>().Where(r => r.Enabled)];

    /// <summary>What the last revisions of the verdicts say; a version of a rule that judged another metric is another norm.</summary>
    private static async Task<List<(string RuleId, long UserId, NormDay Day)>> ClosedAsync(
        AddonDbContext db, List<NormRule> rules, int fromDay, int toDay, Func<long, int, bool> isWanted, CancellationToken cancellationToken)
    {
        var ids = rules.Select(r => r.Id).ToArray();
        var rows = await db.Verdicts.AsNoTracking().Where(v => v.Day >= fromDay && v.Day <= toDay && ids.Contains(v.RuleId))
            .Select(v => new
            {
                v.RuleId, v.RuleVersion, v.Day, v.UserId, v.Revision, v.Outcome, v.Reason, v.IsDry, Document = v.Document.Substring(0, VerdictDocument.ArithmeticLength),
            }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var metrics = rules.ToDictionary(r => r.Id, r => r.Metric);
        var same = new HashSet<(string, int)>();
        foreach (var (id, version) in rows.Select(r => (r.RuleId, r.RuleVersion)).Distinct())
        {
            if (await RuleBook.VersionAsync(db, id, version, cancellationToken).ConfigureAwait(false) is NormRule rule && rule.Metric == metrics[id])
            {
                same.Add((id, version));
            }
        }

        return [.. rows.Where(r => same.Contains((r.RuleId, r.RuleVersion)) && isWanted(r.UserId, r.Day))
            .GroupBy(r => (r.RuleId, r.Day, r.UserId)).Select(g => g.MaxBy(r => r.Revision)!)
            .Select(r => (r.RuleId, r.UserId, NormDay.Closed(r.Day, r.Outcome, r.Reason, r.IsDry, VerdictDocument.ArithmeticOf(r.Document))))];
    }

    /// <summary>Today, and the days that the next close will take up: those after the last closed one, at first since the history was complete.</summary>
    private static async Task<List<int>> OpenDaysAsync(AddonDbContext db, NormSession session, int fromDay, int toDay, CancellationToken cancellationToken)
    {
        var days = session.Portal.Metrics.Days;
        var last = await db.ClosedDays.MaxAsync(d => (int?)d.Day, cancellationToken).ConfigureAwait(false);
        var first = last is { } closed ? PortalDays.ToDay(PortalDays.ToDate(closed).PlusDays(1)) : days.DayOf(session.Portal.Portal.HistoryCompleteAtMs!.Value);
        return [.. PortalDays.Range(Math.Max(first, fromDay), Math.Min(days.DayOf(session.NowMs), toDay))];
    }
}
