namespace Bitrix24.Client.Methods;

/// <summary>
/// The feed of the portal. Who may see a post: <c>UA</c> everybody, <c>U5</c> a user, <c>DR7</c> a department with those below it,
/// <c>SG3</c> a workgroup.
/// </summary>
public static class FeedMethods
{
    /// <summary>
    /// <c>log.blogpost.add</c>: adds a post. Result: its id. Errors: <c>SONET_CONTROLLER_LIVEFEED_BLOGPOST_ADD_ERROR</c> (no text, or
    /// nobody to see it), <c>SONET_CONTROLLER_LIVEFEED_BLOGPOST_MODULE_BLOG_NOT_INSTALLED</c>,
    /// <c>SONET_CONTROLLER_LIVEFEED_BLOG_NOT_FOUND</c>.
    /// </summary>
    public static readonly RestMethod PostAdd = new("log.blogpost.add", "api-reference/log/log-blogpost-add.md", "log", IsRead: false);

    /// <summary><c>log.blogpost.get</c>: posts. Rows: <see cref="Rows.FeedPost"/>.</summary>
    public static readonly RestMethod PostGet = new("log.blogpost.get", "api-reference/log/log-blogpost-get.md", "log", IsRead: true);

    /// <summary><c>log.blogpost.update</c>: changes a post. Result: its id.</summary>
    public static readonly RestMethod PostUpdate = new(
        "log.blogpost.update", "api-reference/log/log-blogpost-update.md", "log", IsRead: false);

    /// <summary>
    /// <c>log.blogpost.delete</c>: deletes a post. Result: <c>true</c>. Errors: <c>100</c> (a wrong id), <c>403</c> (no right), <c>0</c>
    /// (anything else).
    /// </summary>
    public static readonly RestMethod PostDelete = new(
        "log.blogpost.delete", "api-reference/log/log-blogpost-delete.md", "log", IsRead: false);

    /// <summary><c>log.blogpost.share</c>: shows a post to more people. Result: <c>true</c>. Errors: texts with an empty code.</summary>
    public static readonly RestMethod PostShare = new(
        "log.blogpost.share", "api-reference/log/log-blogpost-share.md", "log", IsRead: false);

    /// <summary><c>log.blogcomment.add</c>: adds a comment to a post. Result: its id.</summary>
    public static readonly RestMethod CommentAdd = new(
        "log.blogcomment.add", "api-reference/log/blogcomment/log-blogcomment-add.md", "log", IsRead: false);

    /// <summary>Adds a post.</summary>
    /// <param name="message">The text, with BB codes; text from outside must be escaped before.</param>
    /// <param name="recipients">Who may see it, one at least: a post for nobody would be shown to everybody.</param>
    /// <param name="title">The title.</param>
    /// <param name="files">Files to attach, or null.</param>
    /// <param name="importantUntil">Until when it is marked as important; null for an ordinary post.</param>
    /// <param name="userId">In whose name; only for administrators.</param>
    /// <param name="tags">Tags, with commas between them.</param>
    /// <returns>The call; its result is the post's id.</returns>
    /// <exception cref="ArgumentException">There is no recipient.</exception>
    public static RestCall AddPost(
        string message,
        IEnumerable<string> recipients,
        string? title = null,
        IEnumerable<NamedFile>? files = null,
        DateTimeOffset? importantUntil = null,
        long? userId = null,
        string? tags = null)
    {
        var destination = Write.Texts(recipients);
        if (destination is null or { Count: 0 })
        {
            throw new ArgumentException("A post without recipients would be shown to everybody; name them, or UA for everybody.", nameof(recipients));
        }

        return new RestCall(PostAdd, Write.Parameters(
            ("POST_MESSAGE", message), ("POST_TITLE", title), ("DEST", destination), ("FILES", Write.Files(files)),
            ("IMPORTANT", importantUntil is null ? null : "Y"), ("IMPORTANT_DATE_END", Write.Instant(importantUntil)), ("USER_ID", userId),
            ("TAGS", tags)));
    }

    /// <summary>Asks for a post.</summary>
    /// <param name="postId">The post.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall GetPost(long postId) => new(PostGet, Write.Parameters(("POST_ID", postId)));

    /// <summary>Changes text or title of a post; one of them must be given.</summary>
    /// <param name="postId">The post.</param>
    /// <param name="message">The new text.</param>
    /// <param name="title">The new title.</param>
    /// <returns>The call; its result is the post's id.</returns>
    public static RestCall UpdatePost(long postId, string? message = null, string? title = null) =>
        new(PostUpdate, Write.Parameters(("POST_ID", postId), ("POST_MESSAGE", message), ("POST_TITLE", title)));

    /// <summary>Deletes a post.</summary>
    /// <param name="postId">The post.</param>
    /// <returns>The call.</returns>
    public static RestCall DeletePost(long postId) => new(PostDelete, Write.Parameters(("POST_ID", postId)));

    /// <summary>Shows a post to more people.</summary>
    /// <param name="postId">The post.</param>
    /// <param name="recipients">Who may see it from now on.</param>
    /// <returns>The call.</returns>
    public static RestCall SharePost(long postId, IEnumerable<string> recipients) =>
        new(PostShare, Write.Parameters(("POST_ID", postId), ("DEST", Write.Texts(recipients))));

    /// <summary>Adds a comment to a post.</summary>
    /// <param name="postId">The post.</param>
    /// <param name="text">The text, with BB codes.</param>
    /// <param name="files">Files to attach, or null.</param>
    /// <returns>The call; its result is the comment's id.</returns>
    public static RestCall AddComment(long postId, string text, IEnumerable<NamedFile>? files = null) =>
        new(CommentAdd, Write.Parameters(("POST_ID", postId), ("TEXT", text), ("FILES", Write.Files(files))));
}
