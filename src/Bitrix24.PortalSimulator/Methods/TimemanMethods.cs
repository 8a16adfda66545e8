using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>timeman.record.list of REST 3.0 (api-reference/timeman): exactly one user, conditions as arrays.</summary>
internal static class TimemanMethods
{
    private const int DefaultLimit = 50, MaximumLimit = 1000;

    private static readonly HashSet<string> Sortable = ["id", "userId", "startTime", "endTime", "duration"];

    private static readonly Dictionary<string, FilterOperator> Operators = new(StringComparer.Ordinal)
    {
        ["="] = FilterOperator.Equal,
        ["!="] = FilterOperator.NotEqual,
        [">"] = FilterOperator.Greater,
        [">="] = FilterOperator.GreaterOrEqual,
        ["<"] = FilterOperator.Less,
        ["<="] = FilterOperator.LessOrEqual,
        ["in"] = FilterOperator.In,
        ["between"] = FilterOperator.Between,
    };

    public static IEnumerable<RestMethod> All { get; } = [new("timeman.record.list", ["timeman"], List) { IsV3 = true, IsList = true }];

    private static MethodResult List(CallContext call)
    {
        var table = call.State.Workdays;
        var filter = new Filter();
        var users = new List<long>();
        foreach (var condition in FieldValue.Elements(call.Parameters.Node("filter")))
        {
            AddCondition(call, table, filter, users, condition as JsonArray);
        }
        if (users.Count != 1)
        {
            throw RestException.V3("VALIDATION_REQUESTVALIDATIONEXCEPTION", "Request validation failed", ("filter", "Exactly one userId is required"));
        }
        call.RequireVisible(users[0]);
        if (!call.IsAdministrator && users[0] != call.Caller.UserId)
        {
            throw new RestException(403, "BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION", "Access denied");
        }
        var order = ListQuery.Order(call.Parameters.Map("order"), table, name => Sortable.Contains(name) ? name : null,
            name => RestException.V3("INVALIDORDEREXCEPTION", $"Cannot sort by {name}"));
        var (offset, limit) = Pagination(call);
        var rows = new List<Row>();
        for (long start = 0; ; start += ListQuery.PageSize)
        {
            var page = ListQuery.Run(table, filter, order, start, null);
            rows.AddRange(page.Rows);
            if (page.Next is null || rows.Count >= offset + limit)
            {
                break;
            }
        }
        var isSelected = CallContext.Selection(call.Parameters.Texts("select"));
        var items = rows.Skip((int)offset).Take((int)limit).Select(row => call.Write(table, row, isSelected, AnswerStyle.Numbers));
        return new MethodResult(new JsonObject { ["items"] = CallContext.Array(items) });
    }

    private static void AddCondition(CallContext call, Table table, Filter filter, List<long> users, JsonArray? condition)
    {
        if (condition is not { Count: 2 or 3 })
        {
            throw RestException.V3("INVALIDFILTEREXCEPTION", "A condition is [field, operator, value] or [field, value]");
        }
        var name = FieldValue.AsText(condition[0]);
        if (name is not ("userId" or "startTime"))
        {
            throw RestException.V3("UNKNOWNDTOPROPERTYEXCEPTION", $"Unknown filter property {name}");
        }
        var given = condition.Count == 3 ? FieldValue.AsText(condition[1]) : "=";
        if (!Operators.TryGetValue(given, out var op) || (name == "startTime" && op is FilterOperator.NotEqual or FilterOperator.In))
        {
            throw RestException.V3("UNKNOWNFILTEROPERATOREXCEPTION", $"Unknown filter operator {given}");
        }
        try
        {
            var operands = FieldValue.Elements(condition[^1])
                .Select(element => FieldValue.ParseScalar(FieldValue.AsText(element), table.Fields[name], call.State.ServerOffset)).ToArray();
            if (operands.Length == 0 || (op is FilterOperator.Between && operands.Length != 2))
            {
                throw RestException.V3("INVALIDFILTEREXCEPTION", $"Wrong number of values for {name}");
            }
            if (name == "userId" && op is FilterOperator.Equal or FilterOperator.In)
            {
                users.AddRange(operands.OfType<long>());
            }
            filter.Add(FilterCondition.Create(table.Fields[name], op, operands));
        }
        catch (FormatException exception)
        {
            throw RestException.V3("INVALIDFILTEREXCEPTION", exception.Message);
        }
    }

    private static (long Offset, long Limit) Pagination(CallContext call)
    {
        var pagination = new Parameters(call.Parameters.Map("pagination"));
        var limit = pagination.Integer("limit") ?? DefaultLimit;
        var offset = pagination.Integer("page") is { } page ? (page - 1) * limit : pagination.Integer("offset") ?? 0;
        return limit is < 1 or > MaximumLimit || offset < 0
            ? throw RestException.V3("INVALIDPAGINATIONEXCEPTION", $"limit must be 1 to {MaximumLimit} and the page or offset must not be negative")
            : (offset, limit);
    }
}
