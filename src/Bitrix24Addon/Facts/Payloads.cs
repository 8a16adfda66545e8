using System.Text.Json.Serialization;
using NodaTime;

namespace Bitrix24Addon.Facts;

/// <summary>The tracked fields of a fact. Two reads with equal payloads are the same version.</summary>
/// <remarks>Holds ids, codes, times and amounts only: no names, no subjects, no phone numbers.</remarks>
public abstract record FactPayload;

/// <summary>A leg of a call.</summary>
/// <param name="CallId"><c>CALL_ID</c>; shared by the legs of one call.</param>
/// <param name="UserId"><c>PORTAL_USER_ID</c>, or null when the row names nobody.</param>
/// <param name="Type"><c>CALL_TYPE</c>: 1 outgoing, 2 incoming, 3 incoming redirected, 4 callback, 5 info call.</param>
/// <param name="FailedCode"><c>CALL_FAILED_CODE</c>; "200" is a connected call, "304" a missed one.</param>
/// <param name="DurationSeconds"><c>CALL_DURATION</c>, in seconds.</param>
/// <param name="Vote"><c>CALL_VOTE</c> 1 to 5, or null.</param>
/// <param name="PhoneHash">Keyed hash of the number in E.164, or null when the row has no number.</param>
/// <param name="ActivityId"><c>CRM_ACTIVITY_ID</c>, or null.</param>
public sealed record CallFact(
    string CallId, long? UserId, int Type, string FailedCode, long DurationSeconds, int? Vote, string? PhoneHash, long? ActivityId) : FactPayload
{
    /// <summary>The call was answered.</summary>
    [JsonIgnore]
    public bool IsConnected => FailedCode == "200";
}

/// <summary>A CRM activity.</summary>
/// <param name="TypeId"><c>TYPE_ID</c>: 1 meeting, 2 call, 6 managed by its provider.</param>
/// <param name="ProviderId"><c>PROVIDER_ID</c>.</param>
/// <param name="ResponsibleId"><c>RESPONSIBLE_ID</c>.</param>
/// <param name="Completed"><c>COMPLETED</c> is Y.</param>
/// <param name="StartAtMs"><c>START_TIME</c>, Unix milliseconds.</param>
/// <param name="CreatedAtMs"><c>CREATED</c>, Unix milliseconds.</param>
/// <param name="IsPresentation">The subject or type matched the portal's setting when it was read.</param>
/// <param name="CallId">The telephony <c>CALL_ID</c> behind <c>ORIGIN_ID</c>, or null.</param>
/// <param name="Owners">CRM objects it belongs to (<c>OWNER_*</c> and <c>BINDINGS</c> where given), as link keys.</param>
public sealed record ActivityFact(
    int TypeId, string? ProviderId, long? ResponsibleId, bool Completed, long? StartAtMs, long CreatedAtMs, bool IsPresentation,
    string? CallId, IReadOnlyList<string> Owners) : FactPayload
{
    /// <summary>The event that <c>ASSOCIATED_ENTITY_ID</c> of a meeting or universal activity may name; it does if we hold such an event.</summary>
    public long? CalendarEntryId { get; init; }
}

/// <summary>A lead.</summary>
/// <param name="AssignedById"><c>assignedById</c>.</param>
/// <param name="CreatedById"><c>createdBy</c>.</param>
/// <param name="StageId"><c>stageId</c>.</param>
public sealed record LeadFact(long? AssignedById, long? CreatedById, string StageId) : FactPayload;

/// <summary>A deal.</summary>
/// <param name="AssignedById"><c>assignedById</c>.</param>
/// <param name="CreatedById"><c>createdBy</c>.</param>
/// <param name="CategoryId"><c>categoryId</c>, the funnel.</param>
/// <param name="StageId"><c>stageId</c>.</param>
/// <param name="LeadId"><c>leadId</c>, the lead it came from, or null.</param>
/// <param name="AmountMinor"><c>opportunity</c> in minor units (hundredths).</param>
/// <param name="Currency"><c>currencyId</c>.</param>
public sealed record DealFact(
    long? AssignedById, long? CreatedById, int CategoryId, string StageId, long? LeadId, long AmountMinor, string Currency) : FactPayload;

/// <summary>A quote (proposal).</summary>
/// <param name="AssignedById"><c>assignedById</c>.</param>
/// <param name="CreatedById"><c>createdBy</c>.</param>
/// <param name="DealId"><c>dealId</c>, or null.</param>
/// <param name="StageId"><c>stageId</c>.</param>
/// <param name="MovedAtMs"><c>movedTime</c>, Unix milliseconds, or null when the portal gives none.</param>
/// <param name="AmountMinor"><c>opportunity</c> in minor units (hundredths).</param>
/// <param name="Currency"><c>currencyId</c>.</param>
public sealed record QuoteFact(
    long? AssignedById, long? CreatedById, long? DealId, string StageId, long? MovedAtMs, long AmountMinor, string Currency) : FactPayload;

/// <summary>A smart invoice.</summary>
/// <param name="AssignedById"><c>assignedById</c>.</param>
/// <param name="CreatedById"><c>createdBy</c>.</param>
/// <param name="DealId"><c>parentId2</c>, or null.</param>
/// <param name="CategoryId"><c>categoryId</c>, the funnel.</param>
/// <param name="StageId"><c>stageId</c>.</param>
/// <param name="AmountMinor"><c>opportunity</c> in minor units (hundredths).</param>
/// <param name="Currency"><c>currencyId</c>.</param>
public sealed record InvoiceFact(
    long? AssignedById, long? CreatedById, long? DealId, int CategoryId, string StageId, long AmountMinor, string Currency) : FactPayload;

/// <summary>A payment; what occurred is the paying, and 0 while it is not paid.</summary>
/// <param name="OwnerTypeId">The type of the item it belongs to: 2 deal, 31 smart invoice; null when it belongs to none we know.</param>
/// <param name="OwnerId">That item's id.</param>
/// <param name="Paid"><c>paid</c>.</param>
/// <param name="AmountMinor"><c>sum</c> in minor units (hundredths).</param>
/// <param name="Currency"><c>currency</c>.</param>
public sealed record PaymentFact(long? OwnerTypeId, long? OwnerId, bool Paid, long AmountMinor, string Currency) : FactPayload
{
    /// <summary>The item it belongs to as a key, or null.</summary>
    [JsonIgnore]
    public string? OwnerKey => OwnerTypeId is { } type && OwnerId is { } id ? FactKeys.CrmObject(type, id) : null;
}

/// <summary>The money of a payment or paid invoice as it stood when it was first seen paid.</summary>
/// <param name="AmountMinor">Amount in minor units of its own currency.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Rate">Base currency for one unit of it, or null when the portal does not list it.</param>
/// <param name="BaseAmountMinor">Amount in minor units of the base currency, or null without a rate.</param>
public sealed record PaidMoneyFact(long AmountMinor, string Currency, decimal? Rate, long? BaseAmountMinor) : FactPayload;

/// <summary>A calendar event that is over, or one occurrence of a recurring one; what occurred is its start.</summary>
/// <param name="EventId">The organiser's entry (<c>PARENT_ID</c>), which all occurrences and all people's entries share.</param>
/// <param name="IsRecurring">It has a rule of recurrence.</param>
/// <param name="EndAtMs">Its end, Unix milliseconds.</param>
/// <param name="Accessibility"><c>ACCESSIBILITY</c>: busy, absent, quest, free.</param>
/// <param name="IsAway">Its name matched the portal's setting of field work when it was read.</param>
/// <param name="IsPresentation">Its name matched the portal's setting of presentations when it was read.</param>
/// <param name="CrmObjects"><c>UF_CRM_CAL_EVENT</c>, in order.</param>
/// <param name="People">Who takes part, by user; the owner of an event without invitations is its organiser.</param>
/// <param name="EntryIds">The ids of the event in all calendars, in order.</param>
public sealed record CalendarEventFact(
    long EventId, bool IsRecurring, long EndAtMs, string Accessibility, bool IsAway, bool IsPresentation,
    IReadOnlyList<string> CrmObjects, IReadOnlyList<EventPerson> People, IReadOnlyList<long> EntryIds) : FactPayload;

/// <summary>Somebody's part in a calendar event.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Status">Y agreed, N declined, Q not answered, H organiser.</param>
public sealed record EventPerson(long UserId, string Status)
{
    /// <summary>He takes part: agreed, or organises it.</summary>
    [JsonIgnore]
    public bool TakesPart => Status is "Y" or "H";
}

/// <summary>A row of the stage history of a lead, a deal or a smart invoice.</summary>
/// <param name="OwnerId"><c>OWNER_ID</c>, the lead, deal or invoice.</param>
/// <param name="TypeId"><c>TYPE_ID</c>: 1 created, 2 moved to intermediate, 3 moved to final, 5 funnel changed.</param>
/// <param name="StageId"><c>STATUS_ID</c> of a lead, <c>STAGE_ID</c> of the others.</param>
/// <param name="Semantic">P in process, S success, F failure.</param>
/// <param name="CategoryId">The funnel; 0 for leads.</param>
public sealed record StageFact(long OwnerId, int TypeId, string StageId, string Semantic, int CategoryId) : FactPayload
{
    /// <summary><see cref="TypeId"/> of the row that an object begins with.</summary>
    public const int Created = 1;

    /// <summary><see cref="TypeId"/> of a change of the funnel.</summary>
    public const int FunnelChanged = 5;

    /// <summary>The stage ends the object's way, well or badly.</summary>
    [JsonIgnore]
    public bool IsFinal => Semantic is "S" or "F";
}

/// <summary>The money of a won deal as it stood when the win was first seen.</summary>
/// <param name="DealId">The deal.</param>
/// <param name="AmountMinor">Amount in minor units of its own currency.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Rate">Base currency for one unit of it (<c>crm.currency.list</c> AMOUNT ÷ AMOUNT_CNT), or null when the portal does not list it.</param>
/// <param name="BaseAmountMinor">Amount in minor units of the base currency, or null without a rate.</param>
public sealed record DealWinFact(long DealId, long AmountMinor, string Currency, decimal? Rate, long? BaseAmountMinor) : FactPayload;

/// <summary>A task.</summary>
/// <param name="ResponsibleId"><c>responsibleId</c>.</param>
/// <param name="CreatedById"><c>createdBy</c>.</param>
/// <param name="Status"><c>status</c>: 2 waiting, 3 in progress, 4 awaiting control, 5 completed, 6 deferred.</param>
/// <param name="CreatedAtMs"><c>createdDate</c>, Unix milliseconds.</param>
/// <param name="DeadlineAtMs"><c>deadline</c>, Unix milliseconds, or null.</param>
/// <param name="ClosedAtMs"><c>closedDate</c>, Unix milliseconds, or null.</param>
/// <param name="ClosedById"><c>closedBy</c>: evidence only.</param>
/// <param name="IsOurs">The add-on created it, as its outbox says. Left out of the metrics.</param>
public sealed record TaskFact(
    long? ResponsibleId, long? CreatedById, int Status, long CreatedAtMs, long? DeadlineAtMs, long? ClosedAtMs, long? ClosedById,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsOurs = false) : FactPayload
{
    /// <summary>Completed; status 4, awaiting control, is not.</summary>
    [JsonIgnore]
    public bool IsClosed => Status == 5;
}

/// <summary>A working-day record.</summary>
/// <param name="UserId"><c>userId</c>.</param>
/// <param name="DurationSeconds"><c>duration</c>, seconds worked so far.</param>
/// <param name="IsOpen">The day was not finished when it was read.</param>
public sealed record WorkDayFact(long UserId, long DurationSeconds, bool IsOpen) : FactPayload;

/// <summary>A user's membership.</summary>
/// <param name="Active"><c>ACTIVE</c>; false after dismissal.</param>
/// <param name="Departments"><c>UF_DEPARTMENT</c>.</param>
public sealed record UserFact(bool Active, IReadOnlyList<long> Departments) : FactPayload;

/// <summary>A department's place in the tree.</summary>
/// <param name="ParentId"><c>PARENT</c>, or null at the root.</param>
/// <param name="HeadId"><c>UF_HEAD</c>, or null.</param>
/// <param name="Name"><c>NAME</c>.</param>
public sealed record DepartmentFact(long? ParentId, long? HeadId, string Name) : FactPayload;

/// <summary>A stretch in which a person is absent with approval; what occurred is its start.</summary>
/// <param name="UserId">Who is absent.</param>
/// <param name="FromMs">Start, Unix milliseconds.</param>
/// <param name="ToMs">End, exclusive, Unix milliseconds.</param>
/// <param name="FirstDay">Of an absence of whole days the first, yyyymmdd; its start and end are then those of the portal's days.</param>
/// <param name="LastDay">The last of them, included.</param>
public sealed record AbsenceFact(long UserId, long FromMs, long ToMs, int? FirstDay = null, int? LastDay = null) : FactPayload
{
    /// <summary>The days of an absence of whole days: days of the person, wherever he works; null for hours.</summary>
    [JsonIgnore]
    public DateInterval? WholeDays => FirstDay is { } first && LastDay is { } last ? new DateInterval(PortalDays.ToDate(first), PortalDays.ToDate(last)) : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallFact))]
[JsonSerializable(typeof(ActivityFact))]
[JsonSerializable(typeof(LeadFact))]
[JsonSerializable(typeof(DealFact))]
[JsonSerializable(typeof(QuoteFact))]
[JsonSerializable(typeof(StageFact))]
[JsonSerializable(typeof(DealWinFact))]
[JsonSerializable(typeof(InvoiceFact))]
[JsonSerializable(typeof(PaymentFact))]
[JsonSerializable(typeof(PaidMoneyFact))]
[JsonSerializable(typeof(CalendarEventFact))]
[JsonSerializable(typeof(TaskFact))]
[JsonSerializable(typeof(WorkDayFact))]
[JsonSerializable(typeof(UserFact))]
[JsonSerializable(typeof(DepartmentFact))]
[JsonSerializable(typeof(AbsenceFact))]
internal sealed partial class PayloadJson : JsonSerializerContext;
