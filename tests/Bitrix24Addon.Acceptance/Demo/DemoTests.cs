using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Bitrix24Addon.Acceptance.Cli;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Demo;

public sealed partial class DemoTests
{
    private const string Project = "src/Bitrix24Addon.Demo";
    private const string Assembly = "Bitrix24Addon.Demo";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_day_passes_and_a_second_start_doubles_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill -INT on Windows.");
        using var program = new ProgramUnderTest();
        var first = await program.RunAsync(Project, Assembly, ["--once", "--port", "0", "--data", "demo"]);
        Assert.True(first.ExitCode == 0, first.All);
        Assert.Contains("Колл-центр", first.Output, StringComparison.Ordinal);
        Assert.Contains("Bitrix24__OAuthServer", first.Output, StringComparison.Ordinal);

        using var second = program.Start(Project, Assembly, "--port", "0", "--data", "demo");
        var tasks = 0;
        try
        {
            var shown = await ShownAsync(second);
            tasks = TaskLine().Count(shown);
            await MustHaveWorkedAsync(new Uri(Address().Match(shown).Value), tasks);
        }
        finally
        {
            using var kill = Process.Start("kill", ["-INT", $"{second.Id}"]);
        }

        Assert.Equal(0, (await ProgramUnderTest.EndAsync(second)).ExitCode);
        await MustHaveComeByTheDoorAsync(Path.Combine(program.Folder, "demo", "demo.db"), tasks);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_explained()
    {
        using var program = new ProgramUnderTest();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        (await program.RunAsync(Project, Assembly, ["--once", "--port", $"{((IPEndPoint)other.LocalEndpoint).Port}", "--data", "demo"]))
            .MustFail(1, "запустите с --port и другой папкой");
    }

    /// <summary>What it shows until it waits for Ctrl+C.</summary>
    private static async Task<string> ShownAsync(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(4));
        var shown = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line && !line.Contains("Ctrl+C", StringComparison.Ordinal))
        {
            shown.AppendLine(line);
        }

        return shown.ToString();
    }

    /// <summary>Every task is there once, one a person, with the mark; the head has one message of the bot, with the file.</summary>
    private static async Task MustHaveWorkedAsync(Uri portal, int expected)
    {
        var (_, body) = await PortalFixture.PostAsync(
            new Uri(portal, "rest/1/simulator1secret/tasks.task.list"), """{"filter":{">ID":1000000},"select":["ID","DESCRIPTION","RESPONSIBLE_ID"]}""");
        var tasks = body["result"]!["tasks"]!.AsArray().ToList();
        Assert.NotEmpty(tasks);
        Assert.Equal(expected, tasks.Count);
        Assert.Equal(tasks.Count, tasks.Select(task => (string)task!["responsibleId"]!).Distinct().Count());
        Assert.All(tasks, task => Assert.True(TaskMark.FindIn((string?)task!["description"]) is not null, task!.ToJsonString()));

        var (_, html) = await PortalFixture.GetAsync(portal);
        var page = WebUtility.HtmlDecode(html);
        Assert.Single(Regex.Matches(page, "<h3>[^<]*кому: Андрей Воронцов</h3>"));
        Assert.Single(Regex.Matches(page, @"report-department-10-[0-9-]+\.xlsx"));
        Assert.Equal(tasks.Count, Regex.Count(page, "<h3>[^<]*исполнитель: "));
        var file = FileLink().Match(page).Groups[1].Value;
        Assert.Equal(HttpStatusCode.OK, (await PortalFixture.GetAsync(new Uri(portal, file))).Status);
    }

    /// <summary>The application is installed, events brought the day, and every verdict below the norm has its task.</summary>
    private static async Task MustHaveComeByTheDoorAsync(string database, int tasks)
    {
        var storage = new AddonStorage($"Data Source={database}");
        await using var portals = storage.Open();
        var portal = await portals.Portals.SingleAsync(Stop);
        Assert.False(portal.IsByWebhook);
        await using var db = storage.Open(portal.Id);
        Assert.True(await db.Deliveries.SumAsync(d => d.Received, Stop) > 100);
        Assert.Equal(tasks, await db.Verdicts.CountAsync(v => v.Outcome == "below", Stop));
        Assert.Equal(12, await db.Verdicts.CountAsync(Stop));
        Assert.All(await db.Effects.ToListAsync(Stop), effect => Assert.Equal(EffectState.Done, effect.State));
    }

    [GeneratedRegex("  Задача, ")]
    private static partial Regex TaskLine();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/")]
    private static partial Regex Address();

    [GeneratedRegex("href=\"(/files/[0-9]+)\"")]
    private static partial Regex FileLink();
}
