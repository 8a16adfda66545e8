using System.Collections.Concurrent;
using System.Data.Common;
using Bitrix24.Client;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Portals;

/// <summary>
/// Keeps the request buckets in the database, so that restarts and several processes share them. While the database does not answer, each
/// process goes on by what it knew last; when the database is back, the fullest of their counts holds.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when the database fails and when it is back.</param>
public sealed partial class RequestBuckets(AddonStorage storage, TimeProvider time, ILogger<RequestBuckets> logger) : IRequestBucketStore
{
    // A call that waits for a busy database waits no longer than for a place or two.
    private const int PatienceSeconds = 1;
    private static readonly TimeSpan PatienceToConnect = TimeSpan.FromSeconds(3);

    // A server that takes connections and does not answer holds the driver much longer: it also asks that server to cancel.
    private static readonly TimeSpan PatienceInAll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _machine = time.OfTheMachine();
    private readonly ConcurrentDictionary<string, BucketState> _known = new(StringComparer.Ordinal);
    private long _failedUntilMs;

    /// <inheritdoc/>
    public bool IsShared => true;

    private TimeSpan Now => TimeSpan.FromMilliseconds(_machine.GetUtcNow().ToUnixTimeMilliseconds());

    /// <inheritdoc/>
    public async ValueTask<TimeSpan> TryTakeAsync(string portal, BucketSize size, int headroom)
    {
        var counted = InMilliseconds(size);
        if (await TryAsync(db => TakeAsync(db, portal, counted, headroom)).ConfigureAwait(false) is { } told)
        {
            return told;
        }

        var now = Now;
        var wait = TimeSpan.Zero;
        _known.AddOrUpdate(portal, _ => Take(default), (_, known) => Take(known));
        return wait;

        BucketState Take(BucketState known)
        {
            (known, wait) = known.Take(now, counted, headroom);
            return known;
        }
    }

    /// <inheritdoc/>
    public async ValueTask FillAsync(string portal, BucketSize size)
    {
        var full = Now + (size.Interval * size.Threshold);
        _known.AddOrUpdate(portal, new BucketState(full, false), (_, known) => known with { EmptyAt = full > known.EmptyAt ? full : known.EmptyAt });

        // If the database does not answer, the next place that is taken brings it there.
        var fullMs = (long)full.TotalMilliseconds;
        await TryAsync(db => db.Database.ExecuteSqlAsync(
            $"""UPDATE request_buckets SET "EmptyAtMs" = {fullMs} WHERE "Host" = {portal} AND "EmptyAtMs" < {fullMs}""")).ConfigureAwait(false);
    }

    private static BucketSize InMilliseconds(BucketSize size) =>
        size with { Interval = TimeSpan.FromMilliseconds(Math.Ceiling(size.Interval.TotalMilliseconds)) };

    /// <summary>The same as <see cref="BucketState.Take"/>, in one statement.</summary>
    private async Task<TimeSpan> TakeAsync(AddonDbContext db, string portal, BucketSize size, int headroom)
    {
        var now = Now;
        var known = _known.GetValueOrDefault(portal).EmptyAt;
        var most = Ms(now + (size.Interval * size.Threshold));
        var start = Math.Min(Ms(known > now ? known : now), most);
        var interval = Ms(size.Interval);
        var limit = Ms(now + BucketState.RoomFor(size, headroom));
        var tight = Ms(now + BucketState.RoomFor(size, Math.Max(headroom, 1)));
        var half = Ms(now + (size.Interval * size.Threshold / 2));
        var full = Ms(now + (size.Interval * (size.Threshold - 1)));
        var ticket = Random.Shared.NextInt64();
        var rows = await db.Set<RequestBucketRow>().FromSql(
            $"""
            INSERT INTO request_buckets ("Host", "EmptyAtMs", "IsSaturated", "Ticket") VALUES ({portal}, {start + interval}, {false}, {ticket})
            ON CONFLICT ("Host") DO UPDATE SET
                "IsSaturated" = (request_buckets."EmptyAtMs" > {half} OR {start} > {half})
                    AND (request_buckets."IsSaturated" OR request_buckets."EmptyAtMs" > {full} OR {start} > {full}),
                "Ticket" = CASE WHEN request_buckets."EmptyAtMs" <= {limit} AND {start} <= {limit}
                        AND ((request_buckets."EmptyAtMs" <= {tight} AND {start} <= {tight})
                            OR NOT (request_buckets."IsSaturated" AND (request_buckets."EmptyAtMs" > {half} OR {start} > {half})))
                    THEN {ticket} ELSE request_buckets."Ticket" END,
                "EmptyAtMs" = CASE WHEN request_buckets."EmptyAtMs" > {start} THEN request_buckets."EmptyAtMs" ELSE {start} END
                    + CASE WHEN request_buckets."EmptyAtMs" <= {limit} AND {start} <= {limit}
                        AND ((request_buckets."EmptyAtMs" <= {tight} AND {start} <= {tight})
                            OR NOT (request_buckets."IsSaturated" AND (request_buckets."EmptyAtMs" > {half} OR {start} > {half})))
                    THEN {interval} ELSE 0 END
            RETURNING "Host", "EmptyAtMs", "IsSaturated", "Ticket"
            """).AsNoTracking().ToListAsync().ConfigureAwait(false);
        var bucket = rows.Single();
        if (bucket.EmptyAtMs > most)
        {
            // The clock was set back, or another machine's goes ahead.
            bucket.EmptyAtMs = most;
            await db.Database.ExecuteSqlAsync(
                $"""UPDATE request_buckets SET "EmptyAtMs" = {most} WHERE "Host" = {portal} AND "EmptyAtMs" > {most}""").ConfigureAwait(false);
        }

        _known[portal] = new BucketState(TimeSpan.FromMilliseconds(bucket.EmptyAtMs), bucket.IsSaturated);
        return bucket.Ticket == ticket ? TimeSpan.Zero : TimeSpan.FromMilliseconds(bucket.EmptyAtMs - (bucket.IsSaturated ? tight : limit));

        static long Ms(TimeSpan instant) => (long)instant.TotalMilliseconds;
    }

    /// <summary>Null when the database does not answer; it is then left alone for a while.</summary>
    private async Task<T?> TryAsync<T>(Func<AddonDbContext, Task<T>> ask)
        where T : struct
    {
        // Nobody has been registered yet: a file that is not there must not come to be by a call.
        if (Now.TotalMilliseconds < Interlocked.Read(ref _failedUntilMs) || (!storage.IsPostgres && !File.Exists(storage.Location)))
        {
            return null;
        }

        try
        {
            var told = await AskAsync(ask).WaitAsync(PatienceInAll, _machine).ConfigureAwait(false);
            if (told is not null && Interlocked.Exchange(ref _failedUntilMs, 0) != 0)
            {
                Log.Back(logger);
            }

            return told;
        }
        catch (Exception failure) when (failure is DbException or TimeoutException or IOException or OperationCanceledException or InvalidOperationException { InnerException: DbException or TimeoutException })
        {
            if (Interlocked.Exchange(ref _failedUntilMs, (long)(Now + BetweenAttempts).TotalMilliseconds) == 0)
            {
                Log.Failed(logger, failure.GetType().Name, failure);
            }

            return null;
        }
    }

    /// <summary>Null when the tables are not those of this version.</summary>
    private async Task<T?> AskAsync<T>(Func<AddonDbContext, Task<T>> ask)
        where T : struct
    {
        await using var db = storage.Open();
        db.Database.SetCommandTimeout(PatienceSeconds);
        using (var patience = new CancellationTokenSource(PatienceToConnect, _machine))
        {
            await db.Database.OpenConnectionAsync(patience.Token).ConfigureAwait(false);
        }

        if (!storage.IsPostgres)
        {
            await db.Database.ExecuteSqlRawAsync($"PRAGMA busy_timeout={PatienceSeconds * 1000}").ConfigureAwait(false);
        }

        return await storage.IsCurrentAsync(db).ConfigureAwait(false) ? await ask(db).ConfigureAwait(false) : null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The database cannot be asked for places in the request buckets ({Kind}): this process counts its requests alone until it can.")]
        public static partial void Failed(ILogger logger, string kind, Exception failure);

        [LoggerMessage(2, LogLevel.Information, "The database can be asked for places in the request buckets again.")]
        public static partial void Back(ILogger logger);
    }
}
