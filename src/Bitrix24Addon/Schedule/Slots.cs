using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Schedule;

/// <summary>Keeps the firings of the calendar until they are done.</summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class Slots(AddonStorage storage, TimeProvider time)
{
    private static readonly Duration FirstPause = Duration.FromMinutes(1);
    private static readonly Duration LongestPause = Duration.FromMinutes(30);
    private static readonly Duration Kept = Duration.FromDays(14);

    /// <summary>Notes that a job is to be done, unless the portal left; a slot that is known already stays as it is.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="job">The job.</param>
    /// <param name="scheduledAtMs">When the calendar meant it to happen, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task AddAsync(int portalId, CalendarJob job, long scheduledAtMs, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO slots ("PortalId", "Job", "ScheduledAtMs", "NotBeforeMs", "Attempts")
            SELECT "Id", {(int)job}, {scheduledAtMs}, {scheduledAtMs}, 0 FROM portals WHERE "Id" = {portalId} AND "UninstalledAtMs" IS NULL
            ON CONFLICT ("PortalId", "Job", "ScheduledAtMs") DO NOTHING
            """,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The latest slot of each job of a portal that is due; it stands for the earlier ones, which were missed.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<SlotRow>> DueAsync(int portalId, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        var now = Now;
        var open = await db.Slots.AsNoTracking().Where(s => s.DoneAtMs == null).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. open.GroupBy(s => s.Job).Select(g => g.MaxBy(s => s.ScheduledAtMs)!).Where(s => s.NotBeforeMs <= now).OrderByDescending(s => s.Job)];
    }

    /// <summary>Notes that a slot is done, and with it the earlier ones of its job.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task DoneAsync(SlotRow slot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(slot);
        await using var db = storage.Open(slot.PortalId);
        var now = Now;
        await db.Slots.Where(s => s.Job == slot.Job && s.ScheduledAtMs <= slot.ScheduledAtMs && s.DoneAtMs == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.DoneAtMs, now).SetProperty(s => s.Failure, (string?)null), cancellationToken).ConfigureAwait(false);
        var old = now - (long)Kept.TotalMilliseconds;
        await db.Slots.Where(s => s.DoneAtMs < old).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes that a slot could not be done; it is tried again after a pause that grows.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="failure">The error's kind.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task FailedAsync(SlotRow slot, string failure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(slot);
        await using var db = storage.Open(slot.PortalId);
        var pause = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, slot.Attempts), LongestPause.TotalMilliseconds);
        var notBefore = Now + (long)pause;
        await db.Slots.Where(s => s.Job == slot.Job && s.ScheduledAtMs == slot.ScheduledAtMs && s.DoneAtMs == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(s => s.NotBeforeMs, notBefore).SetProperty(s => s.Attempts, s => s.Attempts + 1).SetProperty(s => s.Failure, failure),
                cancellationToken).ConfigureAwait(false);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}
