namespace Bitrix24.Client.Methods;

/// <summary>To-dos of the CRM: activities with a deadline. Completing one: <see cref="CrmActivityMethods.CompleteActivity"/>.</summary>
public static class CrmTodoMethods
{
    /// <summary>
    /// <c>crm.activity.todo.add</c>: adds a to-do. Result: <see cref="Rows.NewRow"/>. Errors: <c>NOT_FOUND</c>, <c>OWNER_NOT_FOUND</c>,
    /// <c>ACCESS_DENIED</c>, <c>WRONG_DATETIME_FORMAT</c>, <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TodoAdd = new(
        "crm.activity.todo.add", "api-reference/crm/timeline/activities/todo/crm-activity-todo-add.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.activity.todo.update</c>: changes a to-do that is open. Result: <see cref="Rows.NewRow"/>. Errors: <c>NOT_FOUND</c>,
    /// <c>OWNER_NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>CAN_NOT_UPDATE_COMPLETED_TODO</c>, <c>WRONG_DATETIME_FORMAT</c>, <c>100</c> (a
    /// parameter is missing).
    /// </summary>
    public static readonly RestMethod TodoUpdate = new(
        "crm.activity.todo.update", "api-reference/crm/timeline/activities/todo/crm-activity-todo-update.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.activity.todo.updateDeadline</c>: moves the deadline. Result: <see cref="Rows.NewRow"/>. Errors: <c>NOT_FOUND</c>,
    /// <c>OWNER_NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>CAN_NOT_UPDATE_COMPLETED_TODO</c>, <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TodoUpdateDeadline = new(
        "crm.activity.todo.updateDeadline", "api-reference/crm/timeline/activities/todo/crm-activity-todo-update-deadline.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.activity.todo.updateDescription</c>: changes the description. Result: <see cref="Rows.NewRow"/>. Errors: <c>NOT_FOUND</c>,
    /// <c>OWNER_NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>CAN_NOT_UPDATE_COMPLETED_TODO</c>, <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TodoUpdateDescription = new(
        "crm.activity.todo.updateDescription",
        "api-reference/crm/timeline/activities/todo/crm-activity-todo-update-description.md",
        "crm",
        IsRead: false);

    /// <summary>
    /// <c>crm.activity.todo.updateResponsibleUser</c>: gives a to-do to somebody else. Result: <see cref="Rows.NewRow"/>. Errors:
    /// <c>NOT_FOUND</c>, <c>OWNER_NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>CAN_NOT_UPDATE_COMPLETED_TODO</c>, <c>100</c> (a parameter is
    /// missing).
    /// </summary>
    public static readonly RestMethod TodoUpdateResponsibleUser = new(
        "crm.activity.todo.updateResponsibleUser",
        "api-reference/crm/timeline/activities/todo/crm-activity-todo-update-responsible-user.md",
        "crm",
        IsRead: false);

    /// <summary>
    /// <c>crm.activity.todo.updateColor</c>: changes the colour. Result: <see cref="Rows.NewRow"/>. Errors: <c>NOT_FOUND</c>,
    /// <c>OWNER_NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>CAN_NOT_UPDATE_COMPLETED_TODO</c>, <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod TodoUpdateColor = new(
        "crm.activity.todo.updateColor", "api-reference/crm/timeline/activities/todo/crm-activity-todo-update-color.md", "crm", IsRead: false);

    /// <summary>Adds a to-do.</summary>
    /// <param name="ownerTypeId">The type of the CRM object it belongs to.</param>
    /// <param name="ownerId">The object's id.</param>
    /// <param name="deadline">The deadline; it is sent with its offset.</param>
    /// <param name="title">The title.</param>
    /// <param name="description">The description, with BB codes.</param>
    /// <param name="responsibleId">The responsible user.</param>
    /// <param name="parentActivityId">The activity it follows from.</param>
    /// <param name="pingOffsets">How many minutes before the deadline to remind; 0 at the deadline.</param>
    /// <param name="colorId">The colour, <c>1</c> to <c>7</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall AddTodo(
        int ownerTypeId,
        long ownerId,
        DateTimeOffset deadline,
        string? title = null,
        string? description = null,
        long? responsibleId = null,
        long? parentActivityId = null,
        IEnumerable<long>? pingOffsets = null,
        string? colorId = null) =>
        new(TodoAdd, Write.Parameters(
            ("ownerTypeId", ownerTypeId), ("ownerId", ownerId), ("deadline", Write.Instant(deadline)), ("title", title),
            ("description", description), ("responsibleId", responsibleId), ("parentActivityId", parentActivityId),
            ("pingOffsets", Write.Ids(pingOffsets)), ("colorId", colorId)));

    /// <summary>Changes a to-do; the deadline must be given, changed or not.</summary>
    /// <param name="id">The to-do's id.</param>
    /// <param name="ownerTypeId">The type of the CRM object it belongs to.</param>
    /// <param name="ownerId">The object's id.</param>
    /// <param name="deadline">The deadline; it is sent with its offset.</param>
    /// <param name="title">The title.</param>
    /// <param name="description">The description, with BB codes.</param>
    /// <param name="responsibleId">The responsible user.</param>
    /// <param name="parentActivityId">The activity it follows from.</param>
    /// <param name="pingOffsets">How many minutes before the deadline to remind; 0 at the deadline.</param>
    /// <param name="colorId">The colour, <c>1</c> to <c>7</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateTodo(
        long id,
        int ownerTypeId,
        long ownerId,
        DateTimeOffset deadline,
        string? title = null,
        string? description = null,
        long? responsibleId = null,
        long? parentActivityId = null,
        IEnumerable<long>? pingOffsets = null,
        string? colorId = null) =>
        new(TodoUpdate, Write.Parameters(
            ("id", id), ("ownerTypeId", ownerTypeId), ("ownerId", ownerId), ("deadline", Write.Instant(deadline)), ("title", title),
            ("description", description), ("responsibleId", responsibleId), ("parentActivityId", parentActivityId),
            ("pingOffsets", Write.Ids(pingOffsets)), ("colorId", colorId)));

    /// <summary>Moves the deadline of a to-do.</summary>
    /// <param name="id">The to-do's id.</param>
    /// <param name="ownerTypeId">The type of the CRM object it belongs to.</param>
    /// <param name="ownerId">The object's id.</param>
    /// <param name="deadline">The new deadline; it is sent with its offset.</param>
    /// <returns>The call.</returns>
    public static RestCall MoveDeadline(long id, int ownerTypeId, long ownerId, DateTimeOffset deadline) =>
        new(TodoUpdateDeadline, Write.Parameters(
            ("id", id), ("ownerTypeId", ownerTypeId), ("ownerId", ownerId), ("value", Write.Instant(deadline))));

    /// <summary>Changes the description of a to-do.</summary>
    /// <param name="id">The to-do's id.</param>
    /// <param name="ownerTypeId">The type of the CRM object it belongs to.</param>
    /// <param name="ownerId">The object's id.</param>
    /// <param name="description">The new description, with BB codes.</param>
    /// <returns>The call.</returns>
    public static RestCall ChangeDescription(long id, int ownerTypeId, long ownerId, string description) =>
        new(TodoUpdateDescription, Write.Parameters(
            ("id", id), ("ownerTypeId", ownerTypeId), ("ownerId", ownerId), ("value", description)));

    /// <summary>Gives a to-do to somebody else.</summary>
    /// <param name="id">The to-do's id.</param>
    /// <param name="ownerTypeId">The type of the CRM object it belongs to.</param>
    /// <param name="ownerId">The object's id.</param>
    /// <param name="responsibleId">The user who is to do it.</param>
    /// <returns>The call.</returns>
    public static RestCall ChangeResponsible(long id, int ownerTypeId, long ownerId, long responsibleId) =>
        new(TodoUpdateResponsibleUser, Write.Parameters(
            ("id", id), ("ownerTypeId", ownerTypeId), ("ownerId", ownerId), ("responsibleId", responsibleId)));

    /// <summary>Changes the colour of a to-do.</summary>
    /// <param name="id">The to-do's id.</param>
    /// <param name="ownerTypeId">The type of the CRM object it belongs to.</param>
    /// <param name="ownerId">The object's id.</param>
    /// <param name="colorId">The colour, <c>1</c> to <c>7</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall ChangeColor(long id, int ownerTypeId, long ownerId, string colorId) =>
        new(TodoUpdateColor, Write.Parameters(("id", id), ("ownerTypeId", ownerTypeId), ("ownerId", ownerId), ("colorId", colorId)));
}
