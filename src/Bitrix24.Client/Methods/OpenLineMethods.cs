using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>
/// Open lines: their settings, dialogs and sessions. There is no list of sessions: look for activities of the provider
/// <c>IMOPENLINES_SESSION</c>.
/// </summary>
public static class OpenLineMethods
{
    /// <summary><c>imopenlines.config.list.get</c>: the lines. Rows: <see cref="Rows.OpenLine"/>.</summary>
    public static readonly RestMethod ConfigList = new(
        "imopenlines.config.list.get", "api-reference/imopenlines/openlines/imopenlines-config-list-get.md", "imopenlines", IsRead: true);

    /// <summary>
    /// <c>imopenlines.config.get</c>: one line with all its settings. Result: <see cref="Rows.OpenLine"/>. Errors: <c>CONFIG_ID_EMPTY</c>.
    /// </summary>
    public static readonly RestMethod ConfigGet = new(
        "imopenlines.config.get", "api-reference/imopenlines/openlines/imopenlines-config-get.md", "imopenlines", IsRead: true);

    /// <summary>
    /// <c>imopenlines.dialog.get</c>: the chat of a dialog. Result: <see cref="Rows.Dialog"/>. Errors: <c>ACCESS_ERROR</c> (there is none,
    /// or the caller may not see it).
    /// </summary>
    public static readonly RestMethod DialogGet = new(
        "imopenlines.dialog.get", "api-reference/imopenlines/openlines/sessions/imopenlines-dialog-get.md", "imopenlines", IsRead: true);

    /// <summary>
    /// <c>imopenlines.session.history.get</c>: the messages of a session. Result: <see cref="Rows.OpenLineHistory"/>. Errors:
    /// <c>MISSING_REQUIRED_PARAM</c>, <c>INVALID_SESSION_ID</c>, <c>ACCESS_DENIED</c> (also when there is none).
    /// </summary>
    public static readonly RestMethod SessionHistory = new(
        "imopenlines.session.history.get",
        "api-reference/imopenlines/openlines/sessions/imopenlines-session-history-get.md",
        "imopenlines",
        IsRead: true);

    /// <summary>
    /// <c>imopenlines.crm.chat.get</c>: the chats of a CRM object. Rows: <see cref="Rows.OpenLineChat"/>. Errors: <c>ERROR_ARGUMENT</c>,
    /// <c>ACCESS_DENIED</c>.
    /// </summary>
    public static readonly RestMethod CrmChatGet = new(
        "imopenlines.crm.chat.get", "api-reference/imopenlines/openlines/chats/imopenlines-crm-chat-get.md", "imopenlines", IsRead: true);

    /// <summary><c>imopenlines.crm.chat.getLastId</c>: the number of the latest chat of a CRM object.</summary>
    public static readonly RestMethod CrmChatLastId = new(
        "imopenlines.crm.chat.getLastId",
        "api-reference/imopenlines/openlines/chats/imopenlines-crm-chat-get-last-id.md",
        "imopenlines",
        IsRead: true);

    /// <summary><c>imopenlines.crm.chat.user.add</c>: takes somebody into the chat of a CRM object. Result: the chat's number.</summary>
    public static readonly RestMethod CrmChatUserAdd = new(
        "imopenlines.crm.chat.user.add", "api-reference/imopenlines/openlines/chats/imopenlines-crm-chat-user-add.md", "imopenlines", IsRead: false);

    /// <summary>
    /// <c>imopenlines.crm.chat.user.delete</c>: takes somebody out of the chat of a CRM object. Result: the chat's number.
    /// </summary>
    public static readonly RestMethod CrmChatUserDelete = new(
        "imopenlines.crm.chat.user.delete",
        "api-reference/imopenlines/openlines/chats/imopenlines-crm-chat-user-delete.md",
        "imopenlines",
        IsRead: false);

    /// <summary><c>imopenlines.crm.message.add</c>: writes into the chat of a CRM object. Result: the message's id.</summary>
    public static readonly RestMethod CrmMessageAdd = new(
        "imopenlines.crm.message.add", "api-reference/imopenlines/openlines/messages/imopenlines-crm-message-add.md", "imopenlines", IsRead: false);

    /// <summary><c>imopenlines.config.add</c>: adds a line. Result: its id.</summary>
    public static readonly RestMethod ConfigAdd = new(
        "imopenlines.config.add", "api-reference/imopenlines/openlines/imopenlines-config-add.md", "imopenlines", IsRead: false);

    /// <summary><c>imopenlines.config.update</c>: changes a line. Result: <c>true</c>.</summary>
    public static readonly RestMethod ConfigUpdate = new(
        "imopenlines.config.update", "api-reference/imopenlines/openlines/imopenlines-config-update.md", "imopenlines", IsRead: false);

    /// <summary><c>imopenlines.config.delete</c>: deletes a line. Result: <c>true</c>.</summary>
    public static readonly RestMethod ConfigDelete = new(
        "imopenlines.config.delete", "api-reference/imopenlines/openlines/imopenlines-config-delete.md", "imopenlines", IsRead: false);

    /// <summary>Asks for a page of the lines with their operators.</summary>
    /// <param name="limit">How many, up to 200.</param>
    /// <param name="offset">How many to skip.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListLines(int limit = 50, int offset = 0) =>
        new(ConfigList, Write.Parameters(
            ("PARAMS", Write.Parameters(("order", Write.Parameters(("ID", "ASC"))), ("limit", limit), ("offset", offset))),
            ("OPTIONS", Write.Parameters(("QUEUE", "Y")))));

    /// <summary>Asks for a line with its operators.</summary>
    /// <param name="configId">The line.</param>
    /// <param name="withOffline">Also operators who are offline. Default true.</param>
    /// <returns>The call.</returns>
    public static RestCall GetLine(long configId, bool withOffline = true) =>
        new(ConfigGet, Write.Parameters(("CONFIG_ID", configId), ("WITH_QUEUE", "Y"), ("SHOW_OFFLINE", Write.YesNo(withOffline))));

    /// <summary>Adds a line.</summary>
    /// <param name="settings">Its settings, upper-case: LINE_NAME, QUEUE and so on.</param>
    /// <returns>The call; its result is the line's id.</returns>
    public static RestCall AddLine(JsonObject settings) => new(ConfigAdd, Write.Parameters(("PARAMS", settings)));

    /// <summary>Changes a line.</summary>
    /// <param name="configId">The line.</param>
    /// <param name="settings">The changed settings, upper-case.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateLine(long configId, JsonObject settings) =>
        new(ConfigUpdate, Write.Parameters(("CONFIG_ID", configId), ("PARAMS", settings)));

    /// <summary>Deletes a line.</summary>
    /// <param name="configId">The line.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteLine(long configId) => new(ConfigDelete, Write.Parameters(("CONFIG_ID", configId)));

    /// <summary>Asks for the chat of a dialog.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall GetDialog(long chatId) => new(DialogGet, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Asks for the chat of a session.</summary>
    /// <param name="sessionId">The session.</param>
    /// <returns>The call.</returns>
    public static RestCall GetDialogOfSession(long sessionId) => new(DialogGet, Write.Parameters(("SESSION_ID", sessionId)));

    /// <summary>Asks for the messages of a session.</summary>
    /// <param name="sessionId">The session.</param>
    /// <returns>The call.</returns>
    public static RestCall GetHistory(long sessionId) => new(SessionHistory, Write.Parameters(("SESSION_ID", sessionId)));

    /// <summary>Asks for the chats of a CRM object.</summary>
    /// <param name="crmEntityType"><c>lead</c>, <c>deal</c>, <c>company</c> or <c>contact</c>.</param>
    /// <param name="crmEntityId">The object's id.</param>
    /// <param name="activeOnly">Only those that are open. Default false.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListCrmChats(string crmEntityType, long crmEntityId, bool activeOnly = false) =>
        new(CrmChatGet, Write.Parameters(
            ("CRM_ENTITY_TYPE", crmEntityType), ("CRM_ENTITY", crmEntityId), ("ACTIVE_ONLY", Write.YesNo(activeOnly))));

    /// <summary>Asks for the latest chat of a CRM object.</summary>
    /// <param name="crmEntityType"><c>lead</c>, <c>deal</c>, <c>company</c> or <c>contact</c>.</param>
    /// <param name="crmEntityId">The object's id.</param>
    /// <returns>The call; its result is a number.</returns>
    public static RestCall GetLastCrmChat(string crmEntityType, long crmEntityId) =>
        new(CrmChatLastId, Write.Parameters(("CRM_ENTITY_TYPE", crmEntityType), ("CRM_ENTITY", crmEntityId)));

    /// <summary>Takes somebody into the chat of a CRM object.</summary>
    /// <param name="crmEntityType"><c>lead</c>, <c>deal</c>, <c>company</c> or <c>contact</c>.</param>
    /// <param name="crmEntityId">The object's id.</param>
    /// <param name="userId">The user or bot.</param>
    /// <param name="chatId">The chat; null for the latest.</param>
    /// <returns>The call.</returns>
    public static RestCall AddCrmChatUser(string crmEntityType, long crmEntityId, long userId, long? chatId = null) =>
        new(CrmChatUserAdd, Write.Parameters(
            ("CRM_ENTITY_TYPE", crmEntityType), ("CRM_ENTITY", crmEntityId), ("USER_ID", userId), ("CHAT_ID", chatId)));

    /// <summary>Takes somebody out of the chat of a CRM object.</summary>
    /// <param name="crmEntityType"><c>lead</c>, <c>deal</c>, <c>company</c> or <c>contact</c>.</param>
    /// <param name="crmEntityId">The object's id.</param>
    /// <param name="userId">The user or bot.</param>
    /// <param name="chatId">The chat; null for the latest.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteCrmChatUser(string crmEntityType, long crmEntityId, long userId, long? chatId = null) =>
        new(CrmChatUserDelete, Write.Parameters(
            ("CRM_ENTITY_TYPE", crmEntityType), ("CRM_ENTITY", crmEntityId), ("USER_ID", userId), ("CHAT_ID", chatId)));

    /// <summary>Writes into the chat of a CRM object.</summary>
    /// <param name="crmEntityType"><c>lead</c>, <c>deal</c>, <c>company</c> or <c>contact</c>.</param>
    /// <param name="crmEntityId">The object's id.</param>
    /// <param name="userId">Who writes; a member of the chat.</param>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="message">The text.</param>
    /// <returns>The call; its result is the message's id.</returns>
    public static RestCall AddCrmMessage(string crmEntityType, long crmEntityId, long userId, long chatId, string message) =>
        new(CrmMessageAdd, Write.Parameters(
            ("CRM_ENTITY_TYPE", crmEntityType), ("CRM_ENTITY", crmEntityId), ("USER_ID", userId), ("CHAT_ID", chatId),
            ("MESSAGE", message)));
}
