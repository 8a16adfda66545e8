using System.Text.Json;
using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Cli;

public sealed class SyncAndReportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sync_reads_the_portal_and_report_prints_one_json_object()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);

        var sync = await program.RunAsync("sync");
        Assert.True(sync.ExitCode == 0, sync.All);
        Assert.Contains("звонки: ", sync.Messages, StringComparison.Ordinal);
        Assert.Contains("Новых фактов: ", sync.Output, StringComparison.Ordinal);
        Assert.Contains($"HTTP-запросов: {portal.Counters.Requests}; отказов из-за лимитов: 0 × 503, 0 × 429", sync.Output, StringComparison.Ordinal);

        var today = portal.Options.TimeProvider.GetUtcNow();
        string[] period = ["--from", Iso(today.AddDays(-30)), "--to", Iso(today)];
        var report = await program.RunAsync(["report", .. period, "--format", "json"]);
        Assert.Equal((0, ""), (report.ExitCode, report.Messages));
        var json = JsonDocument.Parse(report.Output).RootElement;
        Assert.Equal("Europe/Moscow", json.GetProperty("timeZone").GetString());
        Assert.True(json.GetProperty("total").GetProperty("metrics").GetProperty("calls_out").GetInt32() > 0);

        var table = await program.RunAsync(["report", .. period]);
        Assert.Equal((0, ""), (table.ExitCode, table.Messages));
        Assert.Contains("Исх. звонки", table.Output, StringComparison.Ordinal);
        Assert.Contains("Колл-центр", table.Output, StringComparison.Ordinal);
        Assert.Contains("записи засчитаны тем, кто был ответственным", table.Output, StringComparison.Ordinal);

        var again = await program.RunAsync("sync");
        Assert.True(again.ExitCode == 0, again.All);
        Assert.Contains("Новых фактов: 0; найдено удалённых: 0.", again.Output, StringComparison.Ordinal);
        foreach (var run in new[] { sync, report, table, again })
        {
            Assert.DoesNotContain(portal.Options.WebhookSecret, run.All, StringComparison.Ordinal);
            Assert.DoesNotContain('\e', run.All);
        }
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_is_a_finding_and_the_rest_is_kept()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.AddWebhook(1, PortalSimulatorOptions.AllScopes.Except(["telephony"])));

        var sync = await program.RunAsync("sync");
        sync.MustFail(1, "Не прочитано: звонки. ");
        Assert.Contains("добавьте право", sync.Output, StringComparison.Ordinal);

        var today = portal.Options.TimeProvider.GetUtcNow();
        var report = await program.RunAsync("report", "--from", Iso(today.AddDays(-30)), "--to", Iso(today), "--format", "json");
        var json = JsonDocument.Parse(report.Output).RootElement;
        Assert.Contains("unavailable:InsufficientScope", json.GetProperty("completeness").GetProperty("calls").GetString(), StringComparison.Ordinal);
        Assert.True(json.GetProperty("total").GetProperty("metrics").GetProperty("leads_created").GetInt32() > 0);
    }

    [Fact]
    public async Task A_report_goes_into_a_file_and_once_into_a_chat()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        Assert.Equal(0, (await program.RunAsync("sync")).ExitCode);
        var today = portal.Options.TimeProvider.GetUtcNow();
        string[] report = ["report", "--from", Iso(today.AddDays(-30)), "--to", Iso(today), "--format", "xlsx", "--output", "a.xlsx"];

        var saved = await program.RunAsync([.. report, "--post", "--to", "22"]);
        Assert.True(saved.ExitCode == 0, saved.All);
        Assert.Contains(Path.Combine(program.Folder, "a.xlsx"), saved.Output, StringComparison.Ordinal);
        Assert.Equal("PK"u8.ToArray(), (await File.ReadAllBytesAsync(Path.Combine(program.Folder, "a.xlsx"), Stop))[..2]);
        var message = Assert.Single(portal.Messages);
        Assert.Equal("22", message.DialogId);
        Assert.NotNull(message.File);

        Assert.Contains("повторно не отправляется", (await program.RunAsync([.. report, "--post", "--to", "22"])).Messages, StringComparison.Ordinal);
        Assert.Single(portal.Messages);
        Assert.Equal(0, (await program.RunAsync([.. report, "--post", "--to", "22", "--again"])).ExitCode);
        Assert.Equal(2, portal.Messages.Count);
    }

    [Fact]
    public async Task Names_from_the_portal_are_no_markup()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        portal.ApplyLine($$$"""{"t":"{{{portal.Options.TimeProvider.GetUtcNow():O}}}","op":"update","table":"user","id":22,"fields":{"LAST_NAME":"[red]x[/]"}}""");
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        Assert.Equal(0, (await program.RunAsync("sync")).ExitCode);

        var today = portal.Options.TimeProvider.GetUtcNow();
        var table = await program.RunAsync("report", "--from", Iso(today.AddDays(-30)), "--to", Iso(today));

        Assert.Contains("[red]x[/]", table.Output, StringComparison.Ordinal);
    }

    private static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
