using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Bitrix24.Client.Tests.Wrappers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bitrix24.Client.Tests;

/// <summary>A request as the portal received it: the path and the JSON body; the fields of a form as a JSON object.</summary>
internal sealed record Received(string Path, JsonNode Body, string UserAgent, HttpContext Context)
{
    public string Method => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>A real HTTP server in place of a portal, with a client connected to it. The test says what it answers.</summary>
internal sealed class TestPortal : IAsyncDisposable
{
    public const string Secret = "s3cretCode";

    private readonly WebApplication _server;
    private readonly ServiceProvider _services;
    private readonly ConcurrentQueue<Received> _requests = new();

    private TestPortal(WebApplication server, ServiceProvider services, SteppingClock clock, LogSink log)
    {
        _server = server;
        _services = services;
        Clock = clock;
        Log = log;
        Factory = services.GetRequiredService<Bitrix24ClientFactory>();
    }

    public SteppingClock Clock { get; }

    public LogSink Log { get; }

    public Bitrix24ClientFactory Factory { get; }

    public string Address => _server.Urls.First();

    public IReadOnlyList<Received> Requests => [.. _requests];

    public Bitrix24Client Client => Factory.Create(WebhookCredentials.Parse($"{Address}/rest/7/{Secret}/", allowInsecureLoopback: true));

    public static async Task<TestPortal> StartAsync(
        Func<Received, Task> handle, Action<Bitrix24ClientOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var clock = new SteppingClock();
        var log = new LogSink();
        var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(clock)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log))
            .AddBitrix24Client(configure)
            .BuildServiceProvider();
        var portal = new TestPortal(server, services, clock, log);
        server.Run(async context =>
        {
            var body = context.Request.HasFormContentType
                ? new JsonObject((await context.Request.ReadFormAsync()).Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value.ToString())))
                : await JsonNode.ParseAsync(context.Request.Body);
            var received = new Received(context.Request.Path, body!, context.Request.Headers.UserAgent.ToString(), context);
            portal._requests.Enqueue(received);
            await handle(received);
        });
        await server.StartAsync();
        return portal;
    }

    /// <summary>Answers one prepared reply after the other; the last one again and again.</summary>
    public static Func<Received, Task> Replies(params Func<Received, Task>[] replies)
    {
        var next = -1;
        return request => replies[Math.Min(Interlocked.Increment(ref next), replies.Length - 1)](request);
    }

    public static Func<Received, Task> Answer(string json, int status = 200) => request =>
    {
        request.Context.Response.StatusCode = status;
        request.Context.Response.ContentType = "application/json; charset=utf-8";
        return request.Context.Response.WriteAsync(json);
    };

    public static Func<Received, Task> Error(int status, string code, string description = "Some text.") =>
        Answer(new JsonObject { ["error"] = code, ["error_description"] = description }.ToJsonString(), status);

    public static Func<Received, Task> Html(int status) => request =>
    {
        request.Context.Response.StatusCode = status;
        request.Context.Response.ContentType = "text/html";
        return request.Context.Response.WriteAsync("<html><body>Bad gateway</body></html>");
    };

    public static Task Break(Received request)
    {
        request.Context.Abort();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
        SentRequests.MustBeDocumented(_requests.Select(request => (request.Path, request.Body)));
    }
}

/// <summary>Keeps every log line of every category.</summary>
internal sealed class LogSink : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue(formatter(state, exception) + exception);

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Lines.Enqueue(state.ToString() ?? "");
        return null;
    }

    public void Dispose()
    {
    }
}
