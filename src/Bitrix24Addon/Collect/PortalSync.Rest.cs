using System.Text.Json.Nodes;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Collect;

/// <content>What cannot be read as plain lists: older stages of touched objects and working days; and what of that is gone.</content>
public sealed partial class PortalSync
{
    private const int OwnersPerQuery = 200;
    private const int RecordsPerPage = 50;
    private const int PeoplePerCommit = 50;

    /// <summary>The code under which a list is named of which too much vanished to be believed.</summary>
    public const string TooMuchGone = "TOO_MUCH_GONE";

    // So much may vanish between two runs; more looks like a right that was taken away, and is not believed.
    private const int BelievableLoss = 20;
    private const double BelievableShare = 0.2;

    // Working days are corrected by hand afterwards; later runs read this much again. Verdicts are corrected no further back.
    private static readonly Duration WorkDayWindow = Duration.FromDays(64);

    // Working-day records did not exist in Bitrix24 before; some systems refuse dates of the distant past.
    private static readonly long EarliestWorkDayMs = Instant.FromUtc(2010, 1, 1, 0, 0).ToUnixTimeMilliseconds();

    /// <summary>With a start of history, reads the stages before it of every object that moved since: "first" must be true.</summary>
    private async Task ReadOlderStagesAsync(SyncState state, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        if (state.Context.Portal.HistorySinceMs is not { } since)
        {
            return;
        }

        var queries = new List<ListQuery>();
        await using (var db = storage.Open(state.PortalId))
        {
            foreach (var source in Sources.All.Where(s => s.Kind is FactKind.LeadStage or FactKind.DealStage or FactKind.InvoiceStage))
            {
                var moves = await new FactReader(db, state.Context.Metrics.Days).AllAsync<StageFact>(source.Kind, cancellationToken)
                    .ConfigureAwait(false);

                // Asked for in each run: a reading that failed or was broken off must not leave a false "first" behind.
                var owners = moves.GroupBy(m => m.Data.OwnerId).Where(g => g.All(m => m.Data.TypeId != StageFact.Created)).Select(g => g.Key);
                queries.AddRange(owners.Chunk(OwnersPerQuery).Select((chunk, index) => source.List with
                {
                    Key = $"{source.Name}{Sources.OlderKey}{index}",
                    Filter = new JsonObject
                    {
                        ["@OWNER_ID"] = new JsonArray([.. chunk.Select(id => (JsonNode)id)]),
                        ["<CREATED_TIME"] = WireTime.Text(since),
                    },
                }));
            }
        }

        if (queries.Count > 0)
        {
            await ReadListsAsync(state, queries, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadWorkDaysAsync(SyncState state, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var cursor = state.Cursors.GetValueOrDefault(Sources.WorkDays);
        var isHistory = cursor is not { Complete: true };
        var fromMs = isHistory
            ? state.Context.Portal.HistorySinceMs ?? EarliestWorkDayMs
            : Math.Max((cursor!.ReadThroughMs ?? 0) - (long)WorkDayWindow.TotalMilliseconds, state.Context.Portal.HistorySinceMs ?? 0);
        var from = DateTimeOffset.FromUnixTimeMilliseconds(fromMs).ToOffset(TimeSpan.FromHours(3));
        var to = DateTimeOffset.FromUnixTimeMilliseconds(state.ServerTimeMs).ToOffset(TimeSpan.FromHours(3)).AddDays(1);

        List<long> users;
        await using (var db = storage.Open(state.PortalId))
        {
            users = await db.Facts.Where(f => f.Kind == FactKind.User && f.IsCurrent && !f.Deleted).Select(f => f.SourceId)
                .OrderBy(id => id).ToListAsync(cancellationToken).ConfigureAwait(false);
        }

        // A history of many people is committed by some of them, in the order of their ids; the window of later runs is small.
        var parts = isHistory ? users.Where(id => id > (cursor?.AfterId ?? 0)).Chunk(PeoplePerCommit).ToList() : [[.. users]];
        for (var part = 0; part < Math.Max(parts.Count, 1); part++)
        {
            var people = parts.ElementAtOrDefault(part) ?? [];
            var everybody = part >= parts.Count - 1 ? users.Count : (int?)null;
            if (!await ReadWorkDaysAsync(state, people, (fromMs, from, to), isHistory, everybody, cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            progress?.Report(new SyncProgress(Sources.WorkDays, _rows.GetValueOrDefault(Sources.WorkDays), (part + 1.0) / Math.Max(parts.Count, 1)));
        }
    }

    /// <summary>Reads and commits the days of some people; with the last of them it is told how many people there are.</summary>
    /// <returns>Whether all could be read that may be.</returns>
    private async Task<bool> ReadWorkDaysAsync(
        SyncState state, long[] people, (long FromMs, DateTimeOffset From, DateTimeOffset To) window, bool isHistory, int? everybody, CancellationToken cancellationToken)
    {
        var isLast = everybody is not null;
        var readStartedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (observations, how) = await ReadRecordsAsync(people, window.From, window.To, cancellationToken).ConfigureAwait(false);
        var cursor = state.Cursors.GetValueOrDefault(Sources.WorkDays);

        long[] unseen = [.. (isHistory && cursor is { AfterId: > 0 } ? cursor.UnseenPeople.Union(how.Unseen) : how.Unseen).Order()];
        if (how.Refused is not null && unseen.Length == everybody)
        {
            // Nobody's days may be seen: then the source is not to be read.
            (how, unseen) = (new ReadingOutcome(how.Failure ?? how.Refused, null), []);
        }

        // Whoever is not known was not asked about.
        var error = how.Failure ?? (isHistory ? _failures.GetValueOrDefault(Sources.Users) : null);

        await using var db = storage.Open(state.PortalId);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        await FollowSettingsAsync(db, state, cancellationToken).ConfigureAwait(false);
        NoteFailure(Sources.WorkDays, error, how.Refused);
        if (error is null && !isHistory && state.Context.Directory.OwnerIsAdministrator)
        {
            var seen = observations.Select(o => o.SourceId).ToHashSet();
            var gone = await GoneAsync(db, FactKind.WorkDay, seen, window.FromMs, cancellationToken).ConfigureAwait(false);
            observations.AddRange(Believed(
                Sources.WorkDays, await ExceptOfAsync<WorkDayFact>(db, state, gone, how.Unseen, day => [day.UserId], cancellationToken).ConfigureAwait(false), seen.Count));
        }

        var isWhole = isLast && error is null;
        var isComplete = (isLast || !isHistory) && IsComplete(cursor, how, isHistory, error);
        await ApplyAsync(db, state, observations, readStartedAtMs, isHistory ? null : readStartedAtMs, cancellationToken).ConfigureAwait(false);
        var advanced = new SourceCursorRow
        {
            Source = Sources.WorkDays,
            AfterId = isComplete || !isHistory || error is { IsRefusal: true } ? 0 : error is null ? people.LastOrDefault() : cursor?.AfterId ?? 0,
            Complete = isComplete,
            ReadThroughMs = isWhole ? state.ServerTimeMs : cursor?.ReadThroughMs,
            UnseenPeople = unseen,
            Failure = FailureOf(Sources.WorkDays),
        };
        await SaveCursorAsync(db, advanced, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        state.Cursors[Sources.WorkDays] = advanced;
        return error is null;
    }

    /// <summary>
    /// Records of many users: the method takes one user, so pages of many users share a batch. An error means that not all could be
    /// read; a refusal, that some people's days may not be seen, which no repetition will change.
    /// </summary>
    private async Task<(List<Observation> Observations, ReadingOutcome How)> ReadRecordsAsync(
        long[] users, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var observations = new List<Observation>();
        var asked = users.Select(id => (UserId: id, Page: 1)).ToList();
        Bitrix24Error? failure = null;
        Bitrix24Error? refusal = null;
        var unseen = new HashSet<long>();
        while (asked.Count > 0)
        {
            var full = new List<(long UserId, int Page)>();
            var next = 0;
            await foreach (var outcome in _calls.RunAsync(
                asked.ConvertAll(a => TimemanMethods.ListRecords(a.UserId, from, to, a.Page, RecordsPerPage)), cancellationToken).ConfigureAwait(false))
            {
                var question = asked[next++];
                if (outcome.Answer is { } answer)
                {
                    var records = answer.Result.AsList(Bitrix24JsonContext.Default.WorkingDayRecord, "items");
                    observations.AddRange(records.Select(r => Rows.WorkDay(r with { UserId = r.UserId ?? question.UserId })).OfType<Observation>());
                    _rows[Sources.WorkDays] = _rows.GetValueOrDefault(Sources.WorkDays) + records.Count;
                    if (records.Count >= RecordsPerPage)
                    {
                        full.Add((question.UserId, question.Page + 1));
                    }
                }
                else if (outcome.Error is { IsRefusal: true } refused)
                {
                    // One person whose days may not be seen must not hide the others.
                    refusal ??= refused;
                    unseen.Add(question.UserId);
                }
                else
                {
                    failure ??= outcome.Error;
                }
            }

            asked = full;
        }

        return (observations, new ReadingOutcome(failure, refusal) { Unseen = unseen });
    }

    private async Task ForgetAsync(
        AddonDbContext db, SyncState state, Source source, List<Observation> gone, int seen, long startedAtMs, CancellationToken cancellationToken)
    {
        gone = Believed(source.Name, gone, seen);
        var failure = FailureOf(source.Name);
        await db.Cursors.Where(c => c.Source == source.Name).ExecuteUpdateAsync(set => set.SetProperty(c => c.Failure, failure), cancellationToken)
            .ConfigureAwait(false);
        await ApplyAsync(db, state, gone, startedAtMs, startedAtMs, cancellationToken).ConfigureAwait(false);
        _deleted += gone.Count;
    }

    /// <summary>What is gone, unless so much is gone at once that it looks like a lost right: then nothing, and a failure.</summary>
    private List<Observation> Believed(string source, List<Observation> gone, int seen)
    {
        if (AcceptDeletions || gone.Count <= BelievableLoss || gone.Count <= BelievableShare * (gone.Count + seen))
        {
            return gone;
        }

        _failures[source] = new Bitrix24Error(Bitrix24ErrorKind.AccessDenied, TooMuchGone, $"{gone.Count} of {gone.Count + seen} are not listed any more");
        return [];
    }

    /// <summary>A refusal concerns some people, of whom the cursor keeps who they are; an error the source as a whole.</summary>
    private void NoteFailure(string source, Bitrix24Error? error, Bitrix24Error? refused)
    {
        if (error is not null)
        {
            _failures[source] = error;
        }
        else if (refused is not null)
        {
            _refusals[source] = refused;
        }
    }

    /// <summary>What is gone, without what is of people of whom nothing is told: that tells nothing of what they have.</summary>
    private static async Task<List<Observation>> ExceptOfAsync<T>(
        AddonDbContext db, SyncState state, List<Observation> gone, IReadOnlyCollection<long> people, Func<T, IEnumerable<long>> whose, CancellationToken cancellationToken)
        where T : FactPayload
    {
        if (gone.Count == 0 || people.Count == 0)
        {
            return gone;
        }

        var held = await new FactReader(db, state.Context.Metrics.Days).ByIdAsync<T>(gone[0].Kind, gone.Select(o => o.SourceId), cancellationToken).ConfigureAwait(false);
        var theirs = held.Where(f => whose(f.Data).Any(people.Contains)).Select(f => f.Id).ToHashSet();
        return gone.FindAll(o => !theirs.Contains(o.SourceId));
    }

    /// <summary>The history is read, unless it must be read once more, because somebody can be seen who could not be seen before.</summary>
    private static bool IsComplete(SourceCursorRow? before, ReadingOutcome how, bool isHistory, Bitrix24Error? error) => isHistory
        ? error is null
        : error is not null || !(before?.UnseenPeople ?? []).Except(how.Unseen).Any();

    /// <summary>What a cursor keeps of a source's failure in this run, or null.</summary>
    private string? FailureOf(string source) =>
        _failures.GetValueOrDefault(source) is { } failure ? failure.Code == TooMuchGone ? TooMuchGone : failure.Kind.ToString() : null;

    /// <summary>Records we hold that are not among those the portal has.</summary>
    private static async Task<List<Observation>> GoneAsync(
        AddonDbContext db, FactKind kind, HashSet<long> seen, long occurredFromMs, CancellationToken cancellationToken)
    {
        var held = await db.Facts.Where(f => f.Kind == kind && f.IsCurrent && !f.Deleted && f.OccurredAtMs >= occurredFromMs)
            .Select(f => f.SourceId).ToListAsync(cancellationToken).ConfigureAwait(false);
        return held.Where(id => !seen.Contains(id)).Select(id => new Observation(kind, id, 0, null)).ToList();
    }
}
