using System.Collections.Concurrent;
using System.Text.Json;
using Bitrix24.PortalSimulator;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>The application in the frame of the portal, and whatever the browser found wrong with it.</summary>
public sealed class OpenedPage
{
    private static readonly string AxeScript = new BundledAxeScriptProvider().GetScript();
    // Parts that scroll sideways hide what does not fit them.
    private const string CutParts = """
        () => [...document.querySelectorAll('body *')]
            .filter(part => ['auto', 'scroll'].includes(getComputedStyle(part).overflowX) && part.scrollWidth > part.clientWidth)
            .map(part => `${part.scrollWidth} in ${part.clientWidth}: ${part.cloneNode(false).outerHTML}`)
        """;

    private static readonly string[] NotFetched = ["data:", "blob:", "about:"];

    private readonly ConcurrentQueue<string> _faults = new();
    private readonly SimulatedPortal _portal;
    private readonly string _language;
    private readonly int _width;
    private readonly List<string> _expected = [];

    public OpenedPage(IPage page, SimulatedPortal portal, string language, int width)
    {
        (Page, _portal, _language, _width) = (page, portal, language, width);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _faults.Enqueue($"console {message.Type}: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _faults.Enqueue($"uncaught: {error}");
        page.Request += (_, request) =>
        {
            if (!MayAsk(request))
            {
                _faults.Enqueue($"outside: {request.Method} {request.Url}");
            }
        };
    }

    /// <summary>The portal's page.</summary>
    public IPage Page { get; }

    /// <summary>The application's page in its frame.</summary>
    public IFrameLocator Frame => Page.FrameLocator("#stage iframe");

    /// <summary>The title the portal shows over the frame.</summary>
    public ILocator Title => Page.Locator("#pagetitle");

    /// <summary>The application's page stands in a window of its own now.</summary>
    public bool IsOutside { get; set; }

    /// <summary>What the browser complained of, and requests to anywhere but the portal and the application.</summary>
    public IReadOnlyList<string> Faults => [.. _faults.Where(fault => !_expected.Exists(words => fault.Contains(words, StringComparison.Ordinal)))];

    /// <summary>The browser itself reports this, and the test wants it.</summary>
    public void Expect(string complaint) => _expected.Add(complaint);

    /// <summary>The frame itself, once the application's page is in it.</summary>
    public async Task<IFrame> FrameAsync() =>
        await (await Page.Locator("#stage iframe").ElementHandleAsync()).ContentFrameAsync() ?? throw new InvalidOperationException("The portal shows no frame.");

    /// <summary>Opens the portal's page for somebody.</summary>
    public async Task GoAsync(long user, string? placement = null) => await Page.GotoAsync(
        $"{_portal.ParentPageAddress}?user={user}&language={_language}{(placement is null ? "" : $"&placement={placement}")}");

    /// <summary>The heading of the application's page.</summary>
    public ILocator Heading => Frame.GetByRole(AriaRole.Heading, new FrameLocatorGetByRoleOptions { Level = 1 });

    /// <summary>Goes to a section by the navigation.</summary>
    public async Task GoToAsync(string area)
    {
        var name = PageTexts.Get(_language, "shell.area." + area);
        await Frame.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = name, Exact = true }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync(name);
    }

    /// <summary>Waits until the section shows what it read and nothing of it is read any more.</summary>
    public async Task UntilReadAsync()
    {
        await Assertions.Expect(Frame.Locator("main > div:first-child h1")).ToBeVisibleAsync();
        await Assertions.Expect(Frame.GetByText(Text("shell.loading"))).ToHaveCountAsync(0);
        await Assertions.Expect(Frame.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
    }

    /// <summary>A text of the pages in the language of this one.</summary>
    public string Text(string key, params (string Name, object Value)[] values) =>
        values.Aggregate(PageTexts.Get(_language, key), (text, value) => text.Replace($"{{{value.Name}}}", $"{value.Value}", StringComparison.Ordinal));

    /// <summary>A button of the application's page, by the key of its text.</summary>
    public ILocator Button(string key, params (string Name, object Value)[] values) =>
        Frame.GetByRole(AriaRole.Button, new FrameLocatorGetByRoleOptions { Name = Text(key, values), Exact = true });

    /// <summary>A field of the application's page, by the key of its label.</summary>
    public ILocator Field(string key) => Frame.GetByLabel(Text(key), new FrameLocatorGetByLabelOptions { Exact = true });

    /// <summary>Chooses in a list that opens, by what is written in it.</summary>
    public async Task ChooseAsync(ILocator field, string option)
    {
        await field.ClickAsync();
        await Frame.GetByRole(AriaRole.Option, new FrameLocatorGetByRoleOptions { Name = option, Exact = true }).ClickAsync();
        await Assertions.Expect(Frame.GetByRole(AriaRole.Option)).ToHaveCountAsync(0);
    }

    /// <summary>The arguments of each command of a name that the frame has given, oldest first; JSON null where it had none.</summary>
    public async Task<IReadOnlyList<JsonElement>> CommandsAsync(string name)
    {
        var log = await Page.EvaluateAsync<JsonElement>("name => window.simulatedPortal.log.filter(one => one.command === name)", name);
        return [.. log.EnumerateArray().Select(entry => entry.GetProperty("arguments"))];
    }

    /// <summary>Waits until the frame has given a command so many times.</summary>
    public async Task<IReadOnlyList<JsonElement>> CommandsAsync(string name, int atLeast)
    {
        await Page.WaitForFunctionAsync(
            "([name, count]) => window.simulatedPortal.log.filter(one => one.command === name).length >= count", new object[] { name, atLeast });
        return await CommandsAsync(name);
    }

    /// <summary>Demands that axe finds nothing serious or critical in the frame, and that nothing in it is wider than its place.</summary>
    public async Task RequireNoSeriousFaultAsync()
    {
        var frame = await FrameAsync();

        // What is still fading in is as pale as it looks.
        await frame.EvaluateAsync("""
            async () => {
              const running = () => document.getAnimations().filter(one => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity)
              while (running().length > 0) {
                await Promise.allSettled(running().map(one => one.finished))
              }
            }
            """);
        await frame.EvaluateAsync(AxeScript);
        var faults = await frame.EvaluateAsync<string[]>("""
            async () => (await axe.run()).violations.filter(fault => ['serious', 'critical'].includes(fault.impact))
                .flatMap(fault => fault.nodes.map(node => `${fault.id} (${fault.impact}): ${fault.help}: ${node.html}`))
            """);
        Assert.True(faults.Length == 0, string.Join('\n', faults));

        // The kit's own names of its parts are English unless they are translated or replaced.
        if (_language == "ru")
        {
            var labels = await frame.EvaluateAsync<string[]>("() => [...document.querySelectorAll('[aria-label]')].map(part => part.ariaLabel)");
            Assert.DoesNotContain(labels, label => label.Any(char.IsAsciiLetter) && !label.Any(letter => letter is >= 'А' and <= 'я'));
        }

        Assert.Equal((0, 0), (await OverflowAsync(frame), await OverflowAsync(Page.MainFrame)));
        Assert.Empty(await frame.EvaluateAsync<string[]>(CutParts));
    }

    /// <summary>Keeps a picture of the whole page, beside those of other runs, for a person to look at.</summary>
    public async Task ScreenshotAsync(string page, string role) => await Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(RepositoryRoot.Folder, "tests", "Bitrix24Addon.Acceptance", "screenshots", $"{page}-{role}-{_language}-{_width}.png"),
        FullPage = true,
    });

    private static Task<int> OverflowAsync(IFrame frame) =>
        frame.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>The application's frame asks the application, the portal's page the portal; opening a page goes from one to the other.</summary>
    private bool MayAsk(IRequest request)
    {
        if (NotFetched.Any(scheme => request.Url.StartsWith(scheme, StringComparison.Ordinal)))
        {
            return true;
        }

        var (portal, application) = (IsFrom(request, _portal.BaseAddress), _portal.Options.ApplicationUrl is { } page && IsFrom(request, page));
        return request.IsNavigationRequest ? portal || application : request.Frame == Page.MainFrame && !IsOutside ? portal : application;
    }

    private static bool IsFrom(IRequest request, Uri address) =>
        request.Url.StartsWith(address.GetLeftPart(UriPartial.Authority) + "/", StringComparison.Ordinal);
}
