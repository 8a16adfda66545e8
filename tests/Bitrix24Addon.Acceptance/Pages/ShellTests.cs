using System.Text.Json.Nodes;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Acceptance.Simulator;
using Microsoft.Playwright;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>The frame around every page of the application: handshake, session, navigation, height, title, languages.</summary>
[Collection(nameof(OnePageAtATime))]
public sealed class ShellTests(BrowserUnderTest browser, SharedPortal shared) : PageTests(browser)
{
    private static readonly string[] OfAdministrators = ["dashboard", "my-day", "norms", "health", "setup"];

    public static TheoryData<long, string, string[]> Roles => new()
    {
        { ServedPortal.Administrator, "ru", OfAdministrators },
        { ServedPortal.Administrator, "en", OfAdministrators },
        { ServedPortal.Head, "ru", ["dashboard", "my-day", "norms"] },
        { ServedPortal.Head, "en", ["dashboard", "my-day", "norms"] },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Each_role_sees_its_sections_in_the_portals_language(long user, string language, string[] areas)
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, user, language);

        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link)).ToHaveTextAsync([.. areas.Select(area => Area(language, area))]);
        await Assertions.Expect(page.Heading).ToHaveTextAsync(Area(language, areas[0]));
        await Assertions.Expect(page.Title).ToHaveTextAsync(Area(language, areas[0]));
        await Assertions.Expect(page.Frame.Locator("html")).ToHaveAttributeAsync("lang", language);
    }

    [Theory]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task A_manager_sees_his_day_alone_and_no_section_of_others(string language)
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Operator, language);
        await Assertions.Expect(page.Title).ToHaveTextAsync(Area(language, "my-day"));
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(0);

        await (await page.FrameAsync()).EvaluateAsync("() => { location.hash = '#/dashboard'; }");

        await Assertions.Expect(page.Frame.GetByText(PageTexts.Get(language, "shell.noRights.text"))).ToBeVisibleAsync();
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("no-rights", "manager");
    }

    [Fact]
    public async Task An_address_that_is_none_of_ours_leads_to_the_first_section()
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head);
        await page.GoToAsync("my-day");

        await (await page.FrameAsync()).EvaluateAsync("() => { location.hash = '#/elsewhere'; }");

        await Assertions.Expect(page.Heading).ToHaveTextAsync(Area("ru", "dashboard"));
    }

    [Theory]
    [InlineData("LEFT_MENU", "my-day")]
    [InlineData("CRM_ANALYTICS_MENU", "dashboard")]
    public async Task A_place_of_the_portal_opens_its_section(string placement, string area)
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head, placement: placement);
        await Assertions.Expect(page.Heading).ToHaveTextAsync(Area("ru", area));
    }

    [Fact]
    public async Task The_frame_is_as_high_as_what_it_shows_and_the_portal_shows_its_title()
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator);
        await Assertions.Expect(page.Title).ToHaveTextAsync(Area("ru", "dashboard"));
        await page.UntilReadAsync();
        await page.CommandsAsync("resizeWindow", 1);
        await (await page.FrameAsync()).EvaluateAsync("""
            () => {
              const tall = document.createElement('div');
              tall.style.height = '3000px';
              document.querySelector('main').append(tall);
            }
            """);

        await ServedAddon.WaitAsync(async () => await ShownAsync() is > 3000 and < 6000 and var shown && shown == await HeightAsync());

        // It shrinks as well.
        await (await page.FrameAsync()).EvaluateAsync("() => document.querySelector('main').lastElementChild.remove()");
        await page.Page.WaitForFunctionAsync("() => document.querySelector('#stage iframe').clientHeight < 3000");

        Task<int> ShownAsync() => page.Page.EvaluateAsync<int>("() => document.querySelector('#stage iframe').clientHeight");

        async Task<int> HeightAsync() =>
            await (await page.FrameAsync()).EvaluateAsync<int>("() => Math.ceil(document.getElementById('app').getBoundingClientRect().height)");
    }

    [Fact]
    public async Task A_token_that_the_portal_ended_is_renewed_without_a_word()
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator, before: async opened =>
        {
            opened.Expect("403");
            var isFirst = true;
            await opened.Page.RouteAsync("**/api/session", route =>
            {
                if (isFirst)
                {
                    portal.Portal.ExpireTokens(ServedPortal.Administrator);
                }

                isFirst = false;
                return route.ContinueAsync();
            });
        });

        await Assertions.Expect(page.Title).ToHaveTextAsync(Area("ru", "dashboard"));
        Assert.Single(await page.CommandsAsync("refreshAuth"));
    }

    [Theory]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task Outside_of_a_portal_the_page_says_where_to_open_it(string language)
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator, language);
        var (_, opening) = await PortalFixture.PostAsync(new Uri(portal.Portal.ParentPageAddress, "openings"), $$"""{"userId":1,"language":"{{language}}"}""");

        // The same post, but into a window of its own.
        await page.Page.GotoAsync("about:blank");
        page.IsOutside = true;
        await page.Page.EvaluateAsync(
            """
            ({ address, query, body }) => {
              const form = document.createElement('form');
              form.method = 'post';
              form.action = `${address}?${new URLSearchParams(query)}`;
              for (const [name, value] of Object.entries(body)) {
                form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
              }
              document.body.append(form);
              form.submit();
            }
            """,
            new { address = (string)opening["address"]!, query = Values(opening["query"]!), body = Values(opening["body"]!) });

        await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(PageTexts.Get(language, "shell.outside.title"));
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(PageTexts.Get(language, "shell.outside.text"));

        static Dictionary<string, string> Values(JsonNode fields) => fields.AsObject().ToDictionary(field => field.Key, field => (string)field.Value!);
    }

    [Fact]
    public async Task A_portal_that_says_nothing_is_not_waited_for_for_ever()
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator, before: async opened =>
        {
            await opened.Page.Clock.InstallAsync();
            await opened.Page.AddInitScriptAsync("if (window === top) addEventListener('message', event => event.stopImmediatePropagation(), true)");
        });
        await Assertions.Expect(page.Frame.GetByText(PageTexts.Get("ru", "shell.connecting"))).ToBeVisibleAsync();

        await page.Page.Clock.FastForwardAsync(11_000);

        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Alert)).ToContainTextAsync(PageTexts.Get("ru", "shell.outside.title"));
    }

    [Fact]
    public async Task Before_the_setup_an_administrator_is_led_to_it_and_everybody_else_is_told()
    {
        var portal = await StartAsync();
        await portal.Portal.InstallAsync(portal.Portal.Options.InstallationUrl!, cancellationToken: Stop);

        var manager = await OpenAsync(portal.Portal, ServedPortal.Operator, "en");
        await Assertions.Expect(manager.Frame.GetByText(PageTexts.Get("en", "shell.notSetUp.text"))).ToBeVisibleAsync();
        await manager.RequireNoSeriousFaultAsync();
        var administrator = await OpenAsync(portal.Portal, ServedPortal.Administrator, "en");
        await Assertions.Expect(administrator.Frame.GetByRole(AriaRole.Link)).ToHaveTextAsync([Area("en", "setup"), Area("en", "health")]);
    }

    [Theory]
    [InlineData(Narrow)]
    [InlineData(Wide)]
    public async Task It_is_dark_where_the_system_is(int width)
    {
        var portal = await shared.StartedAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator, width: width, scheme: ColorScheme.Dark);
        await Assertions.Expect(page.Heading).ToBeVisibleAsync();
        await Assertions.Expect(page.Frame.Locator("html.dark")).ToHaveCountAsync(1);
        foreach (var area in OfAdministrators)
        {
            await page.GoToAsync(area);
            await page.UntilReadAsync();
            await page.RequireNoSeriousFaultAsync();
            await page.ScreenshotAsync("dark-" + area, "administrator");
        }
    }

    private static string Area(string language, string area) => PageTexts.Get(language, "shell.area." + area);
}
