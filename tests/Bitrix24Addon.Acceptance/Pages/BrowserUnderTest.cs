using Bitrix24Addon.Acceptance.Pages;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserUnderTest))]

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>The system's Chromium, started when the first test needs it and shared by all.</summary>
public sealed class BrowserUnderTest : IAsyncDisposable
{
    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>The browser; a test that needs one is skipped where there is none.</summary>
    public async Task<IBrowser> StartedAsync() => (await _started.Value).Browser;

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            var (driver, browser) = await _started.Value;
            await browser.DisposeAsync();
            driver.Dispose();
        }
    }

    private static async Task<(IPlaywright Driver, IBrowser Browser)> StartAsync()
    {
        Assert.SkipWhen(SystemChromium.Program is null, "needs Chromium: run tests/run, or set TESTS_CHROMIUM to the browser's path");

        // Browser, portal and program share a machine that may be busy with other tests.
        Assertions.SetDefaultExpectTimeout(20_000);
        var driver = await Playwright.CreateAsync();
        return (driver, await SystemChromium.StartAsync(driver));
    }
}
