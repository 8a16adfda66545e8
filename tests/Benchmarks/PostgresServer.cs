using Npgsql;

namespace Benchmarks;

/// <summary>The PostgreSQL server that <c>TESTS_POSTGRES</c> names.</summary>
internal static class PostgresServer
{
    /// <summary>Makes an empty database; one of the same name is dropped.</summary>
    /// <param name="server">The server's connection string.</param>
    /// <param name="name">The database.</param>
    /// <returns>The database's connection string, as the add-on takes it.</returns>
    public static async Task<string> CreateAsync(string server, string name)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", connection);
        await command.ExecuteNonQueryAsync();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }
}
