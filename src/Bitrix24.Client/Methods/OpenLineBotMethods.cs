namespace Bitrix24.Client.Methods;

/// <summary>What a bot does with a dialog of an open line.</summary>
public static class OpenLineBotMethods
{
    /// <summary><c>imopenlines.bot.session.finish</c>: ends the dialog. Result: <c>true</c>.</summary>
    public static readonly RestMethod SessionFinish = new(
        "imopenlines.bot.session.finish",
        "api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-finish.md",
        "imopenlines",
        IsRead: false);

    /// <summary><c>imopenlines.bot.session.message.send</c>: sends an automatic message. Result: <c>true</c>.</summary>
    public static readonly RestMethod SessionMessageSend = new(
        "imopenlines.bot.session.message.send",
        "api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-message-send.md",
        "imopenlines",
        IsRead: false);

    /// <summary><c>imopenlines.bot.session.operator</c>: passes the dialog on to a free operator. Result: <c>true</c>.</summary>
    public static readonly RestMethod SessionOperator = new(
        "imopenlines.bot.session.operator",
        "api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-operator.md",
        "imopenlines",
        IsRead: false);

    /// <summary><c>imopenlines.bot.session.transfer</c>: passes the dialog on. Result: <c>true</c>.</summary>
    public static readonly RestMethod SessionTransfer = new(
        "imopenlines.bot.session.transfer",
        "api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-transfer.md",
        "imopenlines",
        IsRead: false);

    /// <summary>Ends the dialog.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="clientId">By webhook what the bot was registered with; null for an application.</param>
    /// <returns>The call.</returns>
    public static RestCall Finish(long chatId, string? clientId = null) =>
        new(SessionFinish, Write.Parameters(("CHAT_ID", chatId), ("CLIENT_ID", clientId)));

    /// <summary>Sends the welcome of the line.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall SendWelcome(long chatId) => new(SessionMessageSend, Write.Parameters(("CHAT_ID", chatId), ("NAME", "WELCOME")));

    /// <summary>Sends an automatic message.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="message">The text.</param>
    /// <returns>The call.</returns>
    public static RestCall SendMessage(long chatId, string message) =>
        new(SessionMessageSend, Write.Parameters(("CHAT_ID", chatId), ("NAME", "DEFAULT"), ("MESSAGE", message)));

    /// <summary>Passes the dialog on to a free operator.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall PassToFreeOperator(long chatId) => new(SessionOperator, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Passes the dialog on to an operator.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="userId">The operator.</param>
    /// <param name="leaves">Whether the bot leaves at once; otherwise it stays until somebody takes the dialog.</param>
    /// <param name="clientId">By webhook what the bot was registered with; null for an application.</param>
    /// <returns>The call.</returns>
    public static RestCall TransferToUser(long chatId, long userId, bool? leaves = null, string? clientId = null) =>
        new(SessionTransfer, Write.Parameters(
            ("CHAT_ID", chatId), ("USER_ID", userId), ("LEAVE", Write.YesNo(leaves)), ("CLIENT_ID", clientId)));

    /// <summary>Passes the dialog on to the queue of a line.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="lineId">The line.</param>
    /// <param name="leaves">Whether the bot leaves at once; otherwise it stays until somebody takes the dialog.</param>
    /// <param name="clientId">By webhook what the bot was registered with; null for an application.</param>
    /// <returns>The call.</returns>
    public static RestCall TransferToLine(long chatId, long lineId, bool? leaves = null, string? clientId = null) =>
        new(SessionTransfer, Write.Parameters(
            ("CHAT_ID", chatId), ("QUEUE_ID", lineId), ("LEAVE", Write.YesNo(leaves)), ("CLIENT_ID", clientId)));
}
