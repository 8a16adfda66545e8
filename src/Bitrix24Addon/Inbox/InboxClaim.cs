using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Inbox;

/// <summary>What became of the marks of a claim.</summary>
/// <param name="Done">Marks that are gone from the inbox.</param>
/// <param name="Raised">Marks that were read and raised again meanwhile: they are still to be read.</param>
/// <param name="Posts">Posts that the marks which are gone stood for, by kind.</param>
public sealed record Completion(int Done, int Raised, IReadOnlyDictionary<InboxKind, long> Posts);

/// <summary>
/// Takes marks to be read and settles what became of them. Nothing is written when marks are taken: who reads holds the lease
/// <see cref="LeaseNames.Inbox"/>, and a mark that was raised since it was taken is left as it is.
/// </summary>
public static class InboxClaim
{
    private const int KeysPerQuery = 1000;

    // 5 s, 10 s, 20 s, … an hour: together some three and a half hours.
    private const int MostAttempts = 12;
    private static readonly Duration FirstDelay = Duration.FromSeconds(5);
    private static readonly Duration LongestDelay = Duration.FromHours(1);
    private static readonly Duration ShortestOutage = Duration.FromSeconds(15);
    private static readonly Duration LongestOutage = Duration.FromMinutes(10);

    /// <summary>Marks that are due, the longest due first; none while the portal is being waited for.</summary>
    /// <param name="db">A context of the portal.</param>
    /// <param name="kinds">The kinds to take.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="most">So many at most.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<List<InboxRow>> DueAsync(
        AddonDbContext db, IReadOnlyList<InboxKind> kinds, long nowMs, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var living = db.Inbox.AsNoTracking().Where(i => i.DeadReason == null && kinds.Contains(i.Kind));

        // Only an outage puts off a mark that was never tried; what was marked since must not call the portal in its stead. A mark whose
        // door has a clock ahead of ours was not put off: it is due as soon as it is made.
        return await living.AnyAsync(i => i.Attempts == 0 && i.NotBeforeMs > i.FirstMarkedAtMs && i.NotBeforeMs > nowMs, cancellationToken).ConfigureAwait(false)
            ? []
            : await living.Where(i => i.NotBeforeMs <= nowMs).OrderBy(i => i.NotBeforeMs).ThenBy(i => i.Kind).ThenBy(i => i.Key).Take(most)
                .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes marks that were read, except those raised meanwhile. The caller holds the transaction and the lease.</summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="marks">The marks as they were taken.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public static async Task<Completion> CompleteAsync(
        AddonDbContext db, IReadOnlyList<InboxRow> marks, long nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(marks);
        var (done, raised, posts) = (0, 0, new Dictionary<InboxKind, long>());
        foreach (var group in marks.GroupBy(m => (m.Kind, m.Generation)))
        {
            var (kind, generation) = group.Key;
            foreach (var keys in group.Select(m => m.Key).Chunk(KeysPerQuery))
            {
                var ofKeys = db.Inbox.Where(i => i.Kind == kind && keys.Contains(i.Key));
                var removed = await ofKeys.Where(i => i.Generation == generation).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
                done += removed;
                posts[kind] = posts.GetValueOrDefault(kind) + (removed * generation);
                raised += await ofKeys.Where(i => i.Generation > generation).ExecuteUpdateAsync(
                    set => set.SetProperty(i => i.FirstMarkedAtMs, nowMs).SetProperty(i => i.Attempts, 0), cancellationToken).ConfigureAwait(false);
            }
        }

        return new Completion(done, raised, posts);
    }

    /// <summary>Puts marks off, each failure twice as long as the one before. The caller holds the transaction and the lease.</summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="marks">The marks as they were taken.</param>
    /// <param name="reason">Why they could not be read; the last failure makes them dead letters with it. Null: they never die of this.</param>
    /// <param name="isHopeless">No repetition can help: they are dead letters at once.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    /// <returns>How many became dead letters.</returns>
    public static async Task<int> PutOffAsync(
        AddonDbContext db, IEnumerable<InboxRow> marks, string? reason, bool isHopeless, long nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(marks);
        var dead = 0;
        foreach (var group in marks.GroupBy(m => (m.Kind, m.Generation, m.Attempts)))
        {
            var (kind, generation, attempts) = group.Key;
            var death = reason is not null && (isHopeless || attempts + 1 >= MostAttempts) ? reason : null;
            var notBefore = nowMs + (long)DelayAfter(attempts).TotalMilliseconds;
            foreach (var keys in group.Select(m => m.Key).Chunk(KeysPerQuery))
            {
                var put = await db.Inbox.Where(i => i.Kind == kind && keys.Contains(i.Key) && i.Generation == generation).ExecuteUpdateAsync(
                    set => set.SetProperty(i => i.Attempts, attempts + 1).SetProperty(i => i.NotBeforeMs, notBefore).SetProperty(i => i.DeadReason, death),
                    cancellationToken).ConfigureAwait(false);
                dead += death is null ? 0 : put;
            }
        }

        return dead;
    }

    /// <summary>
    /// The portal as a whole cannot be read: all its marks wait as long again as the oldest has waited, and none counts an attempt, so
    /// that an outage leaves no dead letters. The caller holds the transaction and the lease.
    /// </summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="kinds">The kinds that are read.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public static async Task WaitForPortalAsync(
        AddonDbContext db, IReadOnlyList<InboxKind> kinds, long nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var living = db.Inbox.Where(i => i.DeadReason == null && kinds.Contains(i.Kind));
        var oldest = await living.MinAsync(i => (long?)i.FirstMarkedAtMs, cancellationToken).ConfigureAwait(false) ?? nowMs;
        var wait = Duration.Min(Duration.Max(Duration.FromMilliseconds(nowMs - oldest), ShortestOutage), LongestOutage);
        var until = nowMs + (long)wait.TotalMilliseconds;
        await living.Where(i => i.NotBeforeMs < until)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.NotBeforeMs, until), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Since when the mark that is due longest waits to be read, of all portals that are read; null when none is due.</summary>
    /// <param name="db">A context.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static async Task<long?> OldestDueAsync(AddonDbContext db, long nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        return await db.Inbox.IgnoreQueryFilters().Where(i => i.DeadReason == null && i.NotBeforeMs <= nowMs)
            .Where(i => db.Portals.Any(p => p.Id == i.PortalId && p.UninstalledAtMs == null && p.HistoryStartedAtMs != null))
            .MinAsync(i => (long?)i.NotBeforeMs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes the rows' locks in the order in which posts take them. Without it, two who hold one row each could wait for each other on
    /// PostgreSQL; SQLite lets one writer in at a time anyway.
    /// </summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task LockAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                SELECT 1 FROM inbox WHERE "PortalId" = {db.PortalId} AND "DeadReason" IS NULL ORDER BY "Kind", "Key" COLLATE "C" FOR UPDATE
                """,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static Duration DelayAfter(int attempts) => Duration.Min(FirstDelay * Math.Pow(2, Math.Min(attempts, MostAttempts)), LongestDelay);
}
