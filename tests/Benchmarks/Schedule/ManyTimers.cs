using System.Runtime.CompilerServices;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Benchmarks.Schedule;

/// <summary>
/// How long three processes on PostgreSQL take to fire timers that are due in the same moment, each once, beside one statement that changes as many rows
/// and one that writes the same effects; and how long the few due ones of many take.
/// </summary>
internal sealed class ManyTimers : IBenchmark
{
    private const int Processes = 3;
    private const int Due = 10_000;
    private const int Portals = 20;
    private const int Rounds = 5;
    private const double Times = 3;
    private const int DueOfMany = 1_000;
    private const int Many = 100_000;
    private const double MostMilliseconds = 100;
    private const string Untouched = "of-nobody";

    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    public string Name => "timers";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("timers-").FullName;
        yield return Sweep("SQLite", await SweepAsync($"Data Source={Path.Combine(folder, "timers.db")}", cancellationToken));
        Directory.Delete(folder, recursive: true);
        var postgres = Environment.GetEnvironmentVariable("TESTS_POSTGRES")
            ?? throw new InvalidOperationException("TESTS_POSTGRES names no PostgreSQL server; tests/bench starts one.");
        yield return Sweep("PostgreSQL", await SweepAsync(await PostgresServer.CreateAsync(postgres, "bench_timers_sweep"), cancellationToken));

        var database = await PostgresServer.CreateAsync(postgres, "bench_timers");
        var storage = await PrepareAsync(database, Portals, cancellationToken);
        var processes = Enumerable.Range(0, Processes).Select(_ => TimerProcess.Start(database)).ToList();

        // Everybody has done it some times before it is measured; the effects of the last time are those that one statement writes.
        for (var round = 0; round < Rounds; round++)
        {
            await FireAsync(storage, Portals, cancellationToken);
        }

        await using (var db = storage.Open())
        {
            await db.Database.ExecuteSqlRawAsync("CREATE TABLE bench_effects AS SELECT * FROM effects", cancellationToken);
        }

        var (ofMany, ofOne) = (new List<(double Fired, double Plain)>(), new List<(double Fired, double Plain)>());
        for (var round = 0; round < Rounds; round++)
        {
            var plain = await ChangeAndInsertAsync(storage, cancellationToken);
            ofMany.Add((await FireAsync(storage, Portals, cancellationToken), plain));
            ofOne.Add((await FireAsync(storage, 1, cancellationToken), plain));
        }

        yield return AtOnce($"{Portals} portals", ofMany);
        yield return AtOnce("one portal", ofOne);
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }
    }

    private Figure Sweep(string database, double milliseconds) =>
        Figure.AtMost($"{Name}/{DueOfMany:#,0} due of {Many:#,0}, {database}", milliseconds, MostMilliseconds, "ms");

    /// <summary>Of the round whose ratio is the median: what was measured one after the other met the same machine.</summary>
    private Figure AtOnce(string whose, List<(double Fired, double Plain)> rounds)
    {
        var (fired, plain) = rounds.OrderBy(r => r.Fired / r.Plain).ElementAt(rounds.Count / 2);
        return Figure.AtMost($"{Name}/{Due:#,0} due at once, {Processes} processes, {whose}", fired, Times * plain, "ms");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<AddonStorage> PrepareAsync(string database, int portals, CancellationToken cancellationToken)
    {
        var storage = new AddonStorage(database);
        await storage.MigrateAsync(cancellationToken);
        for (var number = 1; number <= portals; number++)
        {
            await new PortalRegistry(storage, TimeProvider.System).RegisterAsync($"webhook:{number}", $"{number}.bitrix24.ru", 1, cancellationToken);
        }

        return storage;
    }

    /// <summary>Looks, takes what is due and uses it up, without anything to write; the median of some times.</summary>
    private static async Task<double> SweepAsync(string database, CancellationToken cancellationToken)
    {
        var storage = await PrepareAsync(database, 1, cancellationToken);
        var fired = 0;
        using var timers = new DueTimers(
            storage, [new TimerKind(TimerProcess.Kind, (_, due, _, _) => Task.FromResult(fired += due.Count))], new WorkSignal(), TimeProvider.System, NullLogger<DueTimers>.Instance);
        var leases = new Leases(storage, TimeProvider.System);
        await SetAsync(storage, 1, TimerProcess.Kind, "later", Many - DueOfMany, NowMs + (long)TimeSpan.FromDays(30).TotalMilliseconds, cancellationToken);
        var measured = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            await SetAsync(storage, 1, TimerProcess.Kind, "now", DueOfMany, NowMs, cancellationToken);
            await AnalyseAsync(storage, cancellationToken);
            var began = TimeProvider.System.GetTimestamp();
            foreach (var portalId in await timers.DueAsync(NowMs, cancellationToken))
            {
                await using var held = (await HeldLease.TryTakeAsync(leases, portalId, LeaseNames.Timers, TimeProvider.System, Duration.FromMinutes(1), cancellationToken))!;
                await timers.TurnAsync(portalId, held.Lease, cancellationToken);
            }

            measured.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        return fired == DueOfMany * (Rounds + 1) ? Median(measured[1..]) : throw new InvalidOperationException($"{fired} timers fired in {Rounds + 1} rounds of {DueOfMany}.");
    }

    /// <returns>From the moment they are due until all is committed, in milliseconds.</returns>
    /// <exception cref="InvalidOperationException">A timer fired twice or never.</exception>
    private static async Task<double> FireAsync(AddonStorage storage, int portals, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        await db.Database.ExecuteSqlRawAsync("TRUNCATE effects", cancellationToken);
        var due = TimeProvider.System.GetUtcNow() + Ahead;
        for (var portalId = 1; portalId <= portals; portalId++)
        {
            await SetAsync(storage, portalId, TimerProcess.Kind, $"deal:{portalId}", Due / portals, due.ToUnixTimeMilliseconds(), cancellationToken);
        }

        await AnalyseAsync(storage, cancellationToken);
        if (TimeProvider.System.GetUtcNow() is var now && now > due)
        {
            throw new InvalidOperationException($"Setting the timers took {(now - due + Ahead).TotalSeconds:0.0} s.");
        }

        await Task.Delay(due - now, TimeProvider.System, cancellationToken);
        while (await CountAsync(db, "SELECT count(*) AS \"Value\" FROM (SELECT 1 FROM timers LIMIT 1) AS left_over", cancellationToken) > 0)
        {
            if (TimeProvider.System.GetUtcNow() - due > Patience)
            {
                throw new InvalidOperationException("Timers were not fired.");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }

        var taken = (TimeProvider.System.GetUtcNow() - due).TotalMilliseconds;
        var effects = await CountAsync(db, "SELECT count(*) AS \"Value\" FROM effects", cancellationToken);
        var subjects = await CountAsync(db, "SELECT count(DISTINCT (\"PortalId\", \"Subject\")) AS \"Value\" FROM effects", cancellationToken);
        return (effects, subjects) == (Due, Due) ? taken : throw new InvalidOperationException($"{Due} timers left {effects} effects of {subjects} subjects.");
    }

    /// <summary>One statement that changes as many timers, one that inserts the same effects, one commit.</summary>
    private static async Task<double> ChangeAndInsertAsync(AddonStorage storage, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        await db.Database.ExecuteSqlRawAsync("TRUNCATE effects", cancellationToken);
        for (var portalId = 1; portalId <= Portals; portalId++)
        {
            await SetAsync(storage, portalId, Untouched, $"deal:{portalId}", Due / Portals, NowMs, cancellationToken);
        }

        await AnalyseAsync(storage, cancellationToken);
        var began = TimeProvider.System.GetTimestamp();
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            var changed = await db.Database.ExecuteSqlAsync(
                $"""UPDATE timers SET "NotBeforeMs" = "NotBeforeMs" + 1, "Attempts" = 1 WHERE "NotBeforeMs" <= {NowMs}""", cancellationToken);
            var inserted = await db.Database.ExecuteSqlRawAsync("INSERT INTO effects SELECT * FROM bench_effects", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            if ((changed, inserted) != (Due, Due))
            {
                throw new InvalidOperationException($"{changed} rows were changed and {inserted} inserted.");
            }
        }

        var taken = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        await db.Database.ExecuteSqlRawAsync("TRUNCATE timers", cancellationToken);
        return taken;
    }

    private static async Task SetAsync(AddonStorage storage, int portalId, string kind, string subject, int count, long dueAtMs, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        await using var transaction = await db.BeginWriteAsync(cancellationToken);
        await Timers.SetAsync(db, [.. Enumerable.Range(0, count).Select(number => new SubjectTimer(kind, $"{subject}:{number}", dueAtMs))], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>As the database does by itself from time to time.</summary>
    private static async Task AnalyseAsync(AddonStorage storage, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        await db.Database.ExecuteSqlRawAsync(db.Database.IsNpgsql() ? "VACUUM ANALYZE timers" : "ANALYZE timers", cancellationToken);
    }

    private static Task<long> CountAsync(AddonDbContext db, string sql, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<long>(sql).SingleAsync(cancellationToken);

    private static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
