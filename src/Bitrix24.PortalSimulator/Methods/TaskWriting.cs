using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>tasks.task.add, classic and REST 3.0 (api-reference/tasks/tasks-task-add.md, tasks-task-add-rest-v3.md).</summary>
internal static class TaskWriting
{
    /// <summary>Tasks made by calls get ids beyond those of a timeline, so that the rest of it can still be played.</summary>
    private const long FirstCreatedId = 1_000_001;

    private static readonly Dictionary<string, string> ClassicFields = new(StringComparer.Ordinal)
    {
        ["TITLE"] = "title",
        ["DESCRIPTION"] = "description",
        ["RESPONSIBLE_ID"] = "responsibleId",
        ["CREATED_BY"] = "createdBy",
        ["DEADLINE"] = "deadline",
        ["PARENT_ID"] = "parentId",
        ["PRIORITY"] = "priority",
        ["UF_CRM_TASK"] = "ufCrmTask",
    };

    private static readonly Dictionary<string, string> V3Fields = new(StringComparer.Ordinal)
    {
        ["title"] = "title",
        ["description"] = "description",
        ["responsibleId"] = "responsibleId",
        ["creatorId"] = "createdBy",
        ["deadline"] = "deadline",
        ["parentId"] = "parentId",
        ["crmItemIds"] = "ufCrmTask",
    };

    public static IEnumerable<RestMethod> All { get; } =
    [
        new("tasks.task.add", ["task"], AddClassic),
        new("tasks.task.add", ["tasks"], AddV3) { IsV3 = true, HonoursIdempotencyKey = true },
    ];

    /// <summary>The tasks that calls made, and no timeline.</summary>
    public static IEnumerable<Row> MadeByCalls(PortalState state) => state.Tasks.Rows.Where(task => task.Id >= FirstCreatedId);

    private static MethodResult AddClassic(CallContext call)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal) { ["createdBy"] = call.Caller.UserId };
        foreach (var (name, value) in call.Parameters.Map("fields"))
        {
            // Fields the portal does not know are ignored.
            if (ClassicFields.TryGetValue(name, out var field))
            {
                values[field] = Parse(call, field, value, message => new RestException(400, "100", message));
            }
        }
        if (string.IsNullOrWhiteSpace(values.GetValueOrDefault("title") as string))
        {
            throw new RestException(400, "ERROR_CORE", "Не указано название задачи.<br>");
        }
        if (UserOf(call, values, "responsibleId") is null)
        {
            throw new RestException(400, "ERROR_CORE", "Не указан исполнитель.<br>");
        }
        // The documented answer has the fields of a task without those of scrum.
        var task = TaskMethods.Write(call, Create(call, values), field => !field.OnlyWhenAsked && field.Name is not ("sprintId" or "backlogId"));
        return new MethodResult(new JsonObject { ["task"] = task });
    }

    private static MethodResult AddV3(CallContext call)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in call.Parameters.Map("fields"))
        {
            var field = V3Fields.GetValueOrDefault(name) ?? throw RestException.V3("UNKNOWNDTOPROPERTYEXCEPTION", $"Unknown property {name}");
            values[field] = Parse(call, field, value, message => Invalid(name, message));
        }
        foreach (var (name, field) in V3Fields.Where(pair => pair.Key is "title" or "creatorId" or "responsibleId"))
        {
            if (values.GetValueOrDefault(field) is null or "")
            {
                throw Invalid(name, $"Required field {name} is missing");
            }
        }
        foreach (var (name, field) in V3Fields.Where(pair => pair.Key is "creatorId" or "responsibleId"))
        {
            if (UserOf(call, values, field) is null)
            {
                throw Invalid(name, "User not found");
            }
        }
        var row = Create(call, values);
        return new MethodResult(new JsonObject
        {
            ["item"] = new JsonObject
            {
                ["id"] = row.Id,
                ["title"] = row.Text("title"),
                ["description"] = row.Text("description") ?? "",
                ["deadline"] = row.Instant("deadline") is { } deadline ? FieldValue.Iso(deadline, call.State.ServerOffset) : null,
                ["priority"] = "average",
                ["status"] = "pending",
                ["closed"] = null,
                ["activity"] = FieldValue.Iso(call.Now, call.State.ServerOffset),
                ["crmItemIds"] = new JsonArray([.. (row["ufCrmTask"] as string[] ?? []).Select(id => JsonValue.Create(id))]),
            },
        });
    }

    /// <summary>The one place where a call makes a task.</summary>
    private static Row Create(CallContext call, Dictionary<string, object?> values)
    {
        var table = call.State.Tasks;
        var id = Math.Max(table.LastId + 1, FirstCreatedId);
        TaskFolding.Fold(new RowChange(call.State, table, null, id, call.Now, values));
        return table.Find(id)!;
    }

    private static object? Parse(CallContext call, string field, JsonNode? value, Func<string, RestException> refuse)
    {
        try
        {
            return FieldValue.Parse(value, call.State.Tasks.Fields[field], call.State.ServerOffset);
        }
        catch (FormatException exception)
        {
            throw refuse(exception.Message);
        }
    }

    private static Row? UserOf(CallContext call, Dictionary<string, object?> values, string field) =>
        values.GetValueOrDefault(field) is long id ? call.State.Users.Find(id) : null;

    private static RestException Invalid(string field, string message) =>
        RestException.V3("VALIDATION_REQUESTVALIDATIONEXCEPTION", string.Create(CultureInfo.InvariantCulture, $"The request is not valid: {field}"), (field, message));
}
