using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bitrix24Addon.Functions.Hosting;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bitrix24Addon.Acceptance.Hosting;

public sealed class TickTests : IDisposable
{
    private readonly string _keys = Directory.CreateTempSubdirectory("addon-keys-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Work_that_takes_longer_than_a_tick_is_broken_off_leaves_no_turn_taken_and_stays_due(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);

        using var silent = new TcpListener(IPAddress.Loopback, 0);
        await using var application = Create(database, silent);

        for (var tick = 0; tick < 2; tick++)
        {
            var told = await application.TickAsync(Stop);

            Assert.StartsWith("Worked for 5 s", told, StringComparison.Ordinal);
            await using var db = new AddonStorage(database.ConnectionString).Open();
            var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            Assert.Empty(await db.Leases.IgnoreQueryFilters().Where(l => l.UntilMs > nowMs).Select(l => l.Name).ToListAsync(Stop));
            Assert.Equal(1, await db.Inbox.IgnoreQueryFilters().CountAsync(i => i.DeadReason == null, Stop));
        }
    }

    [Fact]
    public async Task A_database_that_hangs_does_not_keep_a_tick_open()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Postgres);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        await using var application = Create(database, silent);
        await using var db = new AddonStorage(database.ConnectionString).Open();
        var tick = application.TickAsync(Stop);
        while (!await IsTurnTakenAsync())
        {
            Assert.False(tick.IsCompleted);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }

        await using (await db.Database.BeginTransactionAsync(Stop))
        {
            await db.Database.ExecuteSqlRawAsync("LOCK TABLE leases IN ACCESS EXCLUSIVE MODE", Stop);
            Assert.StartsWith("The database does not answer", await tick, StringComparison.Ordinal);
            Assert.StartsWith("The tick before still works", await application.TickAsync(Stop), StringComparison.Ordinal);
        }

        // What was begun ends now, and the next tick works again.
        string told;
        do
        {
            told = await application.TickAsync(Stop);
        }
        while (told.StartsWith("The tick before", StringComparison.Ordinal));
        Assert.StartsWith("Worked for 5 s", told, StringComparison.Ordinal);

        async Task<bool> IsTurnTakenAsync()
        {
            try
            {
                return await db.Leases.IgnoreQueryFilters().AnyAsync(l => l.Name == LeaseNames.Sync && l.UntilMs > 0, Stop);
            }
            catch (DbException)
            {
                // The first tick makes the tables.
                return false;
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_long_sleep_no_connection_is_used_that_may_have_died(bool isLong)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Postgres);
        await using var application = AddonApplication.Create(
            new Dictionary<string, string?> { ["Storage:ConnectionString"] = database.ConnectionString, ["Security:KeyRing"] = _keys },
            new WorkTimings { ConnectionsTrusted = isLong ? TimeSpan.Zero : TimeSpan.FromHours(1) });
        Assert.Equal(200, await ReadyAsync());
        await using (var other = new AddonStorage(database.ConnectionString + ";Application Name=other").Open())
        {
            var ended = await other.Database.SqlQueryRaw<bool>(
                "SELECT pg_terminate_backend(pid) AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").ToListAsync(Stop);
            Assert.NotEmpty(ended);
        }

        Assert.Equal(isLong ? 200 : 503, await ReadyAsync());

        async Task<int> ReadyAsync()
        {
            await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
            var context = new DefaultHttpContext { RequestServices = services, Request = { Method = "GET", Path = "/health/ready" }, Response = { Body = new MemoryStream() } };
            await application.AnswerAsync(context);
            return context.Response.StatusCode;
        }
    }

    /// <summary>At a portal that takes calls and never answers.</summary>
    private AddonApplication Create(DatabaseUnderTest database, TcpListener silent)
    {
        silent.Start();
        return AddonApplication.Create(
            new Dictionary<string, string?>
            {
                ["Storage:ConnectionString"] = database.ConnectionString, ["Security:KeyRing"] = _keys, ["Bitrix24:AllowInsecureLoopback"] = "true",
                ["Bitrix24:WebhookUrl"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/rest/1/secret/"),
            },
            new WorkTimings { Tick = TimeSpan.FromSeconds(13) });
    }

    public void Dispose() => Directory.Delete(_keys, recursive: true);
}
