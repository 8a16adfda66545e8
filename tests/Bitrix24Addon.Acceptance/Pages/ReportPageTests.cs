using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>A portal of four tiers, and people of none, who owe calls since the day before yesterday, and an operator who has a corrective task.</summary>
public sealed class PortalWithNorms : IAsyncDisposable
{
    public const string TaskTitle = "Норматив не выполнен: 17 марта";

    public const string NormNamedAsMetric = "Звонки дольше 30 секунд";

    private readonly Lazy<Task<ServedPortal>> _started = new(StartAsync);

    public Task<ServedPortal> StartedAsync() => _started.Value;

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _started.Value).DisposeAsync();
        }
    }

    private static string Norm(string id, string russian, string english, int perDay) => $$"""
        {"kind": "norm", "id": "{{id}}", "name": {"ru": "{{russian}}", "en": "{{english}}"}, "metric": "calls_over_30s", "targets": [{"scope": "everyone", "perDay": {{perDay}}}]}
        """;

    private static async Task<ServedPortal> StartAsync()
    {
        var portal = await ServedPortal.StartAsync();
        await portal.InstallAsync(new PortalSettings
        {
            Tiers = new Dictionary<Tier, TierMembers>
            {
                [Tier.CallCentre] = new() { Users = [11, 12, 13] }, [Tier.ProcessingCentre] = new() { Departments = [12] },
                [Tier.ClientManagers] = new() { Users = [31, 32] }, [Tier.KeyAccounts] = new() { Users = [33] },
            },
        });
        var row = await portal.PortalAsync();
        var earlier = new FakeTimeProvider(ServedPortal.Now.AddDays(-2));
        var rules = new RuleBook(portal.Storage, new PortalRegistry(portal.Storage, earlier), earlier);
        await rules.PutAsync(row, Norm("calls", "Звонки за день", "Calls a day", 60), CancellationToken.None);

        // Some meet this one, and it is called as its metric is.
        await rules.PutAsync(row, Norm("few-calls", NormNamedAsMetric, "Calls over 30 seconds", 5), CancellationToken.None);
        await using var db = portal.Storage.Open(row.Id);
        var task = new CreateTask($"norm:calls:1:{ServedPortal.Operator}:20260317", $"user:{ServedPortal.Operator}", TaskTitle, "", ServedPortal.Operator, ServedPortal.Now.AddHours(3).ToUnixTimeMilliseconds());
        db.Effects.Add(new EffectRow
        {
            Key = task.Key, Subject = task.Subject, Document = Outbox.Write(task), State = EffectState.Done, ResultId = 99_001, CreatedAtMs = ServedPortal.Now.AddHours(-9).ToUnixTimeMilliseconds(),
        });
        await db.SaveChangesAsync();
        return portal;
    }
}

/// <summary>The dashboard of a head and the day of a manager, in the portal's frame.</summary>
[Collection(nameof(OnePageAtATime))]
public sealed partial class ReportPageTests(BrowserUnderTest browser, PortalWithNorms shared) : PageTests(browser), IClassFixture<PortalWithNorms>
{
    [Theory]
    [InlineData("ru", Wide)]
    [InlineData("en", Wide)]
    [InlineData("ru", Narrow)]
    [InlineData("en", Narrow)]
    public async Task A_head_sees_his_people_and_goes_from_a_figure_to_its_records(string language, int width)
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head, language, width);
        var people = width == Wide ? page.Frame.Locator("tbody tr").Filter(new() { Has = page.Frame.GetByRole(AriaRole.Rowheader) }) : page.Frame.GetByRole(AriaRole.List, new() { Name = Text("dashboard.people") }).Locator("> li");
        await Expect(people.First).ToBeVisibleAsync();
        await page.Frame.GetByRole(AriaRole.Button, new() { Name = Text("dashboard.period.week") }).ClickAsync();
        await Expect(page.Frame.GetByRole(AriaRole.Heading, new() { Name = Text("dashboard.funnel.title") })).ToBeVisibleAsync();
        await page.UntilReadAsync();
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("dashboard", "head");

        var figure = page.Frame.GetByRole(AriaRole.Button, new() { NameRegex = language == "ru" ? CallsOverRussian() : CallsOverEnglish() }).First;
        var expected = Number(await figure.InnerTextAsync());
        Assert.True(expected > 0);
        await figure.ClickAsync();
        var dialog = page.Frame.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Listitem).First).ToBeVisibleAsync();
        await Expect(dialog.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(expected);
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("records", "head");
        await dialog.GetByRole(AriaRole.Link).First.ClickAsync();
        var opened = (await page.CommandsAsync("openPath", 1))[0].GetProperty("path").GetString()!;
        Assert.Matches("/crm/(lead|deal|contact|company)/details/[0-9]+/", opened);

        string Text(string key) => PageTexts.Get(language, key);
    }

    [Theory]
    [InlineData("ru", Wide, ColorScheme.Light)]
    [InlineData("en", Narrow, ColorScheme.Dark)]
    public async Task A_head_goes_from_an_hour_and_from_a_tier_to_the_records_they_count(string language, int width, ColorScheme scheme)
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head, language, width, scheme: scheme);
        await page.UntilReadAsync();
        await page.Button("dashboard.period.week").ClickAsync();
        await page.UntilReadAsync();
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync(scheme == ColorScheme.Dark ? "dark-dashboard" : "dashboard-tiers", "head");

        var cells = page.Frame.GetByRole(AriaRole.Grid, new() { Name = page.Text("dashboard.heatmap.title") }).GetByRole(AriaRole.Button);
        var cell = await OpenOneAsync(page, cells);
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("records-of-hour", "head");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(cell).ToBeFocusedAsync();

        // Arrows reach every cell that leads somewhere.
        await cells.First.FocusAsync();
        for (var left = await cells.CountAsync(); left > 1; left--)
        {
            await page.Page.Keyboard.PressAsync("ArrowRight");
        }

        await Expect(cells.Last).ToBeFocusedAsync();
        await Expect(cells.And(page.Frame.Locator("[tabindex='0']"))).ToHaveCountAsync(1);

        var funnel = page.Frame.GetByRole(AriaRole.Region, new() { Name = page.Text("dashboard.funnel.title") });
        var steps = await funnel.GetByRole(AriaRole.List).First.Locator("> li").AllAsync();
        Assert.Equal(4, steps.Count);
        foreach (var step in steps)
        {
            var counts = await step.GetByRole(AriaRole.Button).AllInnerTextsAsync();
            Assert.InRange(counts.Count, 3, 5);
            Assert.Equal(Number(counts[0]), counts.Skip(1).Sum(Number));
        }

        await OpenOneAsync(page, steps[0].GetByRole(AriaRole.Listitem).GetByRole(AriaRole.Button));
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("records-of-tier", "head");
    }

    [Fact]
    public async Task A_head_chooses_department_and_metric_orders_people_and_takes_the_file_along()
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head);
        var names = page.Frame.Locator("tbody th[scope=row]:has(span)");
        await Expect(names.First).ToBeVisibleAsync();
        await page.UntilReadAsync();
        var all = await names.CountAsync();
        var ofCalls = page.Frame.GetByRole(AriaRole.Columnheader, new() { Name = "Звонки за день" });
        await Expect(ofCalls).ToHaveAttributeAsync("aria-sort", "none");
        await ofCalls.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(ofCalls).ToHaveAttributeAsync("aria-sort", "descending");

        var namedAsMetric = page.Frame.GetByRole(AriaRole.Columnheader, new() { Name = PortalWithNorms.NormNamedAsMetric });
        await Expect(namedAsMetric).ToHaveCountAsync(2);
        await page.Frame.GetByRole(AriaRole.Button, new() { Name = PageTexts.Get("ru", "dashboard.metric"), Exact = true }).ClickAsync();
        await page.Frame.GetByRole(AriaRole.Option, new() { Name = "Исходящие звонки", Exact = true }).ClickAsync();
        await Expect(page.Frame.GetByRole(AriaRole.Columnheader, new() { Name = "Исходящие звонки" })).ToBeVisibleAsync();
        await Expect(namedAsMetric).ToHaveCountAsync(1);

        await page.Frame.GetByRole(AriaRole.Button, new() { Name = PageTexts.Get("ru", "dashboard.department"), Exact = true }).ClickAsync();
        await page.Frame.GetByRole(AriaRole.Option, new() { Name = "Колл-центр" }).ClickAsync();
        await Expect(names).Not.ToHaveCountAsync(all);
        await page.UntilReadAsync();
        await Expect(names.First).ToBeVisibleAsync();
        Assert.InRange(await names.CountAsync(), 1, all - 1);

        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Frame.GetByRole(AriaRole.Button, new() { Name = PageTexts.Get("ru", "dashboard.export") }).ClickAsync());
        Assert.EndsWith(".xlsx", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.True(new FileInfo(await download.PathAsync()).Length > 1000);
    }

    [Fact]
    public async Task Days_of_ones_own_are_asked_for_when_both_are_whole_and_can_be()
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head);
        await page.UntilReadAsync();
        var asked = new ConcurrentQueue<string>();
        page.Page.Request += (_, request) =>
        {
            // The page reads the days it shows again by itself.
            if (IsOfChosenDays(request.Url))
            {
                asked.Enqueue(request.Url);
            }
        };
        await page.Button("dashboard.period.any").ClickAsync();
        await page.Field("dashboard.period.from").FillAsync("0202-03-10");
        await page.Button("dashboard.period.show").ClickAsync();
        await Expect(page.Frame.GetByText(page.Text("dashboard.period.beyond"))).ToBeVisibleAsync();
        await page.Field("dashboard.period.from").FillAsync("2026-03-16");
        await page.Field("dashboard.period.to").FillAsync("2026-03-10");
        await page.Button("dashboard.period.show").ClickAsync();
        await Expect(page.Frame.GetByText(page.Text("dashboard.period.backwards"))).ToBeVisibleAsync();
        Assert.Empty(asked);

        await page.Field("dashboard.period.to").FillAsync("2026-03-17");
        await page.Page.RunAndWaitForResponseAsync(() => page.Button("dashboard.period.show").ClickAsync(), answer => IsOfChosenDays(answer.Url));

        Assert.Contains("from=2026-03-16&to=2026-03-17", Assert.Single(asked), StringComparison.Ordinal);

        static bool IsOfChosenDays(string url) =>
            url.Contains("reports/dashboard?", StringComparison.Ordinal) && (url.Contains("from=0202", StringComparison.Ordinal) || url.Contains("from=2026-03-16", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_count_of_a_norm_leads_to_the_people_it_counts()
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head);
        var names = page.Frame.Locator("tbody th[scope=row]:has(span)");
        var count = page.Frame.GetByRole(AriaRole.Button, new() { NameRegex = Behind() });
        await Expect(count).ToBeVisibleAsync();
        await page.UntilReadAsync();
        var all = await names.CountAsync();
        var behind = Number(await count.InnerTextAsync());
        Assert.InRange(behind, 1, all);

        await count.ClickAsync();
        await Expect(names).ToHaveCountAsync(behind);

        await page.Button("dashboard.everybody").ClickAsync();
        await Expect(names).ToHaveCountAsync(all);
    }

    [Fact]
    public async Task What_could_not_be_read_is_told_and_nothing_of_other_days_stays()
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head);
        await page.UntilReadAsync();
        await Expect(page.Frame.Locator("tbody").First).ToBeVisibleAsync();
        page.Expect("ERR_FAILED");
        await page.Page.RouteAsync("**/api/reports/dashboard**", route => route.AbortAsync());

        await page.Button("dashboard.period.month").ClickAsync();

        await Expect(page.Frame.GetByText(page.Text("shell.problem.noServer"))).ToBeVisibleAsync();
        await Expect(page.Frame.Locator("tbody")).ToHaveCountAsync(0);
        await page.Page.UnrouteAllAsync();
        await page.Button("shell.retry").ClickAsync();
        await Expect(page.Frame.Locator("tbody").First).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("ru", Wide)]
    [InlineData("en", Wide)]
    [InlineData("ru", Narrow)]
    [InlineData("en", Narrow)]
    public async Task A_manager_sees_his_norm_the_pace_his_tasks_and_his_week(string language, int width)
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Operator, language, width);

        await Expect(page.Frame.GetByRole(AriaRole.Heading, new() { Name = language == "ru" ? "Звонки за день" : "Calls a day", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Frame.GetByText(language == "ru" ? PaceRussian() : PaceEnglish())).ToBeVisibleAsync();
        await Expect(page.Frame.GetByRole(AriaRole.Link, new() { Name = PortalWithNorms.TaskTitle })).ToHaveAttributeAsync("href", new Regex("/company/personal/user/11/tasks/task/view/99001/$"));
        await Expect(page.Frame.GetByRole(AriaRole.Heading, new() { Name = PageTexts.Get(language, "my-day.week.title") })).ToBeVisibleAsync();
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("my-day", "manager");

        await page.Frame.GetByRole(AriaRole.Button, new() { NameRegex = language == "ru" ? OutgoingRussian() : OutgoingEnglish() }).First.ClickAsync();
        await Expect(page.Frame.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Frame.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    /// <summary>Opens one of the figures that one page of records holds, and finds in its dialog what it says.</summary>
    private static async Task<ILocator> OpenOneAsync(OpenedPage page, ILocator figures)
    {
        await Expect(figures.First).ToBeVisibleAsync();
        var names = await figures.EvaluateAllAsync<string[]>("all => all.map(one => one.ariaLabel)");
        var name = names.First(name => Number(name.Split(':')[0]) is > 1 and <= 100);
        var figure = page.Frame.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
        await figure.ClickAsync();
        var dialog = page.Frame.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(Number(name.Split(':')[0]));
        return figure;
    }

    private static int Number(string text) => int.Parse(string.Concat(text.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);

    [GeneratedRegex("^[1-9][^:]*: Звонки за день, ")]
    private static partial Regex CallsOverRussian();

    [GeneratedRegex("^[1-9][^:]*: Calls a day, ")]
    private static partial Regex CallsOverEnglish();

    [GeneratedRegex("^отста.т [0-9]+: норматив «Звонки дольше 30 секунд»$")]
    private static partial Regex Behind();

    [GeneratedRegex("^ещё .+ рабочего времени$")]
    private static partial Regex PaceRussian();

    [GeneratedRegex("more .*in .+ of working time$")]
    private static partial Regex PaceEnglish();

    [GeneratedRegex("^[0-9]+: Исходящие звонки, ")]
    private static partial Regex OutgoingRussian();

    [GeneratedRegex("^[0-9]+: Outgoing calls, ")]
    private static partial Regex OutgoingEnglish();
}
