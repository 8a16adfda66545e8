using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Rows;

namespace Bitrix24.Client.Json;

/// <summary>The generated serialisers of the rows, with the lenient converters; the one place for JSON options.</summary>
[JsonSourceGenerationOptions(
    Converters =
    [
        typeof(IdConverter), typeof(IntegerConverter), typeof(DecimalConverter), typeof(BooleanConverter), typeof(InstantConverter),
        typeof(TextConverter), typeof(IntegerListConverter), typeof(ActivityOwnerListConverter),
        typeof(TextListConverter), typeof(EventAttendeeListConverter),
    ])]
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
[JsonSerializable(typeof(UploadedFileData))]
[JsonSerializable(typeof(MessagePage))]
[JsonSerializable(typeof(BotMessagePage))]
[JsonSerializable(typeof(BotChat))]
public sealed partial class Bitrix24JsonContext : JsonSerializerContext;
