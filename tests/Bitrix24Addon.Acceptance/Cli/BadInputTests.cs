using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Bitrix24.PortalSimulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Bitrix24Addon.Acceptance.Cli;

public sealed class BadInputTests
{
    private const string Secret = "s3cr3t";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "Портал не задан")]
    [InlineData("nonsense-s3cr3t", "не адрес входящего вебхука")]
    [InlineData("https://portal.bitrix24.ru/rest/1/", "не адрес входящего вебхука")]
    [InlineData("https://portal.bitrix24.ru/rest/one/s3cr3t/", "не адрес входящего вебхука")]
    [InlineData("https://portal.bitrix24.ru/rest/1/s3cr3t/profile.json?a=b", "не адрес входящего вебхука")]
    [InlineData("http://portal.bitrix24.ru/rest/1/s3cr3t/", "должен начинаться с https://")]
    public async Task A_wrong_address_is_explained_and_nothing_is_created(string address, string remedy)
    {
        using var program = new ProgramUnderTest();
        program.Environment["Bitrix24__WebhookUrl"] = address;

        (await program.RunAsync("sync")).MustFail(1, remedy, Secret);

        Assert.Empty(Directory.EnumerateFileSystemEntries(program.Folder));
    }

    [Fact]
    public async Task Plain_http_is_refused_in_production()
    {
        using var program = ProgramUnderTest.For(new Uri("http://127.0.0.1:9/rest/1/s3cr3t/"));
        program.Environment["DOTNET_ENVIRONMENT"] = "Production";

        (await program.RunAsync("sync")).MustFail(1, "Уберите эту настройку", Secret);
    }

    [Fact]
    public async Task A_revoked_webhook_is_explained_in_both_languages()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        portal.RevokeWebhook(portal.WebhookUrl);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);

        (await program.RunAsync("sync")).MustFail(1, "создайте новый вебхук");
        program.Environment["LANG"] = "en_GB.UTF-8";
        (await program.RunAsync("sync")).MustFail(1, "make a new webhook");

        Assert.False(File.Exists(program.Database));
    }

    [Fact]
    public async Task A_blocked_portal_is_not_asked_again()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        portal.FailNext(PortalFault.OverloadLimit);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);

        (await program.RunAsync("sync")).MustFail(1, "напишите в поддержку Битрикс24");

        Assert.Equal(1, portal.Counters.Requests);
        Assert.False(File.Exists(program.Database));
    }

    [Fact]
    public async Task The_owner_of_a_webhook_must_work_there()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions(), Stop);
        using var program = ProgramUnderTest.For(portal.AddWebhook(999));

        (await program.RunAsync("sync")).MustFail(1, "Создайте новый вебхук под работающим администратором", "simulator999secret");

        Assert.False(File.Exists(program.Database));
    }

    [Fact]
    public async Task A_renamed_portal_is_named_and_not_followed()
    {
        await using var server = WebApplication.CreateSlimBuilder().Build();
        server.Urls.Add("http://127.0.0.1:0");
        var asked = 0;
        server.Run(context =>
        {
            Interlocked.Increment(ref asked);
            context.Response.Redirect("https://new-name.bitrix24.ru" + context.Request.Path);
            return Task.CompletedTask;
        });
        await server.StartAsync(Stop);
        using var program = ProgramUnderTest.For(new Uri(server.Urls.First() + "/rest/1/s3cr3t/"));

        (await program.RunAsync("sync")).MustFail(1, "другой адрес: new-name.bitrix24.ru", Secret);

        Assert.Equal(1, asked);
        Assert.False(File.Exists(program.Database));
    }

    [Fact]
    public async Task A_portal_that_does_not_answer_is_explained()
    {
        using var program = ProgramUnderTest.For(new Uri("http://127.0.0.1:9/rest/1/s3cr3t/"));

        (await program.RunAsync("sync")).MustFail(1, "Проверьте адрес в Bitrix24__WebhookUrl, сеть", Secret);

        Assert.False(File.Exists(program.Database));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_left_alone()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        Assert.Equal(0, (await program.RunAsync("migrate")).ExitCode);
        await using (var connection = new SqliteConnection($"Data Source={program.Database};Pooling=False"))
        {
            await connection.OpenAsync(Stop);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO __EFMigrationsHistory VALUES ('99991231000000_Future', '99.0'); PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync(Stop);
        }

        var before = SHA256.HashData(await File.ReadAllBytesAsync(program.Database, Stop));
        (await program.RunAsync("sync")).MustFail(1, "Обновите программу");
        (await program.RunAsync("doctor")).MustFail(1, "Обновите программу");

        Assert.Equal(before, SHA256.HashData(await File.ReadAllBytesAsync(program.Database, Stop)));
    }

    [Fact]
    public async Task Doctor_tells_old_tables_before_any_portal_is_connected()
    {
        using var program = new ProgramUnderTest();
        Assert.Equal(0, (await program.RunAsync("migrate")).ExitCode);
        await using (var connection = new SqliteConnection($"Data Source={program.Database};Pooling=False"))
        {
            await connection.OpenAsync(Stop);
            await using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM __EFMigrationsHistory WHERE MigrationId = (SELECT MAX(MigrationId) FROM __EFMigrationsHistory)";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Stop));
        }

        var doctor = await program.RunAsync("doctor");

        doctor.MustFail(1, "не выполнено обновлений таблиц: 1. Запустите migrate.");
        Assert.Contains("Bitrix24__WebhookUrl", doctor.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=9;Database=addon;Username=addon;Password=s3cr3t", "не открывается")]
    [InlineData("Nonsense=s3cr3t", "не строка подключения")]
    [InlineData("Data Source=/proc/version/addon.db", "не открывается")]
    public async Task A_database_that_cannot_be_used_is_explained(string connection, string remedy)
    {
        using var program = new ProgramUnderTest();
        program.Environment["Storage__ConnectionString"] = connection;

        (await program.RunAsync("migrate")).MustFail(1, remedy, Secret);
    }

    [Theory]
    [InlineData("--frm", "report", "--frm", "2025-11-03")]
    [InlineData("«03.11.2025» – не дата; пишите в виде 2025-11-03", "report", "--from", "03.11.2025", "--to", "2025-11-04")]
    [InlineData("«2025-02-30» – не дата", "sync", "--since", "2025-02-30")]
    [InlineData("поменяйте их местами", "report", "--from", "2025-11-04", "--to", "2025-11-03")]
    [InlineData("выберите короче", "report", "--from", "2001-01-01", "--to", "2025-11-03")]
    [InlineData("положительное число", "report", "--from", "2025-11-03", "--to", "2025-11-03", "--user", "Ivanov")]
    [InlineData("«chatter» – не дата", "report", "--from", "2025-11-03", "--to", "2025-11-03", "--to", "chatter", "--post")]
    [InlineData("с последним днём", "report", "--from", "2025-11-03", "--to", "chat15", "--post")]
    [InlineData("добавьте --post", "report", "--from", "2025-11-03", "--to", "2025-11-03", "--to", "chat15")]
    [InlineData("добавьте --post", "report", "--from", "2025-11-03", "--to", "2025-11-03", "--again")]
    [InlineData("только с --format xlsx", "report", "--from", "2025-11-03", "--to", "2025-11-03", "--output", "a.xlsx")]
    [InlineData("table", "report", "--from", "2025-11-03", "--to", "2025-11-03", "--format", "pdf")]
    [InlineData("--help", "sinc")]
    public async Task Wrong_usage_is_explained(string remedy, params string[] args)
    {
        using var program = new ProgramUnderTest();

        (await program.RunAsync(args)).MustFail(2, remedy);

        Assert.Empty(Directory.EnumerateFileSystemEntries(program.Folder));
    }

    [Fact]
    public async Task A_report_before_the_first_sync_says_what_to_do()
    {
        using var program = ProgramUnderTest.For(new Uri("http://127.0.0.1:9/rest/1/s3cr3t/"));

        (await program.RunAsync("report", "--from", "2025-11-03", "--to", "2025-11-03")).MustFail(1, "Сначала запустите sync", Secret);
    }

    [Fact]
    public async Task Ctrl_C_stops_cleanly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill -INT on Windows.");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var program = ProgramUnderTest.For(new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/rest/1/s3cr3t/"));
        using var process = program.Start("functions", "Bitrix24Addon.Functions", "sync");
        using var connection = await silent.AcceptTcpClientAsync(Stop);

        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);

        (await ProgramUnderTest.EndAsync(process)).MustFail(1, "Остановлено", Secret);
    }
}
