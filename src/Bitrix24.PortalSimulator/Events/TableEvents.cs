using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator.Events;

/// <summary>
/// The one place that says which change of which table fires which event with which data
/// (api-reference/crm/*/events, tasks/events-tasks, telephony/voximplant/events, calendar/calendar-event/events, common/events/on-user-add.md).
/// </summary>
internal static class TableEvents
{
    private const long SmartInvoice = 31;

    /// <summary>Documented in place of an object that is not there.</summary>
    private const string Undefined = "undefined";

    private static readonly string[] CallFields =
    [
        "CALL_ID", "CALL_TYPE", "PHONE_NUMBER", "PORTAL_NUMBER", "PORTAL_USER_ID", "CALL_DURATION", "CALL_START_DATE", "COST", "COST_CURRENCY",
        "CALL_FAILED_CODE", "CALL_FAILED_REASON", "CRM_ACTIVITY_ID",
    ];

    private static readonly string[] UserFields =
        ["EMAIL", "NAME", "LAST_NAME", "PERSONAL_GENDER", "PERSONAL_BIRTHDAY", "UF_DEPARTMENT", "DATE_REGISTER", "WORK_POSITION", "UF_EMPLOYMENT_DATE"];

    /// <summary>The events of a change; none for tables that have no events (directories, working days, chats).</summary>
    public static IEnumerable<PortalEvent> Of(PortalState state, RecordChange change) => change.Table switch
    {
        // Moving a deal to another funnel fires this and not ONCRMDEALUPDATE.
        "deal" when change.ChangesFunnel =>
        [
            new PortalEvent("ONCRMDEALMOVETOCATEGORY",
                Fields(change, ("CATEGORY_ID", Text(change.Row.Integer("categoryId"))), ("STAGE_ID", change.Row.Text("stageId") ?? "")), Actor(change)),
        ],
        "lead" or "deal" or "quote" or "contact" or "company" or "activity" =>
            [new PortalEvent($"ONCRM{change.Table.ToUpperInvariant()}{Verb(change)}", Fields(change), Actor(change))],
        "invoice" => Dynamic(change, SmartInvoice),
        "task" => [new PortalEvent("ONTASK" + Verb(change), TaskData(change), Actor(change))],
        "event" => [new PortalEvent("ONCALENDARENTRY" + Verb(change), new JsonObject { ["id"] = Text(change.Row.Id) }, Actor(change))],
        "call" when change.Action is TimelineAction.Add =>
            [new PortalEvent("ONVOXIMPLANTCALLEND", Written(state, state.Calls, change.Row, CallFields), Actor(change))],
        "user" when change.Action is TimelineAction.Add => [new PortalEvent("ONUSERADD", UserData(state, change.Row), change.Row.Id)],
        _ => [],
    };

    private static IEnumerable<PortalEvent> Dynamic(RecordChange change, long entityTypeId)
    {
        var name = "ONCRMDYNAMICITEM" + Verb(change);
        foreach (var variant in new[] { name, $"{name}_{entityTypeId}" })
        {
            yield return new PortalEvent(variant, Fields(change, ("ENTITY_TYPE_ID", Text(entityTypeId))), Actor(change));
        }
    }

    private static JsonObject Fields(RecordChange change, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var fields = new JsonObject { ["ID"] = Text(change.Row.Id) };
        foreach (var (name, value) in more)
        {
            fields[name] = value;
        }
        return new JsonObject { ["FIELDS"] = fields };
    }

    private static JsonObject TaskData(RecordChange change)
    {
        JsonNode Id() => new JsonObject { ["ID"] = Text(change.Row.Id) };
        var (isAdd, isDelete) = (change.Action is TimelineAction.Add, change.Action is TimelineAction.Delete);
        return new JsonObject
        {
            ["FIELDS_BEFORE"] = isAdd ? Undefined : Id(),
            ["FIELDS_AFTER"] = isDelete ? Undefined : Id(),
            ["IS_ACCESSIBLE_BEFORE"] = isAdd ? "N" : Undefined,
            ["IS_ACCESSIBLE_AFTER"] = isDelete ? "N" : Undefined,
        };
    }

    private static JsonObject UserData(PortalState state, Row row)
    {
        var data = new JsonObject { ["ID"] = Text(row.Id), ["ACTIVE"] = row["ACTIVE"] is false ? "N" : "Y" };
        foreach (var (name, value) in Written(state, state.Users, row, UserFields))
        {
            data[name] = value?.DeepClone();
        }
        return data;
    }

    private static JsonObject Written(PortalState state, Table table, Row row, IEnumerable<string> names) => new(names.Select(name =>
    {
        var field = table.Fields[name];
        return KeyValuePair.Create(name, FieldValue.Write(row.Value(field), field.Kind, AnswerStyle.Strings, state.ServerOffset));
    }));

    /// <summary>Who made the change; a deletion by timeline names nobody.</summary>
    private static long? Actor(RecordChange change) => change.Action is TimelineAction.Delete ? null : change.Table switch
    {
        "task" => change.Row.Integer("changedBy"),
        "activity" => change.Row.Integer("EDITOR_ID"),
        "call" => change.Row.Integer("PORTAL_USER_ID"),
        "event" => change.Row.Integer("OWNER_ID"),
        _ => change.Row.Integer("updatedBy"),
    };

    private static string Verb(RecordChange change) => change.Action switch
    {
        TimelineAction.Add => "ADD",
        TimelineAction.Update => "UPDATE",
        _ => "DELETE",
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
