using System.Text.RegularExpressions;
using Bitrix24Addon.Functions.Hosting;
using Bitrix24Addon.Portals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bitrix24Addon.Acceptance.Hosting;

/// <summary>What a Functions host is told of our doors, and the doors as the program opens them, are the same.</summary>
public sealed partial class FunctionDeclarationTests
{
    // Not the database that lies where the tests run.
    private static readonly Dictionary<string, string?> Nowhere = new() { ["Storage:ConnectionString"] = "Data Source=:memory:" };

    private static readonly List<Function> Functions = [.. PublishedFolder.ReadFunctions(Path.Combine(RepositoryRoot.Folder, "functions"))];

    [Fact]
    public async Task Every_door_is_reached_through_one_function_and_every_function_leads_to_a_door()
    {
        await using var application = AddonApplication.Create(Nowhere);

        var reached = application.Routes.Where(route => route != "POST Tick").Select(route =>
        {
            var (method, path) = (route.Split(' ')[0], "/" + route.Split(' ')[1].Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
            var answering = Functions.Where(f => f.Answers(method, path)).Select(f => f.Name).ToList();

            // Of two that answer, the first by name would shadow the other.
            return (Function: Assert.Single(answering), Method: method);
        }).Distinct().ToList();

        Assert.Equal(
            Functions.Where(f => f.Route is not null).SelectMany(f => f.Methods.Where(m => m != "OPTIONS").Select(m => (f.Name, m))).Order(), reached.Order());
        Assert.All(Functions.Where(f => f.Route is not null), f => Assert.True(f.Methods.Contains("OPTIONS"), f.Name));
    }

    [Fact]
    public void Nobody_but_the_host_comes_to_the_path_of_a_timer_and_no_key_is_asked_for_that_bitrix24_cannot_give()
    {
        var timer = Assert.Single(Functions, f => f.Schedule is not null);

        Assert.Equal(("Tick", "0 * * * * *"), (timer.Name, timer.Schedule));
        Assert.All(new[] { "/Tick", "/tick", "/Tick/" }, path => Assert.DoesNotContain(Functions, f => f.Answers("POST", path)));
        Assert.All(Functions.Where(f => f.Route is not null), f => Assert.Equal("anonymous", f.AuthLevel));
        Assert.All(Functions.Where(f => f.Route?.Contains('*', StringComparison.Ordinal) == true), f => Assert.Equal("api/{*path}", f.Route));
    }

    [Fact]
    public async Task The_path_of_the_timer_is_opened_only_where_a_host_started_the_program()
    {
        await using var plain = AddonApplication.Create(Nowhere);
        await using var hosted = AddonApplication.Create(new Dictionary<string, string?> { ["FUNCTIONS_CUSTOMHANDLER_PORT"] = "1" });

        Assert.DoesNotContain(plain.Routes, route => route.Contains("Tick", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("POST Tick", hosted.Routes);
    }

    [Fact]
    public void The_addresses_that_bitrix24_is_told_are_those_of_functions()
    {
        Assert.Equal("Install", Assert.Single(Functions, f => f.Answers("POST", "/" + Manifest.Current.Addresses.Install)).Name);
        Assert.Equal("App", Assert.Single(Functions, f => f.Answers("POST", "/" + Manifest.Current.Addresses.Application)).Name);
        Assert.Equal("Events", Assert.Single(Functions, f => f.Answers("POST", "/" + Manifest.Current.Addresses.Events)).Name);
        Assert.Empty(Manifest.Current.Robots); // A robot needs a door, and a function before it.
        Assert.All(Manifest.Current.Placements, p => Assert.Equal("Placements", Assert.Single(Functions, f => f.Answers("POST", "/" + Manifest.Current.Addresses.Placements.Replace("{code}", p.Code, StringComparison.Ordinal))).Name));
    }

    [Fact]
    public void The_isolated_worker_has_the_same_functions()
    {
        var source = File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "functions", "isolated", "Doors.cs"));
        var isolated = IsolatedFunction().Matches(source).Select(m => (
            m.Groups["name"].Value, m.Groups["route"].Value,
            string.Join(' ', m.Groups["method"].Captures.Select(c => c.Value.ToUpperInvariant()).Order(StringComparer.Ordinal)), m.Groups["schedule"].Value)).ToList();

        Assert.Equal(
            Functions.Select(f => (f.Name, f.Route ?? "", string.Join(' ', f.Methods.Order(StringComparer.Ordinal)), f.Schedule ?? "")),
            isolated.OrderBy(f => f.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Another_program_that_received_a_request_can_have_it_answered()
    {
        await using var application = AddonApplication.Create(Nowhere);
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        foreach (var (path, status) in new[] { ("/health/live", StatusCodes.Status200OK), ("/api/me", StatusCodes.Status401Unauthorized), ("/Tick", StatusCodes.Status404NotFound) })
        {
            var context = new DefaultHttpContext { RequestServices = services, Request = { Method = "GET", Path = path }, Response = { Body = new MemoryStream() } };
            context.SetEndpoint(new Endpoint(_ => throw new InvalidOperationException("The function itself."), null, "Health"));

            await application.AnswerAsync(context);

            Assert.Equal((path, status), (path, context.Response.StatusCode));
            Assert.Equal(status != StatusCodes.Status404NotFound, context.Response.Body.Length > 0);
        }
    }

    [GeneratedRegex("""\[Function\("(?<name>\w+)"\)\]\s+public Task \w+\(\[(?:HttpTrigger\(AuthorizationLevel\.Anonymous, (?:"(?<method>\w+)", )+Route = "(?<route>[^"]+)"|TimerTrigger\("(?<schedule>[^"]+)")""")]
    private static partial Regex IsolatedFunction();
}
