using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Cli;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Sync;

public sealed class KilledProcessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_process_that_is_killed_leaves_a_history_that_the_next_one_completes(DatabaseKind kind)
    {
        // The portal takes three requests and then makes the program wait: it is killed in the middle for certain.
        var options = new PortalSimulatorOptions { Seed = 5, RequestBurst = 3, RequestsPerSecond = 0.2 };
        await using var portal = await SimulatedPortal.StartAsync(options, Stop);
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        program.Environment["Storage__ConnectionString"] = database.ConnectionString;

        using (var process = program.Start("functions", "Bitrix24Addon.Functions", "sync"))
        {
            Assert.NotNull(await process.StandardError.ReadLineAsync(Stop));
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(Stop);
            Assert.NotEqual(0, process.ExitCode);
        }

        options.RequestLimit = false;
        await using var killed = await AddonUnderTest.StartAsync(database.ConnectionString, portal.WebhookUrl, TimeProvider.System, cancellationToken: Stop);
        var afterKill = await FactsAsync(killed);
        Assert.NotEmpty(afterKill);
        Assert.Null((await killed.Registry.FindAsync(killed.Portal.Key, Stop))!.HistoryCompleteAtMs);

        var next = await program.RunAsync("sync");

        Assert.True(next.ExitCode == 0, next.All);
        await using var other = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        await using var undisturbed = await AddonUnderTest.StartAsync(other.ConnectionString, portal.WebhookUrl, TimeProvider.System, cancellationToken: Stop);
        Assert.Empty((await undisturbed.SyncAsync(Stop)).Failures);
        var expected = await FactsAsync(undisturbed);
        Assert.True(afterKill.Count < expected.Count, "the process had read everything before it was killed");
        Assert.Equal(expected, await FactsAsync(killed));
        Assert.Equal(await FiguresAsync(undisturbed), await FiguresAsync(killed));
    }

    private static async Task<List<string>> FactsAsync(AddonUnderTest addon)
    {
        await using var db = addon.Storage.Open(addon.Portal.Id);
        var facts = await db.Facts.AsNoTracking().OrderBy(f => f.Kind).ThenBy(f => f.SourceId).ThenBy(f => f.Version).ToListAsync(Stop);
        return facts.ConvertAll(f => $"{f.Kind} {f.SourceId} v{f.Version} {f.OccurredAtMs} {f.KnownAtMs is null} {f.IsCurrent} {f.Deleted} {f.GroupKey}");
    }

    private static async Task<List<string>> FiguresAsync(AddonUnderTest addon) =>
        (await addon.FiguresAsync(Stop)).ConvertAll(f => $"{f.Day} {f.UserId} {f.Metric} {f.Detail} {f.Sum} {f.Count} {f.Cases}");
}
