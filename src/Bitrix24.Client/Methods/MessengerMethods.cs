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

    /// <summary>Asks for a chat's data.</summary>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall GetDialog(string dialogId) => new(DialogGet, new JsonObject { ["DIALOG_ID"] = dialogId });
}
