using Bitrix24.PortalSimulator;
using Microsoft.Playwright;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>Tests of pages come one after the other: each has a browser and two servers at work.</summary>
[CollectionDefinition(nameof(OnePageAtATime))]
public sealed class OnePageAtATime : ICollectionFixture<SharedPortal>;

/// <summary>What tests of pages have in common: pages are opened in the portal, and what went wrong in them fails the test.</summary>
public abstract class PageTests(BrowserUnderTest browser) : IAsyncDisposable
{
    /// <summary>The narrow and the wide screen.</summary>
    protected const int Narrow = 390, Wide = 1280;

    private readonly List<OpenedPage> _opened = [];
    private readonly List<ServedPortal> _portals = [];

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A portal of the test's own, with the program beside it; both outlive the pages that are open in it.</summary>
    protected async Task<ServedPortal> StartAsync()
    {
        var portal = await ServedPortal.StartAsync();
        _portals.Add(portal);
        return portal;
    }

    /// <summary>Opens the application in the portal, as somebody sees it. What went wrong in the page fails the test at its end.</summary>
    protected async Task<OpenedPage> OpenAsync(
        SimulatedPortal portal, long user = 1, string language = "ru", int width = Wide, string? placement = null, ColorScheme scheme = ColorScheme.Light,
        Func<OpenedPage, Task>? before = null)
    {
        var context = await (await browser.StartedAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
            Locale = language,
            TimezoneId = "Europe/Moscow",
            AcceptDownloads = true,
        });
        var opened = new OpenedPage(await context.NewPageAsync(), portal, language, width);
        _opened.Add(opened);
        await (before?.Invoke(opened) ?? Task.CompletedTask);
        await opened.GoAsync(user, placement);
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in _opened)
        {
            await page.Page.Context.DisposeAsync();
        }

        foreach (var portal in _portals)
        {
            await portal.DisposeAsync();
        }

        GC.SuppressFinalize(this);
        Assert.All(_opened, page => Assert.True(page.Faults.Count == 0, string.Join('\n', page.Faults)));
    }
}
