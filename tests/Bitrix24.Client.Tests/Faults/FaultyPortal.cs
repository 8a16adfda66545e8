using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Bitrix24.Client.Tests.Wrappers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.ResponseProviders;
using WireMock.Server;
using WireMock.Settings;

namespace Bitrix24.Client.Tests.Faults;

/// <summary>A portal that answers wrongly: one prepared answer after the other, the last one again and again.</summary>
internal sealed class FaultyPortal : IAsyncDisposable, IResponseProvider
{
    /// <summary>An answer with this header is not sent: the connection is reset.</summary>
    public const string ResetHeader = "X-Reset";

    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly ConcurrentQueue<IRequestMessage> _requests = new();
    private readonly IResponseBuilder?[] _answers;
    private readonly ServiceProvider _services;
    private int _next = -1;

    /// <param name="answers">The answers; null for none at all: the portal hangs, and the client's clock goes on to the end of its patience.</param>
    public FaultyPortal(params IResponseBuilder?[] answers)
    {
        _answers = answers;
        _services = new ServiceCollection().AddSingleton<TimeProvider>(Clock).AddBitrix24Client().BuildServiceProvider();
        Factory = _services.GetRequiredService<Bitrix24ClientFactory>();
        _server.Given(Request.Create().UsingPost()).RespondWith(this);
    }

    public SteppingClock Clock { get; } = new();

    public Bitrix24ClientFactory Factory { get; }

    public Bitrix24Client Client => Factory.Create(WebhookCredentials.Parse($"{_server.Url}/rest/7/s3cretCode/", allowInsecureLoopback: true));

    /// <summary>The right answer to a call, or to each call of a batch.</summary>
    public static IResponseBuilder Good => Computed(request => JsonNode.Parse(request.Body!) is JsonObject body && body["cmd"] is not null
        ? PhpBatch.Run(body, (_, _) => new CommandReply(5)).ToJsonString()
        : """{"result":5,"time":{"duration":0.1}}""");

    public IReadOnlyCollection<IRequestMessage> Requests => _requests;

    public static IResponseBuilder Computed(Func<IRequestMessage, string> body) =>
        Response.Create().WithStatusCode(200).WithHeader("Content-Type", "application/json; charset=utf-8").WithBody(body);

    public static IResponseBuilder Text(string body, int status = 200, string contentType = "application/json; charset=utf-8") =>
        Response.Create().WithStatusCode(status).WithHeader("Content-Type", contentType).WithBody(body);

    public static IResponseBuilder Error(int status, string code) =>
        Text(new JsonObject { ["error"] = code, ["error_description"] = "Some text." }.ToJsonString(), status);

    public static IResponseBuilder Page(int status, string contentType = "text/html") => Text("<html><body>Some page</body></html>", status, contentType);

    /// <summary>How many requests hold a call of the method, by itself or in a batch.</summary>
    public int Holding(RestMethod method) => _requests.Count(request =>
        request.Path.EndsWith("/" + method.Name, StringComparison.Ordinal) || request.Body!.Contains($"\"{method.Name}?", StringComparison.Ordinal));

    async Task<(IResponseMessage Message, IMapping? Mapping)> IResponseProvider.ProvideResponseAsync(
        IMapping mapping, HttpContext context, IRequestMessage requestMessage, WireMockServerSettings settings)
    {
        _requests.Enqueue(requestMessage);
        var answer = _answers[Math.Min(Interlocked.Increment(ref _next), _answers.Length - 1)];
        if (answer is null)
        {
            Clock.Advance(SteppingClock.RequestTimeout);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        }

        var (message, changed) = await answer!.ProvideResponseAsync(mapping, context, requestMessage, settings);
        if (message.Headers?.ContainsKey(ResetHeader) == true)
        {
            context.Abort();
        }

        return (message, changed);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _server.Stop();
        _server.Dispose();
        SentRequests.MustBeDocumented(_requests.Select(request => (request.Path, JsonNode.Parse(request.Body!)!)));
    }
}
