using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Calendar events: who is invited, with an entry of his own, and the organiser among them.</summary>
internal static class EventFolding
{
    private const long FirstEntryOfGuests = 1_000_000, EntriesOfEvent = 1000;

    public static void Fold(RowChange change)
    {
        change.Require("OWNER_ID", "NAME", "DATE_FROM", "DATE_TO");
        if (change.After("DATE_FROM") is not DateTimeOffset from || change.After("DATE_TO") is not DateTimeOffset to || to < from)
        {
            throw new TimelineException($"event {change.Id} ends before it begins or has no time; give DATE_FROM and DATE_TO");
        }
        if (change.IsAdd)
        {
            change.SetUnlessGiven("DATE_CREATE", change.Time);
            change.SetUnlessGiven("CREATED_BY", change.After("OWNER_ID"));
        }
        change.SetUnlessGiven("TIMESTAMP_X", change.Time);
        if (change.Has("ATTENDEE_LIST"))
        {
            var people = People(change);
            change.Set("ATTENDEE_LIST", people);
            change.SetUnlessGiven("IS_MEETING", people.Count > 0);
        }
        change.Store();
    }

    private static JsonArray People(RowChange change)
    {
        var owner = change.Integer("OWNER_ID");
        var given = FieldValue.Elements(change.After("ATTENDEE_LIST") as JsonNode).OfType<JsonObject>()
            .Select(person => (Id: ActivityFolding.Number(person, "id"), Entry: ActivityFolding.Number(person, "entryId"), Status: FieldValue.AsText(person["status"]))).ToList();
        if (given.Count > 0 && given.TrueForAll(person => person.Id != owner))
        {
            given.Insert(0, (owner, 0, "H"));
        }
        if (given.Find(person => person.Status is not ("Y" or "N" or "Q" or "H")) is { Id: not 0 } wrong)
        {
            throw new TimelineException($"person {wrong.Id} of event {change.Id} has status \"{wrong.Status}\"; use Y, N, Q or H");
        }
        return [.. given.Select((person, index) => (JsonNode)new JsonObject
        {
            ["id"] = person.Id,
            ["entryId"] = (person.Entry != 0 ? person.Entry : person.Id == owner ? change.Id : FirstEntryOfGuests + (change.Id * EntriesOfEvent) + index)
                .ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["status"] = person.Status,
        })];
    }
}
