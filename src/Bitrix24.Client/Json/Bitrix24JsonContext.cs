using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Rows;

namespace Bitrix24.Client.Json;

/// <summary>
/// The generated serialisers of the rows, with the lenient converters; the one place for JSON options. A field without a value is not
/// written: a row that was read with few fields must not empty the others when it is sent back.
/// </summary>
[JsonSourceGenerationOptions(
    Converters =
    [
        typeof(IdConverter), typeof(IntegerConverter), typeof(DecimalConverter), typeof(BooleanConverter), typeof(InstantConverter),
        typeof(TextConverter), typeof(IntegerListConverter), typeof(TextListConverter),
    ],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallStatistic))]
[JsonSerializable(typeof(CrmActivity))]
[JsonSerializable(typeof(ActivityOwner))]
[JsonSerializable(typeof(ActivityBinding))]
[JsonSerializable(typeof(CrmItem))]
[JsonSerializable(typeof(StageHistoryRecord))]
[JsonSerializable(typeof(TaskItem))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Department))]
[JsonSerializable(typeof(WorkingDayRecord))]
[JsonSerializable(typeof(CrmStatus))]
[JsonSerializable(typeof(CrmCategory))]
[JsonSerializable(typeof(Currency))]
[JsonSerializable(typeof(Profile))]
[JsonSerializable(typeof(ApplicationInfo))]
[JsonSerializable(typeof(RedeemedTokens))]
[JsonSerializable(typeof(EventHandlerRow))]
[JsonSerializable(typeof(CalendarEvent))]
[JsonSerializable(typeof(EventAttendee))]
[JsonSerializable(typeof(BusyStretch))]
[JsonSerializable(typeof(Payment))]
[JsonSerializable(typeof(OrderBinding))]
[JsonSerializable(typeof(Dialog))]
[JsonSerializable(typeof(UploadedFile))]
[JsonSerializable(typeof(MessagePage))]
[JsonSerializable(typeof(BotMessagePage))]
[JsonSerializable(typeof(BotChat))]
[JsonSerializable(typeof(BotChatData))]
[JsonSerializable(typeof(BotCommand))]
[JsonSerializable(typeof(BotEvent))]
[JsonSerializable(typeof(BotEventPage))]
[JsonSerializable(typeof(InterfaceRevision))]
[JsonSerializable(typeof(Bot))]
[JsonSerializable(typeof(BotAnswer))]
[JsonSerializable(typeof(BotList))]
[JsonSerializable(typeof(BotMessage))]
[JsonSerializable(typeof(BotMessageAnswer))]
[JsonSerializable(typeof(SentBotMessage))]
[JsonSerializable(typeof(ReadMessages))]
[JsonSerializable(typeof(CallTranscript))]
[JsonSerializable(typeof(ChatFile))]
[JsonSerializable(typeof(CrmDirectory))]
[JsonSerializable(typeof(CrmFields))]
[JsonSerializable(typeof(CrmField))]
[JsonSerializable(typeof(DuplicateMatches))]
[JsonSerializable(typeof(DialogMessage))]
[JsonSerializable(typeof(ChatUser))]
[JsonSerializable(typeof(ChatId))]
[JsonSerializable(typeof(Notification))]
[JsonSerializable(typeof(NotificationPage))]
[JsonSerializable(typeof(ProductRow))]
[JsonSerializable(typeof(NewRow))]
[JsonSerializable(typeof(RemovedHandlers))]
[JsonSerializable(typeof(Success))]
[JsonSerializable(typeof(DownloadLink))]
[JsonSerializable(typeof(TimelineComment))]
[JsonSerializable(typeof(LogMessage))]
[JsonSerializable(typeof(DirectoryItem))]
public sealed partial class Bitrix24JsonContext : JsonSerializerContext;
