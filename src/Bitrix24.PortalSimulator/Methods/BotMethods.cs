using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>imbot.v2.* (api-reference/chat-bots/chat-bots-v2/imbot.v2). By webhook every call shows the bot's token.</summary>
internal static class BotMethods
{
    private const int MaximumTextLength = 20_000;
    private const int MaximumTokenLength = 40;

    /// <summary>What the answer tells of an uploaded file; less than im.v2.File.upload does.</summary>
    private static readonly string[] FileFields = ["id", "chatId", "name", "extension", "size"];

    public static IEnumerable<RestMethod> All { get; } =
    [
        new("imbot.v2.Bot.register", ["imbot"], Register),
        new("imbot.v2.Bot.get", ["imbot"], Get),
        new("imbot.v2.Chat.get", ["imbot"], GetChat),
        new("imbot.v2.Chat.Message.send", ["imbot"], Send),
        new("imbot.v2.Chat.Message.getContext", ["imbot"], GetContext) { IsList = true },
        new("imbot.v2.File.upload", ["imbot"], Upload) { TransfersFile = true },
    ];

    private static MethodResult Register(CallContext call)
    {
        var fields = new Parameters(call.Parameters.Map("fields"));
        var token = fields.Text("botToken");
        var owner = BotStore.Owner(call.Caller, token);
        if (token?.Length > MaximumTokenLength)
        {
            throw new RestException(400, "BOT_TOKEN_INVALID_LENGTH", "Bot token is too long");
        }
        if (fields.Text("code") is not { Length: > 0 } code)
        {
            throw new RestException(400, "BOT_CODE_REQUIRED", "Bot code is required");
        }
        if (new Parameters(fields.Map("properties")).Text("name") is not { Length: > 0 } name)
        {
            throw new RestException(400, "BOT_PROPERTIES_REQUIRED", "Bot properties are required");
        }
        return Describe(call, call.Portal.Bots.Register(code, name, owner));
    }

    private static MethodResult Get(CallContext call)
    {
        var (id, code) = (call.Parameters.Integer("botId"), call.Parameters.Text("code"));
        if (id is null && code is null)
        {
            throw new RestException(400, "BOT_ID_REQUIRED", "Bot ID is required");
        }
        return Describe(call, call.Portal.Bots.Find(bot => id is null ? bot.Code == code : bot.Id == id, BotStore.Owner(call.Caller, call.Parameters.Text("botToken"))));
    }

    private static MethodResult GetChat(CallContext call)
    {
        var (bot, dialog) = Dialog(call);
        var messages = call.Portal.Chat.Of(dialog, bot.Id).ToArray();
        var isGroup = dialog.StartsWith("chat", StringComparison.Ordinal);
        return new MethodResult(new JsonObject
        {
            ["chat"] = new JsonObject
            {
                ["id"] = call.Portal.Chat.ChatId(dialog, bot.Id),
                ["dialogId"] = dialog,
                ["type"] = isGroup ? "chat" : "private",
                ["messageType"] = isGroup ? "C" : "P",
                ["lastMessageId"] = messages.LastOrDefault()?.Id ?? 0,
                ["lastId"] = messages.LastOrDefault()?.Id ?? 0,
                ["messageCount"] = messages.Length,
            },
        });
    }

    private static MethodResult Send(CallContext call)
    {
        var (bot, dialog) = Dialog(call);
        var text = new Parameters(call.Parameters.Map("fields")).Text("message") ?? "";
        if (text.Length == 0)
        {
            throw new RestException(400, "EMPTY_MESSAGE", "Message is empty");
        }
        var kept = text.Length <= MaximumTextLength ? text : text[..MaximumTextLength] + " (...)";
        var message = call.Portal.Chat.Add(dialog, bot.Id, call.Now, kept, null);
        return new MethodResult(new JsonObject { ["id"] = message.Id, ["uuidMap"] = new JsonArray() });
    }

    private static MethodResult GetContext(CallContext call)
    {
        var bot = Caller(call);
        var range = (int)Math.Clamp(call.Parameters.Integer("range") ?? 50, 1, 50);
        var middle = call.Portal.Chat.All.FirstOrDefault(message => message.Id == call.Parameters.Integer("messageId"))
            ?? throw new RestException(400, "MESSAGE_NOT_FOUND", "Message not found");
        var dialog = middle.AuthorId == bot.Id || middle.DialogId.StartsWith("chat", StringComparison.Ordinal)
            ? middle.DialogId
            : middle.AuthorId.ToString(CultureInfo.InvariantCulture);
        var messages = call.Portal.Chat.Of(dialog, bot.Id).ToList();
        var index = messages.IndexOf(middle);
        if (index < 0)
        {
            throw RestException.AccessDenied(403);
        }
        var from = Math.Max(0, index - range);
        var chatId = call.Portal.Chat.ChatId(dialog, bot.Id);
        return new MethodResult(new JsonObject
        {
            ["messages"] = CallContext.Array(messages.Skip(from).Take(index - from + 1 + range).Select(message => new JsonObject
            {
                ["id"] = message.Id,
                ["chatId"] = chatId,
                ["authorId"] = message.AuthorId,
                ["date"] = FieldValue.Iso(message.Time, call.State.ServerOffset),
                ["text"] = message.Text,
                ["isSystem"] = false,
                ["uuid"] = "",
                ["forward"] = null,
                ["params"] = new JsonArray(),
                ["viewedByOthers"] = false,
            })),
            ["users"] = new JsonArray(),
            ["hasPrevPage"] = from > 0,
            ["hasNextPage"] = index + range < messages.Count - 1,
        });
    }

    private static MethodResult Upload(CallContext call)
    {
        var (bot, dialog) = Dialog(call);
        var sent = ChatMethods.SendFile(call, dialog, bot.Id);
        var file = (JsonObject)sent.Result!["file"]!;
        foreach (var name in file.Select(field => field.Key).Except(FileFields).ToList())
        {
            file.Remove(name);
        }
        return sent;
    }

    private static Bot Caller(CallContext call)
    {
        var owner = BotStore.Owner(call.Caller, call.Parameters.Text("botToken"));
        var id = call.Parameters.Integer("botId") ?? throw new RestException(400, "BOT_ID_REQUIRED", "Bot ID is required");
        return call.Portal.Bots.Find(bot => bot.Id == id, owner);
    }

    /// <summary>The bot and a dialog it may write to: with any person, or a group chat that it was taken into.</summary>
    private static (Bot Bot, string DialogId) Dialog(CallContext call)
    {
        var bot = Caller(call);
        var dialog = call.Parameters.Text("dialogId") ?? "";
        if (!ChatMethods.IsDialog(call, dialog))
        {
            throw new RestException(400, "CHAT_NOT_FOUND", "CHAT_NOT_FOUND");
        }
        if (dialog.StartsWith("chat", StringComparison.Ordinal) && !call.Portal.Bots.IsMember(bot.Id, long.Parse(dialog[4..], CultureInfo.InvariantCulture)))
        {
            throw RestException.AccessDenied(403);
        }
        return (bot, dialog);
    }

    private static MethodResult Describe(CallContext call, Bot bot) => new(new JsonObject
    {
        ["bot"] = new JsonObject
        {
            ["id"] = bot.Id,
            ["code"] = bot.Code,
            ["type"] = "bot",
            ["isHidden"] = false,
            ["isSupportOpenline"] = false,
            ["isReactionsEnabled"] = true,
            ["backgroundId"] = null,
            ["language"] = "ru",
            ["moduleId"] = "rest",
            ["eventMode"] = "fetch",
            ["countMessage"] = call.Portal.Chat.All.Count(message => message.AuthorId == bot.Id),
            ["countCommand"] = 0,
            ["countChat"] = 0,
            ["countUser"] = 0,
        },
        ["users"] = new JsonArray(new JsonObject { ["id"] = bot.Id, ["active"] = true, ["name"] = bot.Name, ["bot"] = true, ["type"] = "bot" }),
    });
}
