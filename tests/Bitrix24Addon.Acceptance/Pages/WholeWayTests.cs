using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using MiniExcelLibs;
using static Microsoft.Playwright.Assertions;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>All three roles at work in one portal, from a portal that has never heard of the application to a day that is judged.</summary>
[Collection(nameof(OnePageAtATime))]
public sealed class WholeWayTests(BrowserUnderTest browser) : PageTests(browser)
{
    private const int Today = 20260318, AskedAtFirst = 50;

    // What each of the pages looks at again by itself, it has looked at by then.
    private const int AMinuteMs = 61_000;

    private static readonly string[] Week = ["calls_over_30s", "calls_out", "proposals_sent"];

    [Theory]
    [InlineData("ru", Wide)]
    [InlineData("en", Narrow)]
    public async Task A_portal_from_zero_is_set_up_judged_looked_into_and_keeps_each_to_his_own(string language, int width)
    {
        var portal = await StartAsync();
        var administrator = await OpenAsync(portal.Portal, ServedPortal.Administrator, language, width);
        await InstallAsync(administrator, language);

        // What is left of the day is told to the minute, and pages and server are asked at different times.
        portal.Clock.Speed = 0;
        var way = new Way(portal, language, Stop);
        var head = await OpenAsync(portal.Portal, ServedPortal.Head, language, width, before: page => page.Page.Clock.InstallAsync());
        var bearer = new ConcurrentQueue<string>();
        var manager = await OpenAsync(portal.Portal, ServedPortal.Operator, language, width, before: async page =>
        {
            await page.Page.Clock.InstallAsync();
            page.Page.Request += (_, request) => bearer.Enqueue(request.Headers.GetValueOrDefault("authorization", ""));
        });
        await head.UntilReadAsync();
        await manager.UntilReadAsync();

        // Nobody has so many calls a day; the operator has just enough of what is asked next, and then lacks one.
        var done = (int)(await way.OperatorAsync()).Done!;
        Assert.InRange(done, 1, AskedAtFirst - 1);
        Assert.Equal(NormOutcome.Below, (await ShownAsync(way, head, manager)).Outcome);
        await head.RequireNoSeriousFaultAsync();
        await head.ScreenshotAsync("whole-way-1-below", "head");

        await administrator.GoToAsync("norms");
        await DemandAsync(administrator, way, done);
        Assert.Equal(NormOutcome.Met, (await ShownAfterAMinuteAsync(way, head, manager)).Outcome);
        await manager.RequireNoSeriousFaultAsync();
        await head.ScreenshotAsync("whole-way-2-met", "head");
        await manager.ScreenshotAsync("whole-way-2-met", "manager");

        await DemandAsync(administrator, way, done + 1);
        await administrator.RequireNoSeriousFaultAsync();
        Assert.Equal(NormOutcome.Below, (await ShownAfterAMinuteAsync(way, head, manager)).Outcome);
        await manager.ScreenshotAsync("whole-way-3-below", "manager");

        await LookIntoAsync(way, head, done);
        await ExportAsync(way, head);
        await RefusedAsync(manager, bearer.Last(header => header.Length > 0));

        await CloseDayAsync(portal, head, manager);
        await JudgedAsync(way, head, manager, done);
    }

    /// <summary>From the portal's own button to the dashboard, with the norms of a preset.</summary>
    private static async Task InstallAsync(OpenedPage page, string language)
    {
        await page.Page.GetByRole(AriaRole.Button, new() { Name = language == "ru" ? "Установить" : "Install", Exact = true }).ClickAsync();
        await StepAsync("check");
        await Expect(page.Frame.GetByText(page.Text("setup.check.worst.ok"))).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await NextAsync("time");
        await NextAsync("people");
        await Expect(page.Frame.GetByRole(AriaRole.Table, new() { Name = page.Text("setup.people.departments") })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await NextAsync("norms");
        await page.Frame.GetByRole(AriaRole.Radio, new() { Name = Of(Preset.Name, language) }).ClickAsync();
        var calls = page.Frame.GetByRole(AriaRole.Spinbutton).First;
        await calls.FillAsync($"{AskedAtFirst}");
        await calls.BlurAsync();
        await page.Frame.GetByRole(AriaRole.Button, new() { NameRegex = new(language == "ru" ? "^Сохранить 4 норматива и" : "^Save 4 norms and") }).ClickAsync();
        await StepAsync("bind");
        await page.Button("setup.bind.do").ClickAsync();
        await Expect(page.Frame.GetByText(page.Text("setup.bind.all"))).ToBeVisibleAsync();
        await NextAsync("history");
        await Expect(page.Frame.GetByText(page.Text("setup.history.complete"))).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await NextAsync("finish");
        await page.Button("setup.finish.do").ClickAsync();
        await Expect(page.Title).ToHaveTextAsync(page.Text("shell.area.dashboard"), new() { Timeout = 30_000 });
        Assert.Single(await page.CommandsAsync("setInstallFinish"));
        await page.UntilReadAsync();

        async Task NextAsync(string step)
        {
            await page.Button("setup.next").ClickAsync();
            await StepAsync(step);
        }

        Task StepAsync(string step) => Expect(page.Frame.GetByRole(AriaRole.Heading, new() { Level = 2, Name = page.Text($"setup.{step}.title"), Exact = true }))
            .ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    /// <summary>Changes how much the norm asks for.</summary>
    private static async Task DemandAsync(OpenedPage page, Way way, int amount)
    {
        var version = (await way.NormAsync()).Version + 1;
        await page.Button("norms.editOf", ("name", way.Norm)).ClickAsync();
        var field = page.Field("norms.unit.count");
        await field.FillAsync($"{amount}");
        await field.BlurAsync();
        await page.Button("norms.save").ClickAsync();
        await Expect(page.Frame.GetByRole(AriaRole.Status)).ToContainTextAsync(page.Text("norms.saved", ("version", version)));
        Assert.Equal((amount, version), await way.NormAsync());
    }

    /// <summary>Nobody touches the pages: they look again by themselves.</summary>
    private static async Task<NormDay> ShownAfterAMinuteAsync(Way way, OpenedPage head, OpenedPage manager)
    {
        await head.Page.Clock.FastForwardAsync(AMinuteMs);
        await manager.Page.Clock.FastForwardAsync(AMinuteMs);
        return await ShownAsync(way, head, manager);
    }

    /// <summary>Both pages show what the server's own decision says of everybody's day; tells the operator's.</summary>
    private static async Task<NormDay> ShownAsync(Way way, OpenedPage head, OpenedPage manager)
    {
        var standings = await way.StandingsAsync();
        var shown = standings.Where(s => s.Days[0].Outcome != NormOutcome.NoVerdict).ToList();
        Assert.True(shown.Count >= 12, $"{shown.Count} people have a norm today.");
        foreach (var standing in shown)
        {
            var words = standing.Days[0].IsBehind ? head.Text("dashboard.behind") : standing.InWords(way.Texts);
            await OnDashboardAsync(way, head, standing, words);
        }

        // Norms of a preset are tried first, and the page says so.
        await Expect(head.Frame.GetByText(head.Text("dashboard.dryRun", ("name", way.Norm)), new() { Exact = true }).First).ToBeVisibleAsync();
        var met = standings.Count(s => s.Days[0].Outcome == NormOutcome.Met);
        await Expect(Figure(head, $"{met}: {head.Text("dashboard.normOf", ("name", way.Norm))}")).ToBeVisibleAsync();

        var own = standings.Single(s => s.UserId == ServedPortal.Operator);
        var card = manager.Frame.GetByRole(AriaRole.Listitem).Filter(new() { Has = manager.Frame.GetByRole(AriaRole.Heading, new() { Name = manager.Text("my-day.dryRun", ("name", way.Norm)), Exact = true }) });
        await Expect(card).ToContainTextAsync(own.PaceInWords(own.Days[0], way.Texts) ?? own.OutcomeInWords(own.Days[0], way.Texts));
        await Expect(card.GetByRole(AriaRole.Button, new() { Name = $"{own.Done}: {way.Norm}", Exact = true })).ToBeVisibleAsync();
        await Expect(card.GetByText(manager.Text("my-day.ofRequired", ("required", own.Required!)), new() { Exact = true })).ToBeVisibleAsync();
        return own.Days[0];
    }

    private static async Task OnDashboardAsync(Way way, OpenedPage head, NormStanding standing, string words)
    {
        var cell = Figure(head, $"{standing.Done}: {way.Norm}, {await way.NameAsync(standing.UserId)}").Locator("xpath=../..");
        await Expect(cell.GetByText(head.Text(standing.HasUntilEndOfDay ? "dashboard.ofRequiredByEnd" : "dashboard.ofRequired", ("required", standing.Required!)), new() { Exact = true })).ToBeVisibleAsync();
        await Expect(cell.GetByText(words, new() { Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>A figure has as many records as it says, and a record leads to the customer's card.</summary>
    private static async Task LookIntoAsync(Way way, OpenedPage head, int done)
    {
        var dialog = head.Frame.GetByRole(AriaRole.Dialog);
        await Figure(head, new Regex($"^[0-9]+: {Regex.Escape(MetricName(way))}, {Regex.Escape(head.Text("dashboard.allDepartments"))}$")).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(await way.TotalTodayAsync());
        await head.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);

        await Figure(head, $"{done}: {way.Norm}, {await way.NameAsync(ServedPortal.Operator)}").ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(done);
        await head.RequireNoSeriousFaultAsync();
        await head.ScreenshotAsync("whole-way-4-records", "head");
        var record = dialog.GetByRole(AriaRole.Link).First;
        var call = long.Parse(Regex.Match(await record.InnerTextAsync(), "[0-9]+$").Value, CultureInfo.InvariantCulture);
        await record.ClickAsync();

        var opened = (await head.CommandsAsync("openPath", 1))[0].GetProperty("path").GetString()!.Split('?')[0];
        Assert.EndsWith(await way.CustomerOfAsync(call), opened, StringComparison.Ordinal);
        var card = head.Page.Locator("dialog.slider");
        await Expect(card.GetByRole(AriaRole.Heading)).ToBeVisibleAsync();
        await card.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(card).ToHaveCountAsync(0);
        await dialog.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
    }

    /// <summary>The file says of everybody what the page says.</summary>
    private static async Task ExportAsync(Way way, OpenedPage head)
    {
        await head.Button("dashboard.period.week").ClickAsync();
        await head.UntilReadAsync();
        var download = await head.Page.RunAndWaitForDownloadAsync(() => head.Button("dashboard.export").ClickAsync());
        Assert.Equal($"{head.Text("dashboard.fileName", ("from", "2026-03-16"), ("to", "2026-03-18"))}", download.SuggestedFilename);
        await using var file = File.OpenRead(await download.PathAsync());
        var rows = file.Query(useHeaderRow: true, sheetName: way.Texts.Get("Reports.sheet_people")).Cast<IDictionary<string, object?>>().Where(row => row["ID"] is not null).ToList();
        Assert.Equal(13, rows.Count);
        foreach (var code in Week)
        {
            var metric = way.Texts.Get("Metrics." + code);
            await head.ChooseAsync(head.Button("dashboard.metric"), metric);
            foreach (var row in rows)
            {
                await Expect(Figure(head, $"{row[metric]}: {metric}, {row[way.Texts.Get("Reports.person")]}")).ToBeVisibleAsync();
            }

            await Expect(Figure(head, new Regex($"^[0-9—]+: {Regex.Escape(metric)}, "))).ToHaveCountAsync(rows.Count + 1);
        }

        Assert.Contains(rows, row => Convert.ToInt32(row[way.Texts.Get("Metrics.calls_out")], CultureInfo.InvariantCulture) > 0);
    }

    /// <summary>A manager is shown his own day and nothing of the others, however he asks.</summary>
    private static async Task RefusedAsync(OpenedPage manager, string authorization)
    {
        var frame = await manager.FrameAsync();
        foreach (var area in new[] { "dashboard", "norms", "health", "setup" })
        {
            await frame.EvaluateAsync("area => { location.hash = `#/${area}`; }", area);
            await Expect(manager.Title).ToHaveTextAsync(manager.Text("shell.area." + area));
            await Expect(manager.Frame.GetByText(manager.Text("shell.noRights.text"))).ToBeVisibleAsync();
        }

        await manager.RequireNoSeriousFaultAsync();
        manager.Expect("status of 403");
        foreach (var (method, path) in new[]
        {
            ("GET", "reports/dashboard?from=2026-03-16&to=2026-03-18&department=11"), ("GET", "reports/records?from=2026-03-18&to=2026-03-18&metric=calls_out&user=12"),
            ("GET", "reports/heatmap?from=2026-03-18&to=2026-03-18&user=12"), ("GET", "reports/funnel?from=2026-03-18&to=2026-03-18&department=10"),
            ("GET", "reports/workbook?from=2026-03-18&to=2026-03-18"), ("GET", "norms"), ("PUT", "norms"), ("GET", "health"), ("GET", "setup"), ("POST", "setup/sync"),
        })
        {
            Assert.Equal((method, path, 403), (method, path, await AskAsync(method, path)));
        }

        // With the same right he is told of himself.
        Assert.Equal(200, await AskAsync("GET", "reports/records?from=2026-03-18&to=2026-03-18&metric=calls_out&user=11"));

        Task<int> AskAsync(string method, string path) => frame.EvaluateAsync<int>(
            """
            async ({ method, path, authorization }) => (await fetch(`/api/${path}`, {
              method, headers: { Authorization: authorization, 'Content-Type': 'application/json' },
              body: method === 'GET' ? undefined : JSON.stringify({ document: {}, expectedVersion: 0 })
            })).status
            """,
            new { method, path, authorization });
    }

    /// <summary>Two in the morning comes while nobody looks.</summary>
    private static async Task CloseDayAsync(ServedPortal portal, params OpenedPage[] pages)
    {
        foreach (var page in pages)
        {
            await page.Page.GotoAsync("about:blank");
        }

        portal.Clock.Speed = 1;
        portal.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 19, 2, 0, 5, TimeSpan.FromHours(3)));
        var row = await portal.PortalAsync();
        await ServedAddon.WaitAsync(async () =>
        {
            await using var db = portal.Storage.Open(row.Id);
            return await db.ClosedDays.AnyAsync(day => day.Day == Today, Stop);
        });
    }

    /// <summary>What was behind is not met for good, and the manager reads the same.</summary>
    private static async Task JudgedAsync(Way way, OpenedPage head, OpenedPage manager, int done)
    {
        await head.GoAsync(ServedPortal.Head);
        await head.UntilReadAsync();
        await head.Button("dashboard.period.yesterday").ClickAsync();
        var standings = await way.StandingsAsync();
        foreach (var standing in standings.Where(s => s.Days[0].Outcome != NormOutcome.NoVerdict))
        {
            Assert.False(standing.Days[0].IsSoFar);
            await OnDashboardAsync(way, head, standing, standing.InWords(way.Texts));
        }

        var own = standings.Single(s => s.UserId == ServedPortal.Operator);
        Assert.Equal((NormOutcome.Below, done, done + 1m), (own.Days[0].Outcome, own.Done, own.Required));
        await head.UntilReadAsync();
        await head.ScreenshotAsync("whole-way-5-closed", "head");
        await head.RequireNoSeriousFaultAsync();

        await manager.GoAsync(ServedPortal.Operator);
        await manager.UntilReadAsync();
        var day = Figure(manager, new Regex($@"^{done} \/ {done + 1}: {Regex.Escape(way.Norm)}, ")).Locator("xpath=..");
        await Expect(day).ToHaveCountAsync(1);
        Assert.Contains(
            own.InWords(way.Texts), $"{await day.InnerTextAsync()} {await day.GetByRole(AriaRole.Button).GetAttributeAsync("aria-label")}", StringComparison.Ordinal);
        await manager.ScreenshotAsync("whole-way-5-closed", "manager");
    }

    private static NormPreset Preset { get; } = NormPreset.All.Single(p => p.Id == "active-sales");

    private static string Of(RuleName name, string language) => language == "ru" ? name.Ru : name.En;

    private static string MetricName(Way way) => way.Texts.Get("Metrics.calls_over_30s");

    private static ILocator Figure(OpenedPage page, string name) => page.Frame.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static ILocator Figure(OpenedPage page, Regex name) => page.Frame.GetByRole(AriaRole.Button, new() { NameRegex = name });

    /// <summary>What the server's own parts, and the portal, say of the norm and of the day, to hold against the pages.</summary>
    private sealed class Way(ServedPortal portal, string language, CancellationToken stop)
    {
        private static readonly JsonSerializerOptions PortalNames = new();

        private readonly NormRule _rule = (NormRule)Preset.Rules.Single(rule => rule.Id == "calls-over-30s");

        public Texts Texts { get; } = Texts.For(language);

        /// <summary>The name of the norm.</summary>
        public string Norm => Of(_rule.Name, language);

        /// <summary>How the head's people stand with the norm on the day.</summary>
        public async Task<List<NormStanding>> StandingsAsync()
        {
            var board = await new NormBoard(portal.Storage, portal.Clock).ReadAsync(
                await portal.PortalAsync(), Today, Today, (user, _) => user != ServedPortal.Administrator, stop);
            return [.. board.Standings.Where(s => s.Rule.Id == _rule.Id)];
        }

        public async Task<NormStanding> OperatorAsync() => (await StandingsAsync()).Single(s => s.UserId == ServedPortal.Operator);

        /// <summary>What the norm asks of everybody, and its version.</summary>
        public async Task<(int Amount, int Version)> NormAsync()
        {
            var history = await new RuleBook(portal.Storage, portal.Registry, portal.Clock).HistoryAsync(await portal.PortalAsync(), _rule.Id, stop);
            return ((int)((NormRule)history.MaxBy(version => version.Rule.VersionNumber)!.Rule).Targets[0].PerDay, history.Count);
        }

        public async Task<string> NameAsync(long userId) => PortalDirectory.Parse((await portal.PortalAsync()).Directory).NameOf(userId);

        /// <summary>Everybody's figure of the day.</summary>
        public async Task<int> TotalTodayAsync()
        {
            await using var db = portal.Storage.Open((await portal.PortalAsync()).Id);
            return (int)await db.Figures.Where(f => f.Day == Today && f.Metric == _rule.Metric && f.UserId != ServedPortal.Administrator && f.UserId != 0).SumAsync(f => f.Sum, stop);
        }

        /// <summary>The portal's page of the customer whom a call was with, as the portal itself tells it.</summary>
        public async Task<string> CustomerOfAsync(long call)
        {
            var activity = (await AskAsync("voximplant.statistic.get", new { FILTER = new { ID = call } })).GetProperty("CRM_ACTIVITY_ID").ToString();
            var owner = await AskAsync("crm.activity.list", new { filter = new { ID = activity } });
            var type = owner.GetProperty("OWNER_TYPE_ID").ToString() switch { "1" => "lead", "2" => "deal", "3" => "contact", _ => "company" };
            return $"/crm/{type}/details/{owner.GetProperty("OWNER_ID")}/";
        }

        private async Task<JsonElement> AskAsync(string method, object parameters)
        {
            using var http = new HttpClient();
            using var answer = await http.PostAsJsonAsync(new Uri(portal.Portal.WebhookUrl, method), parameters, PortalNames, stop);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("result")[0];
        }
    }
}
