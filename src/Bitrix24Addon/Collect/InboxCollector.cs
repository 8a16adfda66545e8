using Bitrix24.Client;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Collect;

/// <summary>What one run of the collector did.</summary>
public sealed record CollectResult
{
    /// <summary>Marks that were taken.</summary>
    public int Taken { get; init; }

    /// <summary>Marks whose reading is completed.</summary>
    public int Done { get; init; }

    /// <summary>New fact versions.</summary>
    public int Recorded { get; init; }

    /// <summary>Records found gone.</summary>
    public int Deleted { get; init; }

    /// <summary>Marked objects that the token's owner may not see; nothing is known of them.</summary>
    public int NotVisible { get; init; }

    /// <summary>Calls that never appeared in the statistics; the reconciliation will look for them.</summary>
    public int Dropped { get; init; }

    /// <summary>Marks that are still to be read: raised meanwhile, overtaken by a later read, not yet to be found, or failed.</summary>
    public int Remaining { get; init; }

    /// <summary>Marks that became dead letters.</summary>
    public int Dead { get; init; }

    /// <summary>Why kinds of marks could not be read.</summary>
    public IReadOnlyDictionary<InboxKind, Bitrix24Error> Failures { get; init; } = new Dictionary<InboxKind, Bitrix24Error>();

    /// <summary>Why the portal as a whole could not be read, or null; all its marks wait then.</summary>
    public Bitrix24Error? Outage { get; init; }
}

/// <summary>
/// Reads back what the inbox marks and records it as facts. All due marks of a portal share the same few requests; facts, figures and
/// the marks that are done are written in one transaction.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class InboxCollector(AddonStorage storage, TimeProvider time)
{
    /// <summary>The most marks of one run: as many objects as one batch can list.</summary>
    public const int MarksPerRun = 2500;

    // A call ends before its row can be read; some never get one.
    private const int MostWaits = 5;

    private static readonly InboxKind[] Kinds = [.. InboxReading.All.Select(r => r.Kind)];

    /// <summary>Reads the due marks of a portal once.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="client">Calls it.</param>
    /// <param name="lease">The lease <see cref="LeaseNames.Inbox"/> of the portal.</param>
    /// <param name="cancellationToken">Stops the work; nothing is written then.</param>
    /// <returns>What was done. A portal that cannot be reached is a result, not an exception.</returns>
    /// <exception cref="LeaseLostException">Another process has taken the lease; nothing was written.</exception>
    public async Task<CollectResult> RunAsync(PortalRow portal, Bitrix24Client client, Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(lease);
        var marks = await DueAsync(portal.Id, cancellationToken).ConfigureAwait(false);
        var readable = marks.FindAll(InboxReading.IsReadable);
        using var activity = marks.Count > 0 ? AddonTelemetry.Begin("collect", portal.Id, marks.Select(m => m.TraceParent)) : null;
        try
        {
            var read = readable.Count > 0 ? await MarkedRead.ReadAsync(client, readable, cancellationToken).ConfigureAwait(false) : new MarkedRead();
            if (readable.FindAll(m => m.Kind == InboxKind.CalendarEvent) is { Count: > 0 } entries)
            {
                read.Take(await ReadCalendarAsync(portal.Id, client, entries, cancellationToken).ConfigureAwait(false), entries);
            }

            foreach (var mark in marks.Except(readable))
            {
                read.Errors[mark] = new Bitrix24Error(Bitrix24ErrorKind.InvalidArgument, "", "");
            }

            return marks.Count == 0 ? new CollectResult() : await SettleAsync(lease, marks, read, cancellationToken).ConfigureAwait(false);
        }
        catch (Bitrix24Exception refused)
        {
            await using var db = storage.Open(portal.Id);
            await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
            await InboxClaim.LockAsync(db, cancellationToken).ConfigureAwait(false);
            await InboxClaim.WaitForPortalAsync(db, Kinds, NowMs(), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return new CollectResult { Taken = marks.Count, Remaining = marks.Count, Outage = refused.Error };
        }
    }

    /// <summary>Until reading the history has begun, marks wait: stages and currencies are not known, and all is history anyway.</summary>
    private async Task<List<InboxRow>> DueAsync(int portalId, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        return await db.Portals.AnyAsync(p => p.Id == portalId && p.HistoryStartedAtMs != null, cancellationToken).ConfigureAwait(false)
            ? await InboxClaim.DueAsync(db, Kinds, NowMs(), MarksPerRun, cancellationToken).ConfigureAwait(false)
            : [];
    }

    private async Task<MarkedCalendar> ReadCalendarAsync(int portalId, Bitrix24Client client, List<InboxRow> marks, CancellationToken cancellationToken)
    {
        PortalContext context;
        await using (var db = storage.Open(portalId))
        {
            context = await PortalRegistry.ContextAsync(db, cancellationToken).ConfigureAwait(false);
        }

        return await MarkedCalendar.ReadAsync(storage, client, context, marks, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task<CollectResult> SettleAsync(Lease lease, List<InboxRow> marks, MarkedRead read, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(lease.PortalId);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        var context = await PortalRegistry.ContextAsync(db, cancellationToken).ConfigureAwait(false);
        if (context.Portal.HistoryCompleteAtMs is not null)
        {
            // A newer program may know another calendar, or count differently.
            await PortalRegistry.RebuildIfNeededAsync(db, context.Portal, context, cancellationToken).ConfigureAwait(false);
        }

        var (recorded, deleted, stale) = await RecordAsync(db, context, read, cancellationToken).ConfigureAwait(false);

        var left = marks.ToLookup(m => read.Errors.ContainsKey(m) ? Fate.Failed
            : stale.Contains((m.Kind, m.Key)) || (IsAwaited(m, read) && m.Attempts + 1 < MostWaits) ? Fate.Later
            : Fate.Done);
        await InboxClaim.LockAsync(db, cancellationToken).ConfigureAwait(false);
        var done = left[Fate.Done].ToList();
        var completion = await InboxClaim.CompleteAsync(db, done, NowMs(), cancellationToken).ConfigureAwait(false);
        await InboxClaim.PutOffAsync(db, left[Fate.Later], null, isHopeless: false, NowMs(), cancellationToken).ConfigureAwait(false);
        var dead = 0;
        foreach (var failed in left[Fate.Failed].GroupBy(m => (read.Errors[m].Kind, IsHopeless: !InboxReading.IsReadable(m))))
        {
            dead += await InboxClaim.PutOffAsync(db, failed, failed.Key.Kind.ToString(), failed.Key.IsHopeless, NowMs(), cancellationToken).ConfigureAwait(false);
        }

        foreach (var kind in done.GroupBy(m => m.Kind))
        {
            var counts = new DeliveryRow
            {
                Day = context.Metrics.Days.DayOf(NowMs()), Kind = InboxReading.Of(kind.Key).FactKind,
                Received = completion.Posts.GetValueOrDefault(kind.Key), Read = kind.Count(),
            };
            await Deliveries.AddAsync(db, counts, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        var unseen = done.FindAll(m => !read.IsSeen(m) && !read.IsGone(m));
        return new CollectResult
        {
            Taken = marks.Count,
            Done = completion.Done,
            Recorded = recorded,
            Deleted = deleted,
            NotVisible = unseen.Count(m => !IsAwaited(m, read)),
            Dropped = unseen.Count(m => IsAwaited(m, read)),
            Remaining = marks.Count - completion.Done - dead,
            Dead = dead,
            Failures = read.Errors.GroupBy(e => e.Key.Kind).ToDictionary(g => g.Key, g => g.First().Value),
        };
    }

    /// <summary>Records what was read, request by request: each is as old as its own start.</summary>
    private static async Task<(int Recorded, int Deleted, HashSet<(InboxKind Kind, string Key)> Stale)> RecordAsync(
        AddonDbContext db, PortalContext context, MarkedRead read, CancellationToken cancellationToken)
    {
        // While the history is being read, what nobody has seen before is history as well, and figures are made at its end.
        var isComplete = context.Portal.HistoryCompleteAtMs is not null;
        var phones = new PhoneHasher(context.Portal.PhoneKey);
        var store = new FactStore(db, context.Metrics);
        var (recorded, deleted, stale) = (0, 0, new HashSet<(InboxKind Kind, string Key)>());
        foreach (var (startedAtMs, observations) in read.Observe(startedAtMs => new RowContext(context.Settings, phones, startedAtMs)))
        {
            await ApplyAsync(startedAtMs, observations).ConfigureAwait(false);
        }

        foreach (var (startedAtMs, payments) in read.Payments)
        {
            await ApplyAsync(startedAtMs, await payments.BesideHeldAsync(db, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        if (read.Calendar is { } calendar)
        {
            await ApplyAsync(
                calendar.StartedAtMs, await calendar.ObserveAsync(db, context, read.OwnerIsAdministrator, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        return (recorded, deleted, stale);

        async Task ApplyAsync(long startedAtMs, IReadOnlyList<Observation> observations)
        {
            var applied = await store.ApplyAsync(
                await OwnTasks.TellAsync(db, context.Portal, observations, cancellationToken).ConfigureAwait(false), startedAtMs, isComplete ? startedAtMs : null, cancellationToken, leaveFigures: !isComplete).ConfigureAwait(false);
            recorded += applied.Recorded;
            deleted += applied.Changes.Count(c => c.After.Deleted);
            stale.UnionWith(applied.Stale.Select(o => InboxReading.MarkOf(o.Kind, o.SourceId, o.Payload)).OfType<InboxMark>().Select(m => (m.Kind, m.Key)));

            // A post names the entry of one person; what was overtaken is the event of them all.
            stale.UnionWith(applied.Stale.Where(o => o.Kind == FactKind.CalendarEvent)
                .SelectMany(o => read.Calendar!.MarksOf(FactKeys.RecordId(o.Kind, o.SourceId))).Select(m => (m.Kind, m.Key)));
        }
    }

    private static bool IsAwaited(InboxRow mark, MarkedRead read) => InboxReading.Of(mark.Kind).IsAwaited && !read.IsSeen(mark);

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private enum Fate
    {
        Done,
        Later,
        Failed,
    }
}
