using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>
/// Bots of the second API, <c>imbot.v2.*</c>. By webhook every call carries the bot's token; an application needs none. Errors of every
/// call in a bot's name: <c>BOT_NOT_FOUND</c>, <c>BOT_OWNERSHIP_ERROR</c> (of another application), <c>BOT_ID_REQUIRED</c>,
/// <c>BOT_TOKEN_NOT_SPECIFIED</c> (by webhook).
/// </summary>
public static class BotMethods
{
    private const string Folder = "api-reference/chat-bots/chat-bots-v2/imbot.v2/";
    private const string Scope = "imbot";

    /// <summary><c>imbot.v2.Bot.register</c>: makes a bot, or answers with the one that has the code. Result: <see cref="Rows.BotAnswer"/>.</summary>
    public static readonly RestMethod BotRegister = new("imbot.v2.Bot.register", Folder + "bots/bot-register.md", Scope, IsRead: false);

    /// <summary><c>imbot.v2.Chat.get</c>: a dialog of the bot. Result: <see cref="Rows.BotChat"/>.</summary>
    public static readonly RestMethod ChatGet = new("imbot.v2.Chat.get", Folder + "chats/chat-get.md", Scope, IsRead: true);

    /// <summary>
    /// <c>imbot.v2.Chat.Message.send</c>: sends a message in the bot's name. Result: <see cref="Rows.SentBotMessage"/>. Errors:
    /// <c>EMPTY_MESSAGE</c>, <c>ACCESS_DENIED</c> (the bot is no member), <c>SENDING_FAILED</c>.
    /// </summary>
    public static readonly RestMethod MessageSend = new("imbot.v2.Chat.Message.send", Folder + "messages/chat-message-send.md", Scope, IsRead: false);

    /// <summary><c>imbot.v2.Chat.Message.getContext</c>: the messages around one. Result: <see cref="Rows.BotMessagePage"/>.</summary>
    public static readonly RestMethod MessageContext = new(
        "imbot.v2.Chat.Message.getContext", Folder + "messages/chat-message-get-context.md", Scope, IsRead: true);

    /// <summary><c>imbot.v2.File.upload</c>: uploads a file in the bot's name, at most 100 MB. Result: <see cref="Rows.UploadedFile"/>.</summary>
    public static readonly RestMethod FileUpload = new(
        "imbot.v2.File.upload", Folder + "files/file-upload.md", Scope, IsRead: false, AllowedInBatch: false);

    /// <summary>Makes the bot that has the code; one that is there already is left as it is.</summary>
    /// <param name="code">What tells the bot apart within the application.</param>
    /// <param name="name">The name people see.</param>
    /// <param name="botToken">By webhook the secret that later calls show, at most 40 characters; null for an application.</param>
    /// <returns>The call.</returns>
    public static RestCall Register(string code, string name, string? botToken)
    {
        var fields = new JsonObject { ["code"] = code, ["properties"] = new JsonObject { ["name"] = name }, ["type"] = "bot", ["eventMode"] = "fetch" };
        return new RestCall(BotRegister, new JsonObject { ["fields"] = WithToken(fields, botToken) });
    }

    /// <summary>Asks for a dialog of the bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall GetChat(BotIdentity bot, string dialogId) => Call(ChatGet, bot, new JsonObject { ["dialogId"] = dialogId });

    /// <summary>Sends a message in the bot's name.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>; of a group chat the bot must be a member.</param>
    /// <param name="message">The text, with BB codes, at most 20,000 characters; text from outside must be escaped before.</param>
    /// <param name="keyboard">The buttons below it, or null.</param>
    /// <param name="replyId">The message it answers, or null.</param>
    /// <returns>The call.</returns>
    public static RestCall SendMessage(
        BotIdentity bot, string dialogId, string message, IEnumerable<JsonObject>? keyboard = null, long? replyId = null)
    {
        var fields = Write.Parameters(("message", message), ("keyboard", Write.Objects(keyboard)), ("replyId", replyId));
        return Call(MessageSend, bot, Write.Parameters(("dialogId", dialogId), ("fields", fields)));
    }

    /// <summary>Reads a message and up to 50 before and after it.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="messageId">The message in the middle.</param>
    /// <returns>The call.</returns>
    public static RestCall GetContext(BotIdentity bot, long messageId) =>
        Call(MessageContext, bot, new JsonObject { ["messageId"] = messageId, ["range"] = 50 });

    /// <summary>Uploads a file in the bot's name.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="name">The file's name with its extension.</param>
    /// <param name="content">The content.</param>
    /// <param name="message">The text beside the file.</param>
    /// <returns>The call.</returns>
    public static RestCall UploadFile(BotIdentity bot, string dialogId, string name, ReadOnlySpan<byte> content, string message) => Call(
        FileUpload,
        bot,
        new JsonObject
        {
            ["dialogId"] = dialogId,
            ["fields"] = new JsonObject { ["name"] = name, ["content"] = Convert.ToBase64String(content), ["message"] = message },
        });

    /// <summary>A call in the bot's name.</summary>
    internal static RestCall Call(RestMethod method, BotIdentity bot, JsonObject parameters)
    {
        ArgumentNullException.ThrowIfNull(bot);
        parameters["botId"] = bot.Id;
        return new RestCall(method, WithToken(parameters, bot.Token));
    }

    private static JsonObject WithToken(JsonObject parameters, string? token)
    {
        if (token is not null)
        {
            parameters["botToken"] = token;
        }

        return parameters;
    }
}

/// <summary>A bot and what proves that it is ours.</summary>
/// <param name="Id">The bot's user id.</param>
/// <param name="Token">By webhook the token it was registered with; null for an application.</param>
public sealed record BotIdentity(long Id, string? Token)
{
    /// <summary>The bot, never its token.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => $"bot {Id}";
}
