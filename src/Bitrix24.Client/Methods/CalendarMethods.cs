using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Calendars of people.</summary>
public static class CalendarMethods
{
    /// <summary><c>calendar.event.get</c>: events of one calendar, recurring ones occurrence by occurrence. Rows: <see cref="Rows.CalendarEvent"/>.</summary>
    public static readonly RestMethod EventGet = new("calendar.event.get", "api-reference/calendar/calendar-event/calendar-event-get.md", "calendar", IsRead: true);

    /// <summary><c>calendar.event.getbyid</c>: one event, a recurring one as a whole. Result: <see cref="Rows.CalendarEvent"/>.</summary>
    public static readonly RestMethod EventGetById = new(
        "calendar.event.getbyid", "api-reference/calendar/calendar-event/calendar-event-get-by-id.md", "calendar", IsRead: true);

    /// <summary><c>calendar.accessibility.get</c>: what people are busy with. A map from user to rows: <see cref="Rows.BusyStretch"/>.</summary>
    public static readonly RestMethod AccessibilityGet = new(
        "calendar.accessibility.get", "api-reference/calendar/calendar-event/calendar-accessibility-get.md", "calendar", IsRead: true);

    /// <summary>Asks for the events in a person's calendar; all of them come, there are no pages.</summary>
    /// <param name="userId">Whose calendar.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListEvents(long userId, DateOnly from, DateOnly to) => new(
        EventGet, new JsonObject { ["type"] = "user", ["ownerId"] = userId, ["from"] = Write.Day(from), ["to"] = Write.Day(to) });

    /// <summary>Asks for one event.</summary>
    /// <param name="id">The event's id.</param>
    /// <returns>The call; its result is an event.</returns>
    public static RestCall GetEvent(long id) => new(EventGetById, new JsonObject { ["id"] = id });

    /// <summary>Asks what people are busy with.</summary>
    /// <param name="userIds">The people.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <returns>The call; its result is a map from user to list.</returns>
    public static RestCall ListBusy(IEnumerable<long> userIds, DateOnly from, DateOnly to)
    {
        ArgumentNullException.ThrowIfNull(userIds);
        return new(AccessibilityGet, new JsonObject
        {
            ["users"] = new JsonArray([.. userIds.Select(id => (JsonNode)id)]), ["from"] = Write.Day(from), ["to"] = Write.Day(to),
        });
    }
}
