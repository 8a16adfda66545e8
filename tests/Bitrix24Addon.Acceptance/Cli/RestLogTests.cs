using Bitrix24.PortalSimulator;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Acceptance.Cli;

public sealed class RestLogTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_of_a_run_is_kept_with_its_methods_and_how_it_ended()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        Assert.Equal(0, (await program.RunAsync("sync")).ExitCode);
        var storage = new AddonStorage($"Data Source={program.Database};Pooling=False");
        await using var db = storage.Open(1);

        var rows = await db.RestLog.AsNoTracking().OrderBy(l => l.Id).ToListAsync(Stop);

        Assert.Equal(portal.Counters.Requests, rows.Count);
        Assert.Contains(rows, row => row.Methods.Contains("profile", StringComparison.Ordinal) && row.Methods.Contains("server.time", StringComparison.Ordinal));
        Assert.Contains(rows, row => row is { HttpStatus: 200, Errors: null } && row.Methods.Contains("crm.item.list ×", StringComparison.Ordinal));
        Assert.All(rows, row => Assert.InRange(row.DurationMs, 0, 60_000));

        var later = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(rows[^1].SentAtMs) + TimeSpan.FromDays(5) + TimeSpan.FromSeconds(-1));
        await using var log = new RestLog(storage, later, NullLogger<RestLog>.Instance);
        later.Advance(TimeSpan.FromSeconds(2));
        await log.ForgetAsync(1, TimeSpan.FromDays(5), Stop);
        Assert.Empty(await db.RestLog.ToListAsync(Stop));
    }
}
