using Bitrix24Addon.Facts;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Microsoft.Playwright;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>The page of norms: written in a form, tried on past days, kept in versions.</summary>
[Collection(nameof(OnePageAtATime))]
public sealed class NormsPageTests(BrowserUnderTest browser, SharedPortal shared) : PageTests(browser)
{
    [Theory]
    [InlineData("ru", Wide)]
    [InlineData("en", Narrow)]
    public async Task An_administrator_writes_a_norm_tries_it_and_its_verdicts_change_with_it(string language, int width)
    {
        var portal = await StartAsync();
        await portal.InstallAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator, language, width);
        await page.GoToAsync("norms");
        await Assertions.Expect(page.Frame.GetByText(page.Text("norms.none.title"))).ToBeVisibleAsync();
        await page.RequireNoSeriousFaultAsync();
        await page.Button("norms.new").First.ClickAsync();
        await page.Button("norms.save").ClickAsync();
        await Assertions.Expect(page.Frame.GetByText(page.Text("norms.error.name"))).ToHaveCountAsync(2);

        await page.Field("norms.field.nameRu").FillAsync("Разговоры отдела");
        await page.Field("norms.field.nameEn").FillAsync("Conversations of the team");
        await page.ChooseAsync(page.Field("norms.field.metric"), Texts.For(language).Get("Metrics.calls_over_30s"));
        await page.Button("norms.addTarget").ClickAsync();
        await AmountAsync(page, "1");
        await page.RequireNoSeriousFaultAsync();
        var easy = await TryAsync(page, "2026-03-17");
        await page.ScreenshotAsync("norm-editor", "administrator");
        Assert.True(easy.Met > 0, $"{easy}");

        // The same day, but more is demanded.
        await AmountAsync(page, "500");
        var hard = await TryAsync(page, "2026-03-17");
        Assert.Equal((0, easy.Met + easy.Below), (hard.Met, hard.Below));

        await page.Button("norms.save").ClickAsync();
        await SavedAsync(page, 1);
        var name = language == "ru" ? "Разговоры отдела" : "Conversations of the team";
        await page.Button("norms.editOf", ("name", name)).ClickAsync();
        var half = language == "ru" ? "1,5" : "1.5";
        await AmountAsync(page, half);
        await Assertions.Expect(page.Frame.GetByLabel(page.Text("norms.unit.count"))).ToHaveValueAsync(half);
        await page.Button("norms.save").ClickAsync();
        await SavedAsync(page, 2);
        Assert.Equal(1.5m, Assert.IsType<NormRule>(Assert.Single(await new RuleBook(portal.Storage, portal.Registry, portal.Clock).ListAsync(await portal.PortalAsync(), Stop))).Targets[0].PerDay);
        await page.ScreenshotAsync("norms", "administrator");
        await page.RequireNoSeriousFaultAsync();

        var history = $"{page.Text("norms.history", ("version", 2))}: {name}";
        await page.Frame.GetByRole(AriaRole.Button, new FrameLocatorGetByRoleOptions { Name = history, Exact = true }).ClickAsync();
        var versions = page.Frame.GetByRole(AriaRole.Region, new() { Name = page.Text("norms.historyOf", ("name", name)) }).GetByRole(AriaRole.List).First.Locator("> li");
        await Assertions.Expect(versions).ToHaveCountAsync(2);
        await Assertions.Expect(versions.First).ToContainTextAsync("Соколова");
        await Assertions.Expect(versions.First.Locator("del")).ToContainTextAsync("500");
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("norm-history", "administrator");
    }

    [Fact]
    public async Task Nothing_is_said_of_the_old_list_while_the_new_one_is_read()
    {
        var portal = await StartAsync();
        await portal.InstallAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator);
        await page.GoToAsync("norms");
        await page.Button("norms.new").First.ClickAsync();
        await page.Field("norms.field.nameRu").FillAsync("Разговоры отдела");
        await page.Field("norms.field.nameEn").FillAsync("Conversations of the team");
        await page.Button("norms.addTarget").ClickAsync();
        await AmountAsync(page, "1");
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.Page.RouteAsync("**/api/norms", async route =>
        {
            if (route.Request.Method == "GET")
            {
                await read.Task;
            }

            await route.ContinueAsync();
        });

        await page.Page.RunAndWaitForRequestAsync(() => page.Button("norms.save").ClickAsync(), asked => asked is { Method: "GET" } && asked.Url.EndsWith("/api/norms", StringComparison.Ordinal));
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Status)).ToHaveTextAsync(page.Text("shell.loading"));
        read.SetResult();

        await SavedAsync(page, 1);
        await Assertions.Expect(page.Button("norms.editOf", ("name", "Разговоры отдела"))).ToBeVisibleAsync();
        await page.Page.UnrouteAllAsync();
    }

    [Theory]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task A_head_is_told_which_norms_are_his(string language)
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head, language);
        await page.GoToAsync("norms");

        await Assertions.Expect(page.Frame.GetByText(page.Text("norms.bound"))).ToBeVisibleAsync();
        await Assertions.Expect(page.Button("norms.editOf", ("name", language == "ru" ? "Норматив разговоров" : "Norm of conversations"))).ToBeVisibleAsync();
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("norms", "head");
    }

    [Fact]
    public async Task What_is_missing_is_told_in_words_and_nothing_is_saved()
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator);
        await page.GoToAsync("norms");
        await page.Button("norms.editOf", ("name", "Норматив разговоров")).ClickAsync();
        await page.Field("norms.field.nameRu").FillAsync("");
        await page.Button("norms.save").ClickAsync();

        await Assertions.Expect(page.Frame.GetByText(page.Text("norms.error.name"))).ToBeVisibleAsync();
        await page.Button("norms.cancel").ClickAsync();
        await Assertions.Expect(page.Button("norms.editOf", ("name", "Норматив разговоров"))).ToBeVisibleAsync();
    }

    private static async Task AmountAsync(OpenedPage page, string amount)
    {
        var field = page.Frame.GetByLabel(page.Text("norms.unit.count"));
        await field.FillAsync(amount);
        await field.BlurAsync();
    }

    /// <summary>Tries the norm on a day; tells how many met it and how many did not.</summary>
    private static async Task<(int Met, int Below)> TryAsync(OpenedPage page, string day)
    {
        await page.Field("norms.dryRun.from").FillAsync(day);
        await page.Field("norms.dryRun.to").FillAsync(day);
        var answer = await page.Page.RunAndWaitForResponseAsync(
            () => page.Button("norms.dryRun.run").ClickAsync(), answer => answer.Url.EndsWith("/api/norms/dry-run", StringComparison.Ordinal));
        var told = (await answer.JsonAsync())!.Value;
        var (met, below) = (told.GetProperty("met").GetInt32(), told.GetProperty("below").GetInt32());
        await ShownAsync("met", met);
        await ShownAsync("below", below);
        return (met, below);

        // What was told before is gone when the norm is another: these are the verdicts of this answer.
        Task ShownAsync(string outcome, int count) => Assertions.Expect(
            page.Frame.GetByRole(AriaRole.Region, new FrameLocatorGetByRoleOptions { Name = page.Text("norms.dryRun.title") }).GetByRole(AriaRole.Listitem)
                .GetByText(page.Text("norms.outcome." + outcome), new LocatorGetByTextOptions { Exact = true })).ToHaveCountAsync(count);
    }

    /// <summary>Waits until the list is shown with what was saved; whatever else tells of its state by then is gone.</summary>
    private static Task SavedAsync(OpenedPage page, int version) =>
        Assertions.Expect(page.Frame.GetByRole(AriaRole.Status)).ToHaveTextAsync(page.Text("norms.saved", ("version", version)));
}
