using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>im.message.add, im.v2.File.upload, im.dialog.get, im.dialog.messages.get, im.chat.user.add (api-reference/chats, chat-bots/chat-bots-v2/im.v2/files).</summary>
internal static class ChatMethods
{
    private const int MaximumFileBytes = 100 * 1024 * 1024;

    public static IEnumerable<RestMethod> All { get; } =
    [
        new("im.message.add", ["im"], AddMessage),
        new("im.v2.File.upload", ["im"], Upload) { TransfersFile = true },
        new("im.dialog.get", ["im"], GetDialog),
        new("im.dialog.messages.get", ["im"], GetMessages) { IsList = true },
        new("im.chat.user.add", ["im"], AddUsers),
    ];

    private static MethodResult AddMessage(CallContext call)
    {
        var dialog = call.Parameters.Text("DIALOG_ID") ?? "";
        var text = call.Parameters.Text("MESSAGE") ?? "";
        if (!IsWellFormed(dialog))
        {
            throw new RestException(400, "USER_ID_EMPTY", "User ID can't be empty");
        }
        if (text.Length == 0 && call.Parameters.Node("ATTACH") is null)
        {
            throw new RestException(400, "MESSAGE_EMPTY", "Message can't be empty");
        }
        if (!Exists(call, dialog))
        {
            throw dialog.StartsWith("chat", StringComparison.Ordinal)
                ? new RestException(400, "CHAT_ID", "Chat does not exist")
                : new RestException(400, "USER_NOT_FOUND", "User not found");
        }
        return new MethodResult(JsonValue.Create(call.Portal.Chat.Add(dialog, call.Caller.UserId, call.Now, text, null).Id));
    }

    private static MethodResult Upload(CallContext call)
    {
        var dialog = call.Parameters.Text("dialogId") ?? "";
        if (!IsDialog(call, dialog))
        {
            throw new RestException(400, "CHAT_NOT_FOUND", "CHAT_NOT_FOUND");
        }
        return SendFile(call, dialog, call.Caller.UserId);
    }

    /// <summary>Puts the file of the call into a dialog in somebody's name.</summary>
    public static MethodResult SendFile(CallContext call, string dialog, long authorId)
    {
        var fields = new Parameters(call.Parameters.Map("fields"));
        var (name, encoded) = (fields.Text("name") ?? "", fields.Text("content") ?? "");
        if (name.Length == 0 || encoded.Length == 0)
        {
            throw new RestException(400, "FILE_EMPTY", "File name and content are required");
        }
        var content = new byte[encoded.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(encoded, content, out var length))
        {
            throw new RestException(400, "FILE_INVALID_CONTENT", "Invalid base64 content");
        }
        if (length > MaximumFileBytes)
        {
            throw new RestException(400, "FILE_TOO_LARGE", "File is too large");
        }
        var file = call.Portal.Chat.Store(name, content.AsMemory(0, length));
        var message = call.Portal.Chat.Add(dialog, authorId, call.Now, fields.Text("message") ?? "", file);
        var chatId = call.Portal.Chat.ChatId(dialog, authorId);
        return new MethodResult(new JsonObject
        {
            ["file"] = Describe(call, file, chatId, authorId),
            ["messageId"] = message.Id,
            ["chatId"] = chatId,
            ["dialogId"] = dialog,
        });
    }

    private static JsonObject Describe(CallContext call, UploadedFile file, long chatId, long authorId)
    {
        var author = call.State.Users.Find(authorId);
        var address = new Uri(call.Portal.BaseAddress, $"files/{file.Id}").ToString();
        return new JsonObject
        {
            ["id"] = file.Id,
            ["chatId"] = chatId,
            ["date"] = FieldValue.Iso(call.Now, call.State.ServerOffset),
            ["type"] = "file",
            ["name"] = file.Name,
            ["extension"] = Path.GetExtension(file.Name).TrimStart('.'),
            ["size"] = file.Content.Length,
            ["image"] = false,
            ["status"] = "done",
            ["progress"] = 100,
            ["authorId"] = authorId,
            ["authorName"] = author is null ? call.Portal.Chat.BotName(authorId) ?? "" : UserMethods.FullName(author),
            ["urlPreview"] = "",
            ["urlShow"] = address,
            ["urlDownload"] = address,
            ["viewerAttrs"] = new JsonObject
            {
                ["viewer"] = "",
                ["viewerType"] = "code",
                ["src"] = address,
                ["objectId"] = file.Id.ToString(CultureInfo.InvariantCulture),
                ["viewerGroupBy"] = chatId.ToString(CultureInfo.InvariantCulture),
                ["imChatId"] = chatId,
                ["title"] = file.Name,
                ["unifiedLink"] = address,
                ["actions"] = "[{\"type\":\"download\"}]",
            },
            ["mediaUrl"] = new JsonObject { ["preview"] = new JsonObject { ["250"] = "" } },
            ["isTranscribable"] = false,
            ["isVideoNote"] = false,
            ["isVoiceNote"] = false,
        };
    }

    private static MethodResult GetDialog(CallContext call)
    {
        var dialog = call.Parameters.Text("DIALOG_ID") ?? "";
        if (!IsDialog(call, dialog))
        {
            throw new RestException(400, "CHAT_NOT_FOUND", "CHAT_NOT_FOUND");
        }
        var isChat = dialog.StartsWith("chat", StringComparison.Ordinal);
        var chatId = call.Portal.Chat.ChatId(dialog, call.Caller.UserId);
        var messages = call.Portal.Chat.All.Where(message => message.DialogId == dialog).ToArray();
        var owner = isChat ? call.State.Chats.Find(chatId)?.Integer("owner") ?? 0 : call.Caller.UserId;
        var name = isChat ? call.State.Chats.Find(chatId)?.Text("name") : UserMethods.FullName(call.State.Users.Find(long.Parse(dialog, CultureInfo.InvariantCulture))!);
        return new MethodResult(new JsonObject
        {
            ["id"] = chatId,
            ["name"] = name,
            ["owner"] = owner,
            ["type"] = isChat ? "chat" : "private",
            ["message_count"] = messages.Length,
            ["last_message_id"] = messages.LastOrDefault()?.Id ?? 0,
            ["last_id"] = messages.LastOrDefault()?.Id ?? 0,
            ["message_type"] = isChat ? "C" : "P",
            ["dialog_id"] = dialog,
        });
    }

    private static MethodResult GetMessages(CallContext call)
    {
        var dialog = call.Parameters.Text("DIALOG_ID") ?? "";
        if (!IsDialog(call, dialog))
        {
            throw new RestException(400, "DIALOG_ID_EMPTY", "Dialog ID can't be empty");
        }
        var limit = (int)Math.Clamp(call.Parameters.Integer("LIMIT") ?? 20, 1, 50);
        var chatId = call.Portal.Chat.ChatId(dialog, call.Caller.UserId);
        var messages = call.Portal.Chat.Of(dialog, call.Caller.UserId)
            .Where(message => call.Parameters.Integer("LAST_ID") is not { } last || message.Id < last)
            .Where(message => call.Parameters.Integer("FIRST_ID") is not { } first || message.Id > first)
            .OrderByDescending(message => message.Id).Take(limit);
        return new MethodResult(new JsonObject
        {
            ["chat_id"] = chatId,
            ["messages"] = CallContext.Array(messages.Select(message => new JsonObject
            {
                ["id"] = message.Id,
                ["chat_id"] = chatId,
                ["author_id"] = message.AuthorId,
                ["date"] = FieldValue.Iso(message.Time, call.State.ServerOffset),
                ["text"] = message.Text,
                ["unread"] = false,
                ["uuid"] = null,
                ["replaces"] = new JsonArray(),
                ["params"] = new JsonArray(),
            })),
            ["users"] = new JsonArray(),
            ["files"] = new JsonArray(),
        });
    }

    private static MethodResult AddUsers(CallContext call)
    {
        var chatId = call.Parameters.RequiredInteger("CHAT_ID");
        if (call.State.Chats.Find(chatId) is null)
        {
            throw new RestException(400, "CHAT_ID_EMPTY", "Chat ID can't be empty");
        }
        foreach (var id in call.Parameters.Texts("USERS"))
        {
            call.Portal.Bots.Admit(long.Parse(id, CultureInfo.InvariantCulture), chatId);
        }
        return new MethodResult(JsonValue.Create(true));
    }

    public static bool IsDialog(CallContext call, string dialog) => IsWellFormed(dialog) && Exists(call, dialog);

    private static bool IsWellFormed(string dialog) =>
        long.TryParse(dialog.StartsWith("chat", StringComparison.Ordinal) ? dialog[4..] : dialog, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool Exists(CallContext call, string dialog) => dialog.StartsWith("chat", StringComparison.Ordinal)
        ? call.State.Chats.Find(long.Parse(dialog[4..], CultureInfo.InvariantCulture)) is not null
        : call.State.Users.Find(long.Parse(dialog, CultureInfo.InvariantCulture)) is not null;
}
