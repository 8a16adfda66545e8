using System.Data.Common;
using System.Runtime.CompilerServices;
using Bitrix24Addon.Portals;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Bitrix24Addon.Storage;

/// <summary>Opens the database named by <c>Storage:ConnectionString</c>: SQLite, or PostgreSQL when it names a host.</summary>
public sealed class AddonStorage
{
    // What reads the options of a database costs a start that only answers.
    private readonly Lazy<DbContextOptions<AddonDbContext>> _options;
    private volatile bool _isCurrent;

    /// <summary>Creates the storage; nothing is opened yet.</summary>
    /// <param name="connectionString"><c>Data Source=file</c> for SQLite, <c>Host=…</c> for PostgreSQL.</param>
    /// <exception cref="ProblemException">The text is no connection string.</exception>
    public AddonStorage(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        IsPostgres = connectionString.Contains("Host=", StringComparison.OrdinalIgnoreCase);
        try
        {
            ConnectionString = IsPostgres ? OfPostgres(connectionString) : new SqliteConnectionStringBuilder(connectionString).ToString();
        }
        catch (ArgumentException malformed)
        {
            throw new ProblemException("Storage.connection", malformed, malformed.Message);
        }

        _options = new Lazy<DbContextOptions<AddonDbContext>>(Configure);
    }

    /// <summary>The database is PostgreSQL.</summary>
    public bool IsPostgres { get; }

    /// <summary>The database is gone with its connection.</summary>
    internal bool IsInMemory => !IsPostgres && new SqliteConnectionStringBuilder(ConnectionString) is { DataSource: "" or ":memory:" } or { Mode: SqliteOpenMode.Memory };

    /// <summary>How to reach the database; holds a password on PostgreSQL.</summary>
    internal string ConnectionString { get; }

    /// <summary>Where the data lies, without secrets: a file, or host and database.</summary>
    public string Location
    {
        get
        {
            if (!IsPostgres)
            {
                return Path.GetFullPath(new SqliteConnectionStringBuilder(ConnectionString).DataSource);
            }

            return LocationOfPostgres();
        }
    }

    /// <summary>Opens a context for one portal.</summary>
    /// <param name="portalId">The portal's key; 0 to look portals up.</param>
    public AddonDbContext Open(int portalId = 0) => new(_options.Value, portalId);

    /// <summary>Opens new connections from now on: those that are kept open may have died while this process was frozen.</summary>
    public void ForgetConnections()
    {
        if (IsPostgres)
        {
            ClearPools();
        }
    }

    /// <summary>The tables are those of this version of the program; where they are not, nothing may be written.</summary>
    /// <param name="db">A context with an open connection.</param>
    /// <exception cref="DbException">The database does not answer.</exception>
    internal async Task<bool> IsCurrentAsync(AddonDbContext db) =>
        _isCurrent = _isCurrent || db.Database.GetMigrations().SequenceEqual(await db.Database.GetAppliedMigrationsAsync().ConfigureAwait(false));

    /// <summary>Creates or updates the tables.</summary>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ProblemException">The database cannot be reached, or a newer version of the program wrote it.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!IsPostgres && Path.GetDirectoryName(Location) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            await using var db = Open();
            var known = db.Database.GetMigrations().ToHashSet();
            var exists = await db.Database.CanConnectAsync(cancellationToken).ConfigureAwait(false);
            var applied = exists
                ? (await db.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)).ToList()
                : [];
            if (applied.Find(m => !known.Contains(m)) is { } unknown)
            {
                throw new ProblemException("Storage.newer", Location, unknown);
            }

            if (applied.Count < known.Count)
            {
                if (IsPostgres && !exists)
                {
                    await CreateDatabaseAsync(db, cancellationToken).ConfigureAwait(false);
                }

                await using var turn = IsPostgres ? await MigrationTurn.TakeAsync(ConnectionString, cancellationToken).ConfigureAwait(false)
                    : await MigrationTurn.TakeAsync(db, Location, cancellationToken).ConfigureAwait(false);
                await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            }

            if (!IsPostgres)
            {
                await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken).ConfigureAwait(false);
            }

            _isCurrent = true;
        }
        catch (Exception unreachable) when (unreachable is SqliteException or NpgsqlException or IOException or UnauthorizedAccessException
            or InvalidOperationException { InnerException: NpgsqlException })
        {
            // What may pass by itself comes wrapped.
            var cause = unreachable is InvalidOperationException ? unreachable.InnerException! : unreachable;
            throw new ProblemException("Storage.unreachable", unreachable, Location, cause.Message);
        }
    }

    private DbContextOptions<AddonDbContext> Configure()
    {
        var builder = new DbContextOptionsBuilder<AddonDbContext>();
        if (IsPostgres)
        {
            UsePostgres(builder);
        }
        else
        {
            builder.UseSqlite(ConnectionString, sqlite => sqlite.MigrationsAssembly("Bitrix24Addon.Storage.Sqlite").UseParameterizedCollectionMode(ParameterTranslationMode.Parameter)).AddInterceptors(SqliteTurns.Instance);
        }

        // Portals are rows of the same table that no filter scopes; their owned rows are scoped by the context's portal.
        builder.ConfigureWarnings(w => w.Ignore(CoreEventId.PossibleIncorrectRequiredNavigationWithQueryFilterInteractionWarning));
        return builder.Options;
    }

    // What names the provider of PostgreSQL stands in methods of its own: one that names it loads it, used or not.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string OfPostgres(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).ToString();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ClearPools() => NpgsqlConnection.ClearAllPools();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private string LocationOfPostgres()
    {
        var postgres = new NpgsqlConnectionStringBuilder(ConnectionString);
        return $"{postgres.Host}:{postgres.Port}/{postgres.Database}";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void UsePostgres(DbContextOptionsBuilder builder) =>
        builder.UseNpgsql(ConnectionString, npgsql => npgsql.MigrationsAssembly("Bitrix24Addon.Storage.Postgres"));

    /// <summary>Makes the database, unless another process that starts at the same time has made it just now.</summary>
    private static async Task CreateDatabaseAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            await db.GetService<IRelationalDatabaseCreator>().CreateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException taken) when (taken.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
        }
    }
}
