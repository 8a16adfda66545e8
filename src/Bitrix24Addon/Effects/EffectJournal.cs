using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Effects;

/// <summary>Writes down what happens to effects; every transaction asks whether the lease is still held.</summary>
/// <param name="storage">The database.</param>
/// <param name="lease">The turn.</param>
/// <param name="parked">Tells the administrator of what is parked.</param>
/// <param name="time">The clock.</param>
/// <param name="timings">How long a sending may take.</param>
internal sealed class EffectJournal(AddonStorage storage, Lease lease, ParkedNotices parked, TimeProvider time, WorkTimings timings)
{
    // As many as a batch holds.
    private const int AtOnce = 50;

    private readonly Leases _leases = new(storage, time);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// What is due: of each subject the first that is not done. A parked one lets later ones pass, an unknown one holds them back until it
    /// is known.
    /// </summary>
    /// <param name="keys">Only these; null for all.</param>
    /// <param name="notices">Of notifications that nobody asked for, those that may be sent; null for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<List<EffectRow>> DueAsync(IReadOnlyList<string>? keys, IReadOnlyCollection<long>? notices, CancellationToken cancellationToken)
    {
        var now = NowMs;
        await using var db = storage.Open(lease.PortalId);
        var open = db.Effects.Where(e => e.State == EffectState.Pending || e.State == EffectState.Sending || e.State == EffectState.Unknown);
        var first = open.GroupBy(e => e.Subject).Select(g => g.Min(e => e.Id));
        var due = db.Effects.AsNoTracking().Where(e => first.Contains(e.Id) && e.NotBeforeMs <= now);
        if (notices is not null)
        {
            due = due.Where(e => e.PersonId == null || e.State != EffectState.Pending || notices.Contains(e.Id));
        }

        return await (keys is null ? due : due.Where(e => keys.Contains(e.Key))).OrderBy(e => e.Id).Take(AtOnce)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes that effects are about to be sent; after a crash they are known to be of unknown outcome.</summary>
    /// <returns>Those that are still as they were read. Whatever was written anew meanwhile, or erased, is to be read again first.</returns>
    /// <exception cref="LeaseLostException">Another process has taken over; nothing may be sent.</exception>
    public async Task<IReadOnlyCollection<EffectRow>> BeginAsync(IReadOnlyList<EffectRow> rows, CancellationToken cancellationToken)
    {
        if (!await _leases.RenewAsync(lease, timings.OutboxLease, cancellationToken).ConfigureAwait(false))
        {
            throw new LeaseLostException(lease);
        }

        var now = NowMs;
        var takenUpAgain = now + (long)(timings.Sending + EffectMeans.UnknownWait).TotalMilliseconds;
        await using var db = storage.Open(lease.PortalId);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        await lease.RequireAsync(db, cancellationToken).ConfigureAwait(false);
        var begun = new List<EffectRow>();
        foreach (var row in rows)
        {
            var firstSentAtMs = row.FirstSentAtMs ?? now;
            var isAsRead = await db.Effects.Where(e => e.Id == row.Id && e.State == row.State && e.Document == row.Document).ExecuteUpdateAsync(
                set => set.SetProperty(e => e.State, EffectState.Sending).SetProperty(e => e.Attempts, row.Attempts + 1)
                    .SetProperty(e => e.FirstSentAtMs, firstSentAtMs).SetProperty(e => e.LastSentAtMs, now)
                    .SetProperty(e => e.SentEpoch, lease.Epoch).SetProperty(e => e.NotBeforeMs, takenUpAgain)
                    .SetProperty(e => e.MayBeDoubled, row.MayBeDoubled).SetProperty(e => e.Failure, (string?)null),
                cancellationToken).ConfigureAwait(false) > 0;
            if (!isAsRead)
            {
                continue;
            }

            // What an earlier attempt was refused for says nothing of this one.
            (row.Attempts, row.FirstSentAtMs, row.LastSentAtMs, row.Failure) = (row.Attempts + 1, firstSentAtMs, now, null);
            begun.Add(row);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return begun;
    }

    /// <summary>Notes how effects ended. It is not broken off: an outcome that is known must not become unknown.</summary>
    /// <exception cref="LeaseLostException">Another process has taken over and finds out by itself.</exception>
    public async Task EndAsync(IReadOnlyList<(EffectRow Row, EffectEnd End)> ends)
    {
        await using var db = storage.Open(lease.PortalId);
        await using var transaction = await db.BeginWriteAsync(CancellationToken.None).ConfigureAwait(false);
        await lease.RequireAsync(db, CancellationToken.None).ConfigureAwait(false);

        // A digest that is refused ends as told: what it told goes out by itself, and nobody is to take it up again.
        ends = [.. ends.Select(e => NoticeGate.IsDigest(e.Row) && IsRefused(e.End) ? (e.Row, e.End with { State = EffectState.Told }) : e)];
        foreach (var (row, end) in ends)
        {
            await db.Effects.Where(e => e.Id == row.Id).ExecuteUpdateAsync(
                set => set.SetProperty(e => e.State, end.State).SetProperty(e => e.ResultId, end.ResultId).SetProperty(e => e.Attempts, row.Attempts)
                    .SetProperty(e => e.Failure, end.Failure).SetProperty(e => e.NotBeforeMs, end.NotBeforeMs),
                CancellationToken.None).ConfigureAwait(false);
        }

        await TakeBackAsync(db, ends).ConfigureAwait(false);
        await parked.NoteAsync(db, ends, NowMs, CancellationToken.None).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static bool IsRefused(EffectEnd end) => end is { State: EffectState.Parked, Failure: not EffectEnd.Stale };

    /// <summary>What was left to a notification that never arrives is told after all, or comes up too late with it.</summary>
    private async Task TakeBackAsync(AddonDbContext db, IReadOnlyList<(EffectRow Row, EffectEnd End)> ends)
    {
        var now = NowMs;
        foreach (var (row, end) in ends.Where(e => e.Row.PersonId is not null && e.End.State is EffectState.Parked or EffectState.Told))
        {
            var told = db.Effects.Where(e => e.State == EffectState.Told && e.ToldById == row.Id);
            await (end.Failure == EffectEnd.Stale
                ? told.ExecuteUpdateAsync(
                    set => set.SetProperty(e => e.State, EffectState.Parked).SetProperty(e => e.Failure, EffectEnd.Stale).SetProperty(e => e.ToldById, (long?)null), CancellationToken.None)
                : told.ExecuteUpdateAsync(
                    set => set.SetProperty(e => e.State, EffectState.Held).SetProperty(e => e.HeldFor, HeldFor.TellerRefused).SetProperty(e => e.NotBeforeMs, now)
                        .SetProperty(e => e.ToldById, (long?)null),
                    CancellationToken.None)).ConfigureAwait(false);
        }
    }
}
