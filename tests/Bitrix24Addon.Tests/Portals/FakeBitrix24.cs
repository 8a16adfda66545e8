using System.Globalization;
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Bitrix24.Client.Tests.Wrappers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Tests.Portals;

/// <summary>Real HTTP in place of the authorisation server and of one portal: grants that rotate, and the few methods an installation needs.</summary>
internal sealed class FakeBitrix24 : IAsyncDisposable
{
    public const string ClientId = "app.1";
    public const string ClientSecret = "s3cretOfClient";

    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, (string? MemberId, long UserId)> _grants = new();
    private readonly ConcurrentDictionary<string, long> _accessTokens = new();
    private readonly ConcurrentQueue<(string Path, JsonNode Body)> _requests = new();
    private int _issued;
    private int _redemptions;

    private FakeBitrix24(WebApplication server) => _server = server;

    public Uri Address { get; private set; } = null!;

    public string Host => Address.Authority;

    public string MemberId { get; set; } = "0a1b2c";

    /// <summary>The address that the authorisation server tells; by default this server.</summary>
    public string? ClientEndpoint { get; set; }

    public string ApplicationCode { get; set; } = ClientId;

    public string LicenseFamily { get; set; } = "std";

    public string? OAuthError { get; set; }

    /// <summary>The authorisation server answers with a page of its proxy.</summary>
    public bool IsOAuthDown { get; set; }

    public int Redemptions => _redemptions;

    /// <summary>A redemption waits for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public HashSet<string> Scopes { get; } = ["crm", "task", "telephony", "calendar", "user", "placement"];

    /// <summary>Subscriptions, <c>EVENT|handler</c>.</summary>
    public List<string> Handlers { get; } = [];

    /// <summary>Pages at places, <c>PLACE|handler</c>.</summary>
    public List<string> Placements { get; } = [];

    public List<string> RefusesEvents { get; } = [];

    public List<string> UnknownEvents { get; } = [];

    public bool IsAdministrator { get; set; } = true;

    /// <summary>Users who are dismissed: <c>profile</c> tells nothing of them.</summary>
    public HashSet<long> Dismissed { get; } = [];

    /// <summary>What time it is by the portal's clock; null when its answers do not tell.</summary>
    public DateTimeOffset? PortalTime { get; set; }

    /// <summary>The statistics of calls may be read.</summary>
    public bool MayReadStatistics { get; set; } = true;

    /// <summary>What a user calls waits for it.</summary>
    public Func<long, Task> CallGate { get; set; } = _ => Task.CompletedTask;

    /// <summary>A question for the application waits for it.</summary>
    public Task InfoGate { get; set; } = Task.CompletedTask;

    /// <summary>Told when the application is asked for.</summary>
    public Action AskedForInfo { get; set; } = () => { };

    /// <summary>So many times app.info fails.</summary>
    public int AppInfoFailures { get; set; }

    public ConcurrentQueue<string> Calls { get; } = new();

    public static async Task<FakeBitrix24> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var fake = new FakeBitrix24(builder.Build());
        fake._server.MapPost("/oauth/token/", (Delegate)fake.RedeemAsync);
        fake._server.MapPost("/rest/{method}", fake.CallAsync);
        await fake._server.StartAsync();
        fake.Address = new Uri(fake._server.Urls.First());
        return fake;
    }

    /// <summary>A refresh token that can be redeemed once.</summary>
    /// <param name="memberId">The portal it belongs to; null for this one.</param>
    /// <param name="userId">The user it belongs to.</param>
    public string Grant(string? memberId = null, long userId = 7)
    {
        var token = $"refresh{Interlocked.Increment(ref _issued)}";
        _grants[token] = (memberId, userId);
        if (memberId is null)
        {
            _accessTokens[PageAccess(token)] = userId;
        }

        return token;
    }

    /// <summary>The access token that a page brings beside a refresh token.</summary>
    public static string PageAccess(string refreshToken) => $"postedAccess{refreshToken}";

    /// <summary>Every access token given so far ends.</summary>
    public void ExpireAccess() => _accessTokens.Clear();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        SentRequests.MustBeDocumented(_requests);
    }

    private async Task<IResult> RedeemAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        Interlocked.Increment(ref _redemptions);
        await Gate;
        if (IsOAuthDown)
        {
            return Results.StatusCode(502);
        }

        if (OAuthError is { } error)
        {
            return Results.Json(new { error }, statusCode: 400);
        }

        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret || form["grant_type"] != "refresh_token")
        {
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        }

        if (!_grants.TryRemove(form["refresh_token"].ToString(), out var grant))
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        }

        var access = $"access{Interlocked.Increment(ref _issued)}";
        _accessTokens[access] = grant.UserId;
        return Results.Json(new
        {
            access_token = access, refresh_token = Grant(grant.MemberId, grant.UserId), client_endpoint = ClientEndpoint ?? $"{Address}rest/", member_id = grant.MemberId ?? MemberId, expires_in = 3600,
            scope = string.Join(',', Scopes), status = "L", user_id = grant.UserId, server_endpoint = $"{Address}rest/", domain = "oauth.bitrix24.tech",
        });
    }

    private async Task<IResult> CallAsync(string method, HttpContext context)
    {
        var body = context.Request.HasFormContentType
            ? new JsonObject((await context.Request.ReadFormAsync()).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value.ToString())))
            : (await JsonNode.ParseAsync(context.Request.Body))!;
        _requests.Enqueue((context.Request.Path, body));
        if (!_accessTokens.TryGetValue((string?)body["auth"] ?? "", out var userId))
        {
            return Results.Json(new { error = "expired_token" }, statusCode: 401);
        }

        await CallGate(userId);
        if (method == "app.info")
        {
            AskedForInfo();
            await InfoGate;
            if (AppInfoFailures-- > 0)
            {
                return Results.StatusCode(502);
            }
        }

        if (method != "batch")
        {
            var answer = new JsonObject { ["result"] = Run(method, [], userId) };
            if (PortalTime is { } now)
            {
                answer["time"] = new JsonObject { ["start"] = now.ToUnixTimeSeconds(), ["date_start"] = now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture) };
            }

            return Results.Text(answer.ToJsonString(), "application/json");
        }

        var (results, errors) = (new JsonObject(), new JsonObject());
        foreach (var (key, command) in body["cmd"]!.AsObject())
        {
            var parts = ((string)command!).Split('?', 2);
            var query = parts.Length < 2 ? [] : QueryHelpers.ParseQuery(parts[1]).ToDictionary(p => p.Key, p => p.Value.ToString());
            Calls.Enqueue((string)command!);
            var result = Run(parts[0], query, userId);
            (result is JsonObject { Count: 2 } failed && failed.ContainsKey("error") ? errors : results)[key] = result;
        }

        return Results.Text(new JsonObject { ["result"] = new JsonObject { ["result"] = results, ["result_error"] = errors } }.ToJsonString(), "application/json");
    }

    private JsonNode? Run(string method, Dictionary<string, string> query, long userId)
    {
        lock (Handlers)
        {
            switch (method)
            {
                case "app.info":
                    return new JsonObject { ["ID"] = "3", ["CODE"] = ApplicationCode, ["STATUS"] = "L", ["INSTALLED"] = true, ["LICENSE_FAMILY"] = LicenseFamily };
                case "profile" when Dismissed.Contains(userId):
                    return new JsonObject();
                case "voximplant.statistic.get" when MayReadStatistics:
                    return new JsonArray();
                case "voximplant.statistic.get":
                    return new JsonObject { ["error"] = "ACCESS_DENIED", ["error_description"] = "Access denied!" };
                case "profile":
                    return new JsonObject { ["ID"] = $"{userId}", ["ADMIN"] = IsAdministrator, ["NAME"] = "Anna" };
                case "server.time":
                    return "2026-03-18T12:00:00+03:00";
                case "scope":
                    return new JsonArray([.. Scopes.Select(s => (JsonNode)s)]);
                case "event.get":
                    return new JsonArray([.. Handlers.Select(h => h.Split('|')).Select(h => (JsonNode)new JsonObject { ["event"] = h[0], ["handler"] = h[1], ["auth_type"] = "0", ["offline"] = 0 })]);
                case "event.bind" when UnknownEvents.Contains(query["event"]):
                    return new JsonObject { ["error"] = "ERROR_EVENT_NOT_FOUND", ["error_description"] = "Event not found" };
                case "event.bind" when RefusesEvents.Contains(query["event"]):
                    return false;
                case "event.bind" when Handlers.Contains($"{query["event"]}|{query["handler"]}"):
                    return new JsonObject { ["error"] = "ERROR_EVENT", ["error_description"] = "Unable to set event handler: Handler already binded" };
                case "event.bind":
                    Handlers.Add($"{query["event"]}|{query["handler"]}");
                    return true;
                case "event.unbind":
                    return new JsonObject { ["count"] = Handlers.RemoveAll(h => h == $"{query["event"]}|{query["handler"]}") };
                case "placement.get":
                    return new JsonArray([.. Placements.Select(p => p.Split('|')).Select(p => (JsonNode)new JsonObject { ["placement"] = p[0], ["userId"] = 0, ["handler"] = p[1], ["title"] = "", ["description"] = "", ["options"] = new JsonArray() })]);
                case "placement.bind":
                    Placements.Add($"{query["PLACEMENT"]}|{query["HANDLER"]}");
                    return true;
                case "placement.unbind":
                    return new JsonObject { ["count"] = 2 * Placements.RemoveAll(p => p == $"{query["PLACEMENT"]}|{query["HANDLER"]}") };
                default:
                    return new JsonObject { ["error"] = "ERROR_METHOD_NOT_FOUND", ["error_description"] = method };
            }
        }
    }
}
