using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Messages of a bot that are there already. Sending: <see cref="BotMethods.SendMessage"/>.</summary>
public static class BotMessageMethods
{
    /// <summary><c>imbot.v2.Chat.Message.get</c>: one message. Result: <see cref="Rows.BotMessageAnswer"/>.</summary>
    public static readonly RestMethod MessageGet = new(
        "imbot.v2.Chat.Message.get", "api-reference/chat-bots/chat-bots-v2/imbot.v2/messages/chat-message-get.md", "imbot", IsRead: true);

    /// <summary>
    /// <c>imbot.v2.Chat.Message.update</c>: changes a message of the bot. Result: <see cref="Rows.Success"/>. Errors: <c>ACCESS_DENIED</c>
    /// (not of the bot, or not there).
    /// </summary>
    public static readonly RestMethod MessageUpdate = new(
        "imbot.v2.Chat.Message.update", "api-reference/chat-bots/chat-bots-v2/imbot.v2/messages/chat-message-update.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.Message.delete</c>: deletes a message of the bot. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod MessageDelete = new(
        "imbot.v2.Chat.Message.delete", "api-reference/chat-bots/chat-bots-v2/imbot.v2/messages/chat-message-delete.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.Message.read</c>: marks messages as read by the bot. Result: <see cref="Rows.ReadMessages"/>.</summary>
    public static readonly RestMethod MessageRead = new(
        "imbot.v2.Chat.Message.read", "api-reference/chat-bots/chat-bots-v2/imbot.v2/messages/chat-message-read.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.Message.Reaction.add</c>: adds a reaction of the bot. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod ReactionAdd = new(
        "imbot.v2.Chat.Message.Reaction.add",
        "api-reference/chat-bots/chat-bots-v2/imbot.v2/messages/chat-message-reaction-add.md",
        "imbot",
        IsRead: false);

    /// <summary>
    /// <c>imbot.v2.Chat.Message.Reaction.delete</c>: takes a reaction of the bot back. Result: <see cref="Rows.Success"/>.
    /// </summary>
    public static readonly RestMethod ReactionDelete = new(
        "imbot.v2.Chat.Message.Reaction.delete",
        "api-reference/chat-bots/chat-bots-v2/imbot.v2/messages/chat-message-reaction-delete.md",
        "imbot",
        IsRead: false);

    /// <summary>Asks for a message.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="messageId">The message.</param>
    /// <returns>The call.</returns>
    public static RestCall GetMessage(BotIdentity bot, long messageId) =>
        BotMethods.Call(MessageGet, bot, Write.Parameters(("messageId", messageId)));

    /// <summary>Changes a message of the bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="message">The new text, with BB codes.</param>
    /// <param name="keyboard">The new buttons; null to leave them as they are.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateMessage(BotIdentity bot, long messageId, string message, IEnumerable<JsonObject>? keyboard = null) =>
        BotMethods.Call(MessageUpdate, bot, Write.Parameters(
            ("messageId", messageId), ("fields", Write.Parameters(("message", message), ("keyboard", Write.Objects(keyboard))))));

    /// <summary>Deletes a message of the bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="isComplete">Also from the database. Default false.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteMessage(BotIdentity bot, long messageId, bool isComplete = false) =>
        BotMethods.Call(MessageDelete, bot, Write.Parameters(("messageId", messageId), ("complete", isComplete)));

    /// <summary>Marks messages as read by the bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="messageId">The last of them; null for all.</param>
    /// <returns>The call.</returns>
    public static RestCall MarkRead(BotIdentity bot, string dialogId, long? messageId = null) =>
        BotMethods.Call(MessageRead, bot, Write.Parameters(("dialogId", dialogId), ("messageId", messageId)));

    /// <summary>Adds a reaction of the bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="reaction">One of the documented codes.</param>
    /// <returns>The call.</returns>
    public static RestCall AddReaction(BotIdentity bot, long messageId, string reaction) =>
        BotMethods.Call(ReactionAdd, bot, Write.Parameters(("messageId", messageId), ("reaction", reaction)));

    /// <summary>Takes a reaction of the bot back.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="reaction">One of the documented codes.</param>
    /// <returns>The call.</returns>
    public static RestCall RemoveReaction(BotIdentity bot, long messageId, string reaction) =>
        BotMethods.Call(ReactionDelete, bot, Write.Parameters(("messageId", messageId), ("reaction", reaction)));
}
