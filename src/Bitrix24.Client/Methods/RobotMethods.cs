using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Robots of the application in the automation of the portal; for administrators, refused to webhooks.</summary>
public static class RobotMethods
{
    /// <summary>
    /// <c>bizproc.robot.add</c>: registers a robot. Result: <c>true</c>. Errors: <c>ACCESS_DENIED</c>,
    /// <c>ERROR_ACTIVITY_VALIDATION_FAILURE</c> (the text names the field), <c>ERROR_UNSUPPORTED_PROTOCOL</c>,
    /// <c>ERROR_WRONG_HANDLER_URL</c>, <c>ERROR_ACTIVITY_ALREADY_INSTALLED</c> (update or delete it first),
    /// <c>ERROR_ACTIVITY_ADD_FAILURE</c>.
    /// </summary>
    public static readonly RestMethod Add = new(
        "bizproc.robot.add", "api-reference/bizproc/bizproc-robot/bizproc-robot-add.md", "bizproc", IsRead: false);

    /// <summary><c>bizproc.robot.update</c>: changes a robot. Result: <c>true</c>.</summary>
    public static readonly RestMethod Update = new(
        "bizproc.robot.update", "api-reference/bizproc/bizproc-robot/bizproc-robot-update.md", "bizproc", IsRead: false);

    /// <summary>
    /// <c>bizproc.robot.delete</c>: deletes a robot. Result: <c>true</c>. Errors: <c>ACCESS_DENIED</c>, <c>ERROR_ACTIVITY_NOT_FOUND</c>,
    /// <c>ERROR_ACTIVITY_VALIDATION_FAILURE</c>.
    /// </summary>
    public static readonly RestMethod Delete = new(
        "bizproc.robot.delete", "api-reference/bizproc/bizproc-robot/bizproc-robot-delete.md", "bizproc", IsRead: false);

    /// <summary><c>bizproc.robot.list</c>: the application's robots: a list of codes. Errors: <c>ACCESS_DENIED</c>.</summary>
    public static readonly RestMethod List = new(
        "bizproc.robot.list", "api-reference/bizproc/bizproc-robot/bizproc-robot-list.md", "bizproc", IsRead: true);

    /// <summary>
    /// <c>bizproc.event.send</c>: answers a robot that waits. Result: <c>true</c>. Errors: <c>ACCESS_DENIED</c>, status 403 (a token that
    /// is wrong or too old).
    /// </summary>
    public static readonly RestMethod EventSend = new(
        "bizproc.event.send", "api-reference/bizproc/bizproc-robot/bizproc-event-send.md", "bizproc", IsRead: false);

    /// <summary><c>bizproc.activity.log</c>: writes into the log of the process a robot runs in. Result: <c>true</c>.</summary>
    public static readonly RestMethod ActivityLog = new(
        "bizproc.activity.log", "api-reference/bizproc/bizproc-activity/bizproc-activity-log.md", "bizproc", IsRead: false);

    /// <summary>Registers a robot.</summary>
    /// <param name="code">What tells the robot apart within the application: letters, digits, dot, dash, underscore.</param>
    /// <param name="handler">The address that is posted to; on the host of the application.</param>
    /// <param name="name">The name: a text, or texts by language.</param>
    /// <param name="description">The description: a text, or texts by language.</param>
    /// <param name="properties">Its settings by code: Name, Description, Type, Required, Multiple, Default, Options.</param>
    /// <param name="returnProperties">Its results by code, described as settings are.</param>
    /// <param name="waitsForAnswer">Whether the process waits for <see cref="SendResult"/>.</param>
    /// <param name="authUserId">Whose token is sent along.</param>
    /// <param name="documentType">The type of document that the settings refer to: module, entity, type.</param>
    /// <param name="filter">Where it may be used: INCLUDE and EXCLUDE.</param>
    /// <param name="settingsPage">The page where its settings are made; null for the own form of the portal.</param>
    /// <returns>The call.</returns>
    public static RestCall AddRobot(
        string code,
        Uri handler,
        JsonNode name,
        JsonNode? description = null,
        JsonObject? properties = null,
        JsonObject? returnProperties = null,
        bool? waitsForAnswer = null,
        long? authUserId = null,
        IEnumerable<string>? documentType = null,
        JsonObject? filter = null,
        Uri? settingsPage = null) =>
        new(Add, Write.Parameters(
            ("CODE", code), ("HANDLER", Write.Address(handler)), ("NAME", name), ("DESCRIPTION", description), ("PROPERTIES", properties),
            ("RETURN_PROPERTIES", returnProperties), ("USE_SUBSCRIPTION", Write.YesNo(waitsForAnswer)), ("AUTH_USER_ID", authUserId),
            ("DOCUMENT_TYPE", Write.Texts(documentType)), ("FILTER", filter), ("USE_PLACEMENT", settingsPage is null ? null : "Y"),
            ("PLACEMENT_HANDLER", Write.Address(settingsPage))));

    /// <summary>Changes a robot.</summary>
    /// <param name="code">What tells the robot apart within the application: letters, digits, dot, dash, underscore.</param>
    /// <param name="fields">The changed fields, upper-case, as registering sends them.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateRobot(string code, JsonObject fields) => new(Update, Write.Parameters(("CODE", code), ("FIELDS", fields)));

    /// <summary>Deletes a robot.</summary>
    /// <param name="code">What tells the robot apart within the application: letters, digits, dot, dash, underscore.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteRobot(string code) => new(Delete, Write.Parameters(("CODE", code)));

    /// <summary>Asks for the codes of the application's robots.</summary>
    /// <returns>The call; its result is a list of codes.</returns>
    public static RestCall ListRobots() => new(List);

    /// <summary>Answers a robot that waits.</summary>
    /// <param name="eventToken">The token the robot came with.</param>
    /// <param name="values">The results by code.</param>
    /// <param name="logMessage">A text for the log of the process.</param>
    /// <returns>The call.</returns>
    public static RestCall SendResult(string eventToken, JsonObject? values = null, string? logMessage = null) =>
        new(EventSend, Write.Parameters(("EVENT_TOKEN", eventToken), ("RETURN_VALUES", values), ("LOG_MESSAGE", logMessage)));

    /// <summary>Writes into the log of the process.</summary>
    /// <param name="eventToken">The token the robot came with.</param>
    /// <param name="message">The text.</param>
    /// <returns>The call.</returns>
    public static RestCall WriteLog(string eventToken, string message) =>
        new(ActivityLog, Write.Parameters(("EVENT_TOKEN", eventToken), ("LOG_MESSAGE", message)));
}
