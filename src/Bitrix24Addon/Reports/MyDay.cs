using Bitrix24Addon.Collect;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Reports;

/// <summary>A corrective task that the add-on gave somebody.</summary>
/// <param name="Id">Its number in Bitrix24.</param>
/// <param name="Title">Its title as it was given; empty once texts of old effects were forgotten.</param>
/// <param name="DeadlineAtMs">Its deadline, as last seen, Unix milliseconds; null for none.</param>
/// <param name="IsDone">It is closed; null as long as it was not read back.</param>
/// <param name="IsLate">It is not closed, and its deadline is over.</param>
/// <param name="Page">Where the portal shows it.</param>
public sealed record CorrectiveTask(long Id, string Title, long? DeadlineAtMs, bool? IsDone, bool IsLate, PortalPath Page);

/// <summary>Somebody's own day.</summary>
/// <param name="Portal">The portal with the settings in force.</param>
/// <param name="UserId">The person.</param>
/// <param name="Name">His name.</param>
/// <param name="Today">Today in the portal's zone, yyyymmdd.</param>
/// <param name="Week">The figures of each day of this week, from Monday to today; none of a metric whose list the portal refused.</param>
/// <param name="Tasks">His corrective tasks: those that are open, and those done today; the nearest deadline first.</param>
/// <param name="Hidden">Metrics of which the portal does not show us all of his records, by code: their figures may be too low.</param>
public sealed record MyDay(
    PortalContext Portal, long UserId, string Name, int Today, IReadOnlyDictionary<int, FigureSet> Week, IReadOnlyList<CorrectiveTask> Tasks,
    IReadOnlySet<string> Hidden);

/// <summary>Shows somebody his own day, and nobody else's.</summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class MyDayReader(AddonStorage storage, TimeProvider time)
{
    // Older tasks that are still open stand in the portal's own list of overdue tasks.
    private const int DaysOfTasks = 31;

    /// <summary>Reads the day of whoever asks.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="userId">Who asks, as the server knows him.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">Nothing has been read yet.</exception>
    public async Task<MyDay> ReadAsync(PortalRow portal, long userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        var context = await PortalRegistry.ContextAsync(db, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var today = context.Metrics.Days.DayOf(now);
        var date = PortalDays.ToDate(today);
        var monday = PortalDays.ToDay(date.PlusDays(1 - (int)date.DayOfWeek));
        var ground = await ReportGround.ForPageAsync(db, new ReportRequest(monday, today, userId), ReportAsker.Person(userId), cancellationToken).ConfigureAwait(false);
        var figures = await db.Figures.AsNoTracking().Where(f => f.UserId == userId && f.Day >= monday && f.Day <= today).ToListAsync(cancellationToken).ConfigureAwait(false);
        var refused = await UnreadMetrics.RefusedAsync(db, context.Metrics, cancellationToken).ConfigureAwait(false);
        var hidden = await UnreadMetrics.OfPeopleAsync(db, context.Metrics, cancellationToken).ConfigureAwait(false);
        return new MyDay(
            context, userId, context.Directory.NameOf(userId), today,
            PortalDays.Range(monday, today).ToDictionary(day => day, day => FigureSet.Of(figures.Where(f => f.Day == day)).WithUnknown(refused)),
            await TasksAsync(ground, userId, now, cancellationToken).ConfigureAwait(false),
            hidden.ByMetric.Where(m => m.Value.Contains(userId) && !refused.Contains(m.Key)).Select(m => m.Key).ToHashSet());
    }

    private static async Task<IReadOnlyList<CorrectiveTask>> TasksAsync(ReportGround ground, long userId, long nowMs, CancellationToken cancellationToken)
    {
        var since = nowMs - (long)TimeSpan.FromDays(DaysOfTasks).TotalMilliseconds;
        var subject = $"user:{userId}";
        var effects = await ground.Db.Effects.AsNoTracking()
            .Where(e => e.Subject == subject && e.State == EffectState.Done && e.ResultId != null && e.CreatedAtMs >= since)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var given = effects.Select(e => (Id: e.ResultId!.Value, Task: Outbox.Read(e.Document) as CreateTask)).Where(e => e.Task?.ResponsibleId == userId).ToList();
        var ids = given.Select(g => g.Id).ToArray();
        var seen = (await ground.Db.Facts.AsNoTracking().Where(f => f.Kind == FactKind.Task && f.IsCurrent && ids.Contains(f.SourceId))
            .ToListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(f => f.SourceId);
        var startOfToday = ground.Days.StartOf(ground.Days.DayOf(nowMs));
        return
        [
            .. given.Where(g => !seen.TryGetValue(g.Id, out var fact) || !fact.Deleted)
                .Select(g => (g.Id, g.Task, Seen: seen.GetValueOrDefault(g.Id)?.As<TaskFact>()))
                .Where(t => t.Seen is null || (t.Seen.ResponsibleId == userId && (!t.Seen.IsClosed || t.Seen.ClosedAtMs >= startOfToday)))
                .Select(t => (t.Id, t.Task!.Title, Deadline: t.Seen is null ? t.Task.DeadlineAtMs : t.Seen.DeadlineAtMs, IsDone: t.Seen?.IsClosed))
                .Select(t => new CorrectiveTask(
                    t.Id, t.Title, t.Deadline, t.IsDone, t.IsDone != true && t.Deadline < nowMs, PortalPaths.Of(FactKind.Task, t.Id, userId)!))
                .OrderBy(t => t.IsDone == true).ThenBy(t => t.DeadlineAtMs ?? long.MaxValue).ThenBy(t => t.Id),
        ];
    }
}
