using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Globalization;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Tests.Inbox;

public sealed class InboxGroupCommitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Posts_that_come_during_a_commit_share_the_next(DatabaseKind kind)
    {
        await using var inbox = await InboxUnderTest.StartAsync(kind);
        var sizes = new ConcurrentQueue<int>();
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == InboxGroupCommit.CommitPosts)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meter.SetMeasurementEventCallback<int>((_, posts, _, _) => sizes.Enqueue(posts));
        meter.Start();
        await using var block = await inbox.BlockAsync();
        var written = Enumerable.Range(0, 100).Select(post => inbox.Mark(1 + (post % 2), 10 + (post % 20))).ToList();
        Assert.DoesNotContain(written, task => task.IsCompleted);

        await block.DisposeAsync();
        await Task.WhenAll(written).WaitAsync(Stop);

        // What had come when the first commit began, and all others.
        Assert.Equal(100, sizes.Sum());
        Assert.InRange(sizes.Count, 1, 2);
        Assert.Equal([.. Enumerable.Range(10, 20).Select(id => $"{1 + (id % 2)} Deal {id} x5").Order(StringComparer.Ordinal)], await inbox.RowsAsync());
    }

    [Theory, EveryDatabase]
    public async Task It_is_settled_when_nothing_waits_to_be_written_not_even_what_failed_before(DatabaseKind kind)
    {
        await using var inbox = await InboxUnderTest.StartAsync(kind);
        Assert.True(inbox.Commit.SettledAsync().IsCompleted);
        var block = await inbox.BlockAsync();
        var first = inbox.Mark(1, 10);
        var settled = inbox.Commit.SettledAsync();
        var second = inbox.Mark(1, 11);

        Assert.False(settled.IsCompleted);
        await block.DisposeAsync();
        await settled.WaitAsync(Stop);
        Assert.True(first.IsCompletedSuccessfully && second.IsCompletedSuccessfully);
        Assert.Equal(["1 Deal 10 x1", "1 Deal 11 x1"], await inbox.RowsAsync());

        await inbox.ExecuteAsync("ALTER TABLE inbox RENAME TO lost");
        await Assert.ThrowsAnyAsync<DbException>(() => inbox.Mark(1, 12).WaitAsync(Stop));
        settled = inbox.Commit.SettledAsync();
        Assert.False(settled.IsCompleted);
        await inbox.ExecuteAsync("ALTER TABLE lost RENAME TO inbox");
        while (!settled.IsCompleted)
        {
            // It waits between attempts as soon as it has failed.
            inbox.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(["1 Deal 10 x1", "1 Deal 11 x1", "1 Deal 12 x1"], await inbox.RowsAsync());
    }

    [Theory, EveryDatabase]
    public async Task What_finds_the_queue_full_is_refused_at_once_until_there_is_room(DatabaseKind kind)
    {
        await using var inbox = await InboxUnderTest.StartAsync(kind);
        await using var block = await inbox.BlockAsync();
        var written = Enumerable.Range(1, InboxGroupCommit.Capacity).Select(id => inbox.Mark(1, id)).ToList();

        Assert.Null(inbox.Commit.TryMark(1, [new InboxMark(InboxKind.Deal, "9999")]));

        await block.DisposeAsync();
        await Task.WhenAll(written).WaitAsync(Stop);
        await inbox.Mark(1, 9999).WaitAsync(Stop);
        Assert.Equal(InboxGroupCommit.Capacity + 1, (await inbox.RowsAsync()).Count);
    }

    [Theory, EveryDatabase]
    public async Task What_a_failing_database_could_not_store_is_stored_when_it_is_back(DatabaseKind kind)
    {
        await using var inbox = await InboxUnderTest.StartAsync(kind);
        await inbox.ExecuteAsync("ALTER TABLE inbox RENAME TO lost");

        await Assert.ThrowsAnyAsync<DbException>(() => inbox.Mark(1, 5).WaitAsync(Stop));

        await inbox.ExecuteAsync("ALTER TABLE lost RENAME TO inbox");
        var later = inbox.Mark(1, 6);
        while (!later.IsCompleted)
        {
            inbox.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await later;
        Assert.Equal(["1 Deal 5 x1", "1 Deal 6 x1"], await inbox.RowsAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_portal_that_was_erased_meanwhile_does_not_hold_up_the_others(DatabaseKind kind)
    {
        await using var inbox = await InboxUnderTest.StartAsync(kind);
        await using var block = await inbox.BlockAsync();
        var first = inbox.Mark(1, 1);
        var gone = inbox.Mark(77, 1);

        await block.DisposeAsync();
        await Task.WhenAll(first, gone).WaitAsync(Stop);

        Assert.Equal(["1 Deal 1 x1"], await inbox.RowsAsync());
    }

    /// <summary>A database with two portals, and what stores into it.</summary>
    private sealed class InboxUnderTest : IAsyncDisposable
    {
        private readonly DatabaseUnderTest _database;

        private InboxUnderTest(DatabaseUnderTest database)
        {
            _database = database;
            Storage = new AddonStorage(database.ConnectionString);
            Commit = new InboxGroupCommit(Storage, Clock);
        }

        public FakeTimeProvider Clock { get; } = new(DateTimeOffset.Parse("2026-03-18T09:00:00Z", CultureInfo.InvariantCulture));

        public AddonStorage Storage { get; }

        public InboxGroupCommit Commit { get; }

        public static async Task<InboxUnderTest> StartAsync(DatabaseKind kind)
        {
            var inbox = new InboxUnderTest(await DatabaseUnderTest.CreateAsync(kind));
            await inbox.Storage.MigrateAsync(Stop);
            await using var db = inbox.Storage.Open();
            db.AddRange(new PortalRow { Id = 1, Key = "a", Host = "a.bitrix24.ru", PhoneKey = [] }, new PortalRow { Id = 2, Key = "b", Host = "b.bitrix24.ru", PhoneKey = [] });
            await db.SaveChangesAsync(Stop);
            return inbox;
        }

        public Task Mark(int portalId, int dealId) =>
            Commit.TryMark(portalId, [new InboxMark(InboxKind.Deal, dealId.ToString(CultureInfo.InvariantCulture))])!;

        /// <summary>Lets nobody write until it is disposed.</summary>
        public async Task<DbTransaction> BlockAsync()
        {
            var transaction = await (await _database.OpenAsync()).BeginTransactionAsync(Stop);
            await using var command = transaction.Connection!.CreateCommand();
            (command.Transaction, command.CommandText) = (transaction, "UPDATE portals SET \"Host\" = \"Host\"");
            if (_database.Kind == DatabaseKind.Postgres)
            {
                command.CommandText = "LOCK TABLE inbox";
            }

            await command.ExecuteNonQueryAsync(Stop);
            return transaction;
        }

        public async Task ExecuteAsync(string sql)
        {
            await using var connection = await _database.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(Stop);
        }

        public async Task<List<string>> RowsAsync()
        {
            await using var db = Storage.Open();
            var rows = await db.Inbox.IgnoreQueryFilters().AsNoTracking().ToListAsync(Stop);
            return [.. rows.Select(row => $"{row.PortalId} {row.Kind} {row.Key} x{row.Generation}").Order(StringComparer.Ordinal)];
        }

        public ValueTask DisposeAsync() => _database.DisposeAsync();
    }
}
