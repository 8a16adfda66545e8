using System.Text.Json.Nodes;
using Bitrix24.Client.Lists;

namespace Bitrix24.Client.Methods;

/// <summary>Tasks: classic REST can be filtered by what matters, REST 3.0 can add a task once for certain.</summary>
public static class TaskMethods
{
    /// <summary>
    /// <c>tasks.task.list</c>: tasks; requests are upper-case, rows camelCase. Rows: <see cref="Rows.TaskItem"/>. Errors: <c>0</c> (a wrong
    /// field to sort by), <c>100</c>, <c>ERROR_CORE</c>.
    /// </summary>
    public static readonly RestMethod TaskList = new("tasks.task.list", "api-reference/tasks/tasks-task-list.md", "task", IsRead: true);

    /// <summary><c>tasks.task.add</c> of REST 3.0, which honours an idempotency key. Result: <c>{item}</c>.</summary>
    public static readonly RestMethod TaskAdd = new(
        "tasks.task.add", "api-reference/tasks/tasks-task-add-rest-v3.md", "tasks", IsRead: false, RestVersion.V3);

    /// <summary>Classic <c>tasks.task.add</c>, for portals without REST 3.0. Result: <c>{task}</c>.</summary>
    public static readonly RestMethod TaskAddClassic = new("tasks.task.add", "api-reference/tasks/tasks-task-add.md", "task", IsRead: false);

    /// <summary>Reads tasks by id. Task methods want their parameters in the documented order.</summary>
    public static readonly ListMethod Tasks = new(TaskList)
    {
        IdRowField = "id", RowsName = "tasks", ParameterOrder = ["order", "filter", "select", "params", "start"],
    };

    /// <summary>Creates a task by REST 3.0.</summary>
    /// <param name="title">The title.</param>
    /// <param name="description">The description, with BB codes.</param>
    /// <param name="creatorId">The user in whose name it is created.</param>
    /// <param name="responsibleId">The user who is to do it.</param>
    /// <param name="deadline">The deadline; it is sent with its offset.</param>
    /// <param name="idempotencyKey">See <see cref="RestCall.IdempotencyKey"/>.</param>
    /// <returns>The call; its result is <c>{item:{id,…}}</c>.</returns>
    public static RestCall AddTask(
        string title, string description, long creatorId, long responsibleId, DateTimeOffset deadline, string? idempotencyKey = null)
    {
        var fields = new JsonObject
        {
            ["title"] = title,
            ["description"] = description,
            ["creatorId"] = creatorId,
            ["responsibleId"] = responsibleId,
            ["deadline"] = Write.Instant(deadline),
        };
        return new RestCall(TaskAdd, new JsonObject { ["fields"] = fields }) { IdempotencyKey = idempotencyKey };
    }

    /// <summary>Creates a task by classic REST.</summary>
    /// <param name="title">The title.</param>
    /// <param name="description">The description, with BB codes.</param>
    /// <param name="creatorId">The user in whose name it is created.</param>
    /// <param name="responsibleId">The user who is to do it.</param>
    /// <param name="deadline">The deadline; it is sent with its offset.</param>
    /// <returns>The call; its result is <c>{task:{id,…}}</c>.</returns>
    public static RestCall AddTaskClassic(string title, string description, long creatorId, long responsibleId, DateTimeOffset deadline)
    {
        var fields = new JsonObject
        {
            ["TITLE"] = title,
            ["DESCRIPTION"] = description,
            ["CREATED_BY"] = creatorId,
            ["RESPONSIBLE_ID"] = responsibleId,
            ["DEADLINE"] = Write.Instant(deadline),
        };
        return new RestCall(TaskAddClassic, new JsonObject { ["fields"] = fields });
    }

    /// <summary>Lists the tasks that a user created in a stretch of time, with their descriptions.</summary>
    /// <param name="key">The caller's name for the list.</param>
    /// <param name="creatorId">The creator.</param>
    /// <param name="from">The earliest time of creation.</param>
    /// <param name="to">The latest time of creation.</param>
    /// <returns>The list, to be read by <see cref="ListReader"/>.</returns>
    public static ListQuery CreatedBy(string key, long creatorId, DateTimeOffset from, DateTimeOffset to) => new(key, Tasks)
    {
        Filter = new JsonObject { ["CREATED_BY"] = creatorId, [">=CREATED_DATE"] = Write.Instant(from), ["<=CREATED_DATE"] = Write.Instant(to) },
        Select = ["ID", "DESCRIPTION", "CREATED_DATE"],
    };
}
