using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Chats, messages and files in them.</summary>
public static class MessengerMethods
{
    /// <summary><c>im.message.add</c>: sends a message in the name of the webhook's or token's owner.</summary>
    public static readonly RestMethod MessageAdd = new(
        "im.message.add", "api-reference/chats/messages/im-message-add.md", "im", IsRead: false);

    /// <summary><c>im.v2.File.upload</c>: uploads a file to a chat, at most 100 MB. Result: <see cref="Rows.UploadedFile"/>.</summary>
    public static readonly RestMethod FileUpload = new(
        "im.v2.File.upload", "api-reference/chat-bots/chat-bots-v2/im.v2/files/file-upload.md", "im", IsRead: false, AllowedInBatch: false);

    /// <summary><c>im.v2.File.download</c>: where a file of a chat can be fetched from. Result: <see cref="Rows.DownloadLink"/>.</summary>
    public static readonly RestMethod FileDownload = new(
        "im.v2.File.download", "api-reference/chat-bots/chat-bots-v2/im.v2/files/file-download.md", "im", IsRead: true, AllowedInBatch: false);

    /// <summary>
    /// <c>im.notify.system.add</c>: a notification of the application. Result: its id, or <c>false</c> when none was made. Errors:
    /// <c>USER_ID_EMPTY</c>, <c>MESSAGE_EMPTY</c>, <c>ATTACH_OVERSIZE</c> (60,000 characters), <c>ATTACH_ERROR</c>.
    /// </summary>
    public static readonly RestMethod NotifySystemAdd = new(
        "im.notify.system.add", "api-reference/chats/notifications/im-notify-system-add.md", "im", IsRead: false);

    /// <summary><c>im.dialog.messages.get</c>: the latest messages of a dialog of the caller. Result: <see cref="Rows.MessagePage"/>.</summary>
    public static readonly RestMethod DialogMessagesGet = new(
        "im.dialog.messages.get", "api-reference/chats/messages/im-dialog-messages-get.md", "im", IsRead: true);

    /// <summary><c>im.chat.user.add</c>: the caller takes people or bots into a chat of his.</summary>
    public static readonly RestMethod ChatUserAdd = new(
        "im.chat.user.add", "api-reference/chats/chat-users/im-chat-user-add.md", "im", IsRead: false);

    /// <summary><c>im.dialog.get</c>: a chat's data. Result: <see cref="Rows.Dialog"/>.</summary>
    public static readonly RestMethod DialogGet = new("im.dialog.get", "api-reference/chats/im-dialog-get.md", "im", IsRead: true);

    /// <summary>Sends a message.</summary>
    /// <param name="dialogId">A user's id, or <c>chat5</c>, or <c>sg5</c> for a workgroup.</param>
    /// <param name="message">The text, with BB codes; text from outside must be escaped before.</param>
    /// <returns>The call; its result is the message's id.</returns>
    public static RestCall AddMessage(string dialogId, string message) =>
        new(MessageAdd, new JsonObject { ["DIALOG_ID"] = dialogId, ["MESSAGE"] = message });

    /// <summary>Uploads a file to a chat.</summary>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="name">The file's name with its extension.</param>
    /// <param name="content">The content.</param>
    /// <param name="message">The text beside the file, or null.</param>
    /// <returns>The call.</returns>
    public static RestCall UploadFile(string dialogId, string name, ReadOnlySpan<byte> content, string? message = null)
    {
        var fields = new JsonObject { ["name"] = name, ["content"] = Convert.ToBase64String(content) };
        if (message is not null)
        {
            fields["message"] = message;
        }

        return new RestCall(FileUpload, new JsonObject { ["dialogId"] = dialogId, ["fields"] = fields });
    }

    /// <summary>Asks where a file of a chat can be fetched from.</summary>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="fileId">The file.</param>
    /// <returns>The call.</returns>
    public static RestCall GetDownload(string dialogId, long fileId) =>
        new(FileDownload, Write.Parameters(("dialogId", dialogId), ("fileId", fileId)));

    /// <summary>Asks for a chat's data.</summary>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall GetDialog(string dialogId) => new(DialogGet, new JsonObject { ["DIALOG_ID"] = dialogId });

    /// <summary>Notifies a person in the application's name.</summary>
    /// <param name="userId">Who is told.</param>
    /// <param name="message">The text, with BB codes.</param>
    /// <param name="tag">A later notification of the application with the same tag removes this one, whoever it is for.</param>
    /// <param name="clientId">By webhook the name that stands for the application; null for an application.</param>
    /// <returns>The call; its result is the notification's id or <c>false</c>.</returns>
    public static RestCall Notify(long userId, string message, string tag, string? clientId)
    {
        var parameters = new JsonObject { ["USER_ID"] = userId, ["MESSAGE"] = message, ["TAG"] = tag };
        if (clientId is not null)
        {
            parameters["CLIENT_ID"] = clientId;
        }

        return new RestCall(NotifySystemAdd, parameters);
    }

    /// <summary>Reads the messages of a dialog, newest first.</summary>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="beforeId">Only messages older than this one; null for the latest.</param>
    /// <returns>The call.</returns>
    public static RestCall GetMessages(string dialogId, long? beforeId = null)
    {
        var parameters = new JsonObject { ["DIALOG_ID"] = dialogId, ["LIMIT"] = 50 };
        if (beforeId is { } id)
        {
            parameters["LAST_ID"] = id;
        }

        return new RestCall(DialogMessagesGet, parameters);
    }

    /// <summary>Takes a user or a bot into a group chat of the caller.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="userId">The user or bot.</param>
    /// <returns>The call.</returns>
    public static RestCall AddToChat(long chatId, long userId) =>
        new(ChatUserAdd, new JsonObject { ["CHAT_ID"] = chatId, ["USERS"] = new JsonArray(userId) });
}
