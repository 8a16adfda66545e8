using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>crm.activity.list, crm.activity.get, crm.activity.binding.list (api-reference/crm/timeline/activities).</summary>
internal static class ActivityMethods
{
    private static readonly FilterRules Rules = new(FilterDialect.Standard)
    {
        FieldName = name => name is "COMMUNICATIONS" or "FILES" or "SETTINGS" or "PROVIDER_PARAMS" ? null : name,
        Special = (name, _, value) => name == "BINDINGS" ? BoundTo(value) : null,
    };

    public static IEnumerable<RestMethod> All { get; } =
    [
        new("crm.activity.list", ["crm"], List) { IsList = true },
        new("crm.activity.get", ["crm"], Get),
        new("crm.activity.binding.list", ["crm"], Bindings),
    ];

    private static MethodResult List(CallContext call)
    {
        var table = call.State.Activities;
        var filter = Filter.Compile(call.Parameters.Map("filter"), table, Rules, call.State.ServerOffset);
        var order = ListQuery.Order(call.Parameters.Map("order"), table, name => name, name => RestException.Argument($"Unknown order field '{name}'"));
        if (order.Count == 0)
        {
            order.Add((table.Fields["START_TIME"], false));
        }
        var page = ListQuery.Run(table, filter, order, call.Start(), call.ResponsibleOnly("RESPONSIBLE_ID"));
        var chosen = CallContext.Selection(call.Parameters.Texts("select"));
        bool IsSelected(FieldSpec field) => field.Name != "BINDINGS" && chosen(field);
        var rows = CallContext.Array(page.Rows.Select(row => call.Write(table, row, IsSelected, AnswerStyle.Strings)));
        return new MethodResult(rows, page.Total, page.Next);
    }

    private static MethodResult Get(CallContext call) =>
        new(call.Write(call.State.Activities, Find(call, "id"), field => !field.OnlyWhenAsked, AnswerStyle.Strings));

    private static MethodResult Bindings(CallContext call) =>
        new(CallContext.Array(Pairs(Find(call, "activityId"))
            .Select(pair => (JsonNode)new JsonObject { ["entityTypeId"] = pair.Type, ["entityId"] = pair.Id })));

    private static Row Find(CallContext call, string parameter)
    {
        var row = call.State.Activities.Find(call.Parameters.RequiredInteger(parameter))
            ?? throw new RestException(400, "NOT_FOUND", "Activity not found");
        return call.ResponsibleOnly("RESPONSIBLE_ID") is { } isVisible && !isVisible(row) ? throw RestException.AccessDenied() : row;
    }

    private static IEnumerable<(long Type, long Id)> Pairs(Row row) =>
        FieldValue.Elements(row["BINDINGS"] as JsonNode)
            .Select(binding => (ActivityFolding.Number(binding, "OWNER_TYPE_ID"), ActivityFolding.Number(binding, "OWNER_ID")));

    /// <summary>Any of the given pairs; a pair may name the type, the id or both.</summary>
    private static Predicate<Row> BoundTo(JsonNode? value)
    {
        var given = value is JsonObject single && (single.ContainsKey("OWNER_ID") || single.ContainsKey("OWNER_TYPE_ID")) ? [single] : FieldValue.Elements(value);
        var wanted = given.Select(pair => (Type: ActivityFolding.Number(pair, "OWNER_TYPE_ID"), Id: ActivityFolding.Number(pair, "OWNER_ID"))).ToArray();
        return row => Pairs(row).Any(pair => wanted.Any(want => (want.Type == 0 || want.Type == pair.Type) && (want.Id == 0 || want.Id == pair.Id)));
    }
}
