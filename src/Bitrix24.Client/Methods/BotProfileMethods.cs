using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Bots of the application as such, their events and files. Registering: <see cref="BotMethods.Register"/>.</summary>
public static class BotProfileMethods
{
    /// <summary><c>imbot.v2.Bot.get</c>: a bot. Result: <see cref="Rows.BotAnswer"/>.</summary>
    public static readonly RestMethod BotGet = new(
        "imbot.v2.Bot.get", "api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-get.md", "imbot", IsRead: true);

    /// <summary><c>imbot.v2.Bot.list</c>: the bots of the application. Result: <see cref="Rows.BotList"/>.</summary>
    public static readonly RestMethod BotList = new(
        "imbot.v2.Bot.list", "api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-list.md", "imbot", IsRead: true);

    /// <summary><c>imbot.v2.Bot.update</c>: changes a bot. Result: <see cref="Rows.BotAnswer"/>.</summary>
    public static readonly RestMethod BotUpdate = new(
        "imbot.v2.Bot.update", "api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-update.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Bot.unregister</c>: removes a bot. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod BotUnregister = new(
        "imbot.v2.Bot.unregister", "api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-unregister.md", "imbot", IsRead: false);

    /// <summary>
    /// <c>imbot.v2.Event.get</c>: events of a bot that fetches them; the offset confirms those before it. Result:
    /// <see cref="Rows.BotEventPage"/>.
    /// </summary>
    public static readonly RestMethod EventGet = new(
        "imbot.v2.Event.get", "api-reference/chat-bots/chat-bots-v2/imbot.v2/events/event-get.md", "imbot", IsRead: true);

    /// <summary>
    /// <c>imbot.v2.File.download</c>: where a file of the bot's chats can be fetched from. Result: <see cref="Rows.DownloadLink"/>.
    /// </summary>
    public static readonly RestMethod FileDownload = new(
        "imbot.v2.File.download",
        "api-reference/chat-bots/chat-bots-v2/imbot.v2/files/file-download.md",
        "imbot",
        IsRead: true, AllowedInBatch: false);

    /// <summary><c>imbot.v2.Revision.get</c>: the revisions of the messenger. Result: <see cref="Rows.InterfaceRevision"/>.</summary>
    public static readonly RestMethod RevisionGet = new(
        "imbot.v2.Revision.get", "api-reference/chat-bots/chat-bots-v2/imbot.v2/revision-get.md", "imbot", IsRead: true);

    /// <summary>Asks for a bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <returns>The call.</returns>
    public static RestCall GetBot(BotIdentity bot) => BotMethods.Call(BotGet, bot, []);

    /// <summary>Asks for the bot that has a code.</summary>
    /// <param name="code">What tells the bot apart within the application.</param>
    /// <param name="botToken">By webhook the token it was registered with; null for an application.</param>
    /// <returns>The call.</returns>
    public static RestCall GetBotByCode(string code, string? botToken = null) =>
        new(BotGet, Write.Parameters(("code", code), ("botToken", botToken)));

    /// <summary>Asks for a page of the bots of the application.</summary>
    /// <param name="botToken">By webhook the token they were registered with; null for an application.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="offset">How many to skip.</param>
    /// <returns>The call.</returns>
    public static RestCall ListBots(string? botToken = null, int limit = 50, int offset = 0) =>
        new(BotList, Write.Parameters(("botToken", botToken), ("limit", limit), ("offset", offset)));

    /// <summary>Changes a bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="fields">The changed fields: properties, isHidden, eventMode, webhookUrl, botToken and so on.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateBot(BotIdentity bot, JsonObject fields) =>
        BotMethods.Call(BotUpdate, bot, Write.Parameters(("fields", fields)));

    /// <summary>Removes a bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <returns>The call.</returns>
    public static RestCall Unregister(BotIdentity bot) => BotMethods.Call(BotUnregister, bot, []);

    /// <summary>Fetches events of a bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="offset">Confirms every event before it: the next offset of the page before; null at the beginning.</param>
    /// <param name="limit">How many at most, up to 1,000.</param>
    /// <returns>The call.</returns>
    public static RestCall GetEvents(BotIdentity bot, long? offset = null, int limit = 100) =>
        BotMethods.Call(EventGet, bot, Write.Parameters(("offset", offset), ("limit", limit)));

    /// <summary>Asks where a file of the bot's chats can be fetched from.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="fileId">The file.</param>
    /// <returns>The call.</returns>
    public static RestCall GetDownload(BotIdentity bot, long fileId) =>
        BotMethods.Call(FileDownload, bot, Write.Parameters(("fileId", fileId)));

    /// <summary>Asks for the revisions of the messenger.</summary>
    /// <returns>The call.</returns>
    public static RestCall GetRevision() => new(RevisionGet);
}
