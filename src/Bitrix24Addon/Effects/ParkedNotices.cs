using System.Globalization;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Effects;

/// <summary>
/// Tells the administrator, the owner of the webhook or token, what was parked and what to do: one notification a day and cause. Written with
/// the parking itself, so that none is lost; never about one of its own kind, so that it cannot go round.
/// </summary>
/// <param name="portal">The portal.</param>
/// <param name="texts">Its language.</param>
internal sealed class ParkedNotices(PortalContext portal, Texts texts)
{
    /// <summary>How the keys of these notifications begin; the cause and the day follow.</summary>
    public const string KeyPrefix = "parked:";

    /// <summary>Notes in the caller's writing transaction what the administrator is to be told.</summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="ends">How effects ended.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public async Task NoteAsync(
        AddonDbContext db, IReadOnlyList<(EffectRow Row, EffectEnd End)> ends, long nowMs, CancellationToken cancellationToken)
    {
        foreach (var cause in ends.Where(e => IsToBeTold(e.Row, e.End)).GroupBy(e => e.End.Failure ?? "", e => e.Row.Id))
        {
            var noticeId = await OpenAsync(db, cause.Key, nowMs, cancellationToken).ConfigureAwait(false);
            var ids = cause.ToArray();
            await db.Effects.Where(e => ids.Contains(e.Id)).ExecuteUpdateAsync(set => set.SetProperty(e => e.ToldById, noticeId), cancellationToken).ConfigureAwait(false);

            // What was resumed meanwhile needs nobody any more.
            var count = await db.Effects.CountAsync(e => e.ToldById == noticeId && e.State == EffectState.Parked, cancellationToken).ConfigureAwait(false);
            var key = await db.Effects.Where(e => e.Id == noticeId).Select(e => e.Key).SingleAsync(cancellationToken).ConfigureAwait(false);
            var document = Outbox.Write(Write(key, cause.Key, count));
            await db.Effects.Where(e => e.Id == noticeId).ExecuteUpdateAsync(set => set.SetProperty(e => e.Document, document), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whoever asked for something is told by what he asked; nothing can be done about what came up too late.</summary>
    private static bool IsToBeTold(EffectRow row, EffectEnd end) =>
        end is { State: EffectState.Parked, Failure: not EffectEnd.Stale } && !row.Key.StartsWith(KeyPrefix, StringComparison.Ordinal)
        && Outbox.TryRead(row.Document) is not (SendReport { IsAskedFor: true } or SendMessage { IsAskedFor: true } or Notify { IsAskedFor: true });

    /// <summary>The notification of a cause that was not sent yet: today's, or tomorrow's when today's has gone.</summary>
    private async Task<long> OpenAsync(AddonDbContext db, string cause, long nowMs, CancellationToken cancellationToken)
    {
        var prefix = $"{KeyPrefix}{cause}:";
        var last = await db.Effects.AsNoTracking().Where(e => e.Key.StartsWith(prefix)).OrderByDescending(e => e.Id).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (last is { State: EffectState.Pending or EffectState.Held, FirstSentAtMs: null })
        {
            return last.Id;
        }

        var days = portal.Metrics.Days;
        var today = days.DayOf(nowMs);
        var isToldToday = last is not null && int.Parse(last.Key.AsSpan(prefix.Length), CultureInfo.InvariantCulture) >= today;
        var day = isToldToday ? PortalDays.ToDay(PortalDays.ToDate(today).PlusDays(1)) : today;
        var row = Outbox.RowOf(Write($"{prefix}{day}", cause, 1), nowMs, isToldToday ? days.StartOf(day) : nowMs);
        db.Effects.Add(row);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
        return row.Id;
    }

    private Notify Write(string key, string cause, int count)
    {
        var problem = EffectEnd.ProblemOf(cause, portal.Portal.Host).In(texts);
        return new Notify(key, $"{KeyPrefix}{cause}", portal.Portal.OwnerUserId, texts.Count("Effects.parked", count, BbCode.Plain(problem)), $"{KeyPrefix}{cause}");
    }
}
