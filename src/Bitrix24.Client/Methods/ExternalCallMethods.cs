using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>
/// Calls of an outer telephone system, told to the portal by an application. A call is registered, finished, and then may get its record
/// and transcript. Finished calls: <see cref="TelephonyMethods"/>.
/// </summary>
public static class ExternalCallMethods
{
    /// <summary>
    /// <c>telephony.externalCall.register</c>: registers a call. A call of the same number, type, user, line and outer id is taken for the
    /// same for 30 minutes. Result: <see cref="Rows.RegisteredCall"/>. Errors: <c>WRONG_AUTH_TYPE</c> (called by a webhook),
    /// <c>ERROR_CORE</c> (the text names the wrong parameter).
    /// </summary>
    public static readonly RestMethod Register = new(
        "telephony.externalCall.register", "api-reference/telephony/telephony-external-call-register.md", "telephony", IsRead: false);

    /// <summary>
    /// <c>telephony.externalCall.finish</c>: ends a registered call and puts it into the statistics. Result:
    /// <see cref="Rows.FinishedCall"/>. Errors: <c>WRONG_AUTH_TYPE</c> (called by a webhook), <c>INVALID_ARGUMENT</c>, <c>ERROR_CORE</c> (not
    /// registered, an unknown user and so on).
    /// </summary>
    public static readonly RestMethod Finish = new(
        "telephony.externalCall.finish", "api-reference/telephony/telephony-external-call-finish.md", "telephony", IsRead: false);

    /// <summary><c>telephony.externalCall.show</c>: shows the card of a call. Result: <c>true</c>.</summary>
    public static readonly RestMethod Show = new(
        "telephony.externalCall.show", "api-reference/telephony/telephony-external-call-show.md", "telephony", IsRead: false);

    /// <summary><c>telephony.externalCall.hide</c>: hides the card of a call. Result: <c>true</c>.</summary>
    public static readonly RestMethod Hide = new(
        "telephony.externalCall.hide", "api-reference/telephony/telephony-external-call-hide.md", "telephony", IsRead: false);

    /// <summary>
    /// <c>telephony.externalCall.attachRecord</c>: gives a finished call its record, wav or mp3. Result: <see cref="Rows.AttachedRecord"/>.
    /// Errors: <c>ERROR_CORE</c> (not finished yet, another kind of file, not to be fetched).
    /// </summary>
    public static readonly RestMethod AttachRecord = new(
        "telephony.externalCall.attachRecord",
        "api-reference/telephony/telephony-external-call-attach-record.md",
        "telephony",
        IsRead: false, AllowedInBatch: false);

    /// <summary>
    /// <c>telephony.call.attachTranscription</c>: gives a finished call its transcript. Result: <see cref="Rows.AttachedTranscript"/>.
    /// Errors: <c>ERROR_CORE</c> (not finished yet, a wrong message).
    /// </summary>
    public static readonly RestMethod AttachTranscript = new(
        "telephony.call.attachTranscription", "api-reference/telephony/telephony-call-attach-transcription.md", "telephony", IsRead: false);

    /// <summary>
    /// <c>telephony.externalCall.searchCrmEntities</c>: whose number it is, and who is responsible for him. Rows:
    /// <see cref="Rows.Caller"/>.
    /// </summary>
    public static readonly RestMethod SearchCrmEntities = new(
        "telephony.externalCall.searchCrmEntities",
        "api-reference/telephony/telephony-external-call-search-crm-entities.md",
        "telephony",
        IsRead: true);

    /// <summary>
    /// <c>telephony.externalLine.add</c>: adds an outer line. Result: <see cref="Rows.RowId"/>. Errors: <c>WRONG_AUTH_TYPE</c> (called by a
    /// webhook), <c>ERROR_CORE</c> (there already, no number).
    /// </summary>
    public static readonly RestMethod LineAdd = new(
        "telephony.externalLine.add", "api-reference/telephony/telephony-external-line-add.md", "telephony", IsRead: false);

    /// <summary><c>telephony.externalLine.get</c>: the application's outer lines. Rows: <see cref="Rows.ExternalLine"/>.</summary>
    public static readonly RestMethod LineGet = new(
        "telephony.externalLine.get", "api-reference/telephony/telephony-external-line-get.md", "telephony", IsRead: true);

    /// <summary>
    /// <c>telephony.externalLine.update</c>: changes an outer line. Result: <see cref="Rows.RowId"/>. Errors: <c>WRONG_AUTH_TYPE</c>
    /// (called by a webhook), <c>ERROR_CORE</c> (no such line, nothing to change).
    /// </summary>
    public static readonly RestMethod LineUpdate = new(
        "telephony.externalLine.update", "api-reference/telephony/telephony-external-line-update.md", "telephony", IsRead: false);

    /// <summary><c>telephony.externalLine.delete</c>: deletes an outer line. Result: an empty list.</summary>
    public static readonly RestMethod LineDelete = new(
        "telephony.externalLine.delete", "api-reference/telephony/telephony-external-line-delete.md", "telephony", IsRead: false);

    /// <summary>Registers a call.</summary>
    /// <param name="userId">The user who calls or is called.</param>
    /// <param name="phoneNumber">The other side's number.</param>
    /// <param name="type">1 outgoing, 2 incoming, 3 incoming redirected, 4 callback, 5 information call.</param>
    /// <param name="externalCallId">What tells the call apart in the outer system.</param>
    /// <param name="start">When it began; null leaves it to the portal.</param>
    /// <param name="lineNumber">The outer line.</param>
    /// <param name="createInCrm">Whether to make a CRM object for an unknown number.</param>
    /// <param name="crmSource">The source of an object made for it.</param>
    /// <param name="crmEntityType"><c>CONTACT</c>, <c>COMPANY</c> or <c>LEAD</c>: the object to bind it to.</param>
    /// <param name="crmEntityId">That object's id.</param>
    /// <param name="show">Whether to show its card. Default of the portal: true.</param>
    /// <param name="addToChat">Whether to tell the user's chat. Default of the portal: true.</param>
    /// <returns>The call.</returns>
    public static RestCall RegisterCall(
        long userId,
        string phoneNumber,
        int type,
        string externalCallId,
        DateTimeOffset? start = null,
        string? lineNumber = null,
        bool? createInCrm = null,
        string? crmSource = null,
        string? crmEntityType = null,
        long? crmEntityId = null,
        bool? show = null,
        bool? addToChat = null) =>
        new(Register, Write.Parameters(
            ("USER_ID", userId), ("PHONE_NUMBER", phoneNumber), ("TYPE", type), ("EXTERNAL_CALL_ID", externalCallId),
            ("CALL_START_DATE", Write.Instant(start)), ("LINE_NUMBER", lineNumber), ("CRM_CREATE", Write.OneZero(createInCrm)),
            ("CRM_SOURCE", crmSource), ("CRM_ENTITY_TYPE", crmEntityType), ("CRM_ENTITY_ID", crmEntityId), ("SHOW", Write.OneZero(show)),
            ("ADD_TO_CHAT", Write.OneZero(addToChat))));

    /// <summary>Ends a registered call.</summary>
    /// <param name="callId">The id that registering gave.</param>
    /// <param name="userId">The user who spoke; he becomes responsible for it.</param>
    /// <param name="durationSeconds">How long they spoke, in seconds.</param>
    /// <param name="statusCode">200 answered, 304 missed, 603 declined and so on; null for 200 or 304 by the duration.</param>
    /// <param name="failedReason">Why it failed, in words.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="costCurrency">The currency of the cost.</param>
    /// <param name="vote">The vote, 1 to 5.</param>
    /// <param name="addToChat">Whether to tell the user's chat. Default of the portal: true.</param>
    /// <returns>The call.</returns>
    public static RestCall FinishCall(
        string callId,
        long userId,
        long durationSeconds,
        string? statusCode = null,
        string? failedReason = null,
        decimal? cost = null,
        string? costCurrency = null,
        int? vote = null,
        bool? addToChat = null) =>
        new(Finish, Write.Parameters(
            ("CALL_ID", callId), ("USER_ID", userId), ("DURATION", durationSeconds), ("STATUS_CODE", statusCode),
            ("FAILED_REASON", failedReason), ("COST", cost), ("COST_CURRENCY", costCurrency), ("VOTE", vote),
            ("ADD_TO_CHAT", Write.OneZero(addToChat))));

    /// <summary>Shows the card of a call.</summary>
    /// <param name="callId">The id that registering gave.</param>
    /// <param name="userIds">The users at whose screens.</param>
    /// <returns>The call.</returns>
    public static RestCall ShowCard(string callId, IEnumerable<long> userIds) =>
        new(Show, Write.Parameters(("CALL_ID", callId), ("USER_ID", Write.Ids(userIds))));

    /// <summary>Hides the card of a call.</summary>
    /// <param name="callId">The id that registering gave.</param>
    /// <param name="userIds">The users at whose screens.</param>
    /// <returns>The call.</returns>
    public static RestCall HideCard(string callId, IEnumerable<long> userIds) =>
        new(Hide, Write.Parameters(("CALL_ID", callId), ("USER_ID", Write.Ids(userIds))));

    /// <summary>Lets the portal fetch the record of a finished call.</summary>
    /// <param name="callId">The id that registering gave.</param>
    /// <param name="address">Where the record lies.</param>
    /// <param name="fileName">Its name; null for the last part of the address.</param>
    /// <returns>The call.</returns>
    public static RestCall AttachRecordFrom(string callId, Uri address, string? fileName = null) =>
        new(AttachRecord, Write.Parameters(("CALL_ID", callId), ("RECORD_URL", Write.Address(address)), ("FILENAME", fileName)));

    /// <summary>Uploads the record of a finished call.</summary>
    /// <param name="callId">The id that registering gave.</param>
    /// <param name="fileName">Its name, ending in wav or mp3.</param>
    /// <param name="content">The content.</param>
    /// <returns>The call.</returns>
    public static RestCall UploadRecord(string callId, string fileName, ReadOnlySpan<byte> content) =>
        new(AttachRecord, Write.Parameters(("CALL_ID", callId), ("FILENAME", fileName), ("FILE_CONTENT", Convert.ToBase64String(content))));

    /// <summary>Gives a finished call its transcript.</summary>
    /// <param name="callId">The id that registering gave.</param>
    /// <param name="messages">What was said: SIDE (<c>User</c> or <c>Client</c>), START_TIME and STOP_TIME in seconds, MESSAGE.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="costCurrency">The currency of the cost.</param>
    /// <returns>The call.</returns>
    public static RestCall AddTranscript(string callId, IEnumerable<JsonObject> messages, decimal? cost = null, string? costCurrency = null) =>
        new(AttachTranscript, Write.Parameters(
            ("CALL_ID", callId), ("MESSAGES", Write.Objects(messages)), ("COST", cost), ("COST_CURRENCY", costCurrency)));

    /// <summary>Asks whose number it is.</summary>
    /// <param name="phoneNumber">The number.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall FindCallers(string phoneNumber) => new(SearchCrmEntities, Write.Parameters(("PHONE_NUMBER", phoneNumber)));

    /// <summary>Adds an outer line.</summary>
    /// <param name="number">The number of the line.</param>
    /// <param name="name">Its name.</param>
    /// <param name="createInCrm">Whether outgoing calls make CRM objects for unknown numbers.</param>
    /// <returns>The call.</returns>
    public static RestCall AddLine(string number, string? name = null, bool? createInCrm = null) =>
        new(LineAdd, Write.Parameters(("NUMBER", number), ("NAME", name), ("CRM_AUTO_CREATE", Write.YesNo(createInCrm))));

    /// <summary>Asks for the application's outer lines.</summary>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListLines() => new(LineGet);

    /// <summary>Changes an outer line.</summary>
    /// <param name="number">The number of the line.</param>
    /// <param name="name">Its name.</param>
    /// <param name="createInCrm">Whether outgoing calls make CRM objects for unknown numbers.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateLine(string number, string? name = null, bool? createInCrm = null) =>
        new(LineUpdate, Write.Parameters(("NUMBER", number), ("NAME", name), ("CRM_AUTO_CREATE", Write.YesNo(createInCrm))));

    /// <summary>Deletes an outer line.</summary>
    /// <param name="number">The number of the line.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteLine(string number) => new(LineDelete, Write.Parameters(("NUMBER", number)));
}
