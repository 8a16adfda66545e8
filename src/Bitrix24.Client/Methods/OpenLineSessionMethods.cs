namespace Bitrix24.Client.Methods;

/// <summary>Sessions of open lines and what operators do with dialogs, in the name of the caller.</summary>
public static class OpenLineSessionMethods
{
    /// <summary><c>imopenlines.crm.lead.create</c>: makes a lead of a dialog. Result: <c>true</c>.</summary>
    public static readonly RestMethod CrmLeadCreate = new(
        "imopenlines.crm.lead.create", "api-reference/imopenlines/openlines/sessions/imopenlines-crm-lead-create.md", "imopenlines", IsRead: false);

    /// <summary>
    /// <c>imopenlines.session.open</c>: the chat of a person in an outer channel. Result: <see cref="Rows.OpenedSession"/>.
    /// </summary>
    public static readonly RestMethod SessionOpen = new(
        "imopenlines.session.open", "api-reference/imopenlines/openlines/sessions/imopenlines-session-open.md", "imopenlines", IsRead: false);

    /// <summary><c>imopenlines.session.head.vote</c>: the vote of the head on a session. Result: <c>true</c>.</summary>
    public static readonly RestMethod SessionHeadVote = new(
        "imopenlines.session.head.vote",
        "api-reference/imopenlines/openlines/sessions/imopenlines-session-head-vote.md",
        "imopenlines",
        IsRead: false);

    /// <summary>
    /// <c>imopenlines.operator.answer</c>: takes a dialog upon the caller. Result: <c>true</c>. Errors: <c>CHAT_ID</c>, <c>CHAT_TYPE</c>
    /// (no open line), <c>ACCESS_DENIED</c>, <c>USER_ID</c>.
    /// </summary>
    public static readonly RestMethod OperatorAnswer = new(
        "imopenlines.operator.answer", "api-reference/imopenlines/openlines/operators/imopenlines-operator-answer.md", "imopenlines", IsRead: false);

    /// <summary>
    /// <c>imopenlines.operator.finish</c>: ends the caller's dialog. Result: <c>true</c>. Errors: <c>CHAT_ID</c>, <c>CHAT_TYPE</c> (no open
    /// line), <c>ACCESS_DENIED</c>, <c>USER_ID</c>.
    /// </summary>
    public static readonly RestMethod OperatorFinish = new(
        "imopenlines.operator.finish", "api-reference/imopenlines/openlines/operators/imopenlines-operator-finish.md", "imopenlines", IsRead: false);

    /// <summary><c>imopenlines.operator.another.finish</c>: ends the dialog of another operator. Result: <c>true</c>.</summary>
    public static readonly RestMethod OperatorAnotherFinish = new(
        "imopenlines.operator.another.finish",
        "api-reference/imopenlines/openlines/operators/imopenlines-operator-another-finish.md",
        "imopenlines",
        IsRead: false);

    /// <summary><c>imopenlines.operator.skip</c>: passes a dialog on to the next in the queue. Result: <c>true</c>.</summary>
    public static readonly RestMethod OperatorSkip = new(
        "imopenlines.operator.skip", "api-reference/imopenlines/openlines/operators/imopenlines-operator-skip.md", "imopenlines", IsRead: false);

    /// <summary><c>imopenlines.operator.spam</c>: ends a dialog as spam. Result: <c>true</c>.</summary>
    public static readonly RestMethod OperatorSpam = new(
        "imopenlines.operator.spam", "api-reference/imopenlines/openlines/operators/imopenlines-operator-spam.md", "imopenlines", IsRead: false);

    /// <summary><c>imopenlines.session.start</c>: begins a session in a chat. Result: <c>true</c>.</summary>
    public static readonly RestMethod SessionStart = new(
        "imopenlines.session.start", "api-reference/imopenlines/openlines/sessions/imopenlines-session-start.md", "imopenlines", IsRead: false);

    /// <summary>
    /// <c>imopenlines.session.join</c>: joins a dialog. Result: <c>true</c>. Errors: <c>CHAT_ID</c>, <c>CHAT_TYPE</c> (no open line),
    /// <c>ACCESS_DENIED</c>, <c>USER_ID</c>.
    /// </summary>
    public static readonly RestMethod SessionJoin = new(
        "imopenlines.session.join", "api-reference/imopenlines/openlines/sessions/imopenlines-session-join.md", "imopenlines", IsRead: false);

    /// <summary><c>imopenlines.session.intercept</c>: takes a dialog away from its operator. Result: <c>true</c>.</summary>
    public static readonly RestMethod SessionIntercept = new(
        "imopenlines.session.intercept",
        "api-reference/imopenlines/openlines/sessions/imopenlines-session-intercept.md",
        "imopenlines",
        IsRead: false);

    /// <summary>
    /// <c>imopenlines.operator.transfer</c>: passes a dialog on. Result: <c>true</c>. Errors: <c>CHAT_ID_EMPTY</c>, <c>USER_ID_EMPTY</c>,
    /// <c>QUEUE_ID_EMPTY</c>, <c>TRANSFER_ID_EMPTY</c>, <c>OPERATOR_WRONG</c> (cannot take it).
    /// </summary>
    public static readonly RestMethod OperatorTransfer = new(
        "imopenlines.operator.transfer",
        "api-reference/imopenlines/openlines/operators/imopenlines-operator-transfer.md",
        "imopenlines",
        IsRead: false);

    /// <summary><c>imopenlines.message.session.start</c>: begins a session with a message of a chat. Result: <c>true</c>.</summary>
    public static readonly RestMethod MessageSessionStart = new(
        "imopenlines.message.session.start",
        "api-reference/imopenlines/openlines/sessions/imopenlines-message-session-start.md",
        "imopenlines",
        IsRead: false);

    /// <summary><c>imopenlines.session.mode.pin</c>: pins a dialog to the caller. Result: <c>true</c>.</summary>
    public static readonly RestMethod SessionPin = new(
        "imopenlines.session.mode.pin", "api-reference/imopenlines/openlines/sessions/imopenlines-session-mode-pin.md", "imopenlines", IsRead: false);

    /// <summary><c>imopenlines.session.mode.pinAll</c>: pins all dialogs to the caller: a list of sessions.</summary>
    public static readonly RestMethod SessionPinAll = new(
        "imopenlines.session.mode.pinAll",
        "api-reference/imopenlines/openlines/sessions/imopenlines-session-mode-pin-all.md",
        "imopenlines",
        IsRead: false);

    /// <summary><c>imopenlines.session.mode.unpinAll</c>: lets all pinned dialogs of the caller go: a list of sessions.</summary>
    public static readonly RestMethod SessionUnpinAll = new(
        "imopenlines.session.mode.unpinAll",
        "api-reference/imopenlines/openlines/sessions/imopenlines-session-mode-unpin-all.md",
        "imopenlines",
        IsRead: false);

    /// <summary><c>imopenlines.message.quick.save</c>: makes a message a quick reply. Result: <c>true</c>.</summary>
    public static readonly RestMethod MessageQuickSave = new(
        "imopenlines.message.quick.save",
        "api-reference/imopenlines/openlines/messages/imopenlines-message-quick-save.md",
        "imopenlines",
        IsRead: false);

    /// <summary>Makes a lead of a dialog.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall CreateLead(long chatId) => new(CrmLeadCreate, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Asks for the chat of a person in an outer channel.</summary>
    /// <param name="userCode">The person: <c>connector|line|chat|user</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall OpenSession(string userCode) => new(SessionOpen, Write.Parameters(("USER_CODE", userCode)));

    /// <summary>Sets the vote of the head on a session.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="rating">The vote, 1 to 5.</param>
    /// <param name="comment">What he says to it.</param>
    /// <returns>The call.</returns>
    public static RestCall Vote(long sessionId, int? rating = null, string? comment = null) =>
        new(SessionHeadVote, Write.Parameters(("SESSION_ID", sessionId), ("RATING", rating), ("COMMENT", comment)));

    /// <summary>Takes a dialog upon the caller.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall Answer(long chatId) => new(OperatorAnswer, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Ends the caller's dialog.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall Finish(long chatId) => new(OperatorFinish, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Ends the dialog of another operator.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall FinishOther(long chatId) => new(OperatorAnotherFinish, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Passes a dialog on to the next in the queue.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall Skip(long chatId) => new(OperatorSkip, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Ends a dialog as spam.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall MarkSpam(long chatId) => new(OperatorSpam, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Begins a session in a chat.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall StartSession(long chatId) => new(SessionStart, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Joins a dialog.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall Join(long chatId) => new(SessionJoin, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Takes a dialog away from its operator.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <returns>The call.</returns>
    public static RestCall Intercept(long chatId) => new(SessionIntercept, Write.Parameters(("CHAT_ID", chatId)));

    /// <summary>Passes a dialog on to an operator.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="userId">The operator.</param>
    /// <returns>The call.</returns>
    public static RestCall TransferToUser(long chatId, long userId) =>
        new(OperatorTransfer, Write.Parameters(("CHAT_ID", chatId), ("USER_ID", userId)));

    /// <summary>Passes a dialog on to the queue of a line.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="lineId">The line.</param>
    /// <returns>The call.</returns>
    public static RestCall TransferToLine(long chatId, long lineId) =>
        new(OperatorTransfer, Write.Parameters(("CHAT_ID", chatId), ("QUEUE_ID", lineId)));

    /// <summary>Begins a session with a message of a chat.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="messageId">The message.</param>
    /// <returns>The call.</returns>
    public static RestCall StartSessionWithMessage(long chatId, long messageId) =>
        new(MessageSessionStart, Write.Parameters(("CHAT_ID", chatId), ("MESSAGE_ID", messageId)));

    /// <summary>Pins all dialogs to the caller.</summary>
    /// <returns>The call.</returns>
    public static RestCall PinAll() => new(SessionPinAll);

    /// <summary>Lets all pinned dialogs of the caller go.</summary>
    /// <returns>The call.</returns>
    public static RestCall UnpinAll() => new(SessionUnpinAll);

    /// <summary>Makes a message a quick reply.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="messageId">The message.</param>
    /// <returns>The call.</returns>
    public static RestCall SaveQuickReply(long chatId, long messageId) =>
        new(MessageQuickSave, Write.Parameters(("CHAT_ID", chatId), ("MESSAGE_ID", messageId)));

    /// <summary>Pins a dialog to the caller, or lets it go.</summary>
    /// <param name="chatId">The chat's number.</param>
    /// <param name="isPinned">False to let it go. Default true.</param>
    /// <returns>The call.</returns>
    public static RestCall Pin(long chatId, bool isPinned = true) =>
        new(SessionPin, Write.Parameters(("CHAT_ID", chatId), ("ACTIVATE", Write.YesNo(isPinned))));
}
