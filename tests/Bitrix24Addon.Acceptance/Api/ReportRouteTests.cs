using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Tests.Facts;
using Bitrix24Addon.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Acceptance.Api;

/// <summary>
/// The company is 1, headed by 10; below it sales, 2, headed by 20, with managers 21 and 22; beside it service, 3, with 31. Each has calls on Monday, 30 March
/// 2026, and a call today.
/// </summary>
[Collection(nameof(OneDoorAtATime))]
public sealed partial class ReportRouteTests
{
    private const string Monday = "from=2026-03-30&to=2026-03-30";
    private const long Morning = 1_774_857_600_000; // 2026-03-30 10:00 in Berlin

    /// <summary>Every route with what it needs to be asked; those of which nobody can be named come last.</summary>
    private static readonly Dictionary<string, string> Routes = new()
    {
        ["reports/dashboard"] = $"{Monday}&metric=calls_out",
        ["reports/heatmap"] = Monday,
        ["reports/funnel"] = Monday,
        ["reports/records"] = $"{Monday}&metric=calls_out",
        ["reports/workbook"] = Monday,
        ["reports/completeness"] = Monday,
        ["reports/my-day"] = "",
    };

    /// <summary>The records of a cell of the heatmap, and of a part of the funnel.</summary>
    private static readonly string[] Parts = [$"{Monday}&calls=out&weekday=1&hour=10", $"{Monday}&metric=leads_created&tier=none"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_refuses_a_manager_what_is_anothers()
    {
        var source = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Folder, "functions", "Api", "ReportRoutes.cs"), Stop);
        Assert.Equal(Route().Matches(source).Select(m => m.Groups[1].Value).Order(), Routes.Keys.Order());
        await using var addon = await StartAsync();
        var session = await addon.SessionAsync(21);

        foreach (var (route, query) in Routes.SkipLast(2).Concat(Parts.Select(part => KeyValuePair.Create("reports/records", part))))
        {
            foreach (var others in new[] { "user=22", "user=10", "department=2", "department=1", "department=3", "user=22&department=2", "user=999" })
            {
                if (route == "reports/dashboard" && others.StartsWith("user", StringComparison.Ordinal) && !others.Contains("department", StringComparison.Ordinal))
                {
                    // A dashboard is of departments only; whom the address names besides changes nothing.
                    var own = (await addon.ApiAsync(HttpMethod.Get, $"{route}?{query}&{others}", session: session)).Answer;
                    Assert.Equal([21], own.GetProperty("people").EnumerateArray().Select(p => p.GetProperty("userId").GetInt64()));
                    continue;
                }

                var (status, answer) = await addon.ApiAsync(HttpMethod.Get, $"{route}?{query}&{others}", session: session);
                Assert.Equal((route, others, HttpStatusCode.Forbidden, "Reports.not_yours"), (route, others, status, answer.GetProperty("code").GetString()));
            }

            Assert.Equal(HttpStatusCode.Unauthorized, (await addon.ApiAsync(HttpMethod.Get, $"{route}?{query}")).Status);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await addon.ApiAsync(HttpMethod.Get, $"reports/workbook?{Monday}", session: session)).Status);
        var day = (await addon.ApiAsync(HttpMethod.Get, "reports/my-day?user=22&department=2", session: session)).Answer;
        Assert.Equal(1, day.GetProperty("week").EnumerateArray().Last().GetProperty("values").GetProperty("calls_out").GetDecimal());
        var completeness = (await addon.ApiAsync(HttpMethod.Get, $"reports/completeness?{Monday}", session: session)).Answer.ToString();
        Assert.DoesNotContain("Manager", completeness, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Who_names_nobody_is_shown_all_that_is_his(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        foreach (var (user, isAdministrator, people, calls) in new[] { (21L, false, "21", 3), (20, false, "20 21 22", 8), (10, false, "10 20 21 22 31", 14), (31, true, "10 20 21 22 31", 14) })
        {
            addon.Bitrix24.IsAdministrator = isAdministrator;
            var session = await addon.SessionAsync(user);
            var board = await GetAsync("reports/dashboard");
            Assert.Equal(people, string.Join(' ', board.GetProperty("people").EnumerateArray().Select(p => p.GetProperty("userId").GetInt64()).Order()));
            Assert.Equal(calls, board.GetProperty("total").GetDecimal());
            Assert.Equal(calls, (await GetAsync("reports/heatmap")).GetProperty("counts").EnumerateArray().Sum(hours => hours.EnumerateArray().Sum(c => c.GetInt32())));
            var records = await GetAsync("reports/records");
            Assert.Equal((calls, calls), (records.GetProperty("count").GetInt32(), records.GetProperty("records").GetArrayLength()));
            var leads = user == 21 ? 0 : user == 20 ? 1 : 2;
            Assert.Equal(leads, (await GetAsync("reports/funnel")).GetProperty("steps")[0].GetProperty("count").GetInt32());
            foreach (var (part, count) in Parts.Zip([calls, leads]))
            {
                var ofPart = await GetAsync("reports/records", part);
                Assert.Equal((count, count), (ofPart.GetProperty("count").GetInt32(), ofPart.GetProperty("records").GetArrayLength()));
            }

            async Task<JsonElement> GetAsync(string route, string? query = null)
            {
                var (status, answer) = await addon.ApiAsync(HttpMethod.Get, $"{route}?{query ?? Routes[route]}", session: session);
                Assert.True(status == HttpStatusCode.OK, $"{route} for {user}: {answer}");
                return answer;
            }
        }
    }

    [Fact]
    public async Task A_head_reads_norms_trend_and_records_in_his_language()
    {
        await using var addon = await StartAsync();
        var session = await addon.SessionAsync(20);

        var board = (await addon.ApiAsync(HttpMethod.Get, $"reports/dashboard?{Monday}&metric=calls_out&department=2&courseDays=7", session: session)).Answer;
        Assert.Equal(["Сбыт"], board.GetProperty("departments").EnumerateArray().Select(d => d.GetProperty("name").GetString()));
        Assert.Equal("Исходящие звонки", board.GetProperty("metric").GetProperty("name").GetString());
        var one = board.GetProperty("people").EnumerateArray().Single(p => p.GetProperty("userId").GetInt64() == 21);
        Assert.Equal((3m, 7), (one.GetProperty("value").GetDecimal(), one.GetProperty("course").GetArrayLength()));
        Assert.Equal("tooLittleHistory", one.GetProperty("trend").GetProperty("gap").GetString());

        var today = (await addon.ApiAsync(HttpMethod.Get, "reports/my-day", session: await addon.SessionAsync(21), language: "en")).Answer;
        var norm = today.GetProperty("norms").EnumerateArray().Single();
        Assert.Equal(("Calls", "calls_out"), (norm.GetProperty("name").GetString(), norm.GetProperty("metric").GetProperty("code").GetString()));
        var last = norm.GetProperty("days").EnumerateArray().Last();
        Assert.Equal(("noVerdict", true), (last.GetProperty("outcome").GetString(), last.GetProperty("isSoFar").GetBoolean()));
        Assert.NotEmpty(last.GetProperty("words").GetString()!);

        // Nothing closes days here: those of the week before today are over and wait.
        var waiting = norm.GetProperty("days").GetArrayLength() > 1;
        Assert.Equal(waiting, today.GetProperty("notes").EnumerateArray().Any(n => n.GetString()!.StartsWith("Days that are over and not closed yet: ", StringComparison.Ordinal)));
        Assert.Equal(waiting ? 1 : 0, today.GetProperty("notes").GetArrayLength());

        var record = (await addon.ApiAsync(HttpMethod.Get, $"reports/records?{Monday}&metric=leads_created&user=22", session: session)).Answer.GetProperty("records")[0];
        Assert.Equal(("Лид", 5, "/crm/lead/details/5/", true), (record.GetProperty("kind").GetString(), record.GetProperty("id").GetInt64(), record.GetProperty("path").GetString(), record.GetProperty("opensInside").GetBoolean()));

        var (status, name, content) = await addon.DownloadAsync($"reports/workbook?{Monday}&department=2", session);
        Assert.Equal((HttpStatusCode.OK, "report-department-2-2026-03-30-2026-03-30.xlsx"), (status, name));
        Assert.Equal("PK"u8.ToArray(), content[..2]);
    }

    [Theory]
    [InlineData("reports/dashboard?from=2026-03-30", "Pages.bad_day")]
    [InlineData("reports/dashboard?from=yesterday&to=2026-03-30", "Pages.bad_day")]
    [InlineData("reports/dashboard?from=2026-03-30&to=2026-03-30&department=x", "Reports.bad_parameter")]
    [InlineData("reports/dashboard?from=2026-03-30&to=2026-03-30&metric=won_sum_by_currency", "Reports.unknown_metric")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30", "Reports.unknown_metric")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&metric=calls_out&page=0", "Reports.bad_parameter")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&weekday=1&hour=24", "Reports.bad_parameter")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&weekday=0&hour=10", "Reports.bad_parameter")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&weekday=1&hour=-1", "Reports.bad_parameter")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&hour=10", "Reports.bad_parameter")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&weekday=1", "Reports.bad_parameter")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&weekday=1&hour=10&calls=missed", "Reports.bad_parameter")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&weekday=1&hour=10&metric=calls_out", "Reports.bad_parameter")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&metric=leads_created&tier=6", "Reports.bad_parameter")]
    [InlineData("reports/records?from=2026-03-30&to=2026-03-30&tier=none", "Reports.unknown_metric")]
    [InlineData("reports/heatmap?from=2026-03-30&to=2026-03-30&calls=7", "Reports.bad_parameter")]
    [InlineData("reports/funnel?from=2026-03-31&to=2026-03-30", "Reports.period_backwards")]
    [InlineData("reports/heatmap?from=9999-12-31&to=9999-12-31", "Pages.bad_day")]
    [InlineData("reports/workbook?from=2026-03-31&to=2026-03-30&department=2", "Reports.period_backwards")]
    [InlineData("reports/workbook?from=2001-01-01&to=2099-12-31&user=10", "Reports.period_too_long")]
    public async Task What_cannot_be_asked_is_refused_in_words(string path, string code)
    {
        await using var addon = await StartAsync();

        var (status, answer) = await addon.ApiAsync(HttpMethod.Get, path, session: await addon.SessionAsync(10));

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, answer.GetProperty("code").GetString()));
        Assert.DoesNotContain("{", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<ServedAddon> StartAsync(DatabaseKind kind = DatabaseKind.Sqlite)
    {
        var addon = await ServedAddon.StartHeardAsync(kind);
        await addon.InstallAsync();
        addon.Bitrix24.IsAdministrator = false;
        var portal = await PortalUnderTest.StartAsync(addon.Storage, addon.Bitrix24.MemberId, Stop);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await portal.ApplyAsync(
            [
                Department(1, null, 10, "Компания"), Department(2, 1, 20, "Сбыт"), Department(3, 1, null, "Сервис"),
                User(10, 1), User(20, 2), User(21, 2), User(22, 2), User(31, 3),
                .. Calls(21, 3, Morning), .. Calls(22, 5, Morning), .. Calls(31, 6, Morning), .. Calls(21, 1, now), .. Calls(22, 1, now),
                Lead(5, 22), Lead(6, 31),
            ],
            now, null, Stop);
        var earlier = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-1));
        await new RuleBook(addon.Storage, new PortalRegistry(addon.Storage, earlier), earlier).PutAsync(
            portal.Row, """{"kind": "norm", "id": "calls", "name": {"ru": "Звонки", "en": "Calls"}, "metric": "calls_out", "targets": [{"scope": "everyone", "perDay": 40}]}""", Stop);
        return addon;
    }

    private static Observation Department(long id, long? parent, long? head, string name) => new(FactKind.Department, id, 0, new DepartmentFact(parent, head, name));

    private static Observation User(long id, long department) => new(FactKind.User, id, 0, new UserFact(true, [department]));

    private static Observation Lead(long id, long user) => new(FactKind.Lead, id, Morning, new LeadFact(user, user, "NEW"));

    private static IEnumerable<Observation> Calls(long user, int count, long atMs) => Enumerable.Range(0, count).Select(i =>
    {
        var id = (user * 1000) + i + (atMs == Morning ? 0 : 500);
        return new Observation(FactKind.Call, id, atMs + i, new CallFact($"call{id}", user, 1, "200", 60, null, null, null));
    });

    [GeneratedRegex("""Map(?:Get|Post|Put)(?:<\w+>)?\("([^"]+)""")]
    private static partial Regex Route();
}
