using System.Diagnostics;
using System.Text;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Acceptance.Cli;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Secrecy;

/// <summary>A portal gets another address while the add-on works for it: the work goes on, and no secret comes into a log on the way.</summary>
public sealed class RenamedPortalTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task By_webhook_the_work_goes_on_and_the_administrator_is_told_to_change_the_address()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }.WithoutLimits(), Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        var address = await portal.RenameAsync(Stop);

        var doctor = await program.RunAsync("doctor");
        Assert.True(doctor.ExitCode == 1, doctor.All);
        Assert.Contains($"переименован в {address.Authority}", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("1 замечание.", doctor.Output, StringComparison.Ordinal);
        Assert.Empty(Secrets.In(doctor.All));

        program.Environment["LANG"] = "en_GB.UTF-8";
        var english = await program.RunAsync("doctor");
        Assert.Contains($"was renamed to {address.Authority}. It is still reached", english.Output, StringComparison.Ordinal);

        var redirects = portal.Counters.Redirects;
        var sync = await program.RunAsync("sync");
        Assert.True(sync.ExitCode == 0, sync.All);
        Assert.Equal(1, portal.Counters.Redirects - redirects);

        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill -INT on Windows.");
        var formerAddress = program.Environment["Bitrix24__WebhookUrl"];
        using var server = new ProgramUnderTest();
        server.Environment["Bitrix24__WebhookUrl"] = formerAddress;
        var log = await ServedAsync(server);
        Assert.Contains($"was renamed to {address.Authority}. Copy the whole address of the incoming webhook", log, StringComparison.Ordinal);
        Assert.Empty(Secrets.In(log));
    }

    [Fact]
    public async Task An_applications_portal_is_kept_under_its_new_address()
    {
        await using var fixture = await PortalFixture.StartAsync(
            options => options.WithoutLimits(),
            PortalFixture.Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна"}"""),
            PortalFixture.Line("02T09:00:00", "add", "deal", 1, """{"title":"Сделка","assignedById":101}"""));
        var portal = fixture.Portal;
        var folder = Directory.CreateTempSubdirectory("addon-renamed-").FullName;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var storage = new AddonStorage($"Data Source={Path.Combine(folder, "addon.db")}");
        var door = new Uri($"http://127.0.0.1:{ServedAddon.FreePort()}/");
        var settings = Settings(portal, storage, door);
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = Task.Run(() => AddonProgram.RunAsync(["serve"], settings, _ => listening.TrySetResult(), cancellationToken: stop.Token), Stop);
        try
        {
            await listening.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);
            await portal.InstallAsync(new Uri(door, "bitrix24/install"), cancellationToken: Stop);
            await UntilAsync(async db => await db.Facts.AnyAsync(f => f.Kind == FactKind.Deal, Stop));
            await UntilAsync(async db => !await db.Inbox.AnyAsync(Stop));
            var before = await PortalAsync();

            var address = await portal.RenameAsync(Stop);
            fixture.Apply("18T12:10:00", "update", "deal", 1, """{"opportunity":500,"stageId":"WON"}""");
            await portal.WaitForDeliveryAsync(Stop);
            await UntilAsync(async db => await db.Facts.AnyAsync(f => f.Kind == FactKind.Deal && f.Version == 2, Stop));

            var after = await PortalAsync();
            Assert.Equal((before.Id, before.Key, address.Authority), (after.Id, after.Key, after.Host));
            await using var db = storage.Open(after.Id);
            Assert.Equal(new Uri(address, "rest/").ToString(), (await db.Access.AsNoTracking().SingleAsync(Stop)).ClientEndpoint);
            Assert.InRange(portal.Counters.Redirects, 1, 5);
        }
        finally
        {
            await stop.CancelAsync();
            Assert.Equal(0, await serving);
            Directory.Delete(folder, recursive: true);
        }

        async Task<Portals.PortalRow> PortalAsync()
        {
            await using var db = storage.Open();
            return await db.Portals.AsNoTracking().SingleAsync(p => p.Key == portal.Options.MemberId, Stop);
        }

        async Task UntilAsync(Func<AddonDbContext, Task<bool>> isReached)
        {
            for (var ticks = 0; ; ticks++)
            {
                await using var db = storage.Open((await PortalAsync()).Id);
                if (await isReached(db))
                {
                    return;
                }

                Assert.True(ticks < 600, "It was not reached within a minute.");
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);
            }
        }
    }

    private static Dictionary<string, string?> Settings(SimulatedPortal portal, AddonStorage storage, Uri door) => new()
    {
        ["urls"] = door.ToString(), ["Storage:ConnectionString"] = $"Data Source={storage.Location}", ["Bitrix24:AllowInsecureLoopback"] = "true",
        ["Bitrix24:ClientId"] = portal.Options.ClientId, ["Bitrix24:ClientSecret"] = portal.Options.ClientSecret,
        ["Bitrix24:OAuthServer"] = portal.OAuthServerAddress.ToString(), ["Bitrix24:WebhookUrl"] = "", ["Logging:LogLevel:Default"] = "None",
        ["App:PublicUrl"] = door.ToString(),
    };

    /// <summary>Everything that the server writes, at the lowest level, until it has told of the renaming and is stopped.</summary>
    private static async Task<string> ServedAsync(ProgramUnderTest program)
    {
        foreach (var category in new[] { "Bitrix24", "Microsoft", "Microsoft.AspNetCore", "System", "Quartz", "Default" })
        {
            program.Environment[$"Logging__LogLevel__{category}"] = "Trace";
        }

        program.Environment["urls"] = "http://127.0.0.1:0";
        using var process = program.Start("functions", "Bitrix24Addon.Functions", "serve");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        var shown = new StringBuilder();
        try
        {
            var isTold = false;
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                shown.AppendLine(line);
                if (!isTold && line.Contains("Copy the whole address", StringComparison.Ordinal))
                {
                    isTold = true;
                    using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
                }
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return shown + await process.StandardError.ReadToEndAsync(patience.Token);
    }
}
