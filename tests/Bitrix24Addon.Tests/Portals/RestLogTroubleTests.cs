using Bitrix24.Client;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Tests.Portals;

/// <summary>The log of requests while the database refuses some of its lines.</summary>
public sealed class RestLogTroubleTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 3, 18, 9, 0, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Lines_of_a_portal_are_written_once_while_those_of_another_cannot_be(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var hosts = new[] { "a", "b", "c" };
        foreach (var host in hosts)
        {
            await new PortalRegistry(storage, Clock).RegisterAsync($"webhook:{host}", host, 1, Stop);
        }

        await using var log = new RestLog(storage, Clock, NullLogger<RestLog>.Instance);
        await RefuseLinesOfAsync(storage, 2);
        Array.ForEach(hosts, host => log.Note(RequestTo(host)));
        await log.FlushAsync();
        await log.FlushAsync();
        Assert.Equal([1, 0, 1], await LinesAsync(storage));

        await AcceptAllAsync(storage);
        await log.FlushAsync();
        await log.FlushAsync();
        Assert.Equal([1, 1, 1], await LinesAsync(storage));
    }

    private static RestExchange RequestTo(string host) =>
        new(host, "sync", "profile", new Dictionary<string, int> { ["profile"] = 1 }, Clock.GetUtcNow(), TimeSpan.Zero, 200, null, [], null);

    /// <summary>On PostgreSQL with an error that passes, which the framework wraps once more.</summary>
    private static Task RefuseLinesOfAsync(AddonStorage storage, int portalId) => ExecuteAsync(storage, storage.IsPostgres
        ? $$"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '40P01'; END $$;
            CREATE TRIGGER refusing BEFORE INSERT ON rest_log FOR EACH ROW WHEN (NEW."PortalId" = {{portalId}}) EXECUTE FUNCTION refuse()
            """
        : $"CREATE TRIGGER refusing BEFORE INSERT ON rest_log WHEN NEW.PortalId = {portalId} BEGIN SELECT RAISE(ABORT, 'refused'); END");

    private static Task AcceptAllAsync(AddonStorage storage) => ExecuteAsync(storage, storage.IsPostgres ? "DROP TRIGGER refusing ON rest_log" : "DROP TRIGGER refusing");

    private static async Task ExecuteAsync(AddonStorage storage, string sql)
    {
        await using var db = storage.Open();
#pragma warning disable EF1002 // Constants of this test.
        await db.Database.ExecuteSqlRawAsync(sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal), Stop);
#pragma warning restore EF1002
    }

    private static async Task<List<int>> LinesAsync(AddonStorage storage)
    {
        await using var db = storage.Open();
        var lines = await db.RestLog.IgnoreQueryFilters().AsNoTracking().Select(l => l.PortalId).ToListAsync(Stop);
        return [.. Enumerable.Range(1, 3).Select(id => lines.Count(line => line == id))];
    }
}
