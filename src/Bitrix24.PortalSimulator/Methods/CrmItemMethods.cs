using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>crm.item.list, crm.item.get (api-reference/crm/universal) and crm.stagehistory.list (api-reference/crm/crm-stage-history-list.md).</summary>
internal static class CrmItemMethods
{
    private static readonly FilterRules ItemRules = new(FilterDialect.Standard)
    {
        AllowsLogic = true,
        FieldName = name => name is "fm" ? null : name,
        UnknownField = name => RestException.InvalidArgument($"Invalid filter: field '{name}' is not allowed in filter"),
    };

    public static IEnumerable<RestMethod> All { get; } =
    [
        new("crm.item.list", ["crm"], List) { IsList = true },
        new("crm.item.get", ["crm"], Get),
        new("crm.stagehistory.list", ["crm"], StageHistory) { IsList = true },
    ];

    private static MethodResult List(CallContext call)
    {
        var table = Items(call);
        var filter = Filter.Compile(call.Parameters.Map("filter"), table, ItemRules, call.State.ServerOffset);
        var order = ListQuery.Order(call.Parameters.Map("order"), table, name => name,
            name => RestException.InvalidArgument($"Invalid order: field '{name}' is not allowed in order"));
        var page = ListQuery.Run(table, filter, order, call.Start(), call.ResponsibleOnly("assignedById"));
        var select = call.Parameters.Texts("select");
        var chosen = CallContext.Selection(select);
        // Phones and the like come with "*" only and cannot be named.
        bool IsSelected(FieldSpec field) => field.Name == "fm" ? select.Contains("*") : chosen(field);
        var items = CallContext.Array(page.Rows.Select(row => Write(call, table, row, IsSelected)));
        return new MethodResult(new JsonObject { ["items"] = items }, page.Total, page.Next);
    }

    private static MethodResult Get(CallContext call)
    {
        var table = Items(call);
        var row = table.Find(call.Parameters.RequiredInteger("id")) ?? throw new RestException(400, "NOT_FOUND", "Element not found");
        if (call.ResponsibleOnly("assignedById") is { } isVisible && !isVisible(row))
        {
            throw RestException.AccessDenied();
        }
        return new MethodResult(new JsonObject { ["item"] = Write(call, table, row, _ => true) });
    }

    private static JsonObject Write(CallContext call, Table table, Row row, Predicate<FieldSpec> isSelected)
    {
        var item = call.Write(table, row, isSelected, AnswerStyle.Numbers);
        if (item.ContainsKey("fm") && item["fm"] is null)
        {
            item["fm"] = new JsonArray();
        }
        return item;
    }

    private static Table Items(CallContext call) =>
        call.State.Items(call.Parameters.RequiredInteger("entityTypeId"))
        ?? throw new RestException(400, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported");

    private static MethodResult StageHistory(CallContext call)
    {
        var type = call.Parameters.RequiredInteger("entityTypeId");
        var table = call.State.History(type) ?? throw new RestException(400, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported");
        var filter = Filter.Compile(call.Parameters.Map("filter"), table, new FilterRules(FilterDialect.Standard), call.State.ServerOffset);
        var order = ListQuery.Order(call.Parameters.Map("order"), table, name => name, name => RestException.Argument($"Unknown order field '{name}'"));
        var isOwnerVisible = call.ResponsibleOnly("assignedById");
        var owners = call.State.Items(type)!;
        var page = ListQuery.Run(table, filter, order, call.Start(),
            isOwnerVisible is null ? null : row => owners.Find(row.Integer("OWNER_ID")) is { } owner && isOwnerVisible(owner));
        var isSelected = CallContext.Selection(call.Parameters.Texts("select"));
        var items = CallContext.Array(page.Rows.Select(row => call.Write(table, row, isSelected, AnswerStyle.Numbers)));
        return new MethodResult(new JsonObject { ["items"] = items }, page.Total, page.Next);
    }
}
