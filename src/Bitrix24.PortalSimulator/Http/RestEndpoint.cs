using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Http;

/// <summary>/rest/…: routing, limits, faults, credentials, envelope.</summary>
internal sealed class RestEndpoint(SimulatedPortal portal)
{
    public async Task HandleAsync(HttpContext context)
    {
        var segments = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)[1..];
        var isV3 = segments.Length > 0 && segments[0] == "api";
        if (isV3)
        {
            segments = segments[1..];
        }
        portal.Counters.CountRequest();
        var fault = portal.TakeFault();
        if (fault is { } known and not PortalFault.ConnectionResetAfterWork)
        {
            await FailAsync(context, known, isV3);
            return;
        }
        var clock = new RequestClock(portal.Options.TimeProvider.GetUtcNow());
        try
        {
            var answer = await AnswerAsync(context, segments, isV3, clock);
            await HoldAsync(clock, context.RequestAborted);
            if (fault is not null)
            {
                context.Abort();
                return;
            }
            if (answer.IsReplayed)
            {
                context.Response.Headers["Idempotent-Replayed"] = "true";
            }
            await WriteAsync(context, answer.Status, answer.Body);
        }
        catch (RestException error)
        {
            await WriteAsync(context, error.Status, Dispatcher.ErrorEnvelope(error, isV3));
        }
        catch (CutOffException)
        {
            await HoldAsync(clock, context.RequestAborted);
            await WritePageAsync(context, 504, "Gateway Time-out");
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // A parameter of a shape nobody foresaw is answered, not dropped; the description shows where.
            await WriteAsync(context, 500, Dispatcher.ErrorEnvelope(new RestException(500, "INTERNAL_SERVER_ERROR", exception.ToString()), isV3));
        }
    }

    private async Task<(int Status, JsonObject Body, bool IsReplayed)> AnswerAsync(
        HttpContext context, string[] segments, bool isV3, RequestClock clock)
    {
        var now = clock.StartedAt;
        lock (portal.Gate)
        {
            if (portal.Options.RequestLimit && !portal.Bucket.TryAdd(now))
            {
                portal.Counters.CountRequestRefusal();
                throw new RestException(503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
            }
        }
        if (segments.Length is not (1 or 3))
        {
            throw RestException.MethodNotFound(isV3);
        }
        var parameters = await RequestParameters.ReadAsync(context.Request, isV3);
        var method = segments[^1].EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? segments[^1][..^5] : segments[^1];
        lock (portal.Gate)
        {
            var token = (parameters as JsonObject)?["auth"];
            var caller = segments.Length == 3
                ? portal.Credentials.ByWebhook(segments[0], segments[1])
                : portal.Credentials.ByToken(token is null ? null : State.FieldValue.AsText(token), now);
            (parameters as JsonObject)?.Remove("auth");
            return isV3 && context.Request.Headers.TryGetValue("Idempotency-Key", out var key)
                && MethodCatalogue.Find(method, isV3) is { HonoursIdempotencyKey: true } keyed && MethodCatalogue.IsAllowed(keyed, caller)
                ? RunOnce(key.ToString(), method, parameters, caller, clock)
                : Run(method, parameters, isV3, caller, clock);
        }
    }

    /// <summary>Counts the time of a request, and waits until it is over where the portal takes its time.</summary>
    private Task HoldAsync(RequestClock clock, CancellationToken cancellationToken)
    {
        portal.Counters.CountRequestTime(clock.Seconds);
        var time = portal.Options.TimeProvider;
        var rest = clock.StartedAt.AddSeconds(clock.Seconds) - time.GetUtcNow();
        return portal.Options.TakesTime && rest > TimeSpan.Zero ? Task.Delay(rest, time, cancellationToken) : Task.CompletedTask;
    }

    private (int Status, JsonObject Body, bool IsReplayed) RunOnce(string key, string method, JsonNode parameters, Caller caller, RequestClock clock)
    {
        var body = parameters.ToJsonString();
        if (portal.IdempotencyKeys.Find(key, method, body, caller, clock.StartedAt) is { } known)
        {
            return (200, known, true);
        }
        var answer = Run(method, parameters, true, caller, clock);
        if (answer.Status == 200)
        {
            portal.IdempotencyKeys.Store(key, method, body, caller, clock.StartedAt, answer.Body);
        }
        return answer;
    }

    private (int Status, JsonObject Body, bool IsReplayed) Run(string method, JsonNode parameters, bool isV3, Caller caller, RequestClock clock)
    {
        if (string.Equals(method, "batch", StringComparison.OrdinalIgnoreCase))
        {
            JsonNode result = isV3
                ? Batch.RunV3(portal, portal.Dispatcher, parameters, caller, clock)
                : Batch.RunClassic(portal, portal.Dispatcher, (JsonObject)parameters, caller, clock);
            return (200, new JsonObject { ["result"] = result, ["time"] = portal.Dispatcher.OuterTime(clock) }, false);
        }
        var outcome = portal.Dispatcher.Run(method, parameters as JsonObject ?? [], isV3, caller, clock, false);
        if (outcome.Error is null && portal.Options.RequestTimeLimit && clock.Seconds > portal.Options.RequestTimeLimitSeconds)
        {
            throw new CutOffException();
        }
        return (outcome.Error?.Status ?? 200, Dispatcher.Envelope(outcome, isV3), false);
    }

    private static async Task FailAsync(HttpContext context, PortalFault fault, bool isV3)
    {
        var error = fault switch
        {
            PortalFault.InternalServerError => new RestException(500, "INTERNAL_SERVER_ERROR", "Internal server error"),
            PortalFault.OverloadLimit => new RestException(503, "OVERLOAD_LIMIT", "REST API is blocked due to overload."),
            PortalFault.QueryLimitExceeded => new RestException(503, "QUERY_LIMIT_EXCEEDED", "Too many requests"),
            PortalFault.PortalDeleted => new RestException(500, "PORTAL_DELETED", "Portal was deleted"),
            _ => null,
        };
        if (error is not null)
        {
            await WriteAsync(context, error.Status, Dispatcher.ErrorEnvelope(error, isV3));
        }
        else if (fault is PortalFault.BadGatewayPage)
        {
            await WritePageAsync(context, 502, "Bad Gateway");
        }
        else
        {
            context.Abort();
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await JsonSerializer.SerializeAsync(context.Response.Body, body, cancellationToken: context.RequestAborted);
    }

    private static Task WritePageAsync(HttpContext context, int status, string title)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        var code = status.ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsync($"<html><head><title>{code} {title}</title></head><body><h1>{code} {title}</h1></body></html>");
    }
}
