namespace Bitrix24.Client.Methods;

/// <summary>
/// Comments of tasks before there was a chat in each task. Where the new task card is, only adding works: write by
/// <see cref="TaskCardMethods.SendMessage"/>, read by <see cref="MessengerMethods.GetMessages"/> with the task's chat. Parameters are taken by
/// their order.
/// </summary>
public static class TaskCommentMethods
{
    /// <summary>
    /// <c>task.commentitem.add</c>: adds a comment; frozen. Result: its id. Errors: <c>ERROR_CORE</c> (the text tells: no text, no right to
    /// the task and so on).
    /// </summary>
    public static readonly RestMethod CommentAdd = new(
        "task.commentitem.add", "api-reference/tasks/comment-item/task-comment-item-add.md", "task", IsRead: false);

    /// <summary><c>task.commentitem.get</c>: one comment; frozen. Result: <see cref="Rows.TaskComment"/>.</summary>
    public static readonly RestMethod CommentGet = new(
        "task.commentitem.get", "api-reference/tasks/comment-item/task-comment-item-get.md", "task", IsRead: true);

    /// <summary><c>task.commentitem.getlist</c>: the comments of a task; frozen. Rows: <see cref="Rows.TaskComment"/>.</summary>
    public static readonly RestMethod CommentList = new(
        "task.commentitem.getlist", "api-reference/tasks/comment-item/task-comment-item-get-list.md", "task", IsRead: true);

    /// <summary><c>task.commentitem.update</c>: changes a comment; frozen. Result: <c>true</c>.</summary>
    public static readonly RestMethod CommentUpdate = new(
        "task.commentitem.update", "api-reference/tasks/comment-item/task-comment-item-update.md", "task", IsRead: false);

    /// <summary><c>task.commentitem.delete</c>: deletes a comment; frozen. Result: <c>true</c>.</summary>
    public static readonly RestMethod CommentDelete = new(
        "task.commentitem.delete", "api-reference/tasks/comment-item/task-comment-item-delete.md", "task", IsRead: false);

    /// <summary>Adds a comment.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="message">The text, with BB codes.</param>
    /// <param name="authorId">In whose name; null for the caller.</param>
    /// <returns>The call; its result is the comment's id.</returns>
    public static RestCall AddComment(long taskId, string message, long? authorId = null) =>
        new(CommentAdd, Write.Parameters(
            ("TASKID", taskId), ("FIELDS", Write.Parameters(("POST_MESSAGE", message), ("AUTHOR_ID", authorId)))));

    /// <summary>Asks for a comment.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="id">The comment.</param>
    /// <returns>The call.</returns>
    public static RestCall GetComment(long taskId, long id) => new(CommentGet, Write.Parameters(("TASKID", taskId), ("ITEMID", id)));

    /// <summary>Asks for the comments of a task, oldest first.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListComments(long taskId) =>
        new(CommentList, Write.Parameters(("TASKID", taskId), ("ORDER", Write.Parameters(("ID", "asc")))));

    /// <summary>Changes a comment.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="id">The comment.</param>
    /// <param name="message">The new text, with BB codes.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateComment(long taskId, long id, string message) =>
        new(CommentUpdate, Write.Parameters(("TASKID", taskId), ("ITEMID", id), ("FIELDS", Write.Parameters(("POST_MESSAGE", message)))));

    /// <summary>Deletes a comment.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="id">The comment.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteComment(long taskId, long id) => new(CommentDelete, Write.Parameters(("TASKID", taskId), ("ITEMID", id)));
}
