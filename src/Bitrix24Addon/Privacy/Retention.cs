using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Privacy;

/// <summary>Forgets what is older than the settings say (see <see cref="RetentionSettings"/>); once a day, as often as one likes.</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
/// <param name="restLog">The log of requests.</param>
/// <param name="time">The clock.</param>
public sealed class Retention(AddonStorage storage, PortalRegistry registry, RestLog restLog, TimeProvider time)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromHours(1);

    /// <summary>Forgets what is too old.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="lease">The lease the caller works under; null for none.</param>
    /// <param name="cancellationToken">Stops the work between kinds.</param>
    /// <exception cref="LeaseLostException">Another process took over.</exception>
    public async Task ForgetAsync(PortalRow portal, Lease? lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var context = await registry.ContextAsync(portal, cancellationToken).ConfigureAwait(false);
        var keep = context.Settings.Retention;
        await restLog.ForgetAsync(portal.Id, TimeSpan.FromDays(keep.RestLogDays), cancellationToken).ConfigureAwait(false);
        await using var db = storage.Open(portal.Id);
        await using var transaction = await (lease is null ? db.BeginWriteAsync(cancellationToken) : db.BeginWriteAsync(lease, cancellationToken)).ConfigureAwait(false);
        var deadBeforeMs = Before(keep.DeadLettersDays);
        await db.Inbox.Where(i => i.DeadReason != null && i.FirstMarkedAtMs < deadBeforeMs).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await db.Timers.Where(t => t.ParkedReason != null && t.NotBeforeMs < deadBeforeMs).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await new EffectTexts(db, Before(0)).ForgetAsync(Before(keep.TextsDays), cancellationToken).ConfigureAwait(false);
        var verdictsFrom = context.VerdictsKeptFrom(Before(0));
        await db.Verdicts.Where(v => v.Day < verdictsFrom).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await ForgetPhonesAsync(db, context, context.Metrics.Days.DayOf(Before(keep.PhonesDays)), cancellationToken).ConfigureAwait(false);
        await PutOffAsync(db, RetentionSettings.AtLeastEvery, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a portal in which it went wrong tried again later.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task PutOffAsync(int portalId, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        await PutOffAsync(db, AfterFailure, cancellationToken).ConfigureAwait(false);
    }

    private async Task PutOffAsync(AddonDbContext db, TimeSpan wait, CancellationToken cancellationToken)
    {
        var byMs = (time.GetUtcNow() + wait).ToUnixTimeMilliseconds();
        await db.Portals.Where(p => p.Id == db.PortalId).ExecuteUpdateAsync(set => set.SetProperty(p => p.ForgetByMs, byMs), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Without the number nobody can tell any more which missed call was returned: the figures of those days stay as they are, whatever
    /// is read or set later.
    /// </summary>
    private static async Task ForgetPhonesAsync(AddonDbContext db, PortalContext context, int firstKept, CancellationToken cancellationToken)
    {
        // While the history is read, its figures are yet to be made.
        var portal = await db.Portals.AsNoTracking().SingleAsync(p => p.Id == context.Portal.Id, cancellationToken).ConfigureAwait(false);
        if (portal is { HistoryCompleteAtMs: null, UninstalledAtMs: null })
        {
            return;
        }

        var untilMs = context.Metrics.Days.StartOf(firstKept);
        var forgotten = await db.Facts.Where(f => f.Kind == FactKind.Call && f.OccurredAtMs < untilMs && f.LookupKey != null).ExecuteUpdateAsync(
            set => set.SetProperty(f => f.Payload, f => f.Payload.Replace(",\"phoneHash\":\"" + f.LookupKey + "\"", "")).SetProperty(f => f.LookupKey, (string?)null),
            cancellationToken).ConfigureAwait(false);
        if (portal.HistoryCompleteAtMs is null)
        {
            // It left while its history was read: should it come back, all is read from the beginning, with the numbers.
            await db.Portals.Where(p => p.Id == portal.Id && forgotten > 0)
                .ExecuteUpdateAsync(set => set.SetProperty(p => p.HistoryStartedAtMs, (long?)null), cancellationToken).ConfigureAwait(false);
            return;
        }

        var frozen = PortalDays.ToDay(PortalDays.ToDate(firstKept).PlusDays(-1));
        await db.Portals.Where(p => p.Id == context.Portal.Id && p.FrozenThroughDay < frozen)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.FrozenThroughDay, frozen), cancellationToken).ConfigureAwait(false);
    }

    private long Before(int days) => (time.GetUtcNow() - TimeSpan.FromDays(days)).ToUnixTimeMilliseconds();
}
