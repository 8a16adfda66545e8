using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>
/// Tasks in REST 3.0 and their chat: names, statuses and rights differ from classic REST. New tasks: <see cref="TaskMethods.AddTask"/>.
/// Error codes begin with <c>BITRIX_REST_V3_EXCEPTION_</c>.
/// </summary>
public static class TaskCardMethods
{
    /// <summary>
    /// <c>tasks.task.get</c>: one task. Result: <c>{item}</c>, a <see cref="Rows.TaskCard"/>. Errors:
    /// <c>VALIDATION_REQUESTVALIDATIONEXCEPTION</c>, <c>ENTITYNOTFOUNDEXCEPTION</c>, <c>UNKNOWNDTOPROPERTYEXCEPTION</c> (no such field).
    /// </summary>
    public static readonly RestMethod TaskGet = new(
        "tasks.task.get", "api-reference/tasks/tasks-task-get-rest-v3.md", "tasks", IsRead: true, RestVersion.V3);

    /// <summary>
    /// <c>tasks.task.list</c>: tasks by id; no other filter is possible. The result's <c>items</c>: <see cref="Rows.TaskCard"/>. Errors:
    /// <c>ACCESSDENIEDEXCEPTION</c>, <c>VALIDATION_REQUESTVALIDATIONEXCEPTION</c> (filtered by another field),
    /// <c>INVALIDORDEREXCEPTION</c>, <c>INVALIDPAGINATIONEXCEPTION</c>.
    /// </summary>
    public static readonly RestMethod TaskList = new(
        "tasks.task.list", "api-reference/tasks/tasks-task-list-rest-v3.md", "tasks", IsRead: true, RestVersion.V3);

    /// <summary>
    /// <c>tasks.task.update</c>: changes a task. Result: <see cref="Rows.Success"/>. Errors: <c>VALIDATION_REQUESTVALIDATIONEXCEPTION</c>,
    /// <c>ACCESSDENIEDEXCEPTION</c>.
    /// </summary>
    public static readonly RestMethod TaskUpdate = new(
        "tasks.task.update", "api-reference/tasks/tasks-task-update-rest-v3.md", "tasks", IsRead: false, RestVersion.V3);

    /// <summary><c>tasks.task.delete</c>: deletes a task. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod TaskDelete = new(
        "tasks.task.delete", "api-reference/tasks/tasks-task-delete-rest-v3.md", "tasks", IsRead: false, RestVersion.V3);

    /// <summary><c>tasks.task.access.get</c>: what the caller may do with a task. Result: <see cref="Rows.TaskAccess"/>.</summary>
    public static readonly RestMethod AccessGet = new(
        "tasks.task.access.get", "api-reference/tasks/tasks-task-access-get.md", "tasks", IsRead: true, RestVersion.V3);

    /// <summary>
    /// <c>tasks.task.chat.message.send</c>: writes into the task's chat; the message's id is not told. Result: <see cref="Rows.Success"/>.
    /// Errors: <c>VALIDATION_REQUESTVALIDATIONEXCEPTION</c>, <c>ACCESSDENIEDEXCEPTION</c>.
    /// </summary>
    public static readonly RestMethod ChatMessageSend = new(
        "tasks.task.chat.message.send", "api-reference/tasks/tasks-task-chat-message-send.md", "tasks", IsRead: false, RestVersion.V3);

    /// <summary><c>tasks.task.file.attach</c>: attaches files of the disk. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod FileAttach = new(
        "tasks.task.file.attach", "api-reference/tasks/tasks-task-file-attach.md", "tasks", IsRead: false, RestVersion.V3);

    /// <summary>
    /// <c>tasks.task.result.add</c>: adds a result. Result: <c>{item}</c>, a <see cref="Rows.TaskResultCard"/>. Errors:
    /// <c>VALIDATION_DTOVALIDATIONEXCEPTION</c>, <c>VALIDATION_REQUESTVALIDATIONEXCEPTION</c>, <c>ACCESSDENIEDEXCEPTION</c>.
    /// </summary>
    public static readonly RestMethod ResultAdd = new(
        "tasks.task.result.add", "api-reference/tasks/result/tasks-task-result-add.md", "tasks", IsRead: false, RestVersion.V3);

    /// <summary>
    /// <c>tasks.task.result.addfromchatmessage</c>: makes a message of the task's chat a result. Result: <c>{item}</c>, a
    /// <see cref="Rows.TaskResultCard"/>.
    /// </summary>
    public static readonly RestMethod ResultAddFromMessage = new(
        "tasks.task.result.addfromchatmessage",
        "api-reference/tasks/result/tasks-task-result-addfromchatmessage.md",
        "tasks",
        IsRead: false, RestVersion.V3);

    /// <summary>
    /// <c>tasks.task.result.update</c>: changes a result. Result: <c>{item}</c>, a <see cref="Rows.TaskResultCard"/>. Errors:
    /// <c>VALIDATION_DTOVALIDATIONEXCEPTION</c>, <c>UNKNOWNDTOPROPERTYEXCEPTION</c>, <c>ACCESSDENIEDEXCEPTION</c>.
    /// </summary>
    public static readonly RestMethod ResultUpdate = new(
        "tasks.task.result.update", "api-reference/tasks/result/tasks-task-result-update.md", "tasks", IsRead: false, RestVersion.V3);

    /// <summary><c>tasks.task.result.delete</c>: deletes a result. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod ResultDelete = new(
        "tasks.task.result.delete", "api-reference/tasks/result/tasks-task-result-delete.md", "tasks", IsRead: false, RestVersion.V3);

    private const int MostTasks = 1000;

    /// <summary>Asks for a task.</summary>
    /// <param name="id">The task.</param>
    /// <param name="select">
    /// The fields; those of related objects by dots, for example <c>responsible.name</c>; null for those of the task itself.
    /// </param>
    /// <returns>The call; its result is <c>{item}</c>.</returns>
    public static RestCall GetTask(long id, IEnumerable<string>? select = null) =>
        new(TaskGet, Write.Parameters(("id", id), ("select", Write.Texts(select))));

    /// <summary>Asks for a page of tasks in the order of their ids.</summary>
    /// <param name="select">The fields; those of related objects by dots, for example <c>responsible.name</c>.</param>
    /// <param name="afterId">Only greater ids.</param>
    /// <param name="limit">How many at most, up to 1,000.</param>
    /// <returns>The call; its result is <c>{items}</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not 1 to 1,000.</exception>
    public static RestCall ListTasks(IEnumerable<string> select, long afterId = 0, int limit = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostTasks);
        return new(TaskList, Write.Parameters(
            ("select", Write.Texts(select)), ("filter", Condition.Filter(Condition.Greater("id", afterId))),
            ("order", Write.Parameters(("id", "ASC"))), ("pagination", Write.Parameters(("page", 1), ("limit", limit)))));
    }

    /// <summary>Changes a task.</summary>
    /// <param name="id">The task.</param>
    /// <param name="fields">The changed fields, camelCase; the creator cannot be changed.</param>
    /// <param name="idempotencyKey">See <see cref="RestCall.IdempotencyKey"/>.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateTask(long id, JsonObject fields, string? idempotencyKey = null) =>
        new(TaskUpdate, Write.Parameters(("id", id), ("fields", fields))) { IdempotencyKey = idempotencyKey };

    /// <summary>Deletes a task.</summary>
    /// <param name="id">The task.</param>
    /// <param name="idempotencyKey">See <see cref="RestCall.IdempotencyKey"/>.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteTask(long id, string? idempotencyKey = null) =>
        new(TaskDelete, Write.Parameters(("id", id))) { IdempotencyKey = idempotencyKey };

    /// <summary>Asks what the caller may do with a task.</summary>
    /// <param name="id">The task.</param>
    /// <returns>The call.</returns>
    public static RestCall GetAccess(long id) => new(AccessGet, Write.Parameters(("id", id)));

    /// <summary>Writes into the task's chat in the caller's name.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="text">The text, with BB codes; text from outside must be escaped before.</param>
    /// <param name="idempotencyKey">See <see cref="RestCall.IdempotencyKey"/>.</param>
    /// <returns>The call.</returns>
    public static RestCall SendMessage(long taskId, string text, string? idempotencyKey = null) =>
        new(ChatMessageSend, Write.Parameters(
            ("fields", Write.Parameters(("taskId", taskId), ("text", text))))) { IdempotencyKey = idempotencyKey };

    /// <summary>Attaches files of the disk.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="fileIds">The files on the disk.</param>
    /// <param name="idempotencyKey">See <see cref="RestCall.IdempotencyKey"/>.</param>
    /// <returns>The call.</returns>
    public static RestCall AttachFiles(long taskId, IEnumerable<long> fileIds, string? idempotencyKey = null) =>
        new(FileAttach, Write.Parameters(("taskId", taskId), ("fileIds", Write.Ids(fileIds)))) { IdempotencyKey = idempotencyKey };

    /// <summary>Adds a result.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="text">The text.</param>
    /// <param name="idempotencyKey">See <see cref="RestCall.IdempotencyKey"/>.</param>
    /// <returns>The call; its result is <c>{item}</c>.</returns>
    public static RestCall AddResult(long taskId, string text, string? idempotencyKey = null) =>
        new(ResultAdd, Write.Parameters(
            ("fields", Write.Parameters(("taskId", taskId), ("text", text))))) { IdempotencyKey = idempotencyKey };

    /// <summary>Makes a message of the task's chat a result.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="idempotencyKey">See <see cref="RestCall.IdempotencyKey"/>.</param>
    /// <returns>The call; its result is <c>{item}</c>.</returns>
    public static RestCall AddResultFromMessage(long messageId, string? idempotencyKey = null) =>
        new(ResultAddFromMessage, Write.Parameters(
            ("fields", Write.Parameters(("messageId", messageId))))) { IdempotencyKey = idempotencyKey };

    /// <summary>Changes a result.</summary>
    /// <param name="id">The result.</param>
    /// <param name="text">The new text.</param>
    /// <param name="idempotencyKey">See <see cref="RestCall.IdempotencyKey"/>.</param>
    /// <returns>The call; its result is <c>{item}</c>.</returns>
    public static RestCall UpdateResult(long id, string text, string? idempotencyKey = null) =>
        new(ResultUpdate, Write.Parameters(("id", id), ("fields", Write.Parameters(("text", text))))) { IdempotencyKey = idempotencyKey };

    /// <summary>Deletes a result.</summary>
    /// <param name="id">The result.</param>
    /// <param name="idempotencyKey">See <see cref="RestCall.IdempotencyKey"/>.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteResult(long id, string? idempotencyKey = null) =>
        new(ResultDelete, Write.Parameters(("id", id))) { IdempotencyKey = idempotencyKey };
}
