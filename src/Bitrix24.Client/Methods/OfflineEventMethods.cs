namespace Bitrix24.Client.Methods;

/// <summary>
/// Events that the portal keeps until they are fetched; for administrators, refused to webhooks. Whether the plan has them:
/// <see cref="CommonMethods.GetFeature"/>.
/// </summary>
public static class OfflineEventMethods
{
    /// <summary>
    /// <c>event.offline.get</c>: fetches events: each reader gets others, what is fetched is removed or reserved. Result:
    /// <see cref="Rows.OfflineEventBatch"/>.
    /// </summary>
    public static readonly RestMethod Get = new("event.offline.get", "api-reference/events/event-offline-get.md", "", IsRead: false);

    /// <summary><c>event.offline.list</c>: looks at the events and changes nothing. Rows: <see cref="Rows.OfflineEvent"/>.</summary>
    public static readonly RestMethod List = new("event.offline.list", "api-reference/events/event-offline-list.md", "", IsRead: true);

    /// <summary><c>event.offline.clear</c>: removes reserved events. Result: <c>true</c>.</summary>
    public static readonly RestMethod Clear = new("event.offline.clear", "api-reference/events/event-offline-clear.md", "", IsRead: false);

    /// <summary><c>event.offline.error</c>: marks reserved events as failed. Result: <c>true</c>.</summary>
    public static readonly RestMethod Error = new("event.offline.error", "api-reference/events/event-offline-error.md", "", IsRead: false);

    /// <summary>Lets the portal keep an event.</summary>
    /// <param name="eventName">The event, in any letter case.</param>
    /// <param name="connector">The key of the own source, when events were bound with one.</param>
    /// <returns>The call.</returns>
    public static RestCall BindEvent(string eventName, string? connector = null) =>
        new(EventMethods.Bind, Write.Parameters(("event", eventName), ("event_type", "offline"), ("auth_connector", connector)));

    /// <summary>Lets the portal keep an event no longer.</summary>
    /// <param name="eventName">The event, in any letter case.</param>
    /// <returns>The call.</returns>
    public static RestCall UnbindEvent(string eventName) =>
        new(EventMethods.Unbind, Write.Parameters(("event", eventName), ("event_type", "offline")));

    /// <summary>Lets the portal post <c>ONOFFLINEEVENT</c> when events are waiting.</summary>
    /// <param name="handler">The address that is posted to.</param>
    /// <param name="minTimeoutSeconds">The least seconds between two posts.</param>
    /// <returns>The call.</returns>
    public static RestCall BindNotice(Uri handler, int minTimeoutSeconds) =>
        new(EventMethods.Bind, Write.Parameters(
            ("event", "ONOFFLINEEVENT"), ("handler", Write.Address(handler)),
            ("options", Write.Parameters(("minTimeout", minTimeoutSeconds)))));

    /// <summary>Fetches events, oldest first, and removes them: they are lost if the answer is.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="connector">The key of the own source, when events were bound with one.</param>
    /// <returns>The call.</returns>
    public static RestCall TakeEvents(int limit = 50, string? connector = null) =>
        new(Get, Write.Parameters(("limit", limit), ("clear", 1), ("auth_connector", connector)));

    /// <summary>Fetches events, oldest first, and reserves them until they are cleared or marked; after 30 days they are removed.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="connector">The key of the own source, when events were bound with one.</param>
    /// <param name="withFailed">Also those marked as failed.</param>
    /// <returns>The call.</returns>
    public static RestCall ReserveEvents(int limit = 50, string? connector = null, bool withFailed = false) =>
        new(Get, Write.Parameters(("limit", limit), ("clear", 0), ("auth_connector", connector), ("error", withFailed ? 1 : null)));

    /// <summary>Fetches again what a process reserved and did not clear.</summary>
    /// <param name="processId">The process that reserved them.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="connector">The key of the own source, when events were bound with one.</param>
    /// <returns>The call.</returns>
    public static RestCall ReadReserved(string processId, int limit = 50, string? connector = null) =>
        new(Get, Write.Parameters(("limit", limit), ("clear", 0), ("process_id", processId), ("auth_connector", connector)));

    /// <summary>Asks for a page of the events that wait; read on with <see cref="Lists.PageReader"/>.</summary>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <param name="connector">The key of the own source, when events were bound with one.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListEvents(int start = 0, string? connector = null) =>
        new(List, Write.Parameters(("order", Write.Parameters(("ID", "ASC"))), ("start", start), ("auth_connector", connector)));

    /// <summary>Removes reserved events.</summary>
    /// <param name="processId">The process that reserved them.</param>
    /// <param name="ids">Only these; null for all of the process.</param>
    /// <returns>The call.</returns>
    public static RestCall ClearEvents(string processId, IEnumerable<long>? ids = null) =>
        new(Clear, Write.Parameters(("process_id", processId), ("id", Write.Ids(ids))));

    /// <summary>Marks reserved events as failed.</summary>
    /// <param name="processId">The process that reserved them.</param>
    /// <param name="messageIds">Only these messages; null for all of the process.</param>
    /// <returns>The call.</returns>
    public static RestCall MarkFailed(string processId, IEnumerable<string>? messageIds = null) =>
        new(Error, Write.Parameters(("process_id", processId), ("message_id", Write.Texts(messageIds))));
}
