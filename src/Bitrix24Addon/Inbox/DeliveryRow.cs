using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Inbox;

/// <summary>How well a portal's posts told us of one kind of record on one day.</summary>
public sealed class DeliveryRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The day in the portal's zone, yyyymmdd.</summary>
    public int Day { get; set; }

    /// <summary>The kind of record; what happens to stages counts with their object.</summary>
    public FactKind Kind { get; set; }

    /// <summary>Posts whose reading is completed.</summary>
    public long Received { get; set; }

    /// <summary>Objects that were read because of posts.</summary>
    public long Read { get; set; }

    /// <summary>Changed objects that a reconciliation found before their posts, or instead of them.</summary>
    public long Healed { get; set; }

    /// <summary>Of these, those without a mark in the inbox whose change is old enough for its post to have come: the post was lost.</summary>
    public long Lost { get; set; }

    /// <summary>Changes of which the portal sends no posts: working days, people, departments, votes.</summary>
    public long Polled { get; set; }
}

/// <summary>Counts deliveries.</summary>
public static class Deliveries
{
    /// <summary>Adds to the counters of a day in the caller's transaction.</summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="counts">Day, kind, and what is to be added.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public static async Task AddAsync(AddonDbContext db, DeliveryRow counts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(counts);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO deliveries ("PortalId", "Day", "Kind", "Received", "Read", "Healed", "Lost", "Polled")
            VALUES ({db.PortalId}, {counts.Day}, {(int)counts.Kind}, {counts.Received}, {counts.Read}, {counts.Healed}, {counts.Lost}, {counts.Polled})
            ON CONFLICT ("PortalId", "Day", "Kind") DO UPDATE SET
                "Received" = deliveries."Received" + excluded."Received",
                "Read" = deliveries."Read" + excluded."Read",
                "Healed" = deliveries."Healed" + excluded."Healed",
                "Lost" = deliveries."Lost" + excluded."Lost",
                "Polled" = deliveries."Polled" + excluded."Polled"
            """,
            cancellationToken).ConfigureAwait(false);
    }
}
