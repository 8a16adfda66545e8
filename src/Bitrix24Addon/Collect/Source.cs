using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Collect;

/// <summary>A list of the portal that becomes facts of one kind.</summary>
/// <param name="Name">The name under which its cursor is kept and its completeness is told.</param>
/// <param name="Kind">The kind of its facts.</param>
/// <param name="List">The list without cursor and time filter.</param>
/// <param name="TimeField">The field that a start of history filters by, in the method's letter case; null reads all of it always.</param>
/// <param name="ChangedField">The field that later synchronisations filter by; null where rows do not change.</param>
/// <param name="Observe">What a row says; null for a row that is no fact.</param>
internal sealed record Source(
    string Name, FactKind Kind, ListQuery List, string? TimeField, string? ChangedField, Func<JsonElement, RowContext, Observation?> Observe)
{
    /// <summary>Rows carry no time of change, so all of them are read each time.</summary>
    public bool IsReadWhole { get; init; }

    /// <summary>With a start of history: a condition for records that weigh on later days although they did not change since.</summary>
    public Func<long, KeyValuePair<string, JsonNode?>>? Early { get; init; }

    /// <summary>Records can be deleted, and the list can be asked which ids it has.</summary>
    public bool CanBeDeleted { get; init; }

    /// <summary>The name under which the reading of such records is kept.</summary>
    public string EarlyName => Name + ":early";

    /// <summary>The history after a cursor, from a start or from the first row.</summary>
    public ListQuery History(long afterId, long? sinceMs) =>
        List with { AfterId = afterId, Filter = sinceMs is { } since && TimeField is not null ? From(TimeField, since) : [] };

    /// <summary>Records that did not change since the start of history but weigh on later days.</summary>
    public ListQuery EarlyHistory(long afterId, long sinceMs) => List with
    {
        Key = EarlyName, AfterId = afterId, Filter = new JsonObject([Early!(sinceMs), new("<" + TimeField, WireTime.Text(sinceMs))]),
    };

    /// <summary>What changed since an instant.</summary>
    public ListQuery Changed(long sinceMs) => List with { Filter = From(ChangedField!, sinceMs) };

    /// <summary>The filter that takes a list of ids; lists of tasks know no prefix for it.</summary>
    public string IdsFilter => Kind == FactKind.Task ? List.List.IdField : "@" + List.List.IdField;

    /// <summary>Ids only, to find out what is gone.</summary>
    public ListQuery Ids(long afterId) => List with { AfterId = afterId, Select = [List.List.IdField] };

    private static JsonObject From(string field, long sinceMs) =>
        new() { [">=" + field] = WireTime.Text(sinceMs) };
}

/// <summary>Times as Bitrix24 wants them in filters: ISO 8601 with an explicit offset.</summary>
internal static class WireTime
{
    public static string Text(long atMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToOffset(TimeSpan.FromHours(3)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}

/// <summary>What reading a row needs to know about its portal.</summary>
/// <param name="Settings">The settings in force.</param>
/// <param name="Phones">Hashes phone numbers.</param>
/// <param name="ReadStartedAtMs">When the read that brought the row started, Unix milliseconds.</param>
internal sealed record RowContext(PortalSettings Settings, PhoneHasher Phones, long ReadStartedAtMs);

/// <summary>The lists that make up a sales department's life, in the order they are read: objects before what refers to them.</summary>
internal static class Sources
{
    public const string Calls = "calls";
    public const string Activities = "activities";
    public const string Leads = "leads";
    public const string Deals = "deals";
    public const string Quotes = "quotes";
    public const string LeadStages = "lead_stages";
    public const string DealStages = "deal_stages";
    public const string Tasks = "tasks";
    public const string Users = "users";
    public const string Departments = "departments";
    public const string Invoices = "invoices";
    public const string InvoiceStages = "invoice_stages";
    public const string Payments = "payments";
    public const string Calendar = "calendar";
    public const string Absences = "absences";
    public const string WorkDays = "working_days";

    /// <summary>In the key of a reading: what lies before the start of history.</summary>
    public const string OlderKey = ":older";

    /// <summary>In the key of a reading: what was missed before.</summary>
    public const string MissedKey = ":missed";

    /// <summary>In the key of a reading: what is marked in the inbox.</summary>
    public const string MarkedKey = ":marked";

    private static readonly string[] ItemFields = ["id", "stageId", "assignedById", "createdBy", "createdTime", "updatedTime"];

    private static readonly string[] TaskFields =
    [
        "ID", "STATUS", "RESPONSIBLE_ID", "CREATED_BY", "CREATED_DATE", "CHANGED_DATE", "DEADLINE", "CLOSED_DATE", "CLOSED_BY",
        "DESCRIPTION",
    ];

    private static readonly string[] ActivityFields =
    [
        "ID", "OWNER_TYPE_ID", "OWNER_ID", "TYPE_ID", "PROVIDER_ID", "PROVIDER_TYPE_ID", "SUBJECT", "START_TIME", "CREATED",
        "LAST_UPDATED", "COMPLETED", "RESPONSIBLE_ID", "ORIGIN_ID", "ASSOCIATED_ENTITY_ID", "BINDINGS",
    ];

    /// <summary>Payments of all orders. What an order belongs to stands elsewhere, so the rows are set aside until that is found.</summary>
    public static Source PaymentList { get; } = new(
        Payments,
        FactKind.Payment,
        new ListQuery(Payments, SaleMethods.Payments) { Select = ["id", "orderId", "paid", "datePaid", "sum", "currency"] },
        null,
        null,
        (_, _) => null)
    {
        IsReadWhole = true,
    };

    /// <summary>All lists.</summary>
    public static IReadOnlyList<Source> All { get; } =
    [
        new(Users, FactKind.User, new ListQuery(Users, UserMethods.Users) { Select = UserFields }, null, null, Rows.User) { IsReadWhole = true },
        new(Leads, FactKind.Lead, CrmMethods.ReadItems(Leads, 1, ItemFields), "updatedTime", "updatedTime", Rows.Lead) { CanBeDeleted = true },
        new(
            Deals,
            FactKind.Deal,
            CrmMethods.ReadItems(Deals, 2, [.. ItemFields, "categoryId", "leadId", "opportunity", "currencyId"]),
            "updatedTime",
            "updatedTime",
            Rows.Deal)
        {
            CanBeDeleted = true,
        },
        new(
            Quotes,
            FactKind.Quote,
            CrmMethods.ReadItems(Quotes, 7, [.. ItemFields, "movedTime", "dealId", "opportunity", "currencyId"]),
            "updatedTime",
            "updatedTime",
            Rows.Quote)
        {
            CanBeDeleted = true,
        },
        new(
            Invoices,
            FactKind.Invoice,
            CrmMethods.ReadItems(Invoices, 31, [.. ItemFields, "categoryId", "parentId2", "opportunity", "currencyId"]),
            "updatedTime",
            "updatedTime",
            Rows.Invoice)
        {
            CanBeDeleted = true,
        },
        new(LeadStages, FactKind.LeadStage, CrmMethods.ReadStageHistory(LeadStages, 1), "CREATED_TIME", null, Rows.LeadStage),
        new(DealStages, FactKind.DealStage, CrmMethods.ReadStageHistory(DealStages, 2), "CREATED_TIME", null, Rows.DealStage),
        new(InvoiceStages, FactKind.InvoiceStage, CrmMethods.ReadStageHistory(InvoiceStages, 31), "CREATED_TIME", null, Rows.InvoiceStage),
        PaymentList,
        new(
            Tasks,
            FactKind.Task,
            new ListQuery(Tasks, TaskMethods.Tasks) { Select = TaskFields },
            "CHANGED_DATE",
            "CHANGED_DATE",
            Rows.Task)
        {
            CanBeDeleted = true,

            // An open task weighs on every day, however long it has not been touched.
            Early = _ => new("!REAL_STATUS", 5),
        },
        new(
            Activities,
            FactKind.Activity,
            new ListQuery(Activities, CrmMethods.Activities) { Select = ActivityFields },
            "LAST_UPDATED",
            "LAST_UPDATED",
            Rows.Activity)
        {
            CanBeDeleted = true,

            // A meeting can be entered, and even completed, before the day it is held on.
            Early = since => new(">=START_TIME", WireTime.Text(since)),
        },
        new(Calls, FactKind.Call, new ListQuery(Calls, TelephonyMethods.Statistics), "CALL_START_DATE", null, Rows.Call),
    ];

    /// <summary>The list with a name.</summary>
    public static Source Named(string name) => All.Single(s => s.Name == name);

    /// <summary>The name under which the completeness of a kind of facts is told; null for what follows from other facts.</summary>
    /// <param name="kind">The kind.</param>
    public static string? NameOf(FactKind kind) => kind switch
    {
        FactKind.WorkDay => WorkDays,
        FactKind.CalendarEvent => Calendar,
        FactKind.Absence => Absences,
        FactKind.Department => Departments,
        _ => All.SingleOrDefault(s => s.Kind == kind)?.Name,
    };

    /// <summary>The kind of the facts that a reading brings.</summary>
    /// <param name="queryKey">The name of a source, or of a part of its reading.</param>
    public static FactKind KindOf(string queryKey) => queryKey switch
    {
        WorkDays => FactKind.WorkDay,
        Calendar => FactKind.CalendarEvent,
        Absences => FactKind.Absence,
        Departments => FactKind.Department,
        _ => SyncState.SourceOf(queryKey).Kind,
    };

    private static IReadOnlyList<string> UserFields => ["ID", "ACTIVE", "NAME", "LAST_NAME", "UF_DEPARTMENT", "TIME_ZONE"];
}
