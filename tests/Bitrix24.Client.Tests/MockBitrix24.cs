using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Bitrix24.Client.Tests.Wrappers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Types;
using WireMock.Util;

namespace Bitrix24.Client.Tests;

/// <summary>
/// A mocked server that is a portal and its authorisation server: it knows which access token is good and which refresh token can be spent, and
/// answers a renamed portal's redirect when it is told to.
/// </summary>
internal sealed class MockBitrix24 : IDisposable
{
    public const string ClientSecret = "s3cretOfClient";
    public const string WebhookSecret = "s3cretCode";
    public const string MemberId = "member1";

    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly List<ServiceProvider> _processes = [];
    private int _renewals;

    public MockBitrix24()
    {
        _server.Given(Request.Create().WithPath("/oauth/token/").UsingPost()).RespondWith(Response.Create().WithCallback(Grant));
        _server.Given(Request.Create().WithPath("/rest/*").UsingAnyMethod()).RespondWith(Response.Create().WithCallback(Call));
    }

    public Uri Address => new(_server.Url!);

    public string Portal => Address.Authority;

    public ConcurrentQueue<IRequestMessage> TokenRequests { get; } = new();

    public ConcurrentQueue<IRequestMessage> Calls { get; } = new();

    public LogSink Log { get; } = new();

    /// <summary>The one good access token.</summary>
    public string GoodToken { get; set; } = "access0";

    /// <summary>The one refresh token that can be spent.</summary>
    public string GoodRefresh { get; set; } = "refresh0";

    /// <summary>Answers to tokens before the ordinary one, by the number of the call from 1.</summary>
    public Func<int, (int Status, string Body)?> Refusal { get; set; } = _ => null;

    /// <summary>What the authorisation server refuses with; null for tokens.</summary>
    public (int Status, string Body)? OAuthRefusal { get; set; }

    /// <summary>Status and Location of every call; null while the portal lives here.</summary>
    public Func<IRequestMessage, (int Status, string? Location)?> Redirect { get; set; } = _ => null;

    public Uri Webhook => new(Address, $"rest/7/{WebhookSecret}/");

    public static string Error(string code) => new JsonObject { ["error"] = code, ["error_description"] = "Some text." }.ToJsonString();

    /// <summary>What a process of its own makes its clients with.</summary>
    public Bitrix24ClientFactory Process(TimeProvider? time = null, Action<Bitrix24ClientOptions>? configure = null, IRequestBucketStore? buckets = null)
    {
        var registered = new ServiceCollection();
        if (buckets is not null)
        {
            registered.AddSingleton(buckets);
        }

        var services = registered
            .AddSingleton(time ?? TimeProvider.System)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddBitrix24Client(options =>
            {
                (options.RequestThreshold, options.MaxRetries) = (10_000, 0);
                configure?.Invoke(options);
            })
            .BuildServiceProvider();
        _processes.Add(services);
        return services.GetRequiredService<Bitrix24ClientFactory>();
    }

    public OAuthServer Server(Bitrix24ClientFactory process) =>
        process.CreateOAuthServer(Address, new OAuthApplication("app.1", ClientSecret), allowInsecureLoopback: true);

    public Bitrix24Client Client(Bitrix24ClientFactory process, ITokenStore store, Func<PortalMove, Task>? moved = null) => process.Create(
        new OAuthCredentials(new Uri(Address, "rest/"), process.CreateTokens(store, () => Server(process)), allowInsecureLoopback: true) { Moved = moved });

    public Bitrix24Client WebhookClient(Bitrix24ClientFactory process, Func<PortalMove, Task>? moved = null) =>
        process.Create(WebhookCredentials.Parse(Webhook.ToString(), allowInsecureLoopback: true) with { Moved = moved });

    /// <summary>No secret stands in any address that was asked for, and none in any log.</summary>
    public void MustHaveKeptItsSecrets()
    {
        string[] secrets = [ClientSecret, "access", "refresh"];
        Assert.All(TokenRequests.Concat(Calls), request => Assert.DoesNotContain(secrets, secret => request.Url.Contains(secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(Log.Lines, line => secrets.Append(WebhookSecret).Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        _server.Dispose();
        SentRequests.MustBeDocumented(Calls.Select(request => (request.Path, JsonNode.Parse(request.Body!)!)));
    }

    private ResponseMessage Grant(IRequestMessage request)
    {
        TokenRequests.Enqueue(request);
        if (OAuthRefusal is var (status, body))
        {
            return Answer(status, body);
        }

        lock (TokenRequests)
        {
            var form = new FormReader(request.Body!).ReadForm();
            if (form["refresh_token"] != GoodRefresh)
            {
                return Answer(400, Error("invalid_grant"));
            }

            var number = ++_renewals;
            (GoodToken, GoodRefresh) = ($"access{number}", $"refresh{number}");
            return Answer(200, new JsonObject
            {
                ["access_token"] = GoodToken, ["refresh_token"] = GoodRefresh, ["member_id"] = MemberId, ["client_endpoint"] = $"{Address}rest/", ["expires_in"] = 3600,
            }.ToJsonString());
        }
    }

    private ResponseMessage Call(IRequestMessage request)
    {
        Calls.Enqueue(request);
        if (Redirect(request) is var (status, location))
        {
            var answer = new ResponseMessage { StatusCode = status };
            answer.AddHeader("Location", location ?? "");
            return answer;
        }

        var number = Calls.Count;
        if (Refusal(number) is var (refused, body))
        {
            return Answer(refused, body);
        }

        var isKnown = request.Path.Contains(WebhookSecret, StringComparison.Ordinal) || TokenOf(request) == GoodToken;
        return isKnown ? Answer(200, """{"result":{"ID":"7"},"time":{"duration":0.1}}""") : Answer(401, Error("expired_token"));
    }

    public static string? TokenOf(IRequestMessage request) => (string?)JsonNode.Parse(request.Body!)!["auth"];

    private static ResponseMessage Answer(int status, string body)
    {
        var isPage = body.StartsWith('<');
        var answer = new ResponseMessage { StatusCode = status, BodyData = new BodyData { DetectedBodyType = BodyType.String, BodyAsString = body } };
        answer.AddHeader("Content-Type", isPage ? "text/html" : "application/json");
        return answer;
    }
}
