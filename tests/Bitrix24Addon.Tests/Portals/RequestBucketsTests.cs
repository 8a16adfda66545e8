using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Bitrix24.Client;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Tests.Portals;

/// <summary>One request bucket for all processes, kept in the database.</summary>
public sealed class RequestBucketsTests
{
    private const string Portal = "company.example.com";
    private static readonly BucketSize Size = new(TimeSpan.FromMilliseconds(500), 50);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 18, 9, 0, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Four_processes_at_once_take_no_more_places_than_there_are(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = await MigratedAsync(database);
        var log = new Warnings();
        var waits = new ConcurrentBag<TimeSpan>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                var buckets = new RequestBuckets(storage, _clock, log);
                for (var request = 0; request < 20; request++)
                {
                    waits.Add(await buckets.TryTakeAsync(Portal, Size, 0));
                }
            },
            Stop)));

        Assert.Empty(log);
        Assert.Equal(50, waits.Count(wait => wait == TimeSpan.Zero));

        // Full, and one place is kept from now on.
        Assert.All(waits.Where(wait => wait > TimeSpan.Zero), wait => Assert.Equal(1, wait.TotalSeconds));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, await new RequestBuckets(storage, _clock, log).TryTakeAsync(Portal, Size, 0));
        Assert.Equal(0.5, (await new RequestBuckets(storage, _clock, log).TryTakeAsync(Portal, Size, 0)).TotalSeconds);
        Assert.Equal(TimeSpan.Zero, await new RequestBuckets(storage, _clock, log).TryTakeAsync("other.example.com", Size, 0));
    }

    [Theory, EveryDatabase]
    public async Task It_counts_like_the_bucket_in_memory(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var buckets = new RequestBuckets(await MigratedAsync(database), _clock, new Warnings());
        var memory = new RequestBucketsInMemory(_clock);
        var random = new Random(4);
        foreach (var (step, size) in Enumerable.Range(0, 400).Select(step => (step, random.Next(3) == 0 ? Size : Size with { Threshold = 8 })))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(3000) : 0));
            if (random.Next(60) == 0)
            {
                await buckets.FillAsync(Portal, size);
                await memory.FillAsync(Portal, size);
            }

            var headroom = random.Next(3);
            Assert.Equal((step, await memory.TryTakeAsync(Portal, size, headroom)), (step, await buckets.TryTakeAsync(Portal, size, headroom)));
        }
    }

    [Theory, EveryDatabase]
    public async Task A_refusal_fills_the_bucket_of_every_process(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = await MigratedAsync(database);
        var (one, other) = (new RequestBuckets(storage, _clock, new Warnings()), new RequestBuckets(storage, _clock, new Warnings()));
        Assert.Equal(TimeSpan.Zero, await other.TryTakeAsync(Portal, Size, 0));

        await one.FillAsync(Portal, Size);

        Assert.Equal(1, (await other.TryTakeAsync(Portal, Size, 0)).TotalSeconds);
    }

    [Theory, EveryDatabase]
    public async Task A_database_that_fails_stops_no_call_is_reported_once_and_learns_what_was_taken_meanwhile(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = await MigratedAsync(database);
        var log = new Warnings();
        var buckets = new RequestBuckets(storage, _clock, log);
        for (var request = 0; request < 10; request++)
        {
            await buckets.TryTakeAsync(Portal, Size, 0);
        }

        await RunAsync(storage, "ALTER TABLE request_buckets RENAME TO elsewhere");
        for (var request = 0; request < 40; request++)
        {
            Assert.Equal(TimeSpan.Zero, await buckets.TryTakeAsync(Portal, Size, 0));
        }

        Assert.Equal(1, (await buckets.TryTakeAsync(Portal, Size, 0)).TotalSeconds);
        Assert.Single(log);
        await RunAsync(storage, "ALTER TABLE elsewhere RENAME TO request_buckets");
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.Zero, await buckets.TryTakeAsync(Portal, Size, 0));

        // Forty were taken when the database was gone; twenty drained.
        await using var db = storage.Open();
        var emptyAt = (await db.Set<RequestBucketRow>().SingleAsync(Stop)).EmptyAtMs;
        Assert.Equal(31 * 500, emptyAt - _clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_database_that_is_locked_stops_no_call()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var storage = await MigratedAsync(database);
        var log = new Warnings();
        await using var db = storage.Open();
        await using var writer = await db.Database.BeginTransactionAsync(Stop);
        await db.Database.ExecuteSqlRawAsync("""INSERT INTO request_buckets ("Host", "EmptyAtMs", "IsSaturated", "Ticket") VALUES ('x', 0, 0, 0)""", Stop);

        Assert.Equal(TimeSpan.Zero, await new RequestBuckets(storage, _clock, log).TryTakeAsync(Portal, Size, 0));
        Assert.Single(log);
    }

    [Fact]
    public async Task A_database_that_does_not_take_the_connection_costs_a_few_seconds_and_is_then_left_alone()
    {
        // Nobody is let in, and there is no room for more to stand before the door.
        using var door = new TcpListener(IPAddress.Loopback, 0);
        door.Start(1);
        var port = ((IPEndPoint)door.LocalEndpoint).Port;
        var crowd = Enumerable.Range(0, 8).Select(_ => new TcpClient()).ToList();
        crowd.ForEach(client => _ = client.ConnectAsync(IPAddress.Loopback, port, Stop).AsTask());
        var log = new Warnings();
        var buckets = new RequestBuckets(new AddonStorage($"Host=127.0.0.1;Port={port};Database=x;Username=x;Password=x;Timeout=600"), _clock, log);

        var taking = buckets.TryTakeAsync(Portal, Size, 0).AsTask();
        Assert.False(taking.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.Zero, await taking.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.Single(log);

        // Counted from the end of the attempt.
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.True(buckets.TryTakeAsync(Portal, Size, 0).AsTask().IsCompletedSuccessfully);
        crowd.ForEach(client => client.Dispose());
    }

    [Theory, EveryDatabase]
    public async Task A_machine_whose_clock_goes_ahead_leaves_a_full_bucket_and_not_hours_of_waiting(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = await MigratedAsync(database);
        var ahead = new FakeTimeProvider(_clock.GetUtcNow().AddHours(2));
        await new RequestBuckets(storage, ahead, new Warnings()).TryTakeAsync(Portal, Size, 0);
        var buckets = new RequestBuckets(storage, _clock, new Warnings());

        Assert.Equal(1, (await buckets.TryTakeAsync(Portal, Size, 0)).TotalSeconds);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, await buckets.TryTakeAsync(Portal, Size, 0));
    }

    [Fact]
    public async Task A_call_before_the_first_registration_makes_no_database()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.db");
        var log = new Warnings();

        Assert.Equal(TimeSpan.Zero, await new RequestBuckets(new AddonStorage($"Data Source={file}"), _clock, log).TryTakeAsync(Portal, Size, 0));

        Assert.False(File.Exists(file));
        Assert.Empty(log);
    }

    [Fact]
    public async Task The_plan_that_app_info_told_decides_the_limits_of_every_process()
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        portal.Bitrix24.LicenseFamily = "ent";
        await portal.Process<Admission>().RefreshStatusAsync(portal.Row, Stop);

        var client = await portal.Process<PortalClients>().ForAsync(portal.Row, Stop);

        Assert.Equal(new BucketSize(TimeSpan.FromMilliseconds(200), 250), client!.Bucket.Size);
    }

    [Fact]
    public async Task The_bucket_goes_by_the_machine_s_time()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var storage = await MigratedAsync(database);
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        await new RequestBuckets(storage, new SharedClock(_clock, 60), new Warnings()).TryTakeAsync(Portal, Size, 0);

        await using var db = storage.Open();
        Assert.InRange((await db.Set<RequestBucketRow>().SingleAsync(Stop)).EmptyAtMs, before, before + 60_000);
    }

    private static async Task<AddonStorage> MigratedAsync(DatabaseUnderTest database)
    {
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        return storage;
    }

    private static async Task RunAsync(AddonStorage storage, string sql)
    {
        await using var db = storage.Open();
        await db.Database.ExecuteSqlRawAsync(sql, Stop);
    }

    /// <summary>What was logged as a warning.</summary>
    private sealed class Warnings : ConcurrentBag<string>, ILogger<RequestBuckets>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Add(formatter(state, exception));
            }
        }
    }
}
