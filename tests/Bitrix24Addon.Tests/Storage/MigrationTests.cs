using System.Data.Common;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Bitrix24Addon.Tests.Storage;

public sealed class MigrationTests
{
    private const string Later = "99991231235959_Later";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task The_migrations_make_the_model(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var db = new AddonStorage(database.ConnectionString).Open();

        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Theory, EveryDatabase]
    public async Task Migrating_twice_is_harmless(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var portal = await new PortalRegistry(storage, new FakeTimeProvider()).RegisterAsync("webhook:a", "a", 1, Stop);
        var before = await SchemaAsync(database);

        await storage.MigrateAsync(Stop);

        Assert.Equal(before, await SchemaAsync(database));
        Assert.Contains("table facts", before);
        Assert.Equal(portal.Id, (await new PortalRegistry(storage, new FakeTimeProvider()).FindAsync("webhook:a", Stop))!.Id);
    }

    [Theory, EveryDatabase]
    public async Task Three_processes_that_start_at_once_make_the_tables_once(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => new AddonStorage(database.ConnectionString).MigrateAsync(Stop), Stop)));

        await using var db = new AddonStorage(database.ConnectionString).Open();
        Assert.Equal(db.Database.GetMigrations(), await db.Database.GetAppliedMigrationsAsync(Stop));
        Assert.Contains("table facts", await SchemaAsync(database));
    }

    [Theory, EveryDatabase]
    public async Task Processes_that_start_at_once_without_a_database_make_it_once(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        if (kind == DatabaseKind.Postgres)
        {
            await using var db = new AddonStorage(database.ConnectionString).Open();
            await db.Database.EnsureDeletedAsync(Stop);
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => new AddonStorage(database.ConnectionString).MigrateAsync(Stop), Stop)));

        Assert.Contains("table facts", await SchemaAsync(database));
    }

    [Fact]
    public async Task A_database_that_another_process_has_just_made_is_not_made_again()
    {
        Assert.SkipUnless(DatabaseUnderTest.HasPostgres, "needs PostgreSQL: run tests/run, or set TESTS_POSTGRES");
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Postgres);

        // It cannot be connected to, as one that is being made, and is there when we come to make it.
        await using (var server = new NpgsqlConnection(DatabaseUnderTest.PostgresServer))
        {
            await server.OpenAsync(Stop);
            await using var command = Command(server, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database.ConnectionString).Database} ALLOW_CONNECTIONS false");
            await command.ExecuteNonQueryAsync(Stop);
        }

        var refused = await Assert.ThrowsAsync<ProblemException>(() => new AddonStorage(database.ConnectionString).MigrateAsync(Stop));

        Assert.Equal(PostgresErrorCodes.ObjectNotInPrerequisiteState, Assert.IsType<PostgresException>(refused.InnerException).SqlState);
    }

    [Fact]
    public async Task A_turn_that_could_not_begin_keeps_nobody_waiting()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var storage = new AddonStorage(database.ConnectionString);
        await ExecuteAsync(database, """CREATE VIEW "__EFMigrationsLock" AS SELECT 1""");
        Assert.Equal("Storage.unreachable", (await Assert.ThrowsAsync<ProblemException>(() => storage.MigrateAsync(Stop))).TextKey);
        await using (File.Open(storage.Location + "-migrating", FileMode.Open, FileAccess.Write, FileShare.None))
        {
            // Nobody holds it any more.
        }

        await ExecuteAsync(database, """DROP VIEW "__EFMigrationsLock" """);
        await storage.MigrateAsync(Stop).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Stop);

        Assert.Contains("table facts", await SchemaAsync(database));
    }

    /// <summary>On SQLite the framework notes in a row that somebody migrates, and nobody removes it when that process is killed.</summary>
    [Fact]
    public async Task A_process_that_was_killed_while_it_migrated_keeps_nobody_from_starting()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var storage = new AddonStorage(database.ConnectionString);
        await ExecuteAsync(database, """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL)""");
        await ExecuteAsync(database, """INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-03-18 09:00:00+00:00')""");

        await storage.MigrateAsync(Stop).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Stop);

        Assert.Contains("table facts", await SchemaAsync(database));
    }

    [Theory, EveryDatabase]
    public async Task A_database_that_a_newer_program_wrote_is_refused(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        await ExecuteAsync(database, $"""INSERT INTO "__EFMigrationsHistory" VALUES ('{Later}', '99.0.0')""");

        await IsRefusedUnchangedAsync(database, storage);
    }

    [Theory, EveryDatabase]
    public async Task A_newer_database_that_lacks_our_tables_does_not_get_them(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await ExecuteAsync(database, """CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL PRIMARY KEY, "ProductVersion" TEXT NOT NULL)""");
        await ExecuteAsync(database, $"""INSERT INTO "__EFMigrationsHistory" VALUES ('{Later}', '99.0.0')""");

        await IsRefusedUnchangedAsync(database, new AddonStorage(database.ConnectionString));
    }

    private static async Task IsRefusedUnchangedAsync(DatabaseUnderTest database, AddonStorage storage)
    {
        var before = await SchemaAsync(database);

        var refused = await Assert.ThrowsAsync<ProblemException>(() => storage.MigrateAsync(Stop));

        Assert.Equal(("Storage.newer", Later), (refused.TextKey, refused.Arguments[1]));
        Assert.Equal(before, await SchemaAsync(database));
    }

    /// <summary>Tables, indexes and applied migrations.</summary>
    private static async Task<List<string>> SchemaAsync(DatabaseUnderTest database)
    {
        var objects = database.Kind == DatabaseKind.Sqlite
            ? "SELECT type || ' ' || name FROM sqlite_master"
            : """
                SELECT 'table ' || tablename FROM pg_tables WHERE schemaname = 'public'
                UNION ALL SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'
                """;
        await using var connection = await database.OpenAsync();
        var found = new List<string>();
        foreach (var sql in new[] { objects, """SELECT 'migration ' || "MigrationId" FROM "__EFMigrationsHistory" """ })
        {
            await using var command = Command(connection, sql);
            await using var reader = await command.ExecuteReaderAsync(Stop);
            while (await reader.ReadAsync(Stop))
            {
                found.Add(reader.GetString(0));
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static async Task ExecuteAsync(DatabaseUnderTest database, string sql)
    {
        await using var connection = await database.OpenAsync();
        await using var command = Command(connection, sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of these tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
