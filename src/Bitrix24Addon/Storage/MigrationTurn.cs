using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Bitrix24Addon.Storage;

/// <summary>
/// Lets one process at a time make or change the tables, and ends with its process. The framework's own turn does neither: on PostgreSQL two that start at
/// once on an empty database both begin, and on SQLite it is a row that whoever is killed leaves behind.
/// </summary>
internal sealed class MigrationTurn : IAsyncDisposable
{
    // Any number that other programs in the database will not choose.
    private const long Key = 724318920417;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly IAsyncDisposable _held;
    private readonly Func<Task> _release;

    private MigrationTurn(IAsyncDisposable held, Func<Task> release) => (_held, _release) = (held, release);

    /// <summary>Waits for the turn on PostgreSQL.</summary>
    /// <param name="connectionString">The database, which exists.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<MigrationTurn> TakeAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await ExecuteAsync("SELECT pg_advisory_lock($1)", (int)Patience.TotalSeconds).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        // A connection that goes back to the pool would keep it.
        return new MigrationTurn(connection, () => ExecuteAsync("SELECT pg_advisory_unlock($1)", (int)Patience.TotalSeconds));

        async Task ExecuteAsync(string sql, int timeoutSeconds)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = timeoutSeconds };
            command.Parameters.Add(new NpgsqlParameter { Value = Key });
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the turn on SQLite, and forgets that somebody who is dead had begun.</summary>
    /// <param name="db">A context of the database.</param>
    /// <param name="file">The database's file.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="IOException">The file beside the database cannot be written, or somebody migrates for minutes.</exception>
    public static async Task<MigrationTurn> TakeAsync(AddonDbContext db, string file, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var held = new FileStream(file + "-migrating", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
                try
                {
                    await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken).ConfigureAwait(false);
                    return new MigrationTurn(held, () => Task.CompletedTask);
                }
                catch
                {
                    await held.DisposeAsync().ConfigureAwait(false);
                    throw;
                }
            }
            catch (IOException) when (File.Exists(file + "-migrating") && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _release().ConfigureAwait(false);
        await _held.DisposeAsync().ConfigureAwait(false);
    }
}
