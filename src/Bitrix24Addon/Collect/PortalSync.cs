using Bitrix24.Client;
using Bitrix24.Client.Lists;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Collect;

/// <summary>How far a synchronisation is.</summary>
/// <param name="Source">The list that moved on.</param>
/// <param name="Rows">Rows of it read in this run.</param>
/// <param name="Fraction">Share of the list that is read, 0 to 1, as far as its ids tell.</param>
public sealed record SyncProgress(string Source, long Rows, double Fraction);

/// <summary>What a synchronisation did.</summary>
/// <param name="Rows">Rows read, by list.</param>
/// <param name="Recorded">New fact versions.</param>
/// <param name="Deleted">Records found gone.</param>
/// <param name="Failures">Lists that could not be read, or not of all people, with the kind of error.</param>
/// <param name="IsFirst">The history was read for the first time.</param>
/// <param name="Healed">Objects, by list, whose change was found here and had no mark in the inbox.</param>
public sealed record SyncResult(
    IReadOnlyDictionary<string, long> Rows, long Recorded, long Deleted, IReadOnlyDictionary<string, Bitrix24Error> Failures, bool IsFirst,
    IReadOnlyDictionary<string, long> Healed);

/// <summary>
/// Reads a portal into facts: the history at first, afterwards what changed and what is gone, which reconciles us with the portal
/// where posts were lost. Every batch is committed together with its cursors, so that a run that was killed goes on where it stopped.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="client">Calls the portal.</param>
/// <param name="time">The clock.</param>
/// <param name="lease">The lease <see cref="LeaseNames.Sync"/> of the portal; whoever loses it writes nothing more.</param>
public sealed partial class PortalSync(AddonStorage storage, Bitrix24Client client, TimeProvider time, Lease lease)
{
    // Votes are added to a call after it ended.
    private static readonly Duration VoteWindow = Duration.FromDays(14);

    // Ids are given before rows become visible: a row can appear behind one that was read.
    private static readonly Duration LateRowWindow = Duration.FromDays(1);

    private readonly ManyCalls _calls = new(client);
    private readonly Dictionary<string, long> _rows = [];
    private readonly Dictionary<string, Bitrix24Error> _failures = [];

    // Of some people only: the source as a whole was read.
    private readonly Dictionary<string, Bitrix24Error> _refusals = [];
    private readonly Healing _healing = new(time);
    private long _recorded;
    private long _deleted;

    /// <summary>Compare ids to find out what is gone. Default true; an hourly run may leave it to the nightly one.</summary>
    public bool FindDeletions { get; init; } = true;

    /// <summary>
    /// When the work began that this run may go on with, Unix milliseconds: what a run that was broken off compared since then is not compared
    /// again. Default null: all is compared anew.
    /// </summary>
    public long? GoesOnSinceMs { get; init; }

    /// <summary>Believe that records are deleted even when much of a list vanished at once. Default false: it looks like a lost right.</summary>
    public bool AcceptDeletions { get; init; }

    /// <summary>Runs one synchronisation.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="sinceMs">Start of the history, Unix milliseconds; null for all of it, or for what was asked before.</param>
    /// <param name="progress">Told after each batch is committed.</param>
    /// <param name="cancellationToken">Stops between commits; the next run goes on.</param>
    /// <exception cref="Bitrix24Exception">The portal cannot be read at all.</exception>
    /// <exception cref="LeaseLostException">Another process has taken the lease.</exception>
    public async Task<SyncResult> RunAsync(
        PortalRow portal, long? sinceMs, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var beganAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var directory = await ReadDirectoryAsync(portal, cancellationToken).ConfigureAwait(false);
        var state = await BeginAsync(portal, sinceMs, directory, cancellationToken).ConfigureAwait(false);

        await ReadListsAsync(state, state.Queries(), progress, cancellationToken).ConfigureAwait(false);
        await ReadOlderStagesAsync(state, progress, cancellationToken).ConfigureAwait(false);
        await ReadPaymentsAsync(state, progress, cancellationToken).ConfigureAwait(false);
        await ReadWorkDaysAsync(state, progress, cancellationToken).ConfigureAwait(false);
        await ReadCalendarsAsync(state, progress, cancellationToken).ConfigureAwait(false);
        var comparedSinceMs = FindDeletions && !state.IsFirst && state.Context.Directory.OwnerIsAdministrator
            ? await FindDeletedAsync(state, progress, cancellationToken).ConfigureAwait(false)
            : null;
        await FinishAsync(state, beganAtMs, comparedSinceMs, cancellationToken).ConfigureAwait(false);
        foreach (var (source, refusal) in _refusals)
        {
            _failures.TryAdd(source, refusal);
        }

        return new SyncResult(_rows, _recorded, _deleted, _failures, state.IsFirst, _healing.BySource);
    }

    private async Task<SyncState> BeginAsync(
        PortalRow portal, long? sinceMs, DirectoryRead directory, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        foreach (var (name, error) in directory.Failures)
        {
            _failures[name] = error;
        }

        var row = await db.Portals.SingleAsync(p => p.Id == portal.Id, cancellationToken).ConfigureAwait(false);
        if (row.HistoryStartedAtMs is null || (sinceMs is { } since && row.HistorySinceMs is { } before && since < before))
        {
            // An earlier start than before means the history must be read again from that start.
            row.HistorySinceMs = sinceMs;
            row.HistoryStartedAtMs ??= directory.ServerTimeMs;
            row.HistoryCompleteAtMs = null;

            // What is read again is counted again, final or not.
            row.FrozenThroughDay = 0;
            await db.Cursors.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            await db.Comparisons.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        var (settings, settingsVersion) = await PortalRegistry.InForceAsync(db, cancellationToken).ConfigureAwait(false);
        var asBefore = new PortalContext(row, settings);
        row.Directory = directory.Directory.Without(await Erasure.ErasedAsync(db, ErasedKind.User, cancellationToken).ConfigureAwait(false)).ToDocument();
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var context = new PortalContext(row, settings);
        await PortalRegistry.ReadCalendarsAnewAsync(db, asBefore, context, cancellationToken).ConfigureAwait(false);
        await PortalRegistry.RebuildIfNeededAsync(db, row, context, cancellationToken).ConfigureAwait(false);
        var isFirst = row.HistoryCompleteAtMs is null;
        await new FactStore(db, context.Metrics).PriceWinsAsync(directory.ReadStartedAtMs, leaveFigures: isFirst, cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();

        if (directory.Departments is { } departments)
        {
            var gone = await GoneAsync(db, FactKind.Department, departments.Select(d => d.SourceId).ToHashSet(), 0, cancellationToken)
                .ConfigureAwait(false);
            var applied = await new FactStore(db, context.Metrics).ApplyAsync(
                [.. departments, .. gone], directory.ReadStartedAtMs, isFirst ? null : directory.ReadStartedAtMs, cancellationToken, isFirst)
                .ConfigureAwait(false);
            await NoteAsync(db, context, applied, isFirst, cancellationToken).ConfigureAwait(false);
            _rows[Sources.Departments] = departments.Count;
        }

        var cursors = await db.Cursors.AsNoTracking().ToDictionaryAsync(c => c.Source, cancellationToken).ConfigureAwait(false);
        var beforeRecent = new Dictionary<string, long?>
        {
            [Sources.Calls] = await BeforeRecentAsync(db, FactKind.Call, directory.ServerTimeMs - (long)VoteWindow.TotalMilliseconds, cancellationToken).ConfigureAwait(false),
            [Sources.LeadStages] = await BeforeRecentAsync(db, FactKind.LeadStage, directory.ServerTimeMs - (long)LateRowWindow.TotalMilliseconds, cancellationToken).ConfigureAwait(false),
            [Sources.InvoiceStages] = await BeforeRecentAsync(db, FactKind.InvoiceStage, directory.ServerTimeMs - (long)LateRowWindow.TotalMilliseconds, cancellationToken).ConfigureAwait(false),
            [Sources.DealStages] = await BeforeRecentAsync(db, FactKind.DealStage, directory.ServerTimeMs - (long)LateRowWindow.TotalMilliseconds, cancellationToken).ConfigureAwait(false),
        };
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new SyncState(context, settingsVersion, isFirst, directory.ServerTimeMs) { Cursors = cursors, BeforeRecent = beforeRecent };
    }

    /// <summary>The last row before the first recent one: rows between the two can have appeared since. Null without recent rows.</summary>
    private static async Task<long?> BeforeRecentAsync(AddonDbContext db, FactKind kind, long sinceMs, CancellationToken cancellationToken) =>
        await db.Facts.Where(f => f.Kind == kind && f.OccurredAtMs >= sinceMs).MinAsync(f => (long?)f.SourceId, cancellationToken).ConfigureAwait(false)
            is { } first
            ? await db.Facts.Where(f => f.Kind == kind && f.SourceId < first).MaxAsync(f => (long?)f.SourceId, cancellationToken).ConfigureAwait(false) ?? 0
            : null;

    /// <summary>
    /// Settings may be saved, or the token's owner may change, while lists are read: what is committed from then on is computed by the new ones, and where
    /// they asked for a source to be read again, its reading of this run does not count.
    /// </summary>
    private static async Task FollowSettingsAsync(AddonDbContext db, SyncState state, CancellationToken cancellationToken)
    {
        var (settings, version) = await PortalRegistry.InForceAsync(db, cancellationToken).ConfigureAwait(false);
        if (version != state.SettingsVersion)
        {
            var kept = await db.Cursors.AsNoTracking().Select(c => c.Source).ToListAsync(cancellationToken).ConfigureAwait(false);
            state.Restart(state.Cursors.Keys.Except(kept));
            state.SettingsVersion = version;
        }

        var row = await db.Portals.AsNoTracking().SingleAsync(p => p.Id == state.PortalId, cancellationToken).ConfigureAwait(false);
        state.Context = new PortalContext(row, settings);
        if (row.HistoryCompleteAtMs is not null)
        {
            await PortalRegistry.RebuildIfNeededAsync(db, row, state.Context, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadListsAsync(
        SyncState state, IReadOnlyList<ListQuery> queries, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await foreach (var batch in new ListReader(client).ReadAsync(queries, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            // Rows are asked for ahead, so they may be as old as their request.
            await CommitAsync(state, batch.Pages, batch.AskedAt.ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false);
            foreach (var page in batch.Pages)
            {
                progress?.Report(new SyncProgress(page.QueryKey, _rows.GetValueOrDefault(page.QueryKey), page.IsLast ? 1 : SyncState.FractionOf(page)));
            }
        }
    }

    private async Task CommitAsync(
        SyncState state, IReadOnlyList<ListPage> pages, long readStartedAtMs, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(state.PortalId);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        await FollowSettingsAsync(db, state, cancellationToken).ConfigureAwait(false);
        var rowContext = state.RowContext(readStartedAtMs);
        var history = new List<Observation>();
        var news = new List<Observation>();
        var cursors = new Dictionary<string, SourceCursorRow>(state.Cursors);
        foreach (var page in pages)
        {
            var source = SyncState.SourceOf(page.QueryKey);
            state.Remember(page, source, readStartedAtMs);
            if (source.Kind == FactKind.Payment)
            {
                continue;
            }

            var observed = page.Rows.Select(row => source.Observe(row, rowContext)).OfType<Observation>().ToList();
            (state.IsHistory(page.QueryKey) ? history : news).AddRange(observed);
            if (SyncState.HasCursor(page.QueryKey) && !state.IsRestarted(page.QueryKey))
            {
                cursors[page.QueryKey] = state.Advance(
                    cursors.GetValueOrDefault(page.QueryKey), page, row => source.Observe(row, rowContext) is null);
                await SaveCursorAsync(db, cursors[page.QueryKey], cancellationToken).ConfigureAwait(false);
            }
        }

        await ApplyAsync(db, state, history, readStartedAtMs, null, cancellationToken).ConfigureAwait(false);
        await ApplyAsync(db, state, news, readStartedAtMs, readStartedAtMs, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        state.Cursors = cursors;
        Note(state, pages);
    }

    private void Note(SyncState state, IReadOnlyList<ListPage> pages)
    {
        foreach (var page in pages)
        {
            var source = SyncState.SourceOf(page.QueryKey);
            _rows[source.Name] = _rows.GetValueOrDefault(source.Name) + page.Rows.Count;
            if (page.Error is { } error)
            {
                _failures[source.Name] = error;
            }

            if (source.Kind == FactKind.User)
            {
                state.RememberNames(page.Rows);
            }
        }
    }

    private async Task ApplyAsync(
        AddonDbContext db, SyncState state, List<Observation> observations, long readStartedAtMs, long? knownAtMs,
        CancellationToken cancellationToken)
    {
        if (observations.Count > 0)
        {
            // Another run may have completed the history meanwhile: only the row under the lock tells whether figures are kept yet.
            var isComplete = await db.Portals.AnyAsync(p => p.Id == state.PortalId && p.HistoryCompleteAtMs != null, cancellationToken)
                .ConfigureAwait(false);
            var told = await OwnTasks.TellAsync(db, state.Context.Portal, observations, cancellationToken).ConfigureAwait(false);
            var applied = await new FactStore(db, state.Context.Metrics)
                .ApplyAsync(told, readStartedAtMs, knownAtMs, cancellationToken, leaveFigures: !isComplete).ConfigureAwait(false);
            await NoteAsync(db, state.Context, applied, !isComplete || knownAtMs is null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Counts what was recorded; what a later read overtook meanwhile is marked, to be read once more.</summary>
    private async Task NoteAsync(
        AddonDbContext db, PortalContext context, ApplyResult applied, bool isHistory, CancellationToken cancellationToken)
    {
        _recorded += applied.Recorded;
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!isHistory)
        {
            await _healing.CountAsync(db, applied.Changes, context.Metrics.Days.DayOf(nowMs), cancellationToken).ConfigureAwait(false);
        }

        var stale = applied.Stale.Select(o => InboxReading.MarkOf(o.Kind, o.SourceId, o.Payload)).OfType<InboxMark>().Distinct().ToList();
        await InboxWriter.MarkAsync(db, stale, nowMs, cancellationToken).ConfigureAwait(false);
    }

    private static async Task SaveCursorAsync(AddonDbContext db, SourceCursorRow cursor, CancellationToken cancellationToken)
    {
        await db.Cursors.Where(c => c.Source == cursor.Source).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        db.Cursors.Add(cursor);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
    }

    private async Task FinishAsync(SyncState state, long beganAtMs, long? comparedSinceMs, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(state.PortalId);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        await FollowSettingsAsync(db, state, cancellationToken).ConfigureAwait(false);
        if (state.Context.Portal.HistoryCompleteAtMs is null)
        {
            // Each batch of history touches days that the next one touches again: their figures are made once, when all is there.
            await new FigureCells(db, state.Context.Metrics).RebuildAsync(cancellationToken).ConfigureAwait(false);
        }

        var row = await db.Portals.SingleAsync(p => p.Id == state.PortalId, cancellationToken).ConfigureAwait(false);
        row.Directory = state.DirectoryWithNames().Without(await Erasure.ErasedAsync(db, ErasedKind.User, cancellationToken).ConfigureAwait(false)).ToDocument();
        row.HistoryCompleteAtMs ??= time.GetUtcNow().ToUnixTimeMilliseconds();
        row.LastSyncStartedAtMs = state.ServerTimeMs;
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await Healing.EndDeadLettersAsync(db, beganAtMs, [.. _failures.Keys, .. _refusals.Keys], comparedSinceMs, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
