using System.Globalization;
using System.Net;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>A database that cannot be written for a while: the doors say so, nothing is half-written, and all goes on by itself afterwards.</summary>
public sealed class StorageTroubleTests
{
    private const int MostPosts = 500;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_told_and_what_it_held_up_is_stored_when_there_is_room()
    {
        await using var addon = await ServedAddon.StartAsync();
        await addon.InstallAsync();
        await LimitPagesAsync(addon, 1);
        var posted = 0;
        HttpStatusCode status;
        do
        {
            Assert.True(posted < MostPosts, "The disk is not full.");
            (status, _) = await addon.PostAsync("events", Call(addon, posted++));
        }
        while (status == HttpStatusCode.OK);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "StorageFailed"), (status, ServedAddon.Verdicts.Last()));

        // What was accepted is there, whole; what was refused is not.
        var calls = (await addon.MarksAsync()).FindAll(mark => mark.StartsWith(nameof(InboxKind.Call), StringComparison.Ordinal));
        Assert.Equal(posted - 1, calls.Count);
        Assert.All(calls, mark => Assert.EndsWith(" x1", mark, StringComparison.Ordinal));

        await LimitPagesAsync(addon, uint.MaxValue - 1);
        Assert.Equal(HttpStatusCode.OK, (await addon.PostAsync("events", Call(addon, posted++))).Status);
        await addon.UntilAsync(async db => await db.Inbox.CountAsync(i => i.Kind == InboxKind.Call, Stop) == posted);
    }

    /// <summary>What passes by itself the framework wraps once more.</summary>
    [Theory]
    [InlineData(1, HttpStatusCode.OK, "Installed")]
    [InlineData(2, HttpStatusCode.ServiceUnavailable, "StorageFailed")]
    public async Task An_installation_is_tried_once_more_after_a_passing_failure(int failures, HttpStatusCode status, string verdict)
    {
        Assert.SkipUnless(DatabaseUnderTest.HasPostgres, "needs PostgreSQL: run tests/run, or set TESTS_POSTGRES");
        await using var addon = await ServedAddon.StartAsync(DatabaseKind.Postgres);
        await using (var db = addon.Storage.Open())
        {
            // A sequence is not rolled back.
#pragma warning disable EF1002 // The number is this test's own.
            await db.Database.ExecuteSqlRawAsync(
                $"""
                CREATE SEQUENCE attempts;
                CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN IF nextval('attempts') <= {failures} THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$;
                CREATE TRIGGER failing BEFORE INSERT ON portals FOR EACH ROW EXECUTE FUNCTION fail()
                """,
                Stop);
#pragma warning restore EF1002
        }

        Assert.Equal(status, (await addon.PostAsync("install", addon.Install())).Status);
        Assert.Equal(verdict, ServedAddon.Verdicts.Last());
    }

    [Fact]
    public async Task A_database_that_a_stranger_keeps_locked_is_waited_for()
    {
        // Thirty seconds unless the connection string says otherwise.
        await using var addon = await ServedAddon.StartAsync(
            connection => connection + ";Default Timeout=1", ("App:BackgroundWork", "true"), ("App:PublicUrl", "https://addon.example.com/"));
        await addon.InstallAsync();
        await using (var stranger = new SqliteConnection(addon.ConnectionString))
        {
            await stranger.OpenAsync(Stop);
            await ExecuteAsync(stranger, "BEGIN IMMEDIATE");

            var (status, _) = await addon.PostAsync("events", Call(addon, 1));

            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.DoesNotContain(await addon.MarksAsync(), mark => mark.StartsWith(nameof(InboxKind.Call), StringComparison.Ordinal));
            await ExecuteAsync(stranger, "ROLLBACK");
        }

        // The mark that was not stored in time, and the work that could not note what it did.
        await addon.UntilAsync(db => db.Inbox.AnyAsync(i => i.Kind == InboxKind.Call, Stop));
        await addon.UntilAsync(db => db.Portals.AnyAsync(p => p.HistoryStartedAtMs != null, Stop));
        Assert.Equal(HttpStatusCode.OK, (await addon.GetAsync("health/ready")).Status);
    }

    private static string Call(ServedAddon addon, int number) => addon.Event(
        "ONVOXIMPLANTCALLEND", $"data[CALL_ID]=call{number.ToString(CultureInfo.InvariantCulture).PadLeft(100, '0')}&data[CALL_TYPE]=1");

    /// <summary>The connections that the program takes from the pool may make the file no larger: SQLite says then what it says on a full disk.</summary>
    private static async Task LimitPagesAsync(ServedAddon addon, uint pages)
    {
        var connections = Enumerable.Range(0, 20).Select(_ => addon.Storage.Open()).ToList();
        foreach (var db in connections)
        {
            await db.Database.OpenConnectionAsync(Stop);
        }

        foreach (var db in connections)
        {
            await db.Database.ExecuteSqlRawAsync(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count={pages}"), Stop);
            await db.DisposeAsync();
        }
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}
