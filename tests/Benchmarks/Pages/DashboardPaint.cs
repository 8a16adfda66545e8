using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Bitrix24Addon.Acceptance.Pages;
using Microsoft.Playwright;

namespace Benchmarks.Pages;

/// <summary>How soon the head of a large department sees something, and how soon all of his dashboard, in the demo; from the start of the frame's navigation.</summary>
internal sealed partial class DashboardPaint : IBenchmark
{
    private const int Managers = 200, Rounds = 5, Head = 2;
    private const double MostMilliseconds = 1500;

    public string Name => "dashboard";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-demo-").FullName;
        using var demo = Start(folder);
        try
        {
            var page = new Uri(await PortalPageAsync(demo, cancellationToken), $"?user={Head}&language=ru");
            using var driver = await Playwright.CreateAsync();
            await using var browser = await SystemChromium.StartAsync(driver);
            var openings = new List<(double Paint, double Dashboard)>();
            for (var round = 0; round < Rounds; round++)
            {
                openings.Add(await OpenAsync(browser, page));
            }

            yield return Figure.AtMost($"{Name}/first paint, {Managers} managers", Median(openings.Select(o => o.Paint)), MostMilliseconds, "ms");
            yield return Figure.AtMost($"{Name}/all managers shown, {Managers}", Median(openings.Select(o => o.Dashboard)), MostMilliseconds, "ms");
        }
        finally
        {
            demo.Kill();
            await demo.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] command = ["exec", Path.Combine(AppContext.BaseDirectory, "Bitrix24Addon.Demo.dll"), "--managers", $"{Managers}", "--port", "0", "--data", folder];
        Array.ForEach(command, start.ArgumentList.Add);
        return Process.Start(start)!;
    }

    /// <summary>Waits until the demo has shown its day; tells where the portal's page is.</summary>
    private static async Task<Uri> PortalPageAsync(Process demo, CancellationToken cancellationToken)
    {
        Uri? page = null;
        while (await demo.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            page = PortalPage().Match(line) is { Success: true } match ? new Uri(match.Value) : page;
            if (page is not null && line.Contains("Ctrl+C", StringComparison.Ordinal))
            {
                return page;
            }
        }

        throw new InvalidOperationException("The demo ended before it had shown its day; its message stands above.");
    }

    private static async Task<(double Paint, double Dashboard)> OpenAsync(IBrowser browser, Uri page)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 900 } });
        var portal = await context.NewPageAsync();
        await portal.GotoAsync(page.ToString());
        var frame = await (await portal.Locator("#stage iframe").ElementHandleAsync()).ContentFrameAsync();
        var shown = await frame!.WaitForFunctionAsync($"() => document.querySelectorAll('main table tbody tr').length >= {Managers} && performance.now()");
        var paint = await frame.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
        return (paint, await shown.JsonValueAsync<double>());
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    [GeneratedRegex("http://127[^ ]+/portal/")]
    private static partial Regex PortalPage();
}
