using System.Data.Common;

namespace Bitrix24Addon.Tests.Storage;

public sealed class DatabaseUnderTestTests
{
    [Theory, EveryDatabase]
    public async Task What_is_written_is_read_back_over_another_connection(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using (var writer = await database.OpenAsync())
        {
            await ExecuteAsync(writer, "CREATE TABLE calls (id INTEGER PRIMARY KEY, title TEXT NOT NULL)");
            await ExecuteAsync(writer, "INSERT INTO calls VALUES (1, 'Звонок клиенту')");
        }

        await using var reader = await database.OpenAsync();
        Assert.Equal("Звонок клиенту", await ExecuteAsync(reader, "SELECT title FROM calls WHERE id = 1"));
    }

    [Theory, EveryDatabase]
    public async Task Each_test_has_a_database_of_its_own_that_is_gone_afterwards(DatabaseKind kind)
    {
        var first = await DatabaseUnderTest.CreateAsync(kind);
        await using var second = await DatabaseUnderTest.CreateAsync(kind);
        await using (var connection = await first.OpenAsync())
        {
            await ExecuteAsync(connection, "CREATE TABLE calls (id INTEGER PRIMARY KEY)");
        }

        await using (var connection = await second.OpenAsync())
        {
            await ExecuteAsync(connection, "CREATE TABLE calls (id INTEGER PRIMARY KEY)");
        }

        await first.DisposeAsync();
        await Assert.ThrowsAnyAsync<DbException>(first.OpenAsync);
    }

    [Theory, EveryDatabase]
    public async Task The_connection_string_has_the_form_of_the_configuration(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);

        Assert.StartsWith(kind == DatabaseKind.Sqlite ? "Data Source=" : "Host=", database.ConnectionString, StringComparison.Ordinal);
    }

    private static async Task<object?> ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of these tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }
}
