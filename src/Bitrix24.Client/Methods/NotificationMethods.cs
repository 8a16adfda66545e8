namespace Bitrix24.Client.Methods;

/// <summary>
/// Notifications: sending in the name of a person, taking back, reading. Those of the application: <see cref="MessengerMethods.Notify"/>.
/// </summary>
public static class NotificationMethods
{
    /// <summary>
    /// <c>im.notify.personal.add</c>: a notification in the caller's name. Result: its id, or <c>false</c> when none was made. Errors:
    /// <c>USER_ID_EMPTY</c>, <c>MESSAGE_EMPTY</c>, <c>ATTACH_OVERSIZE</c> (60,000 characters), <c>ATTACH_ERROR</c>.
    /// </summary>
    public static readonly RestMethod PersonalAdd = new(
        "im.notify.personal.add", "api-reference/chats/notifications/im-notify-personal-add.md", "im", IsRead: false);

    /// <summary>
    /// <c>im.notify.delete</c>: takes notifications of the application back. Result: <c>true</c>. Errors: <c>PARAMS_ERROR</c>,
    /// <c>ACCESS_DENIED</c> (by webhook without the name that stands for the application).
    /// </summary>
    public static readonly RestMethod NotifyDelete = new(
        "im.notify.delete", "api-reference/chats/notifications/im-notify-delete.md", "im", IsRead: false);

    /// <summary><c>im.notify.get</c>: a page of the notifications of the caller. Result: <see cref="Rows.NotificationPage"/>.</summary>
    public static readonly RestMethod NotifyGet = new(
        "im.notify.get", "api-reference/chats/notifications/im-notify-get.md", "im", IsRead: true);

    /// <summary><c>im.notify.read</c>: marks notifications of the caller as read. Result: <c>true</c>.</summary>
    public static readonly RestMethod NotifyRead = new(
        "im.notify.read", "api-reference/chats/notifications/im-notify-read.md", "im", IsRead: false);

    /// <summary><c>im.notify.read.list</c>: marks notifications of the caller as read. Result: <c>true</c>.</summary>
    public static readonly RestMethod NotifyReadList = new(
        "im.notify.read.list", "api-reference/chats/notifications/im-notify-read-list.md", "im", IsRead: false);

    /// <summary>
    /// <c>im.notify.read.all</c>: marks all notifications of the caller as read. Result: <see cref="Rows.ReadNotifications"/>.
    /// </summary>
    public static readonly RestMethod NotifyReadAll = new(
        "im.notify.read.all", "api-reference/chats/notifications/im-notify-read-all.md", "im", IsRead: false);

    /// <summary>
    /// <c>im.notify.history.search</c>: searches the notifications of the caller. Result: <see cref="Rows.NotificationPage"/>.
    /// </summary>
    public static readonly RestMethod NotifyHistorySearch = new(
        "im.notify.history.search", "api-reference/chats/notifications/im-notify-history-search.md", "im", IsRead: true);

    /// <summary>
    /// <c>im.notify.schema.get</c>: the kinds of notifications, a map by module. Rows: <see cref="Rows.NotificationModule"/>.
    /// </summary>
    public static readonly RestMethod NotifySchemaGet = new(
        "im.notify.schema.get", "api-reference/chats/notifications/im-notify-schema-get.md", "im", IsRead: true);

    /// <summary><c>im.notify.confirm</c>: presses a button of a notification. Result: <see cref="Rows.NotificationReply"/>.</summary>
    public static readonly RestMethod NotifyConfirm = new(
        "im.notify.confirm", "api-reference/chats/notifications/im-notify-confirm.md", "im", IsRead: false);

    /// <summary><c>im.notify.answer</c>: answers a notification. Result: <see cref="Rows.NotificationReply"/>.</summary>
    public static readonly RestMethod NotifyAnswer = new(
        "im.notify.answer", "api-reference/chats/notifications/im-notify-answer.md", "im", IsRead: false);

    /// <summary>Notifies a person in the caller's name.</summary>
    /// <param name="userId">Who is told.</param>
    /// <param name="message">The text, with BB codes.</param>
    /// <param name="tag">A later notification of the application with the same tag removes this one, whoever it is for.</param>
    /// <param name="clientId">By webhook the name that stood for the application; null for an application.</param>
    /// <returns>The call; its result is the notification's id or <c>false</c>.</returns>
    public static RestCall NotifyPersonally(long userId, string message, string? tag = null, string? clientId = null) =>
        new(PersonalAdd, Write.Parameters(("USER_ID", userId), ("MESSAGE", message), ("TAG", tag), ("CLIENT_ID", clientId)));

    /// <summary>Takes a notification back.</summary>
    /// <param name="id">The notification.</param>
    /// <param name="clientId">By webhook the name that stood for the application; null for an application.</param>
    /// <returns>The call.</returns>
    public static RestCall Delete(long id, string? clientId = null) =>
        new(NotifyDelete, Write.Parameters(("ID", id), ("CLIENT_ID", clientId)));

    /// <summary>Takes the notifications with a tag back.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="clientId">By webhook the name that stood for the application; null for an application.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteByTag(string tag, string? clientId = null) =>
        new(NotifyDelete, Write.Parameters(("TAG", tag), ("CLIENT_ID", clientId)));

    /// <summary>Asks for notifications of the caller, newest first.</summary>
    /// <param name="beforeId">Only those after this one of the page before; null for the newest.</param>
    /// <param name="beforeType">With it: 1 to go on with those to be confirmed, 3 with ordinary ones.</param>
    /// <returns>The call.</returns>
    public static RestCall ListNotifications(long? beforeId = null, int? beforeType = null) =>
        new(NotifyGet, Write.Parameters(("LAST_ID", beforeId), ("LAST_TYPE", beforeType), ("LIMIT", 50)));

    /// <summary>Marks a notification and all after it as read.</summary>
    /// <param name="id">The notification.</param>
    /// <param name="onlyThis">Only this one. Default false.</param>
    /// <returns>The call.</returns>
    public static RestCall MarkRead(long id, bool onlyThis = false) =>
        new(NotifyRead, Write.Parameters(("ID", id), ("ACTION", "Y"), ("ONLY_CURRENT", onlyThis ? "Y" : null)));

    /// <summary>Marks notifications as read.</summary>
    /// <param name="ids">The notifications.</param>
    /// <returns>The call.</returns>
    public static RestCall MarkListRead(IEnumerable<long> ids) =>
        new(NotifyReadList, Write.Parameters(("IDS", Write.Ids(ids)), ("ACTION", "Y")));

    /// <summary>Marks all notifications of the caller as read.</summary>
    /// <returns>The call.</returns>
    public static RestCall MarkAllRead() => new(NotifyReadAll);

    /// <summary>Searches the notifications of the caller, newest first.</summary>
    /// <param name="text">What to search for, at least 3 characters; null to search by the rest.</param>
    /// <param name="kind">The kind: a module, or one of <see cref="GetSchema"/>.</param>
    /// <param name="from">The earliest; only together with the latest.</param>
    /// <param name="to">The latest; only together with the earliest.</param>
    /// <param name="beforeId">Only those after this one of the page before.</param>
    /// <returns>The call.</returns>
    public static RestCall Search(
        string? text = null, string? kind = null, DateTimeOffset? from = null, DateTimeOffset? to = null, long? beforeId = null) =>
        new(NotifyHistorySearch, Write.Parameters(
            ("SEARCH_TEXT", text), ("SEARCH_TYPE", kind), ("SEARCH_DATE_FROM", Write.Instant(from)), ("SEARCH_DATE_TO", Write.Instant(to)),
            ("LAST_ID", beforeId), ("LIMIT", 50)));

    /// <summary>Asks for the kinds of notifications.</summary>
    /// <returns>The call; its result is a map from module to kinds.</returns>
    public static RestCall GetSchema() => new(NotifySchemaGet);

    /// <summary>Presses a button of a notification.</summary>
    /// <param name="id">The notification.</param>
    /// <param name="value">The value of the button.</param>
    /// <returns>The call.</returns>
    public static RestCall Confirm(long id, string value) =>
        new(NotifyConfirm, Write.Parameters(("NOTIFY_ID", id), ("NOTIFY_VALUE", value)));

    /// <summary>Answers a notification.</summary>
    /// <param name="id">The notification.</param>
    /// <param name="text">The text.</param>
    /// <returns>The call.</returns>
    public static RestCall Answer(long id, string text) => new(NotifyAnswer, Write.Parameters(("NOTIFY_ID", id), ("ANSWER_TEXT", text)));
}
