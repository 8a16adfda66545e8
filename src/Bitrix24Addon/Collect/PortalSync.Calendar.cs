using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Collect;

/// <content>Calendars: past events and absences of everybody, in a window that slides with time.</content>
public sealed partial class PortalSync
{
    /// <summary>How far back calendars are read when no start of the history is set.</summary>
    public static readonly Duration CalendarHistory = Duration.FromDays(400);

    // What is in a calendar may be changed afterwards; later runs read this much again.
    // Verdicts are corrected no further back.
    internal static readonly Duration CalendarWindow = Duration.FromDays(64);

    // Absences to come are of use for plans.
    private static readonly Duration AbsencesAhead = Duration.FromDays(31);

    private async Task ReadCalendarsAsync(SyncState state, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var cursor = state.Cursors.GetValueOrDefault(Sources.Calendar);
        var isHistory = cursor is not { Complete: true } || state.Cursors.GetValueOrDefault(Sources.Absences) is not { Complete: true };
        var fromMs = isHistory
            ? CalendarStartMs(state.Context.Portal) ?? state.ServerTimeMs
            : Math.Max((cursor!.ReadThroughMs ?? 0) - (long)CalendarWindow.TotalMilliseconds, state.Context.Portal.HistorySinceMs ?? 0);

        await using var db = storage.Open(state.PortalId);
        var users = await db.Facts.Where(f => f.Kind == FactKind.User && f.IsCurrent && !f.Deleted).Select(f => f.SourceId)
            .OrderBy(id => id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var settingsVersion = state.SettingsVersion;
        var readStartedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var absencesToMs = state.ServerTimeMs + (long)AbsencesAhead.TotalMilliseconds;

        // Days are asked for, and whose days they are is not said: one more on either side.
        var read = await new CalendarReader(_calls).ReadAsync(
            users, DateOf(state, fromMs).PlusDays(-1), DateOf(state, state.ServerTimeMs).PlusDays(1), DateOf(state, absencesToMs).PlusDays(1),
            new CalendarRows(state.Context.Settings, state.Context.Zone, state.ServerTimeMs), cancellationToken).ConfigureAwait(false);

        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        await FollowSettingsAsync(db, state, cancellationToken).ConfigureAwait(false);
        if (settingsVersion != state.SettingsVersion)
        {
            // Names were looked at by the settings of before.
            state.Restart([Sources.Calendar]);
        }

        var gone = isHistory || !state.Context.Directory.OwnerIsAdministrator
            ? []
            : await ExceptOfAsync<CalendarEventFact>(
                db, state, await GoneAsync(db, FactKind.CalendarEvent, Ids(read.Events), fromMs, cancellationToken).ConfigureAwait(false),
                read.OfEvents.Unseen, e => e.People.Select(p => p.UserId), cancellationToken).ConfigureAwait(false);
        await ApplyCalendarAsync(db, state, Sources.Calendar, read.Events, gone, read.OfEvents, [], isHistory, readStartedAtMs, cancellationToken).ConfigureAwait(false);
        if (isHistory && !state.IsFirst)
        {
            var moved = await MovedAsync(db, read.Events, fromMs, cancellationToken).ConfigureAwait(false);
            await ApplyAsync(db, state, moved, readStartedAtMs, null, cancellationToken).ConfigureAwait(false);
        }

        // When they are absent is open to everybody.
        gone = isHistory ? [] : await GoneAbsencesAsync(db, state, read, fromMs, absencesToMs, cancellationToken).ConfigureAwait(false);
        await ApplyCalendarAsync(
            db, state, Sources.Absences, read.Absences, gone, read.OfAbsences, read.UnreadableAbsences, isHistory, readStartedAtMs, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report(new SyncProgress(Sources.Calendar, read.Events.Count, 1));
    }

    /// <summary>From when the calendars of a portal are read, Unix milliseconds; null before the first synchronisation.</summary>
    /// <param name="portal">The portal.</param>
    public static long? CalendarStartMs(PortalRow portal)
    {
        ArgumentNullException.ThrowIfNull(portal);
        return CalendarStartMs(portal.HistorySinceMs, portal.HistoryStartedAtMs);
    }

    /// <summary>From when calendars are read: the start of the history that was asked for, else so long before the first synchronisation.</summary>
    internal static long? CalendarStartMs(long? historySinceMs, long? historyStartedAtMs) =>
        historySinceMs ?? (historyStartedAtMs - (long)CalendarHistory.TotalMilliseconds);

    private static HashSet<long> Ids(IReadOnlyList<Observation> observations) => [.. observations.Select(o => o.SourceId)];

    private static LocalDate DateOf(SyncState state, long atMs) => Instant.FromUnixTimeMilliseconds(atMs).InZone(state.Context.Zone).Date;

    /// <summary>
    /// Occurrences we hold of events that were read and stand on other days now, as after a change of the zone. That a whole event is gone is
    /// not told by reading the history anew.
    /// </summary>
    private static async Task<List<Observation>> MovedAsync(
        AddonDbContext db, IReadOnlyList<Observation> read, long fromMs, CancellationToken cancellationToken)
    {
        var events = read.Select(o => FactKeys.RecordId(o.Kind, o.SourceId)).ToHashSet();
        return [.. (await GoneAsync(db, FactKind.CalendarEvent, Ids(read), fromMs, cancellationToken).ConfigureAwait(false))
            .Where(o => events.Contains(FactKeys.RecordId(o.Kind, o.SourceId)))];
    }

    /// <summary>Absences we hold that reach into the days that were read and were not among what was read, of people of whom all was read.</summary>
    private static async Task<List<Observation>> GoneAbsencesAsync(
        AddonDbContext db, SyncState state, CalendarRead read, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        var (seen, unknown) = (Ids(read.Absences), read.OfAbsences.Unseen.Concat(read.UnreadableAbsences).ToHashSet());
        return (await new FactReader(db, state.Context.Metrics.Days).AllAsync<AbsenceFact>(FactKind.Absence, cancellationToken).ConfigureAwait(false))
            .Where(a => a.Data.ToMs > fromMs && a.Data.FromMs < toMs && !seen.Contains(a.Id) && !unknown.Contains(a.Data.UserId))
            .Select(a => new Observation(FactKind.Absence, a.Id, 0, null)).ToList();
    }

    private async Task ApplyCalendarAsync(
        AddonDbContext db, SyncState state, string source, IReadOnlyList<Observation> read, List<Observation> gone, ReadingOutcome how,
        IReadOnlyList<long> unreadable, bool isHistory, long readStartedAtMs, CancellationToken cancellationToken)
    {
        // Whoever is not known was not asked about.
        var error = how.Failure ?? (isHistory ? _failures.GetValueOrDefault(Sources.Users) : null);
        NoteFailure(source, error, how.Refused);
        gone = FailureOf(source) is null ? Believed(source, gone, read.Count) : [];

        _rows[source] = read.Count;
        await ApplyAsync(db, state, [.. read, .. gone], readStartedAtMs, isHistory ? null : readStartedAtMs, cancellationToken).ConfigureAwait(false);
        if (state.IsRestarted(source))
        {
            return;
        }

        await SaveCursorAsync(
            db,
            new SourceCursorRow
            {
                Source = source,
                Complete = IsComplete(state.Cursors.GetValueOrDefault(source), how, isHistory, error),
                ReadThroughMs = error is null ? state.ServerTimeMs : state.Cursors.GetValueOrDefault(source)?.ReadThroughMs,
                Unreadable = unreadable.Count,
                UnseenPeople = [.. how.Unseen.Order()],
                UnreadablePeople = [.. unreadable.Distinct().Order()],
                Failure = FailureOf(source),
            },
            cancellationToken).ConfigureAwait(false);
    }
}
