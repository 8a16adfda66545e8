using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Commands that people give a bot.</summary>
public static class BotCommandMethods
{
    /// <summary>
    /// <c>imbot.v2.Command.register</c>: adds a command. The result's <c>command</c>: <see cref="Rows.BotCommand"/>. Errors:
    /// <c>COMMAND_REQUIRED</c>, <c>COMMAND_NAME_INVALID</c>, <c>COMMAND_TITLE_REQUIRED</c> (unless it is hidden),
    /// <c>COMMAND_REGISTER_FAILED</c>.
    /// </summary>
    public static readonly RestMethod CommandRegister = new(
        "imbot.v2.Command.register", "api-reference/chat-bots/chat-bots-v2/imbot.v2/commands/command-register.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Command.list</c>: the commands of a bot. The result's <c>commands</c>: <see cref="Rows.BotCommand"/>.</summary>
    public static readonly RestMethod CommandList = new(
        "imbot.v2.Command.list", "api-reference/chat-bots/chat-bots-v2/imbot.v2/commands/command-list.md", "imbot", IsRead: true);

    /// <summary><c>imbot.v2.Command.update</c>: changes a command. The result's <c>command</c>: <see cref="Rows.BotCommand"/>.</summary>
    public static readonly RestMethod CommandUpdate = new(
        "imbot.v2.Command.update", "api-reference/chat-bots/chat-bots-v2/imbot.v2/commands/command-update.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Command.unregister</c>: removes a command. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod CommandUnregister = new(
        "imbot.v2.Command.unregister", "api-reference/chat-bots/chat-bots-v2/imbot.v2/commands/command-unregister.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Command.answer</c>: answers a command. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod CommandAnswer = new(
        "imbot.v2.Command.answer", "api-reference/chat-bots/chat-bots-v2/imbot.v2/commands/command-answer.md", "imbot", IsRead: false);

    /// <summary>Adds a command.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="command">What people type, without the slash.</param>
    /// <param name="titles">What it does, by language.</param>
    /// <param name="parameters">What comes after it, by language.</param>
    /// <param name="isCommon">Whether it works in every chat. Default false.</param>
    /// <param name="isHidden">Whether it is not listed. Default false.</param>
    /// <returns>The call; its result is <c>{command}</c>.</returns>
    public static RestCall Register(
        BotIdentity bot,
        string command,
        JsonObject? titles = null,
        JsonObject? parameters = null,
        bool isCommon = false,
        bool isHidden = false) =>
        BotMethods.Call(CommandRegister, bot, Write.Parameters(
            ("fields", Write.Parameters(("command", command), ("title", titles), ("params", parameters), ("common", isCommon), ("hidden", isHidden)))));

    /// <summary>Asks for the commands of a bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <returns>The call; its result is <c>{commands}</c>.</returns>
    public static RestCall ListCommands(BotIdentity bot) => BotMethods.Call(CommandList, bot, []);

    /// <summary>Changes a command.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="commandId">The command.</param>
    /// <param name="fields">The changed fields: command, title, params, common, hidden.</param>
    /// <returns>The call; its result is <c>{command}</c>.</returns>
    public static RestCall Update(BotIdentity bot, long commandId, JsonObject fields) =>
        BotMethods.Call(CommandUpdate, bot, Write.Parameters(("commandId", commandId), ("fields", fields)));

    /// <summary>Removes a command.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="commandId">The command.</param>
    /// <returns>The call.</returns>
    public static RestCall Unregister(BotIdentity bot, long commandId) =>
        BotMethods.Call(CommandUnregister, bot, Write.Parameters(("commandId", commandId)));

    /// <summary>Answers a command.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="commandId">The command.</param>
    /// <param name="messageId">The message with the command.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="message">The text, with BB codes.</param>
    /// <returns>The call.</returns>
    public static RestCall Answer(BotIdentity bot, long commandId, long messageId, string dialogId, string message) =>
        BotMethods.Call(CommandAnswer, bot, Write.Parameters(
            ("commandId", commandId), ("messageId", messageId), ("dialogId", dialogId),
            ("fields", Write.Parameters(("message", message)))));
}
