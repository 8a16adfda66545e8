using System.Collections.Concurrent;
using System.Net;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Facts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>A session that ends while its page is open: it is renewed through the frame, or the visitor is told why it cannot be.</summary>
[Collection(nameof(OnePageAtATime))]
public sealed class SessionPageTests(BrowserUnderTest browser) : PageTests(browser)
{
    // A token of the portal lives for an hour.
    private const int HourMs = 3_600_001;

    [Theory]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task What_somebody_writes_is_saved_although_his_session_ended_meanwhile(string language)
    {
        var portal = await SetUpAsync();
        await portal.PutNormAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head, language);
        await page.GoToAsync("norms");
        await page.Button("norms.editOf", ("name", language == "ru" ? "Норматив разговоров" : "Norm of conversations")).ClickAsync();
        await page.Page.RunAndWaitForResponseAsync(() => page.Field("norms.field.nameRu").FillAsync("Беседы"), answer => answer.Url.EndsWith("/norms/check", StringComparison.Ordinal) && answer.Request.PostData?.Contains("Беседы", StringComparison.Ordinal) == true);
        var answers = Answers(page, "PUT norms", "POST session");

        // The portal itself has ended the token that the page has, too.
        await InstallAnewAsync(portal);
        portal.Portal.ExpireTokens(ServedPortal.Head);
        page.Expect("status of 401");
        page.Expect("status of 403");
        await page.Button("norms.save").ClickAsync();

        await Expect(page.Frame.GetByRole(AriaRole.Status)).ToContainTextAsync(page.Text("norms.saved", ("version", 2)));
        Assert.Equal(["PUT norms 401", "POST session 403", "POST session 200", "PUT norms 200"], answers);
        Assert.Single(await page.CommandsAsync("refreshAuth"));
        await page.RequireNoSeriousFaultAsync();
    }

    [Theory]
    [InlineData("ru", true)]
    [InlineData("en", true)]
    [InlineData("ru", false)]
    [InlineData("en", false)]
    public async Task Whose_session_cannot_be_renewed_is_told_why_and_what_to_do(string language, bool isDismissed)
    {
        var portal = await SetUpAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head, language);
        await page.UntilReadAsync();
        await (isDismissed ? DismissAsync(portal, ServedPortal.Head) : portal.Portal.UninstallAsync(clean: false, Stop));
        var answers = Answers(page, "GET reports/dashboard", "POST session");
        page.Expect("status of 401");
        page.Expect("status of 403");

        await page.Button("dashboard.period.week").ClickAsync();

        await Expect(page.Frame.Locator("main").GetByText(Texts.For(language).Get("Pages.session_refused")).First).ToBeVisibleAsync();
        await Expect(page.Frame.Locator("tbody")).ToHaveCountAsync(0);
        Assert.Equal(["GET reports/dashboard 401", "POST session 403"], answers.Take(2));
        Assert.NotEmpty(await page.CommandsAsync("refreshAuth"));
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync(isDismissed ? "session-dismissed" : "session-removed", "head");
    }

    [Theory]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task A_page_that_stands_open_for_longer_than_its_token_goes_on_until_the_portal_gives_it_no_other(string language)
    {
        var portal = await SetUpAsync();
        var page = await OpenAsync(portal.Portal, ServedPortal.Head, language, before: opened => opened.Page.Clock.InstallAsync());
        await page.UntilReadAsync();
        var answers = Answers(page, "GET reports/dashboard", "POST session");
        page.Expect("status of 401");

        // It reads anew by itself; the first time it has a token of the portal that the browser's clock has ended.
        await InstallAnewAsync(portal);
        await page.Page.Clock.FastForwardAsync(HourMs);
        await ServedAddon.WaitAsync(() => Task.FromResult(answers.Count == 3));
        Assert.Equal(["GET reports/dashboard 401", "POST session 200", "GET reports/dashboard 200"], answers);
        Assert.Single(await page.CommandsAsync("refreshAuth"));
        await Expect(page.Frame.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        await DismissAsync(portal, ServedPortal.Head);
        await page.Page.Clock.FastForwardAsync(HourMs);
        await Expect(page.Frame.GetByRole(AriaRole.Alert)).ToContainTextAsync(page.Text("shell.outside.text"));
        Assert.Equal("GET reports/dashboard 401", answers.Last());

        // It asks no more by itself, but does when the visitor wants it.
        var asked = new ConcurrentQueue<string>();
        page.Page.Request += (_, request) =>
        {
            if (IsOfDashboard(request))
            {
                asked.Enqueue(request.Url);
            }
        };
        await page.Page.Clock.FastForwardAsync(HourMs);
        await page.Page.RunAndWaitForRequestAsync(() => page.Button("shell.retry").ClickAsync(), IsOfDashboard);
        Assert.Single(asked);
        await Expect(page.Frame.GetByRole(AriaRole.Alert)).ToContainTextAsync(page.Text("shell.outside.text"));
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("session-no-token", "head");

        static bool IsOfDashboard(IRequest request) => request.Url.Contains("/reports/dashboard", StringComparison.Ordinal);
    }

    private async Task<ServedPortal> SetUpAsync()
    {
        var portal = await StartAsync();
        await portal.InstallAsync();
        return portal;
    }

    /// <summary>The application knows no session of before.</summary>
    private static async Task InstallAnewAsync(ServedPortal portal)
    {
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await portal.Portal.InstallAsync(portal.Portal.Options.InstallationUrl!, cancellationToken: Stop));
    }

    /// <summary>The portal tells nobody of a dismissal: the next reconciliation sees it.</summary>
    private static async Task DismissAsync(ServedPortal portal, long user)
    {
        portal.Portal.ApplyLine(PortalFixture.Line("18T15:05:00", "update", "user", user, """{"ACTIVE":false}"""));
        portal.Clock.SetUtcNow(ServedPortal.Now.AddMinutes(10));
        var row = await portal.PortalAsync();
        await ServedAddon.WaitAsync(async () =>
        {
            await using var db = portal.Storage.Open(row.Id);
            return (await db.Facts.AsNoTracking().SingleAsync(f => f.Kind == FactKind.User && f.SourceId == user && f.IsCurrent, Stop)).As<UserFact>() is { Active: false };
        });
    }

    /// <summary>What the server answers from now on to some of the page's requests.</summary>
    private static ConcurrentQueue<string> Answers(OpenedPage page, params string[] wanted)
    {
        var answers = new ConcurrentQueue<string>();
        page.Page.Response += (_, answer) =>
        {
            if ($"{answer.Request.Method} {new Uri(answer.Url).AbsolutePath.Replace("/api/", "", StringComparison.Ordinal)}" is var asked && wanted.Contains(asked))
            {
                answers.Enqueue($"{asked} {answer.Status}");
            }
        };
        return answers;
    }
}
