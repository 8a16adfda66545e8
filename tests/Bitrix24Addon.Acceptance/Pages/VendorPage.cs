using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>An application of one empty page that shakes hands by Bitrix24's own library and leaves it in <c>window.b24</c>.</summary>
internal sealed class VendorPage : IAsyncDisposable
{
    private const string Page = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Application</title><script src="/b24jssdk.js"></script></head>
        <body><main><h1>Application</h1><p id="state"></p></main><script src="/page.js"></script></body></html>
        """;

    private const string Script = """
        B24Js.initializeB24Frame().then(b24 => {
          window.b24 = b24;
          document.getElementById('state').textContent = 'ready';
        });
        """;

    private readonly WebApplication _application;

    private VendorPage(WebApplication application) => _application = application;

    /// <summary>Where the portal opens it.</summary>
    public Uri Address => new(_application.Urls.First() + "/app");

    /// <summary>What was posted to it: path and query, and the form.</summary>
    public ConcurrentQueue<(string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Body)> Posts { get; } = new();

    private static string Library { get; } = Path.Combine(
        RepositoryRoot.Folder, "src", "portal", "node_modules", "@bitrix24", "b24jssdk", "dist", "umd", "index.min.js");

    public static async Task<VendorPage> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var page = new VendorPage(builder.Build());
        page._application.Run(page.AnswerAsync);
        await page._application.StartAsync(TestContext.Current.CancellationToken);
        return page;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (type, text) = context.Request.Path.Value switch
        {
            "/b24jssdk.js" => ("text/javascript", await File.ReadAllTextAsync(Library)),
            "/page.js" => ("text/javascript", Script),
            _ => ("text/html", Page),
        };
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var form = await context.Request.ReadFormAsync();
            Posts.Enqueue((
                context.Request.Path.Value!, context.Request.Query.ToDictionary(p => p.Key, p => p.Value.ToString()), form.ToDictionary(p => p.Key, p => p.Value.ToString())));
        }

        context.Response.ContentType = type + "; charset=utf-8";
        await context.Response.WriteAsync(text);
    }
}
