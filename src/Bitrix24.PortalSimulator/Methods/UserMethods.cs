using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>user.get, user.current, department.get (api-reference/user, api-reference/departments).</summary>
internal static class UserMethods
{
    private static readonly string[] UserScopes = ["user", "user_basic", "user_brief"];

    private static readonly HashSet<string> BriefFields =
    [
        "ID", "ACTIVE", "NAME", "LAST_NAME", "SECOND_NAME", "WORK_POSITION", "PERSONAL_PHOTO", "TIME_ZONE", "IS_ONLINE", "LAST_ACTIVITY_DATE",
        "UF_DEPARTMENT", "UF_PHONE_INNER", "UF_EMPLOYMENT_DATE", "UF_TIMEMAN", "USER_TYPE",
    ];

    private static readonly string[] NotConditions = ["sort", "order", "FILTER", "filter", "ADMIN_MODE", "select", "IMAGE_RESIZE", "start", "auth", "SORT", "ORDER", "START"];

    public static IEnumerable<RestMethod> All { get; } =
    [
        new("user.get", UserScopes, Get) { IsList = true },
        new("user.current", UserScopes, Current),
        new("department.get", ["department"], Departments) { IsList = true },
    ];

    public static string FullName(Row user) => $"{user.Text("NAME")} {user.Text("LAST_NAME")}".Trim();

    private static MethodResult Get(CallContext call)
    {
        var table = call.State.Users;
        var conditions = new JsonObject();
        foreach (var (name, value) in call.Parameters.Values.Where(pair => !NotConditions.Contains(pair.Key))
            .Concat(call.Parameters.Map("filter")).Concat(call.Parameters.Map("FILTER")))
        {
            conditions[name] = value?.DeepClone();
        }
        var rules = new FilterRules(FilterDialect.Standard)
        {
            FieldName = name => name == "IS_ADMIN" ? null : name,
            UnreadableMatchesNothing = true,
            Special = (name, _, value) => name == "NAME_SEARCH"
                ? row => FullName(row).Contains(FieldValue.AsText(value), StringComparison.OrdinalIgnoreCase)
                : null,
        };
        var filter = Filter.Compile(conditions, table, rules, call.State.ServerOffset);
        var page = ListQuery.Run(table, filter, Order(call, table), call.Start(), null);
        var isSelected = Selected(call);
        return new MethodResult(CallContext.Array(page.Rows.Select(row => Write(call, row, isSelected))), page.Total, page.Next);
    }

    private static MethodResult Current(CallContext call)
    {
        var row = call.State.Users.Find(call.Caller.UserId);
        return new MethodResult(row is null ? new JsonArray() : Write(call, row, Selected(call)));
    }

    private static Predicate<FieldSpec> Selected(CallContext call)
    {
        var chosen = CallContext.Selection(call.Parameters.Texts("select"));
        var isBrief = !call.Caller.Scopes.Contains("user") && !call.Caller.Scopes.Contains("user_basic");
        return field => field.Name != "IS_ADMIN" && chosen(field) && (!isBrief || BriefFields.Contains(field.Name));
    }

    private static JsonObject Write(CallContext call, Row row, Predicate<FieldSpec> isSelected) =>
        call.Write(call.State.Users, row, isSelected, AnswerStyle.Strings);

    private static MethodResult Departments(CallContext call)
    {
        var table = call.State.Departments;
        var conditions = new JsonObject();
        foreach (var name in table.Fields.Keys.Where(name => call.Parameters.Node(name) is not null))
        {
            conditions[name] = call.Parameters.Node(name)!.DeepClone();
        }
        var filter = Filter.Compile(conditions, table, new FilterRules(FilterDialect.EqualityOnly), call.State.ServerOffset);
        var page = ListQuery.Run(table, filter, Order(call, table), call.Start("START"), null);
        var rows = page.Rows.Select(row =>
        {
            // The top department has no PARENT and one without a head no UF_HEAD.
            return (JsonNode)call.Write(table, row, field => field.Name is not ("PARENT" or "UF_HEAD") || row[field.Name] is not null, AnswerStyle.Strings);
        });
        return new MethodResult(CallContext.Array(rows), page.Total, page.Next);
    }

    private static List<(FieldSpec Field, bool Descending)> Order(CallContext call, Table table)
    {
        if (call.Parameters.Text("sort") is not { Length: > 0 } sort)
        {
            return [];
        }
        var field = table.Field(sort) ?? throw RestException.Argument($"Cannot sort by '{sort}'");
        return [(field, ListQuery.IsDescending(call.Parameters.Text("order")))];
    }
}
