using System.Data.Common;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit.Sdk;
using Xunit.v3;

namespace Bitrix24Addon.Tests.Storage;

/// <summary>The databases that the product runs on.</summary>
public enum DatabaseKind
{
    Sqlite,
    Postgres,
}

/// <summary>
/// Runs a theory once on every database: <c>[Theory, EveryDatabase] public async Task It_holds(DatabaseKind kind)</c>.
/// Without a PostgreSQL server its row is skipped and says how to get one.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryDatabaseAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([
            new TheoryDataRow<DatabaseKind>(DatabaseKind.Sqlite),
            new TheoryDataRow<DatabaseKind>(DatabaseKind.Postgres)
            {
                Skip = DatabaseUnderTest.PostgresServer is null ? "needs PostgreSQL: run tests/run, or set TESTS_POSTGRES" : null,
            },
        ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>A fresh, empty database for one test; it is gone when disposed.</summary>
public sealed class DatabaseUnderTest : IAsyncDisposable
{
    private readonly string? _folder;

    private DatabaseUnderTest(DatabaseKind kind, string connectionString, string? folder)
    {
        Kind = kind;
        ConnectionString = connectionString;
        _folder = folder;
    }

    public DatabaseKind Kind { get; }

    /// <summary>As in the configuration <c>Storage__ConnectionString</c>: <c>Data Source=…</c> or <c>Host=…</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>There is a PostgreSQL to test on.</summary>
    public static bool HasPostgres => PostgresServer is not null;

    internal static string? PostgresServer => Environment.GetEnvironmentVariable("TESTS_POSTGRES") is { Length: > 0 } server ? server : null;

    public static async Task<DatabaseUnderTest> CreateAsync(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory("bitrix24addon-").FullName;
            return new DatabaseUnderTest(kind, $"Data Source={Path.Combine(folder, "addon.db")}", folder);
        }

        var name = $"test_{Guid.NewGuid():N}";
        await ExecuteOnServerAsync($"CREATE DATABASE {name}");
        // "Host" first: the product tells PostgreSQL from SQLite by it.
        return new DatabaseUnderTest(kind, new NpgsqlConnectionStringBuilder(PostgresServer) { Database = name }.ConnectionString, null);
    }

    public async Task<DbConnection> OpenAsync()
    {
        DbConnection connection = Kind == DatabaseKind.Sqlite ? new SqliteConnection(ConnectionString) : new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (Kind == DatabaseKind.Sqlite)
        {
            using var pooled = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(pooled);
            Directory.Delete(_folder!, recursive: true);
            return;
        }

        await using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
        await ExecuteOnServerAsync($"DROP DATABASE {connection.Database} WITH (FORCE)");
    }

    private static async Task ExecuteOnServerAsync(string sql)
    {
        await using var server = NpgsqlDataSource.Create(
            PostgresServer ?? throw new InvalidOperationException("There is no PostgreSQL: run tests/run, or set TESTS_POSTGRES."));
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
