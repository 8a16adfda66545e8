using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Events;
using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>event.bind, event.unbind, event.get, events, event.test (api-reference/events).</summary>
internal static class EventMethods
{
    public static IEnumerable<RestMethod> All { get; } =
    [
        new("event.bind", [], InApplication(Bind)),
        new("event.unbind", [], InApplication(Unbind)),
        new("event.get", [], InApplication(Get)),
        new("events", [], InApplication(call => new MethodResult(CallContext.Array(
            EventCatalogue.Available(call.Caller.Scopes).Select(name => (JsonNode)JsonValue.Create(name)!))))),
        new("event.test", [], InApplication(Test)),
    ];

    /// <summary>A method that webhooks may not call.</summary>
    public static Func<CallContext, MethodResult> InApplication(Func<CallContext, MethodResult> handler) => call => call.Caller.IsApplication
        ? handler(call)
        : throw new RestException(403, "WRONG_AUTH_TYPE", "Current authorization type is denied for this method Application context required");

    private static MethodResult Bind(CallContext call)
    {
        var name = Event(call);
        // Whoever is no administrator binds in his own name only.
        var authUser = call.Parameters.Integer("auth_type") ?? (call.IsAdministrator ? 0 : call.Caller.UserId);
        if (!call.IsAdministrator && (IsOffline(call) || authUser != call.Caller.UserId))
        {
            throw RestException.AccessDenied(403);
        }
        if (IsOffline(call))
        {
            throw RestException.Argument("The simulator keeps no offline events; bind with event_type online");
        }
        var handler = call.Parameters.Text("handler") ?? throw RestException.MissingParameter("handler");
        if (!Uri.TryCreate(handler, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw RestException.Argument($"Handler '{handler}' is no http or https address");
        }
        call.Portal.Events.Handlers.Bind(name, address, authUser, call.Caller.UserId);
        return new MethodResult(JsonValue.Create(true));
    }

    private static MethodResult Unbind(CallContext call)
    {
        var name = Event(call);
        var address = call.Parameters.Text("handler") ?? throw RestException.MissingParameter("handler");
        // Left out it means any; empty or 0 means the handlers with the default authorisation.
        var authUser = call.Parameters.Text("auth_type") is { } text ? call.Parameters.Integer("auth_type") ?? (text.Length == 0 ? 0 : -1) : (long?)null;
        var count = IsOffline(call) ? 0 : call.Portal.Events.Handlers.Unbind(handler => handler.Event == name && handler.Address.OriginalString == address
            && (authUser is null || handler.AuthUserId == authUser) && IsVisible(call, handler));
        return new MethodResult(new JsonObject { ["count"] = count });
    }

    private static MethodResult Get(CallContext call) => new(CallContext.Array(call.Portal.Events.Handlers.Bound.Where(handler => IsVisible(call, handler))
        .Select(handler => (JsonNode)new JsonObject
        {
            ["event"] = handler.Event,
            ["handler"] = handler.Address.OriginalString,
            ["auth_type"] = handler.AuthUserId.ToString(CultureInfo.InvariantCulture),
            ["offline"] = 0,
        })));

    private static MethodResult Test(CallContext call)
    {
        var data = new JsonObject { ["QUERY"] = call.Parameters.Values.DeepClone() };
        call.Portal.Emit(new PortalEvent("ONAPPTEST", data, call.Caller.UserId));
        return new MethodResult(JsonValue.Create(1));
    }

    private static string Event(CallContext call)
    {
        var name = call.Parameters.Text("event") ?? throw RestException.MissingParameter("event");
        return EventCatalogue.IsAvailable(name, call.Caller.Scopes)
            ? name.ToUpperInvariant()
            : throw new RestException(400, "ERROR_EVENT_NOT_FOUND", "Event not found");
    }

    private static bool IsOffline(CallContext call) => call.Parameters.Text("event_type") == "offline";

    private static bool IsVisible(CallContext call, BoundHandler handler) => call.IsAdministrator || handler.BoundBy == call.Caller.UserId;
}
