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

/// <content>What cannot be read as plain lists: older stages of touched objects, working days, and what is gone.</content>
public sealed partial class PortalSync
{
    private const int OwnersPerQuery = 200;
    private const int RecordsPerPage = 50;

    // Working days are corrected by hand afterwards; later runs read this much again.
    private static readonly Duration WorkDayWindow = Duration.FromDays(31);

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
            foreach (var source in Sources.All.Where(s => s.Kind is FactKind.LeadStage or FactKind.DealStage))
            {
                var moves = await new FactReader(db, state.Context.Metrics.Days).AllAsync<StageFact>(source.Kind, cancellationToken)
                    .ConfigureAwait(false);
                var owners = moves.GroupBy(m => m.Data.OwnerId).Where(g => g.All(m => m.Data.TypeId != 1)).Select(g => g.Key);
                queries.AddRange(owners.Chunk(OwnersPerQuery).Select((chunk, index) => source.List with
                {
                    Key = $"{source.Name}:{index}",
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
            ? state.Context.Portal.HistorySinceMs ?? 0
            : (cursor!.ReadThroughMs ?? 0) - (long)WorkDayWindow.TotalMilliseconds;
        var from = DateTimeOffset.FromUnixTimeMilliseconds(fromMs).ToOffset(TimeSpan.FromHours(3));
        var to = DateTimeOffset.FromUnixTimeMilliseconds(state.ServerTimeMs).ToOffset(TimeSpan.FromHours(3)).AddDays(1);

        await using var db = storage.Open(state.PortalId);
        var users = await db.Facts.Where(f => f.Kind == FactKind.User && f.IsCurrent && !f.Deleted).Select(f => f.SourceId)
            .OrderBy(id => id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var readStartedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (observations, error) = await ReadRecordsAsync(users, from, to, progress, cancellationToken).ConfigureAwait(false);

        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        if (error is not null)
        {
            _failures[Sources.WorkDays] = error;
        }
        else if (!isHistory)
        {
            var seen = observations.Select(o => o.SourceId).ToHashSet();
            observations.AddRange(await GoneAsync(db, FactKind.WorkDay, seen, fromMs, cancellationToken).ConfigureAwait(false));
        }

        await ApplyAsync(db, state, observations, readStartedAtMs, isHistory ? null : readStartedAtMs, cancellationToken).ConfigureAwait(false);
        await SaveCursorAsync(
            db,
            new SourceCursorRow
            {
                Source = Sources.WorkDays,
                Complete = !isHistory || error is null,
                ReadThroughMs = error is null ? state.ServerTimeMs : cursor?.ReadThroughMs,
                Failure = error?.Kind.ToString(),
            },
            cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report(new SyncProgress(Sources.WorkDays, _rows.GetValueOrDefault(Sources.WorkDays), 1));
    }

    /// <summary>Records of many users: the method takes one user, so pages of many users share a batch.</summary>
    private async Task<(List<Observation> Observations, Bitrix24Error? Error)> ReadRecordsAsync(
        List<long> users, DateTimeOffset from, DateTimeOffset to, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var observations = new List<Observation>();
        var pending = new Queue<(long UserId, int Page)>(users.Select(id => (id, 1)));
        var done = 0;
        while (pending.Count > 0)
        {
            var asked = Enumerable.Range(0, Math.Min(pending.Count, Bitrix24Client.MaxBatchCommands)).Select(_ => pending.Dequeue()).ToList();
            IReadOnlyList<CommandOutcome> outcomes;
            try
            {
                outcomes = await client.BatchV3Async(
                    asked.ConvertAll(a => TimemanMethods.ListRecords(a.UserId, from, to, a.Page, RecordsPerPage)), cancellationToken).ConfigureAwait(false);
            }
            catch (Bitrix24Exception refused) when (IsRefusalOfMethod(refused.Error.Kind))
            {
                return (observations, refused.Error);
            }

            foreach (var (question, outcome) in asked.Zip(outcomes))
            {
                if (outcome.Answer is not { } answer)
                {
                    return (observations, outcome.Error ?? new Bitrix24Error(Bitrix24ErrorKind.CommandNotRun, "", ""));
                }

                var records = answer.Result.AsList(Bitrix24JsonContext.Default.WorkingDayRecord, "items");
                observations.AddRange(records.Select(Rows.WorkDay).OfType<Observation>());
                _rows[Sources.WorkDays] = _rows.GetValueOrDefault(Sources.WorkDays) + records.Count;
                if (records.Count >= RecordsPerPage)
                {
                    pending.Enqueue((question.UserId, question.Page + 1));
                }
                else
                {
                    done++;
                }
            }

            progress?.Report(new SyncProgress(Sources.WorkDays, _rows.GetValueOrDefault(Sources.WorkDays), (double)done / users.Count));
        }

        return (observations, null);
    }

    /// <summary>The portal will not let us have it, however often we ask; other lists can still be read.</summary>
    private static bool IsRefusalOfMethod(Bitrix24ErrorKind kind) => kind is Bitrix24ErrorKind.InsufficientScope
        or Bitrix24ErrorKind.AccessDenied or Bitrix24ErrorKind.MethodNotFound or Bitrix24ErrorKind.WrongAuthorisationType;

    /// <summary>Compares ids, not rows: what we hold and the portal no longer lists is gone.</summary>
    private async Task FindDeletedAsync(SyncState state, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        FactKind[] kinds = [FactKind.Lead, FactKind.Deal, FactKind.Quote, FactKind.Task, FactKind.Activity, FactKind.Call];
        var sources = Sources.All.Where(s => kinds.Contains(s.Kind) && !_failures.ContainsKey(s.Name)).ToDictionary(s => s.Name);
        var startedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var seen = sources.Keys.ToDictionary(name => name, _ => new HashSet<long>());
        var complete = new HashSet<string>();
        await foreach (var batch in new PooledListReader(client).ReadAsync(
            [.. sources.Values.Select(s => s.Ids(0))], cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            foreach (var page in batch.Pages)
            {
                var idField = sources[page.QueryKey].List.List.IdRowField;
                seen[page.QueryKey].UnionWith(page.Rows.Select(row => Rows.Id(row, idField)));
                if (page is { IsLast: true, Error: null })
                {
                    complete.Add(page.QueryKey);
                }

                progress?.Report(new SyncProgress(page.QueryKey, seen[page.QueryKey].Count, page.IsLast ? 1 : SyncState.FractionOf(page)));
            }
        }

        await using var db = storage.Open(state.PortalId);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        foreach (var name in complete)
        {
            var gone = await GoneAsync(db, sources[name].Kind, seen[name], 0, cancellationToken).ConfigureAwait(false);
            await ApplyAsync(db, state, gone, startedAtMs, startedAtMs, cancellationToken).ConfigureAwait(false);
            _deleted += gone.Count;
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records we hold that are not among those the portal has.</summary>
    private static async Task<List<Observation>> GoneAsync(
        AddonDbContext db, FactKind kind, HashSet<long> seen, long occurredFromMs, CancellationToken cancellationToken)
    {
        var held = await db.Facts.Where(f => f.Kind == kind && f.IsCurrent && !f.Deleted && f.OccurredAtMs >= occurredFromMs)
            .Select(f => f.SourceId).ToListAsync(cancellationToken).ConfigureAwait(false);
        return held.Where(id => !seen.Contains(id)).Select(id => new Observation(kind, id, 0, null)).ToList();
    }
}
