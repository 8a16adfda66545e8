using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>crm.status.list, crm.category.list, crm.currency.list (api-reference/crm/status, universal/category, currency).</summary>
internal static class DirectoryMethods
{
    public static IEnumerable<RestMethod> All { get; } =
    [
        new("crm.status.list", ["crm"], Statuses) { IsList = true },
        new("crm.category.list", ["crm"], Categories) { IsList = true },
        new("crm.currency.list", ["crm"], Currencies) { IsList = true },
    ];

    private static MethodResult Statuses(CallContext call)
    {
        var table = call.State.Statuses;
        var filter = Filter.Compile(call.Parameters.Map("filter"), table, new FilterRules(FilterDialect.Standard), call.State.ServerOffset);
        var rows = Sorted(call, table, filter, "SORT").Select(row =>
        {
            var status = call.Write(table, row, field => field.Name != "EXTRA", AnswerStyle.Strings);
            status["EXTRA"] = new JsonObject { ["SEMANTICS"] = ExtraSemantics(row), ["COLOR"] = row.Text("COLOR") ?? "" };
            return (JsonNode)status;
        }).ToArray();
        // Paging of this method is not described: all rows come at once.
        return new MethodResult(new JsonArray(rows), rows.Length);
    }

    private static string ExtraSemantics(Row row) => row.Text("SEMANTICS") switch
    {
        "S" => "success",
        "F" when row.Text("STATUS_ID")!.EndsWith("APOLOGY", StringComparison.Ordinal) => "apology",
        "F" => "failure",
        _ => "process",
    };

    private static MethodResult Categories(CallContext call)
    {
        if (call.Parameters.RequiredInteger("entityTypeId") != 2)
        {
            throw new RestException(400, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported");
        }
        var table = call.State.Categories;
        var rows = table.Rows.OrderBy(row => row.Value(table.Fields["sort"]) as long?).Select(row => (JsonNode)call.Write(
            table, row, field => row.Id != 0 || field.Name is not ("originId" or "originatorId"), AnswerStyle.Numbers)).ToArray();
        return new MethodResult(new JsonObject { ["categories"] = new JsonArray(rows) }, rows.Length);
    }

    private static MethodResult Currencies(CallContext call)
    {
        var table = call.State.Currencies;
        var rows = Sorted(call, table, new Filter(), "SORT").Select(row => (JsonNode)call.Write(table, row, field => field.Name != "ID", AnswerStyle.Strings));
        // The page says that total is always 0 here.
        return new MethodResult(new JsonArray([.. rows]), 0);
    }

    private static List<Row> Sorted(CallContext call, Table table, Filter filter, string defaultField)
    {
        var order = ListQuery.Order(call.Parameters.Map("order"), table, name => name, name => RestException.Argument($"Unknown order field '{name}'"));
        if (order.Count == 0)
        {
            order.Add((table.Fields[defaultField], false));
        }
        var result = new List<Row>();
        for (long start = 0; ; start += ListQuery.PageSize)
        {
            var page = ListQuery.Run(table, filter, order, start, null);
            result.AddRange(page.Rows);
            if (page.Next is null)
            {
                return result;
            }
        }
    }
}
