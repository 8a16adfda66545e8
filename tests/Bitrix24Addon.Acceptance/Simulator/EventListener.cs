using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Acceptance.Simulator;

/// <summary>A post that arrived: where to, and its form by decoded key.</summary>
internal sealed record ReceivedPost(string Path, string ContentType, IReadOnlyDictionary<string, string> Form)
{
    public string Event => Form["event"];

    /// <summary>Id of the CRM object the event is about.</summary>
    public string Id => Form["data[FIELDS][ID]"];
}

/// <summary>A small HTTP server that records the posts it gets, in order, and answers as it is told.</summary>
internal sealed class EventListener : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<ReceivedPost> _posts = new();

    private EventListener(WebApplication application) => _application = application;

    /// <summary>Address of the server, ending with a slash.</summary>
    public Uri Address => new(_application.Urls.First() + "/");

    /// <summary>What has arrived so far, oldest first. A copy.</summary>
    public IReadOnlyList<ReceivedPost> Posts => [.. _posts];

    /// <summary>What is answered.</summary>
    public HttpStatusCode Answer { get; set; } = HttpStatusCode.OK;

    /// <summary>Runs after a post is recorded and before it is answered.</summary>
    public Func<ReceivedPost, Task> Receiving { get; set; } = _ => Task.CompletedTask;

    public static async Task<EventListener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var listener = new EventListener(builder.Build());
        listener._application.Run(listener.ReceiveAsync);
        await listener._application.StartAsync(TestContext.Current.CancellationToken);
        return listener;
    }

    public void Clear() => _posts.Clear();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var post = new ReceivedPost(context.Request.Path, context.Request.ContentType!, form.ToDictionary(field => field.Key, field => field.Value.ToString()));
        _posts.Enqueue(post);
        await Receiving(post);
        context.Response.StatusCode = (int)Answer;
    }
}
