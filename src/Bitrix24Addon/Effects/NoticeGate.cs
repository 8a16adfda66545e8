using Bitrix24Addon.Effects.Deciding;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.WorkingTime;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Bitrix24Addon.Effects;

/// <summary>Carries out what <see cref="NoticeDecision"/> says of notifications that nobody asked for, before any is sent.</summary>
/// <param name="storage">The database.</param>
/// <param name="lease">The turn.</param>
/// <param name="portal">The portal.</param>
/// <param name="texts">Its language.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told whose notifications could not be decided.</param>
internal sealed partial class NoticeGate(AddonStorage storage, Lease lease, PortalContext portal, Texts texts, TimeProvider time, ILogger logger)
{
    private const string DigestPrefix = "digest:";

    private static readonly Duration AfterFailure = Duration.FromMinutes(15);

    private Membership? _membership;

    /// <summary>Decides about all notifications that are due: what may be sent is left pending.</summary>
    /// <returns>Those that may be sent. What came since waits for the next decision.</returns>
    /// <exception cref="LeaseLostException">Another process has taken over.</exception>
    public async Task<IReadOnlyCollection<long>> DecideAsync(CancellationToken cancellationToken)
    {
        var now = Instant.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var released = new HashSet<long>();
        foreach (var personId in await PeopleAsync(now, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                released.UnionWith(await DecideAsync(personId, now, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception failed) when (failed is not LeaseLostException && !cancellationToken.IsCancellationRequested)
            {
                // The others' notifications, and all other effects, go on. A database that fails altogether fails here too.
                Log.Undecided(logger, personId, lease.PortalId, failed.GetType().Name, failed);
                await PutOffAsync(personId, now, cancellationToken).ConfigureAwait(false);
            }
        }

        return released;
    }

    /// <summary>Whether an effect is one that tells of several notifications.</summary>
    /// <param name="row">The effect.</param>
    public static bool IsDigest(EffectRow row) => row.Key.StartsWith(DigestPrefix, StringComparison.Ordinal);

    private async Task<List<long>> PeopleAsync(Instant now, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(lease.PortalId);
        return await Due(db, now).Select(e => e.PersonId!.Value).Distinct().OrderBy(id => id).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<IEnumerable<long>> DecideAsync(long personId, Instant now, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(lease.PortalId);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        var due = await Due(db, now).AsNoTracking().Where(e => e.PersonId == personId).OrderBy(e => e.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var when = await TimeOfAsync(db, personId, now, cancellationToken).ConfigureAwait(false);
        var dayStartMs = when.StartOfDay(now).ToUnixTimeMilliseconds();
        var sent = await db.Effects.AsNoTracking().Where(e => e.PersonId == personId && e.LastSentAtMs >= dayStartMs)
            .Where(e => e.State == EffectState.Done || e.State == EffectState.Sending || e.State == EffectState.Unknown)
            .OrderBy(e => e.LastSentAtMs).ThenBy(e => e.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var plan = NoticeDecision.Decide(new NoticeFacts(
            now, when, portal.Settings.Notifications.MostADay,
            [.. Read(due).Select(n => new WaitingNotice(n.Row.Id, n.Notice, n.Row.HeldFor))], [.. Read(sent).Select(n => new SentNotice(n.Row.Id, n.Notice))]));
        var released = await WriteAsync(db, due, plan, now, cancellationToken).ConfigureAwait(false);
        var unreadable = await ReleaseUnreadableAsync(db, due, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return released.Concat(unreadable);
    }

    /// <summary>What cannot be decided now is decided later, and holds nothing else of its subjects back.</summary>
    private async Task PutOffAsync(long personId, Instant now, CancellationToken cancellationToken)
    {
        var untilMs = (now + AfterFailure).ToUnixTimeMilliseconds();
        await using var db = storage.Open(lease.PortalId);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        await Due(db, now).Where(e => e.PersonId == personId)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.State, EffectState.Held).SetProperty(e => e.NotBeforeMs, untilMs), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IQueryable<EffectRow> Due(AddonDbContext db, Instant now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        return db.Effects.Where(e => e.PersonId != null && (e.State == EffectState.Pending || e.State == EffectState.Held) && e.NotBeforeMs <= nowMs);
    }

    /// <summary>What cannot be read is left to the runner, which parks it.</summary>
    private static async Task<long[]> ReleaseUnreadableAsync(AddonDbContext db, List<EffectRow> due, CancellationToken cancellationToken)
    {
        var unreadable = due.Select(row => row.Id).Except(Read(due).Select(n => n.Row.Id)).ToArray();
        await db.Effects.Where(e => unreadable.Contains(e.Id) && e.State == EffectState.Held)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.State, EffectState.Pending), cancellationToken).ConfigureAwait(false);
        return unreadable;
    }

    private static IEnumerable<(EffectRow Row, Notice Notice)> Read(IEnumerable<EffectRow> rows) =>
        rows.Select(row => (row, Notice: Outbox.TryRead(row.Document) is { } effect ? Notice.Of(effect) : null)).Where(n => n.Notice is not null)!;

    private async Task<PersonTime> TimeOfAsync(AddonDbContext db, long userId, Instant now, CancellationToken cancellationToken)
    {
        var settings = portal.Settings;
        var days = portal.Metrics.Days;
        IEnumerable<long> departments = [];
        if (settings.Schedules.ByDepartment.Count > 0)
        {
            _membership ??= await Membership.ReadAsync(new FactReader(db, days), settings.Roles.Heads, cancellationToken).ConfigureAwait(false);
            departments = _membership.NearestOf(userId, days.DayOf(now.ToUnixTimeMilliseconds())).Select(d => d.DepartmentId);
        }

        var schedule = settings.Schedules.Choose(userId, departments).Schedule;

        // Hours that name no zone are here taken as hours of his own: nobody far away is woken by the portal's working day.
        var zone = portal.ZoneOf(userId, schedule);
        return new PersonTime(
            settings.Notifications.QuietHours, settings.Notifications.WaitForWorkingDay, new WorkingTimeCalculator(schedule, portal.Calendar, zone), zone);
    }

    /// <returns>Those that may be sent.</returns>
    private async Task<IEnumerable<long>> WriteAsync(AddonDbContext db, List<EffectRow> rows, NoticePlan plan, Instant now, CancellationToken cancellationToken)
    {
        // What was held and may be sent is wanted from now on.
        var nowMs = now.ToUnixTimeMilliseconds();
        var send = plan.Send.ToArray();
        await db.Effects.Where(e => send.Contains(e.Id) && e.State == EffectState.Held)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.State, EffectState.Pending).SetProperty(e => e.CreatedAtMs, nowMs), cancellationToken).ConfigureAwait(false);
        foreach (var held in plan.Held)
        {
            await db.Effects.Where(e => e.Id == held.Id).ExecuteUpdateAsync(
                set => set.SetProperty(e => e.State, EffectState.Held).SetProperty(e => e.HeldFor, held.For)
                    .SetProperty(e => e.NotBeforeMs, held.Until.ToUnixTimeMilliseconds()),
                cancellationToken).ConfigureAwait(false);
        }

        IEnumerable<long> released = plan.Send;
        var told = plan.Told.ToList();
        if (plan.Digest.Count > 0)
        {
            var digestId = await AddDigestAsync(db, rows.Find(row => row.Id == plan.Digest[0].Id)!, plan.Digest, nowMs, cancellationToken).ConfigureAwait(false);
            told.AddRange(plan.Digest.Select(n => (n.Id, digestId)));
            released = released.Append(digestId);
        }

        foreach (var (id, toldById) in told)
        {
            await db.Effects.Where(e => e.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(e => e.State, EffectState.Told).SetProperty(e => e.ToldById, toldById), cancellationToken).ConfigureAwait(false);
        }

        return released;
    }

    /// <summary>The decision about it is made: it passes, and counts.</summary>
    private async Task<long> AddDigestAsync(AddonDbContext db, EffectRow first, IReadOnlyList<WaitingNotice> notices, long nowMs, CancellationToken cancellationToken)
    {
        var userId = first.PersonId!.Value;
        var key = $"{DigestPrefix}{userId}:{first.Id}:{notices[^1].Id}:{nowMs}";
        var text = NoticeDigest.Write([.. notices.Select(n => n.Notice.Text)], texts);

        // It tells of many subjects, so it keeps the order of none and holds none back.
        var row = Outbox.RowOf(new Notify(key, $"{DigestPrefix}{userId}", userId, text, key, IsUrgent: true), nowMs, nowMs);
        db.Effects.Add(row);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
        return row.Id;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The notifications of user {PersonId} of portal {PortalId} could not be decided ({Kind}): they wait a quarter of an hour, and the others' go on.")]
        public static partial void Undecided(ILogger logger, long personId, int portalId, string kind, Exception failed);
    }
}
