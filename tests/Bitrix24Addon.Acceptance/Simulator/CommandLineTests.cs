using System.Globalization;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Cli;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class CommandLineTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, "--nosuch")]
    [InlineData(2, "--port", "many")]
    [InlineData(2, "--shift")]
    [InlineData(2, "--timeline", "a.jsonl", "--seed", "1")]
    [InlineData(2, "--port")]
    [InlineData(2, "--until", "2026-03-01")]
    [InlineData(2, "--timeline", "a.jsonl", "--until", "soon")]
    [InlineData(2, "--timeline", "a.jsonl", "--speed", "10")]
    [InlineData(2, "--timeline", "a.jsonl", "--until", "2026-03-01", "--speed", "0")]
    [InlineData(2, "--lose", "1.5")]
    [InlineData(2, "--duplicate", "-0.1")]
    [InlineData(2, "--reorder", "many")]
    [InlineData(2, "--install", "addon")]
    [InlineData(2, "--application", "addon")]
    [InlineData(2, "--installation", "ftp://addon/")]
    [InlineData(2, "--rows", "quote=5")]
    [InlineData(2, "--rows", "call=many")]
    [InlineData(2, "--gaps", "quote=0.1")]
    [InlineData(2, "--gaps", "deal=1")]
    [InlineData(2, "--list-seconds", "-1")]
    [InlineData(2, "--certificate")]
    [InlineData(1, "--timeline", "nosuch.jsonl")]
    public void Misuse_is_told_by_the_exit_code(int exitCode, params string[] arguments) =>
        Assert.Equal(exitCode, typeof(SimulatedPortal).Assembly.EntryPoint!.Invoke(null, [arguments]));

    [Fact]
    public async Task A_timeline_is_played_to_an_application_with_trouble_on_the_way()
    {
        await using var listener = await EventListener.StartAsync();
        using var program = new ProgramUnderTest();
        program.Environment["LANG"] = "en_US.UTF-8";
        await File.WriteAllLinesAsync(Path.Combine(program.Folder, "day.jsonl"),
            [.. Enumerable.Range(1, 60).Select(id => PortalFixture.Line($"02T10:00:{id - 1:00}", "add", "lead", id, """{"title":"L"}"""))], Stop);
        listener.Receiving = post => post.Event == "ONAPPINSTALL"
            ? PortalFixture.PostAsync(new Uri(post.Form["auth[client_endpoint]"] + "event.bind"),
                $$"""{"event":"ONCRMLEADADD","handler":"{{listener.Address}}events","auth":"{{post.Form["auth[access_token]"]}}"}""")
            : Task.CompletedTask;
        // Not too fast: the token of the installation lives an hour of the portal's clock.
        using var process = program.Start(Path.Combine("src", "Bitrix24.PortalSimulator"), "Bitrix24.PortalSimulator",
            "--port", "0", "--timeline", "day.jsonl", "--until", "2026-03-02T10:00:10", "--speed", "20", "--install", new Uri(listener.Address, "install").ToString(),
            "--lose", "0.2", "--duplicate", "0.2", "--reorder", "5", "--no-limits");
        try
        {
            string? line;
            do
            {
                line = await process.StandardOutput.ReadLineAsync(Stop);
            }
            while (line?.StartsWith("Lines played", StringComparison.Ordinal) is false);
            var posts = listener.Posts.Where(post => post.Event == "ONCRMLEADADD").Select(post => int.Parse(post.Id, CultureInfo.InvariantCulture)).ToList();
            var (lost, repeated) = (50 - posts.Distinct().Count(), posts.Count - posts.Distinct().Count());
            Assert.Equal($"Lines played: 50; events delivered: {posts.Count}, lost: {lost}, repeated: {repeated}, failed: 0", line);
            Assert.True(lost > 0 && repeated > 0 && posts.Min() > 10 && !posts.SequenceEqual(posts.Order()), string.Join(' ', posts));
        }
        finally
        {
            process.Kill();
        }
    }
}
