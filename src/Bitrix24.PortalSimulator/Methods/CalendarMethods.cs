using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>calendar.event.get, calendar.event.getbyid, calendar.accessibility.get (api-reference/calendar/calendar-event).</summary>
internal static class CalendarMethods
{
    public static IEnumerable<RestMethod> All { get; } =
    [
        new("calendar.event.get", ["calendar"], Get) { IsList = true },
        new("calendar.event.getbyid", ["calendar"], GetById),
        new("calendar.accessibility.get", ["calendar"], Accessibility) { IsList = true },
    ];

    private static MethodResult Get(CallContext call)
    {
        var (type, owner) = (Required(call, "type", "calendar.event.get"), Required(call, "ownerId", "calendar.event.get"));
        var today = DateOnly.FromDateTime(call.Now.ToOffset(call.State.ServerOffset).DateTime);
        var (from, to) = (Day(call, "from") ?? today.AddMonths(-1), Day(call, "to") ?? today.AddMonths(3));
        var user = type == "user" && long.TryParse(owner, CultureInfo.InvariantCulture, out var id) ? id : 0;
        call.RequireVisible(user);
        return new MethodResult(CallContext.Array(Calendar(call, user)
            .SelectMany(entry => new Recurrence(entry.Event, Zone(call)).Touching(from, to).Select(start => Written(call, entry, start)))));
    }

    private static MethodResult GetById(CallContext call)
    {
        var id = call.Parameters.Integer("id") ?? throw Missing("id", "calendar.event.getbyid");
        var entry = call.State.Events.Rows.SelectMany(Entries).FirstOrDefault(entry => entry.Id == id)
            ?? throw new RestException(400, "", "Событие не найдено");
        return new MethodResult(Written(call, entry, new Recurrence(entry.Event, Zone(call)).First));
    }

    private static MethodResult Accessibility(CallContext call)
    {
        var (from, to) = (Day(call, "from") ?? throw Missing("from", "calendar.accessibility.get"), Day(call, "to") ?? throw Missing("to", "calendar.accessibility.get"));
        var users = call.Parameters.Texts("users");
        if (users.Count == 0)
        {
            throw Missing("users", "calendar.accessibility.get");
        }
        var result = new JsonObject();
        foreach (var user in users)
        {
            call.RequireVisible(long.TryParse(user, CultureInfo.InvariantCulture, out var id) ? id : 0);
            var entries = id > 0 ? Calendar(call, id).Where(entry => entry.Status != "N") : [];
            result[user] = CallContext.Array(entries.SelectMany(entry =>
            {
                var recurrence = new Recurrence(entry.Event, Zone(call));
                return recurrence.Touching(from, to).Select(start => Times(call, entry, recurrence, start))
                    .Select(row => (JsonNode)(call.Portal.Options.PeopleWithTimesInWords.Contains(id) ? InWords(row) : row));
            }));
        }
        return new MethodResult(result);
    }

    /// <summary>What stands in a person's calendar: his own events and those he is invited to.</summary>
    private static IEnumerable<Entry> Calendar(CallContext call, long userId) =>
        call.State.Events.Rows.SelectMany(Entries).Where(entry => entry.OwnerId == userId);

    private static IEnumerable<Entry> Entries(Row row)
    {
        var people = People(row).ToArray();
        return people.Length == 0
            ? [new Entry(row, row.Id, row.Integer("OWNER_ID"), null)]
            : people.Select(person => new Entry(
                row, ActivityFolding.Number(person, "entryId"), ActivityFolding.Number(person, "id"), FieldValue.AsText(person["status"])));
    }

    private static IEnumerable<JsonObject> People(Row row) => FieldValue.Elements(row["ATTENDEE_LIST"] as JsonNode).OfType<JsonObject>();

    private static JsonObject Written(CallContext call, Entry entry, DateTimeOffset start)
    {
        var recurrence = new Recurrence(entry.Event, Zone(call));
        var row = Times(call, entry, recurrence, start);
        row["PARENT_ID"] = Text(entry.Event.Id);
        row["DELETED"] = "N";
        row["CAL_TYPE"] = "user";
        row["OWNER_ID"] = Text(entry.OwnerId);
        row["DT_LENGTH"] = recurrence.Length;
        row["CREATED_BY"] = Text(entry.Event.Integer("CREATED_BY"));
        row["IS_MEETING"] = entry.Event.IsTrue("IS_MEETING");
        row["MEETING_STATUS"] = entry.Status;
        row["MEETING_HOST"] = Text(entry.Event.Integer("OWNER_ID"));
        row["RRULE"] = (entry.Event["RRULE"] as JsonNode)?.DeepClone();
        row["UF_CRM_CAL_EVENT"] = CallContext.Array((entry.Event["UF_CRM_CAL_EVENT"] as string[] ?? []).Select(code => (JsonNode)code));
        row["ATTENDEE_LIST"] = CallContext.Array(People(entry.Event).Select(person => person.DeepClone()));
        return row;
    }

    private static JsonObject Times(CallContext call, Entry entry, Recurrence recurrence, DateTimeOffset start)
    {
        // The last day of an event of whole days is part of it.
        var end = start.AddSeconds(recurrence.IsAllDay ? recurrence.Length - 86_400 : recurrence.Length);
        var zone = recurrence.IsAllDay ? "" : call.State.TimeZone;
        return new JsonObject
        {
            ["ID"] = Text(entry.Id),
            ["NAME"] = entry.Event.Text("NAME"),
            ["DATE_FROM"] = InPortalFormat(call, start, recurrence.IsAllDay),
            ["DATE_TO"] = InPortalFormat(call, end, recurrence.IsAllDay),
            ["DATE_FROM_TS_UTC"] = Text(start.ToUnixTimeSeconds()),
            ["DATE_TO_TS_UTC"] = Text(end.ToUnixTimeSeconds()),
            ["DT_SKIP_TIME"] = recurrence.IsAllDay ? "Y" : "N",
            ["TZ_FROM"] = zone,
            ["TZ_TO"] = zone,
            ["ACCESSIBILITY"] = entry.Event.Text("ACCESSIBILITY") ?? "busy",
            ["IMPORTANCE"] = entry.Event.Text("IMPORTANCE") ?? "normal",
            ["EVENT_TYPE"] = entry.Event.Text("EVENT_TYPE"),
        };
    }

    private static JsonObject InWords(JsonObject row)
    {
        foreach (var field in new[] { "DATE_FROM", "DATE_TO" })
        {
            row.Remove($"{field}_TS_UTC");
            row[field] = "десятое марта";
        }
        return row;
    }

    private static string InPortalFormat(CallContext call, DateTimeOffset moment, bool isDay) => isDay
        ? moment.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture)
        : moment.ToOffset(call.State.ServerOffset).ToString("dd.MM.yyyy HH:mm:ss", CultureInfo.InvariantCulture);

    private static TimeZoneInfo Zone(CallContext call) => TimeZoneInfo.FindSystemTimeZoneById(call.State.TimeZone);

    private static DateOnly? Day(CallContext call, string name) =>
        FieldValue.TryInstant(call.Parameters.Text(name) ?? "", call.State.ServerOffset, out var moment)
            ? DateOnly.FromDateTime(moment.ToOffset(call.State.ServerOffset).DateTime)
            : null;

    private static string Required(CallContext call, string name, string method) =>
        call.Parameters.Text(name) is { Length: > 0 } text ? text : throw Missing(name, method);

    private static RestException Missing(string name, string method) => new(400, "", $"Не задан обязательный параметр \"{name}\" для метода \"{method}\"");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>An event as it stands in the calendar of one person.</summary>
    private sealed record Entry(Row Event, long Id, long OwnerId, string? Status);
}
