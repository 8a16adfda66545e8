using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Microsoft.Playwright;
using NodaTime;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>The steps in which an administrator sets the portal up, and in which he changes the settings later.</summary>
[Collection(nameof(OnePageAtATime))]
public sealed class SetupPageTests(BrowserUnderTest browser) : PageTests(browser)
{
    private static readonly string[] Steps = ["check", "time", "people", "norms", "bind", "history", "finish"];

    [Theory]
    [InlineData("ru", Wide)]
    [InlineData("en", Narrow)]
    public async Task The_wizard_leads_from_the_installation_to_the_dashboard(string language, int width)
    {
        var portal = await StartAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator, language, width);
        var wizard = new Wizard(page, language);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = language == "ru" ? "Установить" : "Install", Exact = true }).ClickAsync();

        await wizard.ShownAsync("check");
        await Assertions.Expect(page.Frame.GetByText(wizard.Text("check.worst.ok"))).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.Frame.Locator("summary").ClickAsync();
        await Assertions.Expect(page.Frame.GetByText("placement")).ToBeVisibleAsync();
        await Assertions.Expect(wizard.StepButton("people")).ToBeDisabledAsync();
        await LookAsync(page, "check");

        await wizard.NextAsync("time");
        await ChooseTimeAsync(page, wizard, language);
        await LookAsync(page, "time");

        await wizard.NextAsync("people");
        await ChoosePeopleAsync(page, wizard, language);
        await LookAsync(page, "people");

        // Nothing is lost on the way back and forth.
        await wizard.StepButton("time").ClickAsync();
        await Assertions.Expect(page.Frame.GetByLabel(wizard.Text("time.zone.label"))).ToContainTextAsync("Asia/Yekaterinburg");
        await wizard.StepButton("people").ClickAsync();
        await page.Frame.GetByRole(AriaRole.Link, new() { Name = PageTexts.Get(language, "shell.area.health") }).ClickAsync();
        await Assertions.Expect(page.Title).ToHaveTextAsync(PageTexts.Get(language, "shell.area.health"));
        await page.Frame.GetByRole(AriaRole.Link, new() { Name = PageTexts.Get(language, "shell.area.setup") }).ClickAsync();
        await wizard.ShownAsync("people");
        await Assertions.Expect(page.Title).ToHaveTextAsync(PageTexts.Get(language, "shell.area.setup"));
        await wizard.NextAsync("norms");

        var preset = NormPreset.All.Single(p => p.Id == "active-sales");
        await page.Frame.GetByRole(AriaRole.Radio, new() { Name = NameIn(preset.Name, language) }).ClickAsync();
        var meetings = NameIn(preset.Rules.Single(r => r.Id == "meetings").Name, language);
        await page.Frame.GetByRole(AriaRole.Checkbox, new() { Name = meetings }).ClickAsync();
        await FirstNumberAsync(page, "33");
        await LookAsync(page, "norms");
        await page.Frame.GetByRole(AriaRole.Button, new() { NameRegex = new(language == "ru" ? "^Сохранить 3 норматива и" : "^Save 3 norms and") }).ClickAsync();

        await wizard.ShownAsync("bind");
        await page.Frame.GetByRole(AriaRole.Button, new() { Name = wizard.Text("bind.do"), Exact = true }).ClickAsync();
        await Assertions.Expect(page.Frame.GetByText(wizard.Text("bind.all"))).ToBeVisibleAsync();
        await LookAsync(page, "bind");

        await wizard.NextAsync("history");
        await Assertions.Expect(page.Frame.GetByText(wizard.Text("history.complete"))).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await LookAsync(page, "history");

        await wizard.NextAsync("finish");
        await LookAsync(page, "finish");
        await page.Frame.GetByRole(AriaRole.Button, new() { Name = wizard.Text("finish.do") }).ClickAsync();

        await Assertions.Expect(page.Title).ToHaveTextAsync(PageTexts.Get(language, "shell.area.dashboard"), new() { Timeout = 30_000 });
        Assert.Single(await page.CommandsAsync("setInstallFinish"));
        // It goes on asking; the portal ends before the browser does.
        await page.Page.CloseAsync();
        await RequireKeptAsync(portal);
    }

    [Fact]
    public async Task A_wizard_that_was_closed_goes_on_where_it_was()
    {
        var portal = await StartAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator);
        var wizard = new Wizard(page, "ru");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Установить", Exact = true }).ClickAsync();
        await wizard.ShownAsync("check");
        await wizard.NextAsync("time");
        await page.Frame.GetByRole(AriaRole.Radio, new() { Name = "English" }).ClickAsync();
        await wizard.NextAsync("people");
        Assert.Equal("en", await LanguageAsync(portal));

        await page.GoAsync(ServedPortal.Administrator);

        await wizard.ShownAsync("people");
        await Assertions.Expect(wizard.StepButton("norms")).ToBeDisabledAsync();
        await wizard.StepButton("time").ClickAsync();
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Radio, new() { Name = "English" })).ToBeCheckedAsync();
        await page.Page.CloseAsync();
    }

    [Fact]
    public async Task After_an_installation_without_a_page_the_wizard_goes_on_too_until_it_is_finished()
    {
        var portal = await StartAsync();
        await portal.Portal.InstallAsync(portal.Portal.Options.InstallationUrl!, cancellationToken: Stop);
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator);
        var wizard = new Wizard(page, "ru");
        await wizard.ShownAsync("check");
        await wizard.NextAsync("time");
        await wizard.NextAsync("people");

        var manager = await OpenAsync(portal.Portal, ServedPortal.Operator);
        await Assertions.Expect(manager.Frame.GetByText(manager.Text("shell.notSetUp.text"))).ToBeVisibleAsync();
        await page.GoAsync(ServedPortal.Administrator);
        await wizard.ShownAsync("people");
        await Assertions.Expect(page.Frame.GetByText(wizard.Text("welcome"))).ToBeVisibleAsync();
        await page.ScreenshotAsync("setup-resumed", "administrator");
        await portal.UntilHistoryAsync();
        await wizard.NextAsync("norms");
        await wizard.NextAsync("bind");
        await page.Frame.GetByRole(AriaRole.Button, new() { Name = wizard.Text("bind.do"), Exact = true }).ClickAsync();
        await wizard.NextAsync("history");
        await wizard.NextAsync("finish");
        await page.Frame.GetByRole(AriaRole.Button, new() { Name = wizard.Text("finish.do") }).ClickAsync();
        await Assertions.Expect(page.Heading).ToHaveTextAsync(page.Text("shell.area.dashboard"), new() { Timeout = 30_000 });

        await page.GoAsync(ServedPortal.Administrator);
        await page.GoToAsync("setup");
        await Assertions.Expect(wizard.StepButton("time")).ToBeVisibleAsync();
        await Assertions.Expect(wizard.StepButton("finish")).ToHaveCountAsync(0);
        Assert.False((await portal.Registry.SettingsAsync(await portal.PortalAsync(), Stop)).Settings.SetUpUnfinished);
        await page.Page.CloseAsync();
        await manager.Page.CloseAsync();
    }

    [Fact]
    public async Task Settings_are_changed_later_and_nobody_overwrites_what_he_has_not_seen()
    {
        var portal = await StartAsync();
        await portal.InstallAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator);
        var wizard = new Wizard(page, "ru");
        await page.Frame.GetByRole(AriaRole.Link, new() { Name = PageTexts.Get("ru", "shell.area.setup") }).ClickAsync();
        await wizard.StepButton("time").ClickAsync();
        await Assertions.Expect(wizard.StepButton("finish")).ToHaveCountAsync(0);
        await Assertions.Expect(wizard.Save).ToBeDisabledAsync();

        await page.Frame.GetByRole(AriaRole.Radio, new() { Name = "English" }).ClickAsync();
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Status).Filter(new() { HasText = wizard.Text("unsaved") })).ToBeVisibleAsync();
        await wizard.Save.ClickAsync();
        await Assertions.Expect(page.Frame.GetByText(wizard.Text("saved"))).ToBeVisibleAsync();
        Assert.Equal("en", await LanguageAsync(portal));

        var (settings, _) = await portal.Registry.SettingsAsync(await portal.PortalAsync(), Stop);
        await portal.Registry.PutSettingsAsync(await portal.PortalAsync(), settings with { Language = "ru", MissedReturnMinutes = 7 }, Stop);
        await page.Frame.GetByRole(AriaRole.Radio, new() { Name = wizard.Text("time.calendar.none") }).ClickAsync();
        page.Expect("409");
        await wizard.Save.ClickAsync();

        var alert = page.Frame.GetByRole(AriaRole.Alert).Filter(new() { HasText = wizard.Text("conflict.title") });
        await Assertions.Expect(alert).ToBeVisibleAsync();
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("setup-conflict", "administrator");
        await alert.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Radio, new() { Name = "Русский" })).ToBeCheckedAsync();
        await Assertions.Expect(alert).ToHaveCountAsync(0);

        await page.Frame.GetByRole(AriaRole.Radio, new() { Name = wizard.Text("time.calendar.none") }).ClickAsync();
        await wizard.Save.ClickAsync();
        await Assertions.Expect(page.Frame.GetByText(wizard.Text("saved"))).ToBeVisibleAsync();
        var (kept, _) = await portal.Registry.SettingsAsync(await portal.PortalAsync(), Stop);
        Assert.Equal(("ru", null, 7), (kept.Language, kept.ProductionCalendar, kept.MissedReturnMinutes));
    }

    [Theory]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task A_norm_of_a_set_changes_only_the_number_of_the_one_in_force(string language)
    {
        var portal = await StartAsync();
        await portal.InstallAsync();
        await portal.PutNormAsync();
        var book = new RuleBook(portal.Storage, portal.Registry, portal.Clock);
        await book.PutAsync(
            await portal.PortalAsync(),
            """
            {"kind": "norm", "id": "meetings", "name": {"ru": "Наши встречи", "en": "Our meetings"}, "metric": "meetings", "targets": [{"scope": "everyone", "perDay": 1}],
             "excluded": [12], "belowNorm": {"task": false, "deadlineWorkingMinutes": null, "tellHead": true}}
            """,
            Stop);
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator, language);
        var wizard = new Wizard(page, language);
        await page.GoToAsync("setup");
        await wizard.StepButton("norms").ClickAsync();
        await page.Frame.GetByRole(AriaRole.Radio, new() { Name = NameIn(NormPreset.All.Single(p => p.Id == "active-sales").Name, language) }).ClickAsync();

        // The one of several targets cannot be taken.
        await Assertions.Expect(page.Frame.GetByText(wizard.Text("norms.own"))).ToHaveCountAsync(1);
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Checkbox, new() { Name = language == "ru" ? "Норматив разговоров" : "Norm of conversations" })).ToHaveCountAsync(0);
        var name = language == "ru" ? "Наши встречи" : "Our meetings";
        await page.Frame.GetByRole(AriaRole.Checkbox, new() { Name = name }).ClickAsync();
        var number = page.Frame.GetByRole(AriaRole.Spinbutton, new() { NameRegex = new("^" + name) });
        await number.FillAsync(language == "ru" ? "2,5" : "2.5");
        await number.PressAsync("Tab");
        await page.ScreenshotAsync("setup-norm-in-force", "administrator");
        await page.RequireNoSeriousFaultAsync();
        await page.Frame.GetByRole(AriaRole.Button, new() { NameRegex = new(language == "ru" ? "^Сохранить [0-9]+ норматив" : "^Save [0-9]+ norm") }).ClickAsync();
        await Assertions.Expect(page.Frame.GetByText(wizard.Text("norms.saved"), new() { Exact = true }).First).ToBeVisibleAsync();

        var rules = (await book.ListAsync(await portal.PortalAsync(), Stop)).Cast<NormRule>().ToDictionary(r => r.Id);
        Assert.Equal(3, rules["calls-over-30s"].Targets.Count);
        var kept = rules["meetings"];
        Assert.Equal(("Our meetings", 2.5m, true, false), (kept.Name.En, Assert.Single(kept.Targets).PerDay, kept.DryRun, kept.BelowNorm.Task));
        Assert.Equal([12], kept.Excluded);
    }

    private static async Task ChooseTimeAsync(OpenedPage page, Wizard wizard, string language)
    {
        await page.Frame.GetByLabel(wizard.Text("time.zone.label")).ClickAsync();
        await page.Frame.GetByPlaceholder(wizard.Text("search")).FillAsync(language == "ru" ? "Екатер" : "Yekat");
        await ChooseAsync(page, "Asia/Yekaterinburg");

        var days = page.Frame.GetByRole(AriaRole.Group, new() { Name = wizard.Text("time.everybody") });
        await days.GetByLabel(wizard.Text("hours.from")).First.FillAsync("");
        await wizard.Next.ClickAsync();
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Alert).Filter(new() { HasText = wizard.Text("correct") })).ToContainTextAsync(wizard.Text("hours.badTime"));
        await days.GetByLabel(wizard.Text("hours.from")).First.FillAsync("8.30");
        await days.GetByRole(AriaRole.Button, new() { Name = wizard.Text("hours.addGroup") }).ClickAsync();
        var saturdays = days.GetByRole(AriaRole.Checkbox, new() { Name = language == "ru" ? "суббота" : "Saturday" });
        await Assertions.Expect(saturdays).ToHaveCountAsync(2);
        await saturdays.Last.CheckAsync(new() { Force = true });
    }

    private static async Task ChoosePeopleAsync(OpenedPage page, Wizard wizard, string language)
    {
        var table = page.Frame.GetByRole(AriaRole.Table, new() { Name = wizard.Text("people.departments") });
        await Assertions.Expect(table).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await OpenListAsync(table.GetByRole(AriaRole.Row).Nth(2).GetByRole(AriaRole.Button).First);
        await ChooseAsync(page, language == "ru" ? "Колл-центр" : "Call centre");

        var marketers = page.Frame.GetByRole(AriaRole.Button, new() { Name = wizard.Text("people.marketers"), Exact = true });
        await OpenListAsync(marketers);
        // The list may reach below the window, so it is the keyboard that chooses, once the list listens to it.
        await Assertions.Expect(page.Frame.GetByPlaceholder(wizard.Text("search"))).ToBeFocusedAsync();
        await Assertions.Expect(page.Frame.Locator("[role=option][data-highlighted]")).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Frame.Locator("[role=option][aria-selected=true]")).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Option)).ToHaveCountAsync(0);
        await Assertions.Expect(table).Not.ToContainTextAsync("#");
    }

    /// <summary>The list hangs below its field and does not scroll the portal's page by itself.</summary>
    private static async Task OpenListAsync(ILocator field)
    {
        await field.EvaluateAsync("field => field.scrollIntoView({ block: 'start' })");
        await field.ClickAsync();
    }

    /// <summary>A list that closes takes the keyboard back: what comes after waits for it.</summary>
    private static async Task ChooseAsync(OpenedPage page, string name)
    {
        await page.Frame.GetByRole(AriaRole.Option, new() { Name = name }).ClickAsync();
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Option)).ToHaveCountAsync(0);
    }

    private static async Task FirstNumberAsync(OpenedPage page, string number)
    {
        var perDay = page.Frame.GetByRole(AriaRole.Spinbutton).First;
        await perDay.FillAsync(number);
        await perDay.PressAsync("Tab");
    }

    private static async Task RequireKeptAsync(ServedPortal portal)
    {
        var row = await portal.PortalAsync();
        var (settings, version) = await portal.Registry.SettingsAsync(row, Stop);
        // Once for the time, once for the people, and once for the end of it.
        Assert.Equal((3, false, "Asia/Yekaterinburg"), (version, settings.SetUpUnfinished, settings.TimeZone));
        Assert.Equal(["08:30-13:00", "14:00-18:00"], settings.Schedules.Default.Week[IsoDayOfWeek.Monday].Select(h => h.ToString()));
        Assert.Equal(["10:00-15:00"], settings.Schedules.Default.Week[IsoDayOfWeek.Saturday].Select(h => h.ToString()));
        Assert.False(settings.Schedules.Default.Week.ContainsKey(IsoDayOfWeek.Sunday));
        Assert.Single(settings.Tiers[Tier.CallCentre].Departments);
        Assert.Single(settings.Roles.Marketers);
        var rules = (await new RuleBook(portal.Storage, portal.Registry, portal.Clock).ListAsync(row, Stop)).Cast<NormRule>().ToList();
        Assert.Equal(["calls-over-30s", "missed-calls", "proposals-sent"], rules.Select(r => r.Id).Order(StringComparer.Ordinal));
        Assert.All(rules, rule => Assert.True(rule.DryRun));
        Assert.Equal(33, rules.Single(r => r.Id == "calls-over-30s").Targets[0].PerDay);
    }

    private static async Task<string> LanguageAsync(ServedPortal portal) => (await portal.Registry.SettingsAsync(await portal.PortalAsync(), Stop)).Settings.Language;

    private static async Task LookAsync(OpenedPage page, string step)
    {
        await page.ScreenshotAsync($"setup-{Array.IndexOf(Steps, step) + 1}-{step}", "administrator");
        await page.RequireNoSeriousFaultAsync();
    }

    private static string NameIn(RuleName name, string language) => language == "ru" ? name.Ru : name.En;

    private sealed class Wizard(OpenedPage page, string language)
    {
        public ILocator Next => page.Frame.GetByRole(AriaRole.Button, new() { Name = Text("next"), Exact = true });

        public ILocator Save => page.Frame.GetByRole(AriaRole.Button, new() { Name = Text("save"), Exact = true });

        public string Text(string key) => PageTexts.Get(language, "setup." + key);

        public ILocator StepButton(string step) => page.Frame.GetByRole(AriaRole.Navigation, new() { Name = Text("steps") })
            .GetByRole(AriaRole.Button, new() { NameRegex = new($"^{Text(step + ".step")}") });

        public Task ShownAsync(string step) =>
            Assertions.Expect(page.Frame.GetByRole(AriaRole.Heading, new() { Level = 2, Name = Text(step + ".title"), Exact = true })).ToBeVisibleAsync(new() { Timeout = 30_000 });

        public async Task NextAsync(string step)
        {
            await Next.ClickAsync();
            await ShownAsync(step);
        }
    }
}
