using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>
/// sale.payment.list (api-reference/sale/payment), crm.item.payment.list and crm.orderentity.list (api-reference/crm/universal).
/// </summary>
internal static class PaymentMethods
{
    private static readonly HashSet<string> NotInAnswers = ["entityTypeId", "entityId"];

    private static readonly HashSet<string> OfItem = ["id", "accountNumber", "paid", "datePaid", "empPaidId", "paySystemId", "paySystemName", "sum", "currency"];

    private static readonly Dictionary<string, FieldSpec> BindingFields = FieldSpec.ParseList("id:i orderId:i ownerId:i ownerTypeId:i");

    private static readonly FilterRules Rules = new(FilterDialect.Standard) { FieldName = name => NotInAnswers.Contains(name) ? null : name };

    public static IEnumerable<RestMethod> All { get; } =
    [
        new("sale.payment.list", ["sale"], List) { IsList = true },
        new("crm.item.payment.list", ["crm"], OfOneItem) { IsList = true },
        new("crm.orderentity.list", ["crm"], Bindings) { IsList = true },
    ];

    private static MethodResult List(CallContext call)
    {
        RequireAdministrator(call, "Недостаточно прав для чтения оплат");
        var chosen = CallContext.Selection(call.Parameters.Texts("select"));
        return Rows(call, call.State.Payments, Rules, "payments", field => !NotInAnswers.Contains(field.Name) && chosen(field));
    }

    private static MethodResult OfOneItem(CallContext call)
    {
        var (type, id) = (call.Parameters.RequiredInteger("entityTypeId"), call.Parameters.RequiredInteger("entityId"));
        var item = call.State.Items(type)?.Find(id) ?? throw new RestException(400, "NOT_FOUND", "Element not found");
        if (call.ResponsibleOnly("assignedById") is { } isVisible && !isVisible(item))
        {
            throw new RestException(400, "0", "Недостаточно прав");
        }
        var filter = Filter.Compile(call.Parameters.Map("filter"), call.State.Payments, Rules, call.State.ServerOffset);
        var rows = call.State.Payments.Rows.Where(row => row.Integer("entityTypeId") == type && row.Integer("entityId") == id && filter.Matches(row));
        return new MethodResult(CallContext.Array(rows.Select(row => call.Write(call.State.Payments, row, field => OfItem.Contains(field.Name), AnswerStyle.Numbers))));
    }

    private static MethodResult Bindings(CallContext call)
    {
        RequireAdministrator(call, "Access Denied");
        var table = new Table("order binding", "id", BindingFields);
        foreach (var (order, type, owner) in call.State.Payments.Rows
            .Select(row => (Order: row.Integer("orderId"), Type: row.Integer("entityTypeId"), Owner: row.Integer("entityId"))).Where(row => row.Owner != 0).Distinct())
        {
            table.Add(new Row(table.LastId + 1) { ["orderId"] = order, ["ownerTypeId"] = type, ["ownerId"] = owner });
        }
        var chosen = CallContext.Selection(call.Parameters.Texts("select"));
        return Rows(
            call, table, new FilterRules(FilterDialect.Standard) { FieldName = name => name == "id" ? null : name }, "orderEntity",
            field => field.Name != "id" && chosen(field));
    }

    // A page of −1 is everything at once, as crm.orderentity.list says.
    private static MethodResult Rows(CallContext call, Table table, FilterRules rules, string name, Predicate<FieldSpec> isSelected)
    {
        var filter = Filter.Compile(call.Parameters.Map("filter"), table, rules, call.State.ServerOffset);
        var order = ListQuery.Order(call.Parameters.Map("order"), table, rules.FieldName, unknown => RestException.Argument($"Unknown order field '{unknown}'"));
        var page = ListQuery.Run(table, filter, order, Math.Max(call.Start(), 0), null);
        var rows = call.Start() < 0 ? [.. table.Rows.Where(filter.Matches)] : page.Rows;
        var written = CallContext.Array(rows.Select(row => call.Write(table, row, isSelected, AnswerStyle.Numbers)));
        return new MethodResult(new JsonObject { [name] = written }, page.Total, call.Start() < 0 ? null : page.Next);
    }

    private static void RequireAdministrator(CallContext call, string refusal)
    {
        if (!call.IsAdministrator)
        {
            throw new RestException(400, "200040300010", refusal);
        }
    }
}
