using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Inbox;

/// <summary>A post's meaning: what is to be read.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Key">The object's id, or a call's <c>CALL_ID</c>.</param>
/// <param name="IsDeletion">The post said that the object was deleted.</param>
public sealed record InboxMark(InboxKind Kind, string Key, bool IsDeletion = false);

/// <summary>Marks objects as changed.</summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class InboxWriter(AddonStorage storage, TimeProvider time)
{
    /// <summary>Marks objects of a portal; when it returns, the marks are durable.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="marks">What changed.</param>
    /// <param name="cancellationToken">Stops the work; nothing or all is stored.</param>
    public async Task MarkAsync(int portalId, IReadOnlyList<InboxMark> marks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(marks);
        await using var db = storage.Open(portalId);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await MarkAsync(db, marks, time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Marks objects in the caller's transaction. A mark on a dead letter brings it to life.</summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="marks">What changed.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public static async Task MarkAsync(AddonDbContext db, IReadOnlyList<InboxMark> marks, long nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(marks);

        // In one order, so that two who mark the same objects never wait for each other.
        foreach (var mark in marks.OrderBy(m => m.Kind).ThenBy(m => m.Key, StringComparer.Ordinal))
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO inbox ("PortalId", "Kind", "Key", "Generation", "IsDeletion", "FirstMarkedAtMs", "NotBeforeMs", "Attempts")
                VALUES ({db.PortalId}, {(int)mark.Kind}, {mark.Key}, 1, {mark.IsDeletion}, {nowMs}, {nowMs}, 0)
                ON CONFLICT ("PortalId", "Kind", "Key") DO UPDATE SET
                    "Generation" = inbox."Generation" + 1,
                    "IsDeletion" = inbox."IsDeletion" OR excluded."IsDeletion",
                    "FirstMarkedAtMs" = CASE WHEN inbox."DeadReason" IS NULL THEN inbox."FirstMarkedAtMs" ELSE excluded."FirstMarkedAtMs" END,
                    "NotBeforeMs" = CASE WHEN inbox."DeadReason" IS NULL THEN inbox."NotBeforeMs" ELSE excluded."NotBeforeMs" END,
                    "Attempts" = CASE WHEN inbox."DeadReason" IS NULL THEN inbox."Attempts" ELSE 0 END,
                    "DeadReason" = NULL
                """,
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Revives the dead letters of a portal: they are due at once, with all their attempts before them.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> ReviveAsync(int portalId, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await db.Inbox.Where(i => i.DeadReason != null).ExecuteUpdateAsync(
            set => set.SetProperty(i => i.DeadReason, (string?)null).SetProperty(i => i.Attempts, 0)
                .SetProperty(i => i.FirstMarkedAtMs, nowMs).SetProperty(i => i.NotBeforeMs, nowMs),
            cancellationToken).ConfigureAwait(false);
    }
}
