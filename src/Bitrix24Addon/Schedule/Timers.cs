using System.Text.Json;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Schedule;

/// <summary>At an instant a subject is to be looked at again.</summary>
/// <param name="Kind">What it is for, as in <see cref="TimerKind.Name"/>.</param>
/// <param name="Subject">What is to be looked at, for example <c>deal:55</c>.</param>
/// <param name="DueAtMs">When, Unix milliseconds.</param>
public sealed record SubjectTimer(string Kind, string Subject, long DueAtMs);

/// <summary>
/// Sets, moves and cancels timers in the writing transaction of what they follow from, begun by
/// <see cref="AddonDbContext.BeginWriteAsync(CancellationToken)"/>: whoever fires a portal's timers waits for it, so that a timer is either fired
/// or changed, never both. <see cref="DueTimers"/> fires them.
/// </summary>
public static class Timers
{
    private const string Set =
        """
        INSERT INTO timers ("PortalId", "Kind", "Subject", "DueAtMs", "NotBeforeMs", "Attempts")
        SELECT {0}, timer.value ->> 0, timer.value ->> 1, CAST(timer.value ->> 2 AS bigint), CAST(timer.value ->> 2 AS bigint), 0 FROM
        """ + " ";

    private const string Anew =
        " WHERE true" + """

        ON CONFLICT ("PortalId", "Kind", "Subject") DO UPDATE SET
            "DueAtMs" = excluded."DueAtMs", "NotBeforeMs" = excluded."NotBeforeMs", "Attempts" = 0, "ParkedReason" = NULL
        """;

    private const string SetOnSqlite = Set + "json_each({1}) AS timer" + Anew;
    private const string SetOnPostgres = Set + "json_array_elements(CAST({1} AS json)) AS timer(value)" + Anew;

    /// <summary>Sets timers; a subject has one of a kind, so one that is set already gets the new instant.</summary>
    /// <param name="db">A context of the portal with its writing transaction.</param>
    /// <param name="timers">The timers; the last counts when one is named twice.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    public static async Task SetAsync(AddonDbContext db, IReadOnlyList<SubjectTimer> timers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(timers);
        RequireTransaction(db);

        // A statement must not change a row twice.
        var rows = timers.GroupBy(t => (t.Kind, t.Subject)).Select(g => new object[] { g.Key.Kind, g.Key.Subject, g.Last().DueAtMs });
        await db.Database.ExecuteSqlRawAsync(
            db.IsPostgres ? SetOnPostgres : SetOnSqlite, [db.PortalId, JsonSerializer.Serialize(rows)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves a timer, if it is still set.</summary>
    /// <param name="db">A context of the portal with its writing transaction.</param>
    /// <param name="timer">The timer with its new instant.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    /// <returns>False when there is none: it has fired, or was never set.</returns>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    public static async Task<bool> MoveAsync(AddonDbContext db, SubjectTimer timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(timer);
        RequireTransaction(db);
        return await db.Timers.Where(t => t.Kind == timer.Kind && t.Subject == timer.Subject).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.DueAtMs, timer.DueAtMs).SetProperty(t => t.NotBeforeMs, timer.DueAtMs)
                .SetProperty(t => t.Attempts, 0).SetProperty(t => t.ParkedReason, (string?)null),
            cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <summary>Cancels the timers of subjects.</summary>
    /// <param name="db">A context of the portal with its writing transaction.</param>
    /// <param name="kind">What they are for.</param>
    /// <param name="subjects">The subjects.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    /// <returns>How many were still set.</returns>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    public static async Task<int> CancelAsync(AddonDbContext db, string kind, IReadOnlyList<string> subjects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        RequireTransaction(db);
        return await db.Timers.Where(t => t.Kind == kind && subjects.Contains(t.Subject)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Revives the parked timers of a portal: they are due at once, with all their attempts before them.</summary>
    /// <param name="db">A context of the portal.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>How many there were.</returns>
    public static async Task<int> ReviveAsync(AddonDbContext db, long nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        return await db.Timers.Where(t => t.ParkedReason != null).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.ParkedReason, (string?)null).SetProperty(t => t.Attempts, 0).SetProperty(t => t.NotBeforeMs, nowMs),
            cancellationToken).ConfigureAwait(false);
    }

    private static void RequireTransaction(AddonDbContext db)
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("Timers change together with what they follow from: begin the transaction with BeginWriteAsync.");
        }
    }
}
