using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Subscriptions of the application to events; refused to webhooks.</summary>
public static class EventMethods
{
    /// <summary>What the refusal to bind an event to the same address again begins with; its code is not documented.</summary>
    public const string AlreadyBoundText = "Unable to set event handler";

    /// <summary>
    /// <c>event.bind</c>: subscribes to an event. Result: <c>true</c>; <c>false</c> when it did not work. Errors:
    /// <c>ERROR_EVENT_NOT_FOUND</c>, <c>ACCESS_DENIED</c> (no administrator, for offline events or the token of another user).
    /// </summary>
    public static readonly RestMethod Bind = new("event.bind", "api-reference/events/event-bind.md", "", IsRead: false);

    /// <summary><c>event.unbind</c>: ends subscriptions; what is left out fits all. Result: <c>{count}</c>.</summary>
    public static readonly RestMethod Unbind = new("event.unbind", "api-reference/events/event-unbind.md", "", IsRead: false);

    /// <summary><c>event.get</c>: the application's subscriptions, only his own for one who is no administrator. Result: list of <see cref="Rows.EventHandlerRow"/>.</summary>
    public static readonly RestMethod Get = new("event.get", "api-reference/events/event-get.md", "", IsRead: true);

    /// <summary>Subscribes an address to an event.</summary>
    /// <param name="eventName">The event, in any letter case.</param>
    /// <param name="handler">The address.</param>
    /// <param name="userId">Whose token is sent along; null for the one who acted.</param>
    /// <returns>The call.</returns>
    public static RestCall BindHandler(string eventName, Uri handler, long? userId = null) => new(Bind, Registration(eventName, handler, userId));

    /// <summary>Ends the subscription of an address to an event.</summary>
    /// <param name="eventName">The event, in any letter case.</param>
    /// <param name="handler">The address as <c>event.get</c> told it.</param>
    /// <param name="userId">Only the one with this user's token, 0 for the one without; null for all of them.</param>
    /// <returns>The call.</returns>
    public static RestCall UnbindHandler(string eventName, Uri handler, long? userId = null) =>
        new(Unbind, Registration(eventName, handler, userId));

    /// <summary>Asks for the application's subscriptions.</summary>
    /// <returns>The call.</returns>
    public static RestCall ListHandlers() => new(Get);

    private static JsonObject Registration(string eventName, Uri handler, long? userId)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Write.Parameters(("event", eventName), ("handler", Write.Address(handler)), ("auth_type", userId));
    }
}
