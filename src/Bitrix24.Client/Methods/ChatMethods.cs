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

    /// <summary>
    /// <c>im.message.update</c>: changes a message. Result: <c>true</c>. Errors: <c>MESSAGE_ID_ERROR</c>, <c>CANT_EDIT_MESSAGE</c> (too
    /// late, or not the caller's).
    /// </summary>
    public static readonly RestMethod MessageUpdate = new(
        "im.message.update", "api-reference/chats/messages/im-message-update.md", "im", IsRead: false);

    /// <summary><c>im.message.delete</c>: deletes a message. Result: <c>true</c>.</summary>
    public static readonly RestMethod MessageDelete = new(
        "im.message.delete", "api-reference/chats/messages/im-message-delete.md", "im", IsRead: false);

    /// <summary><c>im.message.like</c>: likes a message, or takes that back. Result: <c>true</c>.</summary>
    public static readonly RestMethod MessageLike = new(
        "im.message.like", "api-reference/chats/messages/im-message-like.md", "im", IsRead: false);

    /// <summary><c>im.chat.setOwner</c>: gives a chat another owner. Result: <c>true</c>.</summary>
    public static readonly RestMethod ChatSetOwner = new(
        "im.chat.setOwner", "api-reference/chats/chat-update/im-chat-set-owner.md", "im", IsRead: false);

    /// <summary><c>im.chat.updateColor</c>: changes the colour of a chat. Result: <c>true</c>.</summary>
    public static readonly RestMethod ChatUpdateColor = new(
        "im.chat.updateColor", "api-reference/chats/chat-update/im-chat-update-color.md", "im", IsRead: false);

    /// <summary><c>im.chat.updateAvatar</c>: changes the picture of a chat. Result: <c>true</c>.</summary>
    public static readonly RestMethod ChatUpdateAvatar = new(
        "im.chat.updateAvatar", "api-reference/chats/chat-update/im-chat-update-avatar.md", "im", IsRead: false, AllowedInBatch: false);

    /// <summary><c>im.chat.mute</c>: turns notifications of a chat off or on. Result: <c>true</c>.</summary>
    public static readonly RestMethod ChatMute = new(
        "im.chat.mute", "api-reference/chats/special-operations/im-chat-mute.md", "im", IsRead: false);

    /// <summary><c>im.message.share</c>: makes a chat, a task, a post or an event of a message. Result: <c>true</c>.</summary>
    public static readonly RestMethod MessageShare = new(
        "im.message.share", "api-reference/chats/messages/im-message-share.md", "im", IsRead: false);

    /// <summary><c>im.message.command</c>: gives a bot a command. Result: <c>true</c>.</summary>
    public static readonly RestMethod MessageCommand = new(
        "im.message.command", "api-reference/chats/messages/im-message-command.md", "im", IsRead: false);

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

    /// <summary>Gives a chat another owner.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="userId">The new owner.</param>
    /// <returns>The call.</returns>
    public static RestCall SetOwner(long chatId, long userId) =>
        new(ChatSetOwner, Write.Parameters(("CHAT_ID", chatId), ("USER_ID", userId)));

    /// <summary>Changes the colour of a chat.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="color">One of the documented names, for example <c>MINT</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall ChangeColor(long chatId, string color) =>
        new(ChatUpdateColor, Write.Parameters(("CHAT_ID", chatId), ("COLOR", color)));

    /// <summary>Changes the picture of a chat.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="content">The picture, 5000 × 5000 at most.</param>
    /// <returns>The call.</returns>
    public static RestCall ChangeAvatar(long chatId, ReadOnlySpan<byte> content) =>
        new(ChatUpdateAvatar, Write.Parameters(("CHAT_ID", chatId), ("AVATAR", Convert.ToBase64String(content))));

    /// <summary>Turns notifications of a chat off, or on again.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="isMuted">False to turn them on again. Default true.</param>
    /// <returns>The call.</returns>
    public static RestCall Mute(long chatId, bool isMuted = true) =>
        new(ChatMute, Write.Parameters(("CHAT_ID", chatId), ("MUTE", Write.YesNo(isMuted))));

    /// <summary>Makes something of a message.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="dialogId">The dialog it stands in.</param>
    /// <param name="type"><c>CHAT</c>, <c>TASK</c>, <c>POST</c> or <c>CALEND</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall ShareMessage(long messageId, string dialogId, string type) =>
        new(MessageShare, Write.Parameters(("MESSAGE_ID", messageId), ("DIALOG_ID", dialogId), ("TYPE", type)));

    /// <summary>Gives a bot a command.</summary>
    /// <param name="messageId">The message the command belongs to.</param>
    /// <param name="botId">The bot.</param>
    /// <param name="command">The command.</param>
    /// <param name="parameters">What comes after it.</param>
    /// <returns>The call.</returns>
    public static RestCall GiveCommand(long messageId, long botId, string command, string? parameters = null) =>
        new(MessageCommand, Write.Parameters(
            ("MESSAGE_ID", messageId), ("BOT_ID", botId), ("COMMAND", command), ("COMMAND_PARAMS", parameters)));

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
