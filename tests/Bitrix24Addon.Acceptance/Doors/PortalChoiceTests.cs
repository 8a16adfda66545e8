using Bitrix24Addon.Acceptance.Cli;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>Which portal a command line is about when the application is installed.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed class PortalChoiceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Without_a_webhook_the_only_installed_portal_is_meant_and_among_several_the_named_one(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartAsync(kind);
        await addon.InstallAsync();
        using var program = new ProgramUnderTest();
        foreach (var (name, value) in addon.Settings.Where(s => s.Key.Contains(':', StringComparison.Ordinal) && s.Key != "Bitrix24:WebhookUrl"))
        {
            program.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value!;
        }

        var file = Path.Combine(program.Folder, "settings.json");
        await File.WriteAllTextAsync(file, """{"language": "ru"}""", Stop);
        var put = await program.RunAsync("settings", "put", file);
        Assert.True(put.ExitCode == 0, put.All);
        Assert.Contains(addon.Bitrix24.Host, put.Output, StringComparison.Ordinal);

        await using (var db = addon.Storage.Open())
        {
            db.Portals.Add(new PortalRow { Key = "another", Host = "another.bitrix24.ru", PhoneKey = [1] });
            db.ChangeTracker.DetectChanges();
            await db.SaveChangesAsync(Stop);
        }

        (await program.RunAsync("settings", "put", file)).MustFail(1, $"--portal: {string.Join(", ", new[] { addon.Bitrix24.Host, "another.bitrix24.ru" }.Order(StringComparer.Ordinal))}");
        (await program.RunAsync("settings", "put", file, "--portal", "third.bitrix24.ru")).MustFail(1, "Портал third.bitrix24.ru здесь не известен");
        (await program.RunAsync("doctor", "--portal", "another.bitrix24.ru")).MustFail(1, "У приложения нет доступа к another.bitrix24.ru");
        var named = await program.RunAsync("--portal", addon.Bitrix24.Host, "settings", "put", file);
        Assert.True(named.ExitCode == 0, named.All);
    }
}
