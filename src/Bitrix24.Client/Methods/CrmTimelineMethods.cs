namespace Bitrix24.Client.Methods;

/// <summary>The timeline of CRM items: comments and log records. Records the portal makes itself cannot be read.</summary>
public static class CrmTimelineMethods
{
    /// <summary>
    /// <c>crm.timeline.comment.add</c>: adds a comment. Result: its id. Errors: <c>OWNER_NOT_FOUND</c>, <c>NOT_FOUND</c>,
    /// <c>ACCESS_DENIED</c>, <c>INVALID_ARG_VALUE</c> (an empty comment), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod CommentAdd = new(
        "crm.timeline.comment.add", "api-reference/crm/timeline/comments/crm-timeline-comment-add.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.timeline.comment.get</c>: one comment. Result: <see cref="Rows.TimelineComment"/>. Errors: texts with an empty code.
    /// </summary>
    public static readonly RestMethod CommentGet = new(
        "crm.timeline.comment.get", "api-reference/crm/timeline/comments/crm-timeline-comment-get.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.timeline.comment.list</c>: the comments of one item, 50 a page. Rows: <see cref="Rows.TimelineComment"/>. Errors: an empty
    /// code without the right to the item.
    /// </summary>
    public static readonly RestMethod CommentList = new(
        "crm.timeline.comment.list", "api-reference/crm/timeline/comments/crm-timeline-comment-list.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.timeline.comment.update</c>: changes a comment. Result: its id. Errors: <c>OWNER_NOT_FOUND</c>, <c>NOT_FOUND</c>,
    /// <c>ACCESS_DENIED</c>, <c>INVALID_ARG_VALUE</c> (an empty comment), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod CommentUpdate = new(
        "crm.timeline.comment.update", "api-reference/crm/timeline/comments/crm-timeline-comment-update.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.timeline.comment.delete</c>: deletes a comment. Result: null. Errors: <c>NOT_FOUND</c>, <c>OWNER_NOT_FOUND</c>,
    /// <c>ACCESS_DENIED</c>, <c>MULTIPLE_BINDINGS</c> (it belongs to several items), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod CommentDelete = new(
        "crm.timeline.comment.delete", "api-reference/crm/timeline/comments/crm-timeline-comment-delete.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.timeline.logmessage.add</c>: adds a log record. The result's <c>logMessage</c>: <see cref="Rows.LogMessage"/>. Errors:
    /// <c>OWNER_NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>100</c> (a parameter is missing), <c>0</c> (anything else).
    /// </summary>
    public static readonly RestMethod LogMessageAdd = new(
        "crm.timeline.logmessage.add", "api-reference/crm/timeline/logmessage/crm-timeline-logmessage-add.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.timeline.logmessage.get</c>: one log record. The result's <c>logMessage</c>: <see cref="Rows.LogMessage"/>.
    /// </summary>
    public static readonly RestMethod LogMessageGet = new(
        "crm.timeline.logmessage.get", "api-reference/crm/timeline/logmessage/crm-timeline-logmessage-get.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.timeline.logmessage.list</c>: log records made by this method, 10 a page, newest first. Rows: <see cref="Rows.LogMessage"/>.
    /// Errors: <c>100</c> (a parameter is missing), <c>0</c> (anything else).
    /// </summary>
    public static readonly RestMethod LogMessageList = new(
        "crm.timeline.logmessage.list", "api-reference/crm/timeline/logmessage/crm-timeline-logmessage-list.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.timeline.logmessage.delete</c>: deletes a log record. Result: <c>true</c>. Errors: <c>NOT_FOUND</c>, <c>ACCESS_DENIED</c>,
    /// <c>REMOVING_DISABLED</c> (of another application), <c>100</c> (a parameter is missing), <c>0</c> (anything else).
    /// </summary>
    public static readonly RestMethod LogMessageDelete = new(
        "crm.timeline.logmessage.delete", "api-reference/crm/timeline/logmessage/crm-timeline-logmessage-delete.md", "crm", IsRead: false);

    /// <summary>Adds a comment to an item.</summary>
    /// <param name="entityTypeId">The item's type.</param>
    /// <param name="entityId">The item's id.</param>
    /// <param name="comment">The text, with BB codes; text from outside must be escaped before.</param>
    /// <param name="files">Files to attach, or null.</param>
    /// <returns>The call; its result is the comment's id.</returns>
    public static RestCall AddComment(int entityTypeId, long entityId, string comment, IEnumerable<NamedFile>? files = null)
    {
        var fields = Write.Parameters(
            ("ENTITY_ID", entityId), ("ENTITY_TYPE", CrmEntityType.TimelineName(entityTypeId)), ("COMMENT", comment), ("FILES", Write.Files(files)));
        return new RestCall(CommentAdd, Write.Parameters(("fields", fields)));
    }

    /// <summary>Asks for a comment.</summary>
    /// <param name="id">The comment's id.</param>
    /// <returns>The call.</returns>
    public static RestCall GetComment(long id) => new(CommentGet, Write.Parameters(("id", id)));

    /// <summary>Asks for a page of the comments of an item, oldest first; read on with <see cref="Lists.PageReader"/>.</summary>
    /// <param name="entityTypeId">The item's type.</param>
    /// <param name="entityId">The item's id.</param>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListComments(int entityTypeId, long entityId, int start = 0) =>
        new(CommentList, Write.Parameters(
            ("filter", Write.Parameters(("ENTITY_ID", entityId), ("ENTITY_TYPE", CrmEntityType.TimelineName(entityTypeId)))),
            ("order", Write.Parameters(("ID", "ASC"))), ("start", start)));

    /// <summary>Changes the text of a comment.</summary>
    /// <param name="id">The comment's id.</param>
    /// <param name="comment">The new text.</param>
    /// <returns>The call; its result is the comment's id.</returns>
    public static RestCall UpdateComment(long id, string comment) =>
        new(CommentUpdate, Write.Parameters(("id", id), ("fields", Write.Parameters(("COMMENT", comment)))));

    /// <summary>Deletes a comment.</summary>
    /// <param name="id">The comment's id.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteComment(long id) => new(CommentDelete, Write.Parameters(("id", id)));

    /// <summary>Adds a log record to an item.</summary>
    /// <param name="entityTypeId">The item's type.</param>
    /// <param name="entityId">The item's id.</param>
    /// <param name="title">The title.</param>
    /// <param name="text">The text.</param>
    /// <param name="iconCode">The icon, for example <c>info</c>.</param>
    /// <returns>The call; its result is <c>{logMessage}</c>.</returns>
    public static RestCall AddLogMessage(int entityTypeId, long entityId, string title, string text, string iconCode) =>
        new(LogMessageAdd, Write.Parameters(
            ("fields", Write.Parameters(("entityTypeId", entityTypeId), ("entityId", entityId), ("title", title), ("text", text), ("iconCode", iconCode)))));

    /// <summary>Asks for a log record.</summary>
    /// <param name="id">The record's id.</param>
    /// <returns>The call; its result is <c>{logMessage}</c>.</returns>
    public static RestCall GetLogMessage(long id) => new(LogMessageGet, Write.Parameters(("id", id)));

    /// <summary>Asks for a page of the log records of an item; read on with <see cref="Lists.PageReader"/>.</summary>
    /// <param name="entityTypeId">The item's type.</param>
    /// <param name="entityId">The item's id.</param>
    /// <param name="start">Rows to skip, a multiple of 10.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListLogMessages(int entityTypeId, long entityId, int start = 0) =>
        new(LogMessageList, Write.Parameters(("entityTypeId", entityTypeId), ("entityId", entityId), ("start", start)));

    /// <summary>Deletes a log record.</summary>
    /// <param name="id">The record's id.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteLogMessage(long id) => new(LogMessageDelete, Write.Parameters(("id", id)));
}
