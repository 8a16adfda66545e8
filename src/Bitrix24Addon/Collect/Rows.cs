using System.Globalization;
using System.Text.Json;
using Bitrix24.Client.Json;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;

namespace Bitrix24Addon.Collect;

/// <summary>What the rows of Bitrix24 say, as observations. A row without what makes it a fact (id, time) is none.</summary>
internal static class Rows
{
    private const string CallOriginPrefix = "VI_";

    public static Observation? Call(JsonElement row, RowContext context) =>
        row.As(Bitrix24JsonContext.Default.CallStatistic) is { CallStartDate: { } start } call
            ? new Observation(FactKind.Call, call.Id, Ms(start), new CallFact(
                string.IsNullOrEmpty(call.CallId) ? $"#{call.Id}" : call.CallId,
                NotZero(call.PortalUserId),
                (int)(call.CallType ?? 0),
                call.CallFailedCode ?? "",
                call.CallDurationSeconds ?? 0,
                call.CallVote is >= 1 and <= 5 and var vote ? (int)vote : null,
                context.Phones.Hash(call.PhoneNumber),
                NotZero(call.CrmActivityId)))
            : null;

    public static Observation? Activity(JsonElement row, RowContext context)
    {
        if (row.As(Bitrix24JsonContext.Default.CrmActivity) is not { } activity || (activity.Created ?? activity.StartTime) is not { } created)
        {
            return null;
        }

        var owners = (activity.Bindings ?? []).Select(b => (Type: b.OwnerTypeId, Id: b.OwnerId))
            .Prepend((Type: activity.OwnerTypeId, Id: activity.OwnerId))
            .Where(o => o is { Type: > 0, Id: > 0 }).Select(o => FactKeys.CrmObject(o.Type!.Value, o.Id!.Value)).Distinct().ToList();
        var isChat = activity.ProviderId == "IMOPENLINES_SESSION";
        return new Observation(
            FactKind.Activity,
            activity.Id,
            isChat ? Ms(created) : Ms(activity.StartTime ?? created),
            new ActivityFact(
                (int)(activity.TypeId ?? 0),
                activity.ProviderId,
                NotZero(activity.ResponsibleId),
                activity.Completed ?? false,
                activity.StartTime is { } start ? Ms(start) : null,
                Ms(created),
                context.Settings.Presentations.Matches(activity.Subject, activity.ProviderTypeId),
                activity.OriginId?.StartsWith(CallOriginPrefix, StringComparison.Ordinal) == true
                    ? activity.OriginId[CallOriginPrefix.Length..]
                    : null,
                owners)
            {
                // Of other activities it names a task or a chat session.
                CalendarEntryId = activity.TypeId == 1 || activity.ProviderId is "CRM_MEETING" or "CRM_TODO" ? NotZero(activity.AssociatedEntityId) : null,
            })
        {
            EffectiveAtMs = activity.LastUpdated is { } updated ? Ms(updated) : null,
        };
    }

    public static Observation? Lead(JsonElement row, RowContext context) =>
        Item(row) is { CreatedTime: { } created } lead
            ? new Observation(FactKind.Lead, lead.Id, Ms(created), new LeadFact(
                NotZero(lead.AssignedById), NotZero(lead.CreatedBy), lead.StageId ?? ""))
            {
                EffectiveAtMs = Ms(lead.UpdatedTime ?? created),
            }
            : null;

    public static Observation? Deal(JsonElement row, RowContext context) =>
        Item(row) is { CreatedTime: { } created } deal
            ? new Observation(FactKind.Deal, deal.Id, Ms(created), new DealFact(
                NotZero(deal.AssignedById), NotZero(deal.CreatedBy), (int)(deal.CategoryId ?? 0), deal.StageId ?? "",
                NotZero(deal.LeadId), Minor(deal.Opportunity), deal.CurrencyId ?? ""))
            {
                EffectiveAtMs = Ms(deal.UpdatedTime ?? created),
            }
            : null;

    public static Observation? Quote(JsonElement row, RowContext context)
    {
        if (Item(row) is not { CreatedTime: { } created } quote)
        {
            return null;
        }

        // The history of a quote's stages is not kept by the platform: its last move is all there is.
        long? moved = quote.MovedTime is { } movedAt ? Ms(movedAt) : null;
        return new Observation(FactKind.Quote, quote.Id, Ms(created), new QuoteFact(
            NotZero(quote.AssignedById), NotZero(quote.CreatedBy), NotZero(quote.DealId), quote.StageId ?? "", moved,
            Minor(quote.Opportunity), quote.CurrencyId ?? ""))
        {
            EffectiveAtMs = moved ?? context.ReadStartedAtMs,
        };
    }

    public static Observation? Invoice(JsonElement row, RowContext context) =>
        Item(row) is { CreatedTime: { } created } invoice
            ? new Observation(FactKind.Invoice, invoice.Id, Ms(created), new InvoiceFact(
                NotZero(invoice.AssignedById), NotZero(invoice.CreatedBy), NotZero(invoice.ParentDealId), (int)(invoice.CategoryId ?? 0),
                invoice.StageId ?? "", Minor(invoice.Opportunity), invoice.CurrencyId ?? ""))
            {
                EffectiveAtMs = Ms(invoice.UpdatedTime ?? created),
            }
            : null;

    /// <summary>A payment of an item, or of none; one that is paid nobody knows when is no fact.</summary>
    public static Observation? Payment(Payment payment, (long TypeId, long Id)? owner) => payment is { Paid: true, DatePaid: null }
        ? null
        : new Observation(
            FactKind.Payment, payment.Id, payment is { Paid: true, DatePaid: { } paid } ? Ms(paid) : 0,
            new PaymentFact(owner?.TypeId, owner?.Id, payment.Paid ?? false, Minor(payment.Sum), payment.Currency ?? ""));

    public static Observation? LeadStage(JsonElement row, RowContext context) => Stage(row, FactKind.LeadStage);

    public static Observation? DealStage(JsonElement row, RowContext context) => Stage(row, FactKind.DealStage);

    public static Observation? InvoiceStage(JsonElement row, RowContext context) => Stage(row, FactKind.InvoiceStage);

    public static Observation? Task(JsonElement row, RowContext context)
    {
        if (row.As(Bitrix24JsonContext.Default.TaskItem) is not { CreatedDate: { } created } task)
        {
            return null;
        }

        var closed = task.ClosedDate is { } closedAt ? Ms(closedAt) : (long?)null;
        var changed = task.ChangedDate ?? task.ClosedDate ?? created;
        return new Observation(
            FactKind.Task,
            task.Id,
            task.Status == 5 && closed is { } at ? at : Ms(created),
            new TaskFact(
                NotZero(task.ResponsibleId), NotZero(task.CreatedBy), (int)(task.Status ?? 0), Ms(created),
                task.Deadline is { } deadline ? Ms(deadline) : null, closed, NotZero(task.ClosedBy)))
        {
            TaskMark = TaskMark.FindIn(task.Description),
            EffectiveAtMs = Ms(changed),
        };
    }

    public static Observation? WorkDay(WorkingDayRecord row) =>
        row is { StartTime: { } start, UserId: { } userId } day
            ? new Observation(FactKind.WorkDay, day.Id, Ms(start), new WorkDayFact(
                userId, day.DurationSeconds ?? 0, day.EndTime is null))
            : null;

    public static Observation? User(JsonElement row, RowContext context) =>
        row.As(Bitrix24JsonContext.Default.User) is { } user
            ? new Observation(FactKind.User, user.Id, 0, new UserFact(user.Active ?? false, user.DepartmentIds ?? []))
            : null;

    public static Observation? Department(JsonElement row) =>
        row.As(Bitrix24JsonContext.Default.Department) is { } department
            ? new Observation(FactKind.Department, department.Id, 0, new DepartmentFact(
                NotZero(department.ParentId), NotZero(department.HeadUserId), department.Name ?? ""))
            : null;

    /// <summary>The id of a row of any list, whether the method writes numbers as numbers or as strings.</summary>
    public static long Id(JsonElement row, string field) => row.GetProperty(field) is { ValueKind: JsonValueKind.String } text
        ? long.Parse(text.GetString()!, CultureInfo.InvariantCulture)
        : row.GetProperty(field).GetInt64();

    private static CrmItem? Item(JsonElement row) => row.As(Bitrix24JsonContext.Default.CrmItem);

    private static Observation? Stage(JsonElement row, FactKind kind) =>
        row.As(Bitrix24JsonContext.Default.StageHistoryRecord) is { CreatedTime: { } created, OwnerId: { } owner } move
            ? new Observation(kind, move.Id, Ms(created), new StageFact(
                owner, (int)(move.TypeId ?? 0), move.StageId ?? "", move.StageSemanticId ?? "P", (int)(move.CategoryId ?? 0)))
            : null;

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private static long? NotZero(long? id) => id is > 0 ? id : null;

    private static long Minor(decimal? amount) => (long)Math.Round((amount ?? 0) * 100, MidpointRounding.AwayFromZero);
}
