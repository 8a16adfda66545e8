using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Microsoft.Playwright;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>The portal's page around an application that speaks by Bitrix24's own library.</summary>
[Collection(nameof(OnePageAtATime))]
public sealed class ParentPageTests(BrowserUnderTest browser) : PageTests(browser)
{
    private static readonly string[] Lines =
    [
        PortalFixture.Line("01T09:00:00", "add", "department", 10, """{"NAME":"Продажи","UF_HEAD":102}"""),
        PortalFixture.Line("01T09:00:00", "add", "user", 101, """{"NAME":"Пётр","LAST_NAME":"Иванов","WORK_POSITION":"Менеджер","UF_DEPARTMENT":[10]}"""),
        PortalFixture.Line("01T09:00:00", "add", "user", 102, """{"NAME":"Анна","LAST_NAME":"Орлова","UF_DEPARTMENT":[10]}"""),
        PortalFixture.Line("01T09:00:00", "add", "user", 103, """{"NAME":"Лев","LAST_NAME":"Бывший","ACTIVE":false}"""),
        PortalFixture.Line("02T09:00:00", "add", "deal", 7, """{"title":"Стеллажи","assignedById":101,"opportunity":1500}"""),
        PortalFixture.Line("02T09:00:00", "add", "lead", 8, """{"title":"Заявка","assignedById":101}"""),
    ];

    [Fact]
    public async Task The_page_is_posted_what_is_documented_and_shakes_hands_as_the_chosen_person()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await ReadyAsync(fixture.Portal, 101, "en");

        var (path, query, body) = Assert.Single(vendor.Posts);
        Assert.Equal("/app", path);
        Assert.Equal(["APP_SID", "DOMAIN", "LANG", "PROTOCOL"], query.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((fixture.Portal.BaseAddress.Authority, "0", "en"), (query["DOMAIN"], query["PROTOCOL"], query["LANG"]));
        Assert.Equal(
            [
                "APPLICATION_SCOPE", "APPLICATION_TOKEN", "AUTH_EXPIRES", "AUTH_ID", "PLACEMENT", "PLACEMENT_OPTIONS", "REFRESH_ID", "SERVER_ENDPOINT", "member_id",
                "status",
            ],
            body.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("3600", "L", "DEFAULT", "{}"), (body["AUTH_EXPIRES"], body["status"], body["PLACEMENT"], body["PLACEMENT_OPTIONS"]));
        Assert.Equal(fixture.Portal.ApplicationToken, body["APPLICATION_TOKEN"]);

        var said = await RunAsync(page, "({ token: b24.auth.getAuthData().access_token, lang: b24.getLang(), admin: b24.auth.isAdmin, member: b24.auth.getAuthData().member_id })");
        Assert.Equal((body["AUTH_ID"], "en", false), (Text(said, "token"), Text(said, "lang"), said.GetProperty("admin").GetBoolean()));
        Assert.Equal(fixture.Portal.Options.MemberId, Text(said, "member"));
        Assert.Equal(("101", false), await ProfileAsync(fixture, body["AUTH_ID"]));
    }

    [Fact]
    public async Task A_token_that_ended_is_renewed_for_the_same_person()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await ReadyAsync(fixture.Portal, 101);
        var before = (await RunAsync(page, "b24.auth.getAuthData().access_token")).GetString()!;
        fixture.Portal.ExpireTokens(101);
        var (status, _) = await CallAsync(fixture, before);
        Assert.Equal(HttpStatusCode.Unauthorized, status);

        var after = (await RunAsync(page, "(await b24.auth.refreshAuth()).access_token")).GetString()!;

        Assert.NotEqual(before, after);
        Assert.Equal(("101", false), await ProfileAsync(fixture, after));
        Assert.DoesNotContain("simulator101token", await page.Page.Locator("#log").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_portal_obeys_height_title_scrolling_and_reloading()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await ReadyAsync(fixture.Portal, 102);

        await RunAsync(page, "b24.parent.resizeWindow(500, 1234)");
        await UntilSizeAsync(page, 500, 1234);
        await RunAsync(page, "b24.parent.fitWindow()");
        await page.CommandsAsync("resizeWindow", 2);
        Assert.Equal(1234, (await page.Page.Locator("#stage iframe").BoundingBoxAsync())!.Height);
        await RunAsync(page, """b24.parent.setTitle('Итоги: "март"')""");
        await Assertions.Expect(page.Title).ToHaveTextAsync("Итоги: \"март\"");
        await RunAsync(page, "b24.parent.scrollParentWindow(300)");
        await page.Page.WaitForFunctionAsync("() => window.scrollY === 300");
        Assert.Equal(2, (await page.CommandsAsync("resizeWindow")).Count);

        await (await page.FrameAsync()).EvaluateAsync("() => { window.b24.parent.reloadWindow(); }");
        await page.CommandsAsync("getInitData", 2);
        Assert.Equal(2, vendor.Posts.Count);
        Assert.NotEqual(vendor.Posts.First().Query["APP_SID"], vendor.Posts.Last().Query["APP_SID"]);
    }

    [Fact]
    public async Task A_record_opens_in_the_slider_and_a_path_that_is_not_available_is_refused()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await ReadyAsync(fixture.Portal, 101);

        var opened = RunAsync(page, "b24.slider.openPath(b24.slider.getUrl('/crm/deal/details/7/'), 950)");
        var slider = page.Page.GetByRole(AriaRole.Dialog, new PageGetByRoleOptions { Name = "Стеллажи" });
        await Assertions.Expect(slider).ToContainTextAsync("Сделка № 7");
        await Assertions.Expect(slider).ToContainTextAsync("Пётр Иванов");
        await slider.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Закрыть" }).ClickAsync();
        Assert.True((await opened).GetProperty("isClose").GetBoolean());

        var refused = await RunAsync(page, "b24.slider.openPath(b24.slider.getUrl('/bizproc/')).catch(error => error.message)");
        Assert.Equal("PATH_NOT_AVAILABLE", refused.GetString());
    }

    [Fact]
    public async Task The_application_opens_itself_in_a_slider_and_closes_it()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await ReadyAsync(fixture.Portal, 101);

        var closed = RunAsync(page, "b24.slider.openSliderAppPage({ page: 'norms', bx24_title: 'Нормы' })");
        var inner = page.Page.Locator("dialog.slider iframe");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Нормы" })).ToBeVisibleAsync();
        await Assertions.Expect(inner.ContentFrame.GetByText("ready")).ToBeVisibleAsync();
        var frame = (await (await inner.ElementHandleAsync()).ContentFrameAsync())!;
        Assert.Equal("norms", await frame.EvaluateAsync<string>("() => window.b24.placement.options.page"));
        await frame.EvaluateAsync("() => { window.b24.slider.closeSliderAppPage(); }");

        Assert.Equal("close", Text(await closed, "result"));
        await Assertions.Expect(inner).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task People_access_and_records_are_chosen_in_dialogs()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await ReadyAsync(fixture.Portal, 1);

        Assert.Equal("101", Text(await ChooseAsync(page, "b24.dialog.selectUser()", "Пётр Иванов"), "id"));
        Assert.Equal(["102", "101"], (await ChooseAsync(page, "b24.dialog.selectUsers()", "Анна Орлова", "Пётр Иванов")).EnumerateArray().Select(person => Text(person, "id")));
        Assert.Equal("U101", Text((await ChooseAsync(page, "b24.dialog.selectAccess(['U102'])", "Пётр Иванов"))[0], "id"));
        var records = await ChooseAsync(page, "b24.dialog.selectCRM({ entityType: ['deal', 'lead'], multiple: true })", "Стеллажи", "Заявка");
        Assert.Equal(("D_7", "L_8"), (Text(records.GetProperty("deal")[0], "id"), Text(records.GetProperty("lead")[0], "id")));

        var nobody = RunAsync(page, "b24.dialog.selectUser()");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Отмена" }).ClickAsync();
        Assert.Equal(JsonValueKind.Null, (await nobody).ValueKind);
    }

    [Fact]
    public async Task Options_stay_in_the_portal_and_only_an_administrator_sets_those_of_all()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await ReadyAsync(fixture.Portal, 1);
        await SetAsync(page, "b24.options.appSet('theme', 'dark')");
        await SetAsync(page, "b24.options.userSet('view', 'week')");

        await page.GoAsync(101);
        await ReadyAsync(page);
        await RunAsync(page, "b24.options.appSet('theme', 'light')");
        await page.GoAsync(1);
        await ReadyAsync(page);

        Assert.Equal(("dark", "week"), ((await RunAsync(page, "b24.options.appGet('theme')")).GetString(), (await RunAsync(page, "b24.options.userGet('view')")).GetString()));
    }

    /// <summary>The frame's own library does not wait for the portal longer than a second.</summary>
    private static async Task SetAsync(OpenedPage page, string command) => await page.Page.RunAndWaitForResponseAsync(
        () => RunAsync(page, command), answer => answer.Request.Method == "POST" && answer.Url.EndsWith("/portal/options", StringComparison.Ordinal));

    [Fact]
    public async Task Events_of_a_place_come_to_who_asked_and_calls_are_only_noted()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await ReadyAsync(fixture.Portal, 101);

        Assert.Equal("onSimulatedEvent", (await RunAsync(page, "b24.placement.getInterface()")).GetProperty("event")[0].GetString());
        await RunAsync(page, "b24.placement.bindEvent('onSimulatedEvent', said => { window.heard = said; })");
        await page.Page.EvaluateAsync("() => window.simulatedPortal.fire('onSimulatedEvent', { call: '1:2' })");
        await (await page.FrameAsync()).WaitForFunctionAsync("() => window.heard?.call === '1:2'");

        var called = await RunAsync(page, "b24.parent.imCallTo(102)");
        Assert.True(called.GetProperty("isSafely").GetBoolean());
        Assert.Equal(102, (await page.CommandsAsync("imCallTo", 1))[0].GetProperty("userId").GetInt32());
    }

    [Fact]
    public async Task Only_the_frame_itself_is_listened_to()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await ReadyAsync(fixture.Portal, 101);
        var before = await page.Title.InnerTextAsync();

        await page.Page.EvaluateAsync("sid => window.postMessage('setTitle:{\"title\":\"x\"}:key:' + sid, '*')", vendor.Posts.Single().Query["APP_SID"]);
        await (await page.FrameAsync()).EvaluateAsync("() => parent.postMessage('setTitle:{\"title\":\"y\"}:key:othersid', '*')");
        await RunAsync(page, "b24.parent.scrollParentWindow(0)");

        Assert.Equal(before, await page.Title.InnerTextAsync());
        Assert.Empty(await page.CommandsAsync("setTitle"));
    }

    [Fact]
    public async Task An_administrator_installs_and_till_then_nobody_else_sees_a_page()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor, isInstalled: false);
        fixture.Portal.Options.InstallationUrl = new Uri(vendor.Address, "/install");
        var page = await OpenAsync(fixture.Portal, 101);
        await Assertions.Expect(page.Page.GetByText("Приложение установлено не полностью")).ToBeVisibleAsync();

        await page.Page.GetByLabel("Кто смотрит").SelectOptionAsync("1");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Установить" }).ClickAsync();
        await ReadyAsync(page);
        Assert.Equal(("/install", true), (vendor.Posts.Single().Path, (await RunAsync(page, "b24.isInstallMode")).GetBoolean()));
        Assert.True((await page.CommandsAsync("setInstall"))[0].GetProperty("install").GetBoolean());
        Assert.False((bool)(await InfoAsync(fixture, vendor))["INSTALLED"]!);

        await (await page.FrameAsync()).EvaluateAsync("() => { window.b24.installFinish(); }");
        await page.CommandsAsync("getInitData", 2);
        await ReadyAsync(page);
        Assert.Equal(("/app", false), (vendor.Posts.Last().Path, (await RunAsync(page, "b24.isInstallMode")).GetBoolean()));
        Assert.True((bool)(await InfoAsync(fixture, vendor))["INSTALLED"]!);
    }

    [Fact]
    public async Task A_bound_place_is_in_the_menu_and_tells_its_record()
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        await PortalFixture.PostAsync(
            new Uri(fixture.Portal.BaseAddress, "rest/placement.bind"),
            $$"""
            {"auth":"{{fixture.Portal.IssueToken(1)}}","PLACEMENT":"CRM_DEAL_DETAIL_TAB","HANDLER":"{{new Uri(vendor.Address, "/tab")}}",
             "LANG_ALL":{"ru":{"TITLE":"Показатели"},"en":{"TITLE":"Figures"} } }
            """);
        var page = await ReadyAsync(fixture.Portal, 101, "en");

        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Figures" }).ClickAsync();
        await page.CommandsAsync("getInitData", 2);
        await ReadyAsync(page);

        var said = await RunAsync(page, "({ place: b24.placement.placement, id: b24.placement.options.ID })");
        Assert.Equal(("/tab", "CRM_DEAL_DETAIL_TAB", "7"), (vendor.Posts.Last().Path, Text(said, "place"), Text(said, "id")));
    }

    [Theory]
    [InlineData("ru", Wide)]
    [InlineData("en", Narrow)]
    public async Task People_stand_in_groups_with_their_departments(string language, int width)
    {
        await using var vendor = await VendorPage.StartAsync();
        await using var fixture = await StartAsync(vendor);
        var page = await OpenAsync(fixture.Portal, 101, language, width);
        await ReadyAsync(page);
        await page.ScreenshotAsync("parent", "manager");

        Assert.Equal(
            language == "ru" ? ["Администраторы", "Руководители отделов", "Менеджеры"] : ["Administrators", "Heads of departments", "Managers"],
            await page.Page.Locator("#visitor optgroup").EvaluateAllAsync<string[]>("groups => groups.map(group => group.label)"));
        Assert.Equal(["Администратор", "Анна Орлова — Продажи", "Пётр Иванов — Продажи"], await page.Page.Locator("#visitor option").AllInnerTextsAsync());
        await page.RequireNoSeriousFaultAsync();
    }

    private static async Task<PortalFixture> StartAsync(VendorPage vendor, bool isInstalled = true)
    {
        var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().ApplicationUrl = vendor.Address, Lines);
        if (isInstalled)
        {
            await fixture.Portal.InstallAsync(vendor.Address, cancellationToken: Stop);
            vendor.Posts.Clear();
        }

        return fixture;
    }

    private async Task<OpenedPage> ReadyAsync(SimulatedPortal portal, long user, string language = "ru")
    {
        var page = await OpenAsync(portal, user, language);
        await ReadyAsync(page);
        return page;
    }

    private static Task ReadyAsync(OpenedPage page) => Assertions.Expect(page.Frame.GetByText("ready")).ToBeVisibleAsync();

    /// <summary>What an expression of the application comes to, with its library at hand.</summary>
    private static async Task<JsonElement> RunAsync(OpenedPage page, string expression) =>
        await (await page.FrameAsync()).EvaluateAsync<JsonElement?>($"async () => {{ const b24 = window.b24; return await {expression}; }}") ?? JsonSerializer.SerializeToElement<object?>(null);

    private static async Task<JsonElement> ChooseAsync(OpenedPage page, string expression, params string[] names)
    {
        var chosen = RunAsync(page, expression);
        foreach (var name in names)
        {
            await page.Page.Locator("#picker").GetByLabel(name).CheckAsync();
        }

        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Выбрать" }).ClickAsync();
        return await chosen;
    }

    private static async Task UntilSizeAsync(OpenedPage page, int width, int height) => await page.Page.WaitForFunctionAsync(
        "([width, height]) => { const box = document.querySelector('#stage iframe').getBoundingClientRect(); return Math.trunc(box.width) === width && Math.trunc(box.height) === height }",
        new[] { width, height });

    private static Task<(HttpStatusCode Status, JsonNode Body)> CallAsync(PortalFixture fixture, string token, string method = "profile") =>
        PortalFixture.PostAsync(new Uri(fixture.Portal.BaseAddress, "rest/" + method), $$"""{"auth":"{{token}}"}""");

    private static async Task<(string Id, bool IsAdministrator)> ProfileAsync(PortalFixture fixture, string token)
    {
        var (_, body) = await CallAsync(fixture, token);
        return ((string)body["result"]!["ID"]!, (bool)body["result"]!["ADMIN"]!);
    }

    private static async Task<JsonNode> InfoAsync(PortalFixture fixture, VendorPage vendor) =>
        (await CallAsync(fixture, vendor.Posts.Last().Body["AUTH_ID"], "app.info")).Body["result"]!;

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();
}
