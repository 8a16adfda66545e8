using System.Globalization;
using Bitrix24.PortalSimulator.Events;

namespace Bitrix24.PortalSimulator.State;

/// <summary>Everything the portal remembers. Not thread-safe: the portal's gate is held by whoever reads or changes it.</summary>
internal sealed class PortalState
{
    /// <summary>Ids of built-in directory rows start here, so that a timeline may number its own rows from 1.</summary>
    private const long FirstBuiltInId = 10_001;

    public PortalState()
    {
        Tables = new[]
        {
            Leads, Deals, Contacts, Quotes, Invoices, Payments, Events, Activities, Calls, Tasks, Users, Departments, Workdays, Statuses, Categories, Currencies, Portal, Chats,
        }.ToDictionary(table => table.Name, StringComparer.Ordinal);
        Users.Add(new Row(1) { IsBuiltIn = true, ["NAME"] = "Администратор", ["IS_ADMIN"] = true, ["ACTIVE"] = true });
        Categories.Add(new Row(0) { IsBuiltIn = true, ["name"] = "Общая", ["sort"] = 300L, ["isDefault"] = "Y" });
        Currencies.Add(new Row(FirstBuiltInId) { IsBuiltIn = true, ["CURRENCY"] = "RUB", ["BASE"] = "Y" });
        Portal.Add(new Row(1) { IsBuiltIn = true });
        foreach (var status in DefaultDirectories.All)
        {
            AddStatus(status.EntityId, status.StatusId, status.Name, status.Sort, status.Semantics, null);
        }
    }

    public Table Leads { get; } = new("lead", "id", FieldCatalogue.Lead, "ufCrm");

    public Table Deals { get; } = new("deal", "id", FieldCatalogue.Deal, "ufCrm");

    public Table Contacts { get; } = new("contact", "id", FieldCatalogue.Contact, "ufCrm");

    public Table Quotes { get; } = new("quote", "id", FieldCatalogue.Quote, "ufCrm");

    public Table Invoices { get; } = new("invoice", "id", FieldCatalogue.Invoice, "ufCrm");

    public Table Payments { get; } = new("payment", "id", FieldCatalogue.Payment);

    public Table Events { get; } = new("event", "ID", FieldCatalogue.Event);

    public Table LeadHistory { get; } = new("lead history", "ID", FieldCatalogue.LeadHistory);

    public Table DealHistory { get; } = new("deal history", "ID", FieldCatalogue.DealHistory);

    public Table InvoiceHistory { get; } = new("invoice history", "ID", FieldCatalogue.DealHistory);

    public Table Activities { get; } = new("activity", "ID", FieldCatalogue.Activity);

    public Table Calls { get; } = new("call", "ID", FieldCatalogue.Call);

    public Table Tasks { get; } = new("task", "id", FieldCatalogue.Task, "uf");

    public Table Users { get; } = new("user", "ID", FieldCatalogue.User, "UF_");

    public Table Departments { get; } = new("department", "ID", FieldCatalogue.Department);

    public Table Workdays { get; } = new("workday", "id", FieldCatalogue.Workday);

    public Table Statuses { get; } = new("status", "ID", FieldCatalogue.Status);

    public Table Categories { get; } = new("category", "id", FieldCatalogue.Category);

    public Table Currencies { get; } = new("currency", "ID", FieldCatalogue.Currency);

    public Table Portal { get; } = new("portal", "ID", FieldCatalogue.Portal);

    public Table Chats { get; } = new("chat", "ID", FieldCatalogue.Chat);

    /// <summary>Tables a timeline can write to, by the name it uses.</summary>
    public IReadOnlyDictionary<string, Table> Tables { get; }

    /// <summary>Told of every change of a record; null while a timeline is loaded, which fires no events.</summary>
    public Action<RecordChange>? Changed { get; set; }

    /// <summary>Offset in which the portal's server stores and answers times.</summary>
    public TimeSpan ServerOffset { get; private set; } = TimeSpan.FromHours(3);

    /// <summary>Zone answered by profile and by users without a zone of their own.</summary>
    public string TimeZone => Portal.Find(1)?.Text("timeZone") ?? "Europe/Moscow";

    /// <summary>The table of crm.item.* for an entityTypeId, or null when the simulator does not keep the type.</summary>
    public Table? Items(long entityTypeId) => entityTypeId switch
    {
        1 => Leads,
        2 => Deals,
        3 => Contacts,
        7 => Quotes,
        31 => Invoices,
        _ => null,
    };

    /// <summary>The stage history of a type, or null when none is kept of it.</summary>
    public Table? History(long entityTypeId) => entityTypeId switch
    {
        1 => LeadHistory,
        2 => DealHistory,
        31 => InvoiceHistory,
        _ => null,
    };

    public bool IsAdministrator(long userId) => Users.Find(userId)?.IsTrue("IS_ADMIN") ?? false;

    /// <summary>Directory of the stages of a type: STATUS, DEAL_STAGE, DEAL_STAGE_{n}, QUOTE_STATUS, SMART_INVOICE_STAGE_{n}.</summary>
    public static string StageDirectory(long entityTypeId, long categoryId) => entityTypeId switch
    {
        1 => "STATUS",
        2 when categoryId == 0 => "DEAL_STAGE",
        2 => "DEAL_STAGE_" + categoryId.ToString(CultureInfo.InvariantCulture),
        31 => "SMART_INVOICE_STAGE_" + categoryId.ToString(CultureInfo.InvariantCulture),
        _ => "QUOTE_STATUS",
    };

    public Row? FindStatus(string entityId, string statusId) =>
        Statuses.Rows.FirstOrDefault(row => row.Text("ENTITY_ID") == entityId && row.Text("STATUS_ID") == statusId);

    /// <summary>A new funnel comes with the default stages, prefixed C{id}:.</summary>
    public void AddFunnelStages(long categoryId)
    {
        var directory = StageDirectory(2, categoryId);
        foreach (var status in DefaultDirectories.All.Where(status => status.EntityId == "DEAL_STAGE"))
        {
            AddStatus(directory, $"C{categoryId}:{status.StatusId}", status.Name, status.Sort, status.Semantics, categoryId);
        }
    }

    public void SetServerOffset(TimeSpan offset) => ServerOffset = offset;

    private void AddStatus(string entityId, string statusId, string name, long sort, string? semantics, long? categoryId) =>
        Statuses.Add(new Row(Math.Max(Statuses.LastId + 2, FirstBuiltInId))
        {
            IsBuiltIn = true,
            ["ENTITY_ID"] = entityId,
            ["STATUS_ID"] = statusId,
            ["NAME"] = name,
            ["NAME_INIT"] = name,
            ["SORT"] = sort,
            ["SEMANTICS"] = semantics,
            ["CATEGORY_ID"] = categoryId,
            ["SYSTEM"] = statusId.EndsWith("NEW", StringComparison.Ordinal) || semantics is not null ? "Y" : "N",
        });
}
