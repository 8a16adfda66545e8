using System.Diagnostics;
using Bitrix24Addon.Acceptance.Cli;

namespace Bitrix24Addon.Acceptance.Demo;

public sealed class DemoTests
{
    private const string Project = "src/Bitrix24Addon.Demo";
    private const string Assembly = "Bitrix24Addon.Demo";

    [Fact]
    public async Task The_second_start_goes_on_with_the_same_department_and_posts_nothing_twice()
    {
        using var program = new ProgramUnderTest();
        string[] start = ["--once", "--port", "0", "--data", "demo"];

        var first = await program.RunAsync(Project, Assembly, start);
        Assert.True(first.ExitCode == 0, first.All);
        Assert.Contains("Колл-центр", first.Output, StringComparison.Ordinal);
        Assert.Contains("Bitrix24__WebhookUrl", first.Output, StringComparison.Ordinal);
        Assert.Contains("Отправлено: ", first.Messages, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(program.Folder, "demo", "addon.db")));

        var second = await program.RunAsync(Project, Assembly, start);
        Assert.True(second.ExitCode == 0, second.All);
        Assert.Contains("Новых фактов: 0; найдено удалённых: 0.", second.Output, StringComparison.Ordinal);
        Assert.Contains("повторно не отправляется", second.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("Отправлено: ", second.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_state_is_explained()
    {
        using var program = new ProgramUnderTest();
        var folder = Directory.CreateDirectory(Path.Combine(program.Folder, "demo")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "demo.json"), "{\"Seed\":", TestContext.Current.CancellationToken);

        (await program.RunAsync(Project, Assembly, ["--once", "--data", "demo"])).MustFail(1, "Удалите папку, чтобы начать заново");
    }

    [Fact]
    public async Task Ctrl_C_ends_it_well()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill -INT on Windows.");
        using var program = new ProgramUnderTest();
        using var process = program.Start(Project, Assembly, "--port", "0", "--data", "demo");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line && !line.Contains("Ctrl+C", StringComparison.Ordinal))
        {
            // It is still reading, reporting, posting.
        }

        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);

        Assert.Equal(0, (await ProgramUnderTest.EndAsync(process)).ExitCode);
    }
}
