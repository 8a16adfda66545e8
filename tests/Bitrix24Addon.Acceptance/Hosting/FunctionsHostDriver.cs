using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Acceptance.Hosting;

/// <summary>How a host passes a request on.</summary>
public enum Passing
{
    /// <summary>Streamed, with headers of its own about where it came from.</summary>
    Proxied,

    /// <summary>Built anew; a body of unknown length it cannot.</summary>
    Forwarded,
}

/// <summary>
/// A stand-in for the Functions host by its contract: routes requests by the <c>function.json</c> files to one process, sends ticks to another, and freezes
/// both whenever nothing is asked of them.
/// </summary>
public sealed class FunctionsHostDriver : IAsyncDisposable
{
    // Of a connection, not of a message; and what a host tells anew.
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Host", "Upgrade", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
    };

    private readonly WebApplication _listener;
    private readonly Passing _passing;
    private readonly PublishedFolder _folder;

    private FunctionsHostDriver(WebApplication listener, PublishedFolder folder, Passing passing, IReadOnlyDictionary<string, string?> environment)
    {
        (_listener, _folder, _passing, Environment) = (listener, folder, passing, environment);
    }

    /// <summary>The settings of the application.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>Where the world reaches it.</summary>
    public Uri Address => new(_listener.Urls.First() + "/");

    /// <summary>The process that answers requests.</summary>
    public HandlerProcess Doors { get; private set; } = null!;

    /// <summary>The process that gets the ticks.</summary>
    public HandlerProcess Timer { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts the host and both processes.</summary>
    public static async Task<FunctionsHostDriver> StartAsync(
        PublishedFolder folder, int port, IReadOnlyDictionary<string, string?> environment, Passing passing)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var listener = builder.Build();
        listener.Urls.Add($"http://127.0.0.1:{port}");
        var driver = new FunctionsHostDriver(listener, folder, passing, environment);
        listener.Run(driver.PassOnAsync);
        await listener.StartAsync(Stop);
        (driver.Doors, driver.Timer) = (await driver.StartHandlerAsync(), await driver.StartHandlerAsync());
        return driver;
    }

    /// <summary>A minute passed: the timer's process is told so; its answer must be the documented one.</summary>
    /// <returns>What it says it did.</returns>
    public async Task<string> TickAsync()
    {
        var function = Assert.Single(_folder.Functions, f => f.Schedule is not null);
        return await Timer.InvokeAsync(async http =>
        {
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/{function.Name}") { Content = Json(new
            {
                Data = new Dictionary<string, object>
                {
                    [function.Binding] = new { Schedule = new { AdjustForDST = true }, ScheduleStatus = new { Last = now.AddMinutes(-1), Next = now.AddMinutes(1), LastUpdated = now }, IsPastDue = false },
                },
                Metadata = new { sys = new { MethodName = function.Name, UtcNow = now, RandGuid = Guid.NewGuid() } },
            }) };
            Stamp(request);
            using var answer = await http.SendAsync(request, Stop);
            var body = await answer.Content.ReadAsStringAsync(Stop);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} {string.Join('\n', Timer.Said)}");
            Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
            using var json = JsonDocument.Parse(body);
            Assert.Equal(JsonValueKind.Object, json.RootElement.GetProperty("Outputs").ValueKind);
            Assert.True(json.RootElement.TryGetProperty("ReturnValue", out _));
            return string.Join('\n', json.RootElement.GetProperty("Logs").EnumerateArray().Select(l => l.GetString()));
        });
    }

    /// <summary>Kills the process of the doors and starts another, as a host does after a failure.</summary>
    public async Task ReplaceDoorsAsync()
    {
        await Doors.DisposeAsync();
        Doors = await StartHandlerAsync();
    }

    /// <summary>Kills the process of the ticks and starts another.</summary>
    public async Task ReplaceTimerAsync()
    {
        await Timer.DisposeAsync();
        Timer = await StartHandlerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await Doors.DisposeAsync();
        await Timer.DisposeAsync();
    }

    private Task<HandlerProcess> StartHandlerAsync() => HandlerProcess.StartAsync(_folder, Environment, Stop);

    private async Task PassOnAsync(HttpContext context)
    {
        if (_folder.Route(context.Request.Method, context.Request.Path) is not { } function)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // No key is given here, and none can be by Bitrix24.
        if (function.AuthLevel != "anonymous")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var isChunked = context.Request.Headers.TransferEncoding.Count > 0;
        if (_passing == Passing.Forwarded && isChunked)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        await Doors.InvokeAsync(async http =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.GetEncodedPathAndQuery());
            if (isChunked || context.Request.ContentLength > 0)
            {
                request.Content = new StreamContent(context.Request.Body);
                request.Headers.TransferEncodingChunked = isChunked ? true : null;
            }

            foreach (var (name, values) in context.Request.Headers.Where(h => !NotPassedOn.Contains(h.Key)))
            {
                if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                {
                    request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
                }
            }

            Stamp(request);
            request.Headers.Host = "handler.invalid";
            request.Headers.Add("X-Forwarded-For", "198.51.100.7");
            request.Headers.Add("X-Forwarded-Host", "front.invalid");
            request.Headers.Add("X-Forwarded-Proto", "https");
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => !NotPassedOn.Contains(h.Key)))
            {
                context.Response.Headers[name] = values.ToArray();
            }

            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
            return true;
        });
    }

    private static ByteArrayContent Json(object value)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static void Stamp(HttpRequestMessage request)
    {
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.1037.0");
    }
}
