using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>
/// What is done with one task in classic REST, and what was done with it. Lists and new tasks: <see cref="TaskMethods"/>.
/// </summary>
public static class TaskActionMethods
{
    /// <summary>
    /// <c>tasks.task.get</c>: one task. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>; an empty list when there is none or it may
    /// not be seen. Errors: <c>0</c> (a wrong id, or no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskGet = new("tasks.task.get", "api-reference/tasks/tasks-task-get.md", "task", IsRead: true);

    /// <summary>
    /// <c>tasks.task.update</c>: changes a task. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a wrong id, or no
    /// right), <c>100</c> (a parameter is missing), <c>ERROR_CORE</c> (the text names the wrong field).
    /// </summary>
    public static readonly RestMethod TaskUpdate = new(
        "tasks.task.update", "api-reference/tasks/tasks-task-update.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.delete</c>: deletes a task. Result: <see cref="Rows.DeletedTask"/>. Errors: <c>0</c> (a wrong id, or no right),
    /// <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskDelete = new(
        "tasks.task.delete", "api-reference/tasks/tasks-task-delete.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.delegate</c>: gives a task to somebody else. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a
    /// wrong id, or no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskDelegate = new(
        "tasks.task.delegate", "api-reference/tasks/tasks-task-delegate.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.start</c>: begins the work on a task. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a wrong
    /// id, or no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskStart = new(
        "tasks.task.start", "api-reference/tasks/status/tasks-task-start.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.pause</c>: interrupts the work on a task. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a
    /// wrong id, or no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskPause = new(
        "tasks.task.pause", "api-reference/tasks/status/tasks-task-pause.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.complete</c>: completes a task. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a wrong id, or
    /// no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskComplete = new(
        "tasks.task.complete", "api-reference/tasks/status/tasks-task-complete.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.defer</c>: puts a task off. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a wrong id, or no
    /// right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskDefer = new(
        "tasks.task.defer", "api-reference/tasks/status/tasks-task-defer.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.renew</c>: takes a task up again. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a wrong id,
    /// or no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskRenew = new(
        "tasks.task.renew", "api-reference/tasks/status/tasks-task-renew.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.approve</c>: accepts a completed task. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a wrong
    /// id, or no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskApprove = new(
        "tasks.task.approve", "api-reference/tasks/tasks-task-approve.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.disapprove</c>: sends a completed task back. Result: <c>{task}</c>, a <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a
    /// wrong id, or no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TaskDisapprove = new(
        "tasks.task.disapprove", "api-reference/tasks/tasks-task-disapprove.md", "task", IsRead: false);

    /// <summary>
    /// <c>tasks.task.history.list</c>: what was done with a task. The result's <c>list</c>: <see cref="Rows.TaskHistoryRecord"/>. Errors:
    /// <c>0</c> (a wrong id, or no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod HistoryList = new(
        "tasks.task.history.list", "api-reference/tasks/tasks-task-history-list.md", "task", IsRead: true);

    /// <summary>
    /// <c>tasks.task.counters.get</c>: how many tasks of a user are overdue or have new comments. Result: <see cref="Rows.TaskCounters"/>.
    /// </summary>
    public static readonly RestMethod CountersGet = new(
        "tasks.task.counters.get", "api-reference/tasks/tasks-task-counters-get.md", "task", IsRead: true);

    /// <summary>
    /// <c>tasks.task.files.attach</c>: attaches a file of the disk. Result: <see cref="Rows.AttachedTaskFile"/>. Errors: <c>0</c> (a wrong
    /// id, or no right), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod FilesAttach = new(
        "tasks.task.files.attach", "api-reference/tasks/tasks-task-files-attach.md", "task", IsRead: false);

    /// <summary><c>tasks.task.result.list</c>: the results of a task. Rows: <see cref="Rows.TaskResult"/>.</summary>
    public static readonly RestMethod ResultList = new(
        "tasks.task.result.list", "api-reference/tasks/result/tasks-task-result-list.md", "task", IsRead: true);

    /// <summary>Asks for a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="select">The fields, upper-case; null for the default.</param>
    /// <returns>The call; its result is <c>{task}</c>, or an empty list.</returns>
    public static RestCall GetTask(long taskId, IEnumerable<string>? select = null) =>
        new(TaskGet, Write.Parameters(("taskId", taskId), ("select", Write.Texts(select))));

    /// <summary>Changes a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="fields">The changed fields, upper-case.</param>
    /// <returns>The call; its result is <c>{task}</c>.</returns>
    public static RestCall UpdateTask(long taskId, JsonObject fields) =>
        new(TaskUpdate, Write.Parameters(("taskId", taskId), ("fields", fields)));

    /// <summary>Deletes a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteTask(long taskId) => new(TaskDelete, Write.Parameters(("taskId", taskId)));

    /// <summary>Gives a task to somebody else.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="userId">Who is to do it.</param>
    /// <returns>The call; its result is <c>{task}</c>.</returns>
    public static RestCall DelegateTask(long taskId, long userId) =>
        new(TaskDelegate, Write.Parameters(("taskId", taskId), ("userId", userId)));

    /// <summary>Begins the work on a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call; its result is <c>{task}</c>.</returns>
    public static RestCall StartTask(long taskId) => new(TaskStart, Write.Parameters(("taskId", taskId)));

    /// <summary>Interrupts the work on a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call; its result is <c>{task}</c>.</returns>
    public static RestCall PauseTask(long taskId) => new(TaskPause, Write.Parameters(("taskId", taskId)));

    /// <summary>Completes a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call; its result is <c>{task}</c>.</returns>
    public static RestCall CompleteTask(long taskId) => new(TaskComplete, Write.Parameters(("taskId", taskId)));

    /// <summary>Puts a task off.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call; its result is <c>{task}</c>.</returns>
    public static RestCall DeferTask(long taskId) => new(TaskDefer, Write.Parameters(("taskId", taskId)));

    /// <summary>Takes a task up again.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call; its result is <c>{task}</c>.</returns>
    public static RestCall RenewTask(long taskId) => new(TaskRenew, Write.Parameters(("taskId", taskId)));

    /// <summary>Accepts a completed task.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call; its result is <c>{task}</c>.</returns>
    public static RestCall ApproveTask(long taskId) => new(TaskApprove, Write.Parameters(("taskId", taskId)));

    /// <summary>Sends a completed task back.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call; its result is <c>{task}</c>.</returns>
    public static RestCall DisapproveTask(long taskId) => new(TaskDisapprove, Write.Parameters(("taskId", taskId)));

    /// <summary>Asks what was done with a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="field">Only changes of one kind, for example <c>DEADLINE</c>; null for all.</param>
    /// <returns>The call; its result is <c>{list}</c>.</returns>
    public static RestCall ListHistory(long taskId, string? field = null) =>
        new(HistoryList, Write.Parameters(("taskId", taskId), ("filter", field is null ? null : Write.Parameters(("FIELD", field)))));

    /// <summary>Asks how many tasks of a user are overdue or have new comments.</summary>
    /// <param name="userId">The user; null for the caller.</param>
    /// <returns>The call.</returns>
    public static RestCall GetCounters(long? userId = null) => new(CountersGet, Write.Parameters(("userId", userId)));

    /// <summary>Attaches a file of the disk.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="fileId">The file on the disk.</param>
    /// <returns>The call.</returns>
    public static RestCall AttachFile(long taskId, long fileId) =>
        new(FilesAttach, Write.Parameters(("taskId", taskId), ("fileId", fileId)));

    /// <summary>Asks for the results of a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListResults(long taskId) => new(ResultList, Write.Parameters(("taskId", taskId)));
}
