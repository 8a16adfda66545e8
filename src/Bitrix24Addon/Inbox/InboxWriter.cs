using System.Text.Json;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Inbox;

/// <summary>A post's meaning: what is to be read.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Key">The object's id, or a call's <c>CALL_ID</c>.</param>
/// <param name="IsDeletion">The post said that the object was deleted.</param>
public sealed record InboxMark(InboxKind Kind, string Key, bool IsDeletion = false);

/// <summary>Posts that mark one object.</summary>
/// <param name="PortalId">The portal.</param>
/// <param name="Kind">What they are about.</param>
/// <param name="Key">The object's id, or a call's <c>CALL_ID</c>.</param>
/// <param name="Count">How many there are.</param>
/// <param name="IsDeletion">One of them said that the object was deleted.</param>
/// <param name="TraceParent">Their trace, or null.</param>
internal readonly record struct InboxPosts(int PortalId, InboxKind Kind, string Key, long Count, bool IsDeletion, string? TraceParent);

/// <summary>Marks objects as changed.</summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class InboxWriter(AddonStorage storage, TimeProvider time)
{
    private const string AddOnSqlite = AddFrom + "json_each({0}) AS post" + OfPortals + AddTo;

    // Rows are locked in the order of InboxClaim.LockAsync, so that two who mark the same objects never wait for each other.
    private const string AddOnPostgres = AddFrom + "json_array_elements(CAST({0} AS json)) AS post(value)" + OfPortals
        + "ORDER BY 1, 2, (post.value ->> 2) COLLATE \"C\"" + AddTo;

    private const string OfPortals = " JOIN portals ON portals.\"Id\" = CAST(post.value ->> 0 AS integer) WHERE true ";

    private const string AddFrom =
        """
        INSERT INTO inbox ("PortalId", "Kind", "Key", "Generation", "IsDeletion", "FirstMarkedAtMs", "NotBeforeMs", "Attempts", "TraceParent")
        SELECT portals."Id", CAST(post.value ->> 1 AS integer), post.value ->> 2, CAST(post.value ->> 3 AS bigint), CAST(post.value ->> 4 AS boolean), {1}, {1}, 0, post.value ->> 5
        FROM
        """ + " ";

    private const string AddTo =
        """

        ON CONFLICT ("PortalId", "Kind", "Key") DO UPDATE SET
            "Generation" = inbox."Generation" + excluded."Generation",
            "IsDeletion" = inbox."IsDeletion" OR excluded."IsDeletion",
            "FirstMarkedAtMs" = CASE WHEN inbox."DeadReason" IS NULL THEN inbox."FirstMarkedAtMs" ELSE excluded."FirstMarkedAtMs" END,
            "NotBeforeMs" = CASE WHEN inbox."DeadReason" IS NULL THEN inbox."NotBeforeMs" ELSE excluded."NotBeforeMs" END,
            "Attempts" = CASE WHEN inbox."DeadReason" IS NULL THEN inbox."Attempts" ELSE 0 END,
            "TraceParent" = COALESCE(excluded."TraceParent", inbox."TraceParent"),
            "DeadReason" = NULL
        """;

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

        await AddAsync(db, marks.Select(mark => new InboxPosts(db.PortalId, mark.Kind, mark.Key, 1, mark.IsDeletion, AddonTelemetry.TraceParent)), nowMs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds posts in one statement. A portal that was erased meanwhile gets none.</summary>
    /// <param name="db">A context with a transaction.</param>
    /// <param name="posts">What was posted, of any portal.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    internal static async Task AddAsync(AddonDbContext db, IEnumerable<InboxPosts> posts, long nowMs, CancellationToken cancellationToken)
    {
        // A statement must not change a row twice.
        var rows = posts.GroupBy(p => (p.PortalId, p.Kind, p.Key)).Select(g => new object?[]
        {
            g.Key.PortalId, (int)g.Key.Kind, g.Key.Key, g.Sum(p => p.Count), g.Any(p => p.IsDeletion) ? 1 : 0, g.Select(p => p.TraceParent).FirstOrDefault(trace => trace is not null),
        });
        var json = JsonSerializer.Serialize(rows);
        await db.Database.ExecuteSqlRawAsync(db.IsPostgres ? AddOnPostgres : AddOnSqlite, [json, nowMs], cancellationToken).ConfigureAwait(false);
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
