using Bitrix24.PortalSimulator;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Acceptance.Cli;

public sealed class SettingsAndDoctorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_settings_show_prints_can_be_put_back_and_a_damaged_file_changes_nothing()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        var file = Path.Combine(program.Folder, "settings.json");
        var defaults = (await program.RunAsync("settings", "show")).Output;
        await File.WriteAllTextAsync(file, defaults.Replace("\"language\": \"ru\"", "\"language\": \"en\"", StringComparison.Ordinal), Stop);

        var put = await program.RunAsync("settings", "put", file);
        Assert.True(put.ExitCode == 0, put.All);
        Assert.Contains("version 1 is in force", put.Output, StringComparison.Ordinal);
        var shown = await program.RunAsync("settings", "show");
        Assert.Equal(await File.ReadAllTextAsync(file, Stop), shown.Output);

        foreach (var (document, remedy) in new[]
        {
            ("", "Mend that place"), ("null", "settings show"), ("{\"language\": \"ru\",", "Mend that place"), ("{\"langauge\": \"ru\"}", "langauge"),
            ("{\"language\": \"de\"}", "write ru or en"), ("{\"timeZone\": \"Moscow\"}", "Europe/Moscow"),
        })
        {
            await File.WriteAllTextAsync(file, document, Stop);
            program.Environment["LANG"] = "en_GB.UTF-8";
            (await program.RunAsync("settings", "put", file)).MustFail(1, remedy);
        }

        (await program.RunAsync("settings", "put", "no-such-file.json")).MustFail(1, "no-such-file.json");
        Assert.Equal(shown.Output, (await program.RunAsync("settings", "show")).Output);
    }

    [Fact]
    public async Task Doctor_finds_nothing_on_a_healthy_portal_and_speaks_the_language_of_the_settings()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);

        var doctor = await program.RunAsync("doctor");

        Assert.True(doctor.ExitCode == 0, doctor.All);
        Assert.Contains("Чинить нечего", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("Europe/Moscow, из профиля сотрудника", doctor.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(portal.Options.WebhookSecret, doctor.All, StringComparison.Ordinal);
        Assert.False(File.Exists(program.Database));

        var file = Path.Combine(program.Folder, "settings.json");
        await File.WriteAllTextAsync(file, """{"language": "en", "timeZone": "Asia/Yekaterinburg"}""", Stop);
        Assert.Equal(0, (await program.RunAsync("settings", "put", file)).ExitCode);
        Assert.Contains("Time zone Asia/Yekaterinburg, from the settings", (await program.RunAsync("doctor")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_names_a_missing_scope_and_what_does_not_work_without_it()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.AddWebhook(1, PortalSimulatorOptions.AllScopes.Except(["timeman"])));

        var doctor = await program.RunAsync("doctor");

        doctor.MustFail(1, "Право «timeman» не выдано: не читаются рабочие дни. Добавьте его в Битрикс24");
        Assert.Contains("1 замечание.", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_says_what_an_owner_without_rights_means()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.AddWebhook(22));

        var doctor = await program.RunAsync("doctor");

        doctor.MustFail(1, "Создайте вебхук под администратором");
        Assert.Contains("«Статистика звонков – просмотр»", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("2 замечания.", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_are_told_and_revived()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        program.Environment["LANG"] = "en_GB.UTF-8";
        Assert.Equal(0, (await program.RunAsync("sync")).ExitCode);
        Assert.Contains("no dead letters", (await program.RunAsync("replay", "dead-letters")).Output, StringComparison.Ordinal);
        var connection = $"Data Source={Path.Combine(program.Folder, "data", "addon.db")}";
        await using (var addon = await AddonUnderTest.StartAsync(connection, portal.WebhookUrl, TimeProvider.System, cancellationToken: Stop))
        {
            await addon.MarkAsync(new InboxMark(InboxKind.Deal, "none"));
            Assert.Equal(1, (await addon.CollectAsync(Stop)).Dead);
            await using var db = addon.Storage.Open(addon.Portal.Id);
            db.Timers.Add(new TimerRow { Kind = "reminder", Subject = "deal:1", ParkedReason = "FormatException" });
            await db.SaveChangesAsync(Stop);
        }

        var doctor = await program.RunAsync("doctor");
        doctor.MustFail(1, "replay dead-letters");
        Assert.Contains("could not be worked off again and again: 1", doctor.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("(FormatException)", doctor.Output, StringComparison.Ordinal);
        var replayed = await program.RunAsync("replay", "dead-letters");

        Assert.True(replayed.ExitCode == 0, replayed.All);
        Assert.Contains("1 object will be read again", replayed.Output, StringComparison.Ordinal);
        Assert.Contains("1 due timer will be worked off again", replayed.Output, StringComparison.Ordinal);
        Assert.Contains("no dead letters", (await program.RunAsync("replay", "dead-letters")).Output, StringComparison.Ordinal);
    }
}
