namespace Bitrix24.Client.Methods;

/// <summary>Group chats and messages of the caller. Sending: <see cref="MessengerMethods"/>.</summary>
public static class ChatMethods
{
    /// <summary><c>im.chat.add</c>: makes a group chat. Result: its number.</summary>
    public static readonly RestMethod ChatAdd = new("im.chat.add", "api-reference/chats/im-chat-add.md", "im", IsRead: false);

    /// <summary><c>im.chat.get</c>: the chat of an object. Result: <see cref="Rows.RowId"/>; null when there is none.</summary>
    public static readonly RestMethod ChatGet = new("im.chat.get", "api-reference/chats/im-chat-get.md", "im", IsRead: true);

    /// <summary><c>im.chat.user.list</c>: the members of a chat: a list of user ids.</summary>
    public static readonly RestMethod ChatUserList = new(
        "im.chat.user.list", "api-reference/chats/chat-users/im-chat-user-list.md", "im", IsRead: true);

    /// <summary><c>im.chat.user.delete</c>: takes a member out of a chat. Result: <c>true</c>.</summary>
    public static readonly RestMethod ChatUserDelete = new(
        "im.chat.user.delete", "api-reference/chats/chat-users/im-chat-user-delete.md", "im", IsRead: false);

    /// <summary><c>im.chat.updateTitle</c>: renames a chat. Result: <c>true</c>.</summary>
    public static readonly RestMethod ChatUpdateTitle = new(
        "im.chat.updateTitle", "api-reference/chats/chat-update/im-chat-update-title.md", "im", IsRead: false);

    /// <summary><c>im.chat.leave</c>: takes the caller out of a chat. Result: <c>true</c>.</summary>
    public static readonly RestMethod ChatLeave = new(
        "im.chat.leave", "api-reference/chats/chat-users/im-chat-leave.md", "im", IsRead: false);

    /// <summary><c>im.dialog.users.list</c>: the members of a dialog. Rows: <see cref="Rows.ChatUser"/>.</summary>
    public static readonly RestMethod DialogUsersList = new(
        "im.dialog.users.list", "api-reference/chats/chat-users/im-dialog-users-list.md", "im", IsRead: true);

    /// <summary><c>im.message.update</c>: changes a message. Result: <c>true</c>.</summary>
    public static readonly RestMethod MessageUpdate = new(
        "im.message.update", "api-reference/chats/messages/im-message-update.md", "im", IsRead: false);

    /// <summary><c>im.message.delete</c>: deletes a message. Result: <c>true</c>.</summary>
    public static readonly RestMethod MessageDelete = new(
        "im.message.delete", "api-reference/chats/messages/im-message-delete.md", "im", IsRead: false);

    /// <summary><c>im.message.like</c>: likes a message, or takes that back. Result: <c>true</c>.</summary>
    public static readonly RestMethod MessageLike = new(
        "im.message.like", "api-reference/chats/messages/im-message-like.md", "im", IsRead: false);

    /// <summary>Makes a group chat of the caller.</summary>
    /// <param name="title">The title.</param>
    /// <param name="userIds">The members beside the caller.</param>
    /// <param name="message">The first message.</param>
    /// <param name="description">The description.</param>
    /// <param name="isOpen">Whether everybody may find it. Default false.</param>
    /// <param name="entityType">What it belongs to, for example <c>CRM</c>.</param>
    /// <param name="entityId">The object, for example <c>DEAL|5</c>.</param>
    /// <returns>The call; its result is the chat's number.</returns>
    public static RestCall AddChat(
        string title,
        IEnumerable<long> userIds,
        string? message = null,
        string? description = null,
        bool isOpen = false,
        string? entityType = null,
        string? entityId = null) =>
        new(ChatAdd, Write.Parameters(
            ("TYPE", isOpen ? "OPEN" : "CHAT"), ("TITLE", title), ("DESCRIPTION", description), ("MESSAGE", message),
            ("USERS", Write.Ids(userIds)), ("ENTITY_TYPE", entityType), ("ENTITY_ID", entityId)));

    /// <summary>Asks for the chat of an object.</summary>
    /// <param name="entityType">What it belongs to, for example <c>CRM</c>.</param>
    /// <param name="entityId">The object, for example <c>DEAL|5</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall FindChat(string entityType, string entityId) =>
        new(ChatGet, Write.Parameters(("ENTITY_TYPE", entityType), ("ENTITY_ID", entityId)));

    /// <summary>Asks for the members of a chat.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call; its result is a list of user ids.</returns>
    public static RestCall ListMembers(long chatId) => new(ChatUserList, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Takes a member out of a chat.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="userId">The member.</param>
    /// <returns>The call.</returns>
    public static RestCall RemoveMember(long chatId, long userId) =>
        new(ChatUserDelete, Write.Parameters(("CHAT_ID", chatId), ("USER_ID", userId)));

    /// <summary>Renames a chat.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="title">The new title.</param>
    /// <returns>The call.</returns>
    public static RestCall RenameChat(long chatId, string title) =>
        new(ChatUpdateTitle, Write.Parameters(("CHAT_ID", chatId), ("TITLE", title)));

    /// <summary>Takes the caller out of a chat.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall LeaveChat(long chatId) => new(ChatLeave, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Asks for the members of a dialog, 200 at most; systems such as open lines are left out.</summary>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="afterId">Only those after this user of the page before.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListDialogUsers(string dialogId, long? afterId = null) =>
        new(DialogUsersList, Write.Parameters(("DIALOG_ID", dialogId), ("SKIP_EXTERNAL", "Y"), ("LIMIT", 200), ("LAST_ID", afterId)));

    /// <summary>Changes the text of a message.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="message">The new text, with BB codes.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateMessage(long messageId, string message) =>
        new(MessageUpdate, Write.Parameters(("MESSAGE_ID", messageId), ("MESSAGE", message)));

    /// <summary>Deletes a message.</summary>
    /// <param name="messageId">The message.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteMessage(long messageId) => new(MessageDelete, Write.Parameters(("MESSAGE_ID", messageId)));

    /// <summary>Likes a message, or takes that back.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="isLiked">False to take it back. Default true.</param>
    /// <returns>The call.</returns>
    public static RestCall LikeMessage(long messageId, bool isLiked = true) =>
        new(MessageLike, Write.Parameters(("MESSAGE_ID", messageId), ("ACTION", isLiked ? "plus" : "minus")));
}
