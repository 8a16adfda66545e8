using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>tasks.task.list and tasks.task.get, classic (api-reference/tasks): requests in UPPER_CASE, answers in camelCase strings.</summary>
internal static class TaskMethods
{
    private const long Waiting = 2, InProgress = 3;

    private static readonly string[] Related = ["ufCrmTask", "ufTaskWebdavFiles", "ufMailMessage"];

    private static readonly string[] PeopleFields = ["accomplices", "auditors"];

    private static readonly Dictionary<string, string> FilterFields = Names("""
        ID PARENT_ID GROUP_ID CREATED_BY STATUS_CHANGED_BY PRIORITY FORUM_TOPIC_ID RESPONSIBLE_ID TITLE MARK SITE_ID ADD_IN_REPORT
        DATE_START DEADLINE CREATED_DATE CLOSED_DATE CHANGED_DATE STAGE_ID SPRINT_ID BACKLOG_ID UF_CRM_TASK
        """, ("REAL_STATUS", "status"), ("ACCOMPLICE", "accomplices"), ("AUDITOR", "auditors"));

    private static readonly Dictionary<string, string> SortFields = Names("""
        ID TITLE TIME_SPENT_IN_LOGS DATE_START CREATED_DATE CHANGED_DATE CLOSED_DATE ACTIVITY_DATE START_DATE_PLAN END_DATE_PLAN
        DEADLINE PRIORITY MARK GROUP_ID TIME_ESTIMATE ALLOW_CHANGE_DEADLINE MATCH_WORK_TIME FAVORITE
        """, ("REAL_STATUS", "status"));

    public static IEnumerable<RestMethod> All { get; } =
    [
        new("tasks.task.list", ["task"], List) { IsList = true },
        new("tasks.task.get", ["task"], Get),
    ];

    private static MethodResult List(CallContext call)
    {
        var table = call.State.Tasks;
        var rules = new FilterRules(FilterDialect.Tasks)
        {
            FieldName = name => FilterFields.GetValueOrDefault(name),
            Special = (name, op, value) => name switch
            {
                "STATUS" => SubStatusIs(call, op, value),
                "TITLE" => FilterCondition.Create(table.Fields["title"], op is FilterOperator.NotEqual ? FilterOperator.NotContains : FilterOperator.Contains, [FieldValue.AsText(value)]),
                _ => null,
            },
        };
        var filter = Filter.Compile(call.Parameters.Map("filter"), table, rules, call.State.ServerOffset);
        var order = ListQuery.Order(call.Parameters.Map("order"), table, name => SortFields.GetValueOrDefault(name),
            name => new RestException(400, "0", $"Unknown sort field {name}"));
        if (order.Count == 0)
        {
            order.Add((table.Fields["id"], true));
        }
        var page = ListQuery.Run(table, filter, order, call.Start(), Visible(call));
        var select = Select(call);
        var tasks = CallContext.Array(page.Rows.Select(row => Write(call, row, select)));
        return new MethodResult(new JsonObject { ["tasks"] = tasks }, page.Total, page.Next);
    }

    private static MethodResult Get(CallContext call)
    {
        var row = call.State.Tasks.Find(call.Parameters.RequiredInteger("taskId"));
        if (row is null || Visible(call) is { } isVisible && !isVisible(row))
        {
            return new MethodResult(new JsonArray());
        }
        return new MethodResult(new JsonObject { ["task"] = Write(call, row, Select(call)) });
    }

    /// <summary>The stored fields by default; id always; the three link fields together when one is asked for.</summary>
    private static Predicate<FieldSpec> Select(CallContext call)
    {
        var names = call.Parameters.Texts("select").Select(name => name is "*" or "UF_*" ? name : Camel(name)).ToHashSet(StringComparer.Ordinal);
        var links = names.Contains("UF_*") || Related.Any(names.Contains);
        var all = names.Count == 0 || names.Contains("*");
        return field => Related.Contains(field.Name) ? links : field.Name == "id" || names.Contains(field.Name) || (all && !field.OnlyWhenAsked);
    }

    /// <summary>A task as the classic methods answer it.</summary>
    public static JsonObject Write(CallContext call, Row row, Predicate<FieldSpec> isSelected)
    {
        var table = call.State.Tasks;
        var task = call.Write(table, row, isSelected, AnswerStyle.Strings);
        task["group"] = new JsonArray();
        if (isSelected(table.Fields["status"]))
        {
            task["subStatus"] = SubStatus(call, row).ToString(CultureInfo.InvariantCulture);
        }
        if (isSelected(table.Fields["createdBy"]))
        {
            task["creator"] = Person(call, row.Integer("createdBy"));
        }
        if (isSelected(table.Fields["responsibleId"]))
        {
            task["responsible"] = Person(call, row.Integer("responsibleId"));
        }
        foreach (var people in PeopleFields.Where(people => isSelected(table.Fields[people])))
        {
            task[people + "Data"] = People(call, row[people] as string[] ?? []);
        }
        return task;
    }

    private static JsonNode People(CallContext call, string[] ids)
    {
        var result = new JsonObject();
        foreach (var id in ids)
        {
            result[id] = Person(call, long.Parse(id, CultureInfo.InvariantCulture));
        }
        return result.Count == 0 ? new JsonArray() : result;
    }

    private static JsonObject Person(CallContext call, long id)
    {
        var user = call.State.Users.Find(id);
        return new JsonObject
        {
            ["id"] = id.ToString(CultureInfo.InvariantCulture),
            ["name"] = user is null ? "" : UserMethods.FullName(user),
            ["link"] = $"/company/personal/user/{id}/",
            ["icon"] = "/bitrix/images/tasks/default_avatar.png",
            ["workPosition"] = user?.Text("WORK_POSITION") ?? "",
        };
    }

    private static Predicate<Row>? Visible(CallContext call)
    {
        if (call.IsAdministrator)
        {
            return null;
        }
        var user = call.Caller.UserId;
        var text = user.ToString(CultureInfo.InvariantCulture);
        return row => row.Integer("responsibleId") == user || row.Integer("createdBy") == user
            || (row["accomplices"] as string[] ?? []).Contains(text) || (row["auditors"] as string[] ?? []).Contains(text);
    }

    private static Predicate<Row> SubStatusIs(CallContext call, FilterOperator op, JsonNode? value)
    {
        var wanted = FieldValue.Elements(value).Select(element => long.TryParse(FieldValue.AsText(element), CultureInfo.InvariantCulture, out var status) ? status : 0).ToArray();
        return op switch
        {
            FilterOperator.Equal => row => wanted.Contains(SubStatus(call, row)),
            FilterOperator.NotEqual => row => !wanted.Contains(SubStatus(call, row)),
            FilterOperator.Less => row => SubStatus(call, row) < wanted[0],
            FilterOperator.LessOrEqual => row => SubStatus(call, row) <= wanted[0],
            FilterOperator.Greater => row => SubStatus(call, row) > wanted[0],
            _ => row => SubStatus(call, row) >= wanted[0],
        };
    }

    /// <summary>−1 for an open task past its deadline, −3 for one within its last day, else the real status (−2, unviewed, is not kept).</summary>
    private static long SubStatus(CallContext call, Row row)
    {
        var status = row["status"] as long? ?? Waiting;
        if (status is not (Waiting or InProgress) || row.Instant("deadline") is not { } deadline)
        {
            return status;
        }
        return deadline < call.Now ? -1 : deadline < call.Now.AddDays(1) ? -3 : status;
    }

    private static Dictionary<string, string> Names(string list, params ReadOnlySpan<(string Request, string Field)> others)
    {
        var names = list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToDictionary(name => name, Camel, StringComparer.Ordinal);
        foreach (var (request, field) in others)
        {
            names[request] = field;
        }
        return names;
    }

    private static string Camel(string name)
    {
        var words = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Select((word, index) => index == 0 ? word.ToLowerInvariant() : word[..1] + word[1..].ToLowerInvariant()));
    }
}
