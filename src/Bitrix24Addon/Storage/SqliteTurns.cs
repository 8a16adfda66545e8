using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Bitrix24Addon.Storage;

/// <summary>
/// Lets SQLite itself wait for another writer: it looks again after a millisecond, then ever more seldom. Microsoft.Data.Sqlite by itself
/// looks every 150 ms, and a post that met a writer would take that long.
/// </summary>
internal sealed class SqliteTurns : DbConnectionInterceptor
{
    public static SqliteTurns Instance { get; } = new();

    /// <inheritdoc/>
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();

        // As long as a command of Microsoft.Data.Sqlite waits: 30 seconds, unless the connection string has a Default Timeout.
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout={command.CommandTimeout * 1000}");
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        // SQLite does nothing asynchronously.
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
