using System.Net;
using System.Text.RegularExpressions;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Facts;

namespace Bitrix24Addon.Acceptance.Api;

/// <summary>Every route of the pages as the program's own sources open it, so that one that is added later is asked too.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed partial class EveryRouteTests
{
    // Everybody has a day of his own; whose figures the reports tell is asked by ReportRouteTests.
    private static readonly string[] ForEverybody = ["GET me"];

    private static readonly string[] ForMarketersAndHeads = ["GET norms", "GET norms/{id}/versions", "POST norms/check", "POST norms/dry-run", "PUT norms"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_no_session_is_told_nothing_at_any_route()
    {
        await using var addon = await StartAsync();

        foreach (var route in Routes())
        {
            Assert.Equal((route, HttpStatusCode.Unauthorized), (route, await AskAsync(addon, route, null)));
        }
    }

    [Fact]
    public async Task Only_what_is_named_here_is_open_to_others_than_administrators()
    {
        await using var addon = await StartAsync();
        addon.Bitrix24.IsAdministrator = false;
        foreach (var (user, open) in new (long, string[])[] { (21, []), (13, []), (12, ForMarketersAndHeads), (20, ForMarketersAndHeads) })
        {
            var session = await addon.SessionAsync(user);
            foreach (var route in Routes().Where(r => !r.Contains(" reports/", StringComparison.Ordinal)).Except(ForEverybody))
            {
                var isRefused = await AskAsync(addon, route, session) == HttpStatusCode.Forbidden;
                Assert.Equal((user, route, !open.Contains(route)), (user, route, isRefused));
            }
        }
    }

    private static List<string> Routes()
    {
        var sources = Directory.GetFiles(Path.Combine(RepositoryRoot.Folder, "functions", "Api"), "*.cs").Select(File.ReadAllText);
        var routes = sources.SelectMany(source => Route().Matches(source)).Select(m => $"{m.Groups[1].Value.ToUpperInvariant()} {m.Groups[2].Value}").Order(StringComparer.Ordinal).ToList();
        Assert.True(routes.Count > 15, string.Join('\n', routes));
        return routes;
    }

    /// <summary>Asks with all that any body has to have; what it says is no matter where nobody may ask.</summary>
    private static async Task<HttpStatusCode> AskAsync(ServedAddon addon, string route, string? session)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1].Replace("{id}", "any", StringComparison.Ordinal));
        object? body = method == "GET" ? null : new { document = new { }, settings = new { }, expectedVersion = 0, from = "2026-03-30", to = "2026-03-30" };
        return (await addon.ApiAsync(new HttpMethod(method), path, body, session)).Status;
    }

    private static async Task<ServedAddon> StartAsync()
    {
        var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();
        var portal = await PortalUnderTest.StartAsync(addon.Storage, addon.Bitrix24.MemberId, Stop);
        await portal.ApplyAsync(
            [
                new(FactKind.Department, 1, 0, new DepartmentFact(null, 10, "Компания")), new(FactKind.Department, 2, 0, new DepartmentFact(1, 20, "Продажи")),
                .. new long[] { 12, 13, 20, 21 }.Select(user => new Observation(FactKind.User, user, 0, new UserFact(true, [2]))),
            ],
            1000, null, Stop);
        await portal.Registry.PutSettingsAsync(portal.Row, new PortalSettings { Roles = new RoleSettings { Marketers = [12], BaseManagers = [13] } }, Stop);
        return addon;
    }

    [GeneratedRegex("""api\.Map(Get|Post|Put)(?:<\w+>)?\("([^"]+)""")]
    private static partial Regex Route();
}
