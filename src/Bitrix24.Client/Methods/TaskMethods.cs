using Bitrix24.Client.Lists;

namespace Bitrix24.Client.Methods;

/// <summary>Tasks, classic REST: only it can be filtered by deadline and responsible.</summary>
public static class TaskMethods
{
    /// <summary><c>tasks.task.list</c>: tasks; requests are upper-case, rows camelCase. Rows: <see cref="Rows.TaskItem"/>.</summary>
    public static readonly RestMethod TaskList = new("tasks.task.list", "api-reference/tasks/tasks-task-list.md", "task", IsRead: true);

    /// <summary>Reads tasks by id. Task methods want their parameters in the documented order.</summary>
    public static readonly ListMethod Tasks = new(TaskList)
    {
        IdRowField = "id", RowsName = "tasks", ParameterOrder = ["order", "filter", "select", "params", "start"],
    };
}
