using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Activities: times, derived deadline and status, bindings, the owner's last activity.</summary>
internal static class ActivityFolding
{
    private const long WaitingStatus = 1, DoneStatus = 2, TaskType = 3;

    public static void Fold(RowChange change)
    {
        change.Require("TYPE_ID", "OWNER_TYPE_ID", "OWNER_ID", "RESPONSIBLE_ID");
        if (!change.ChangesAnything)
        {
            return;
        }
        if (change.IsAdd)
        {
            change.SetUnlessGiven("CREATED", change.Time);
            change.SetUnlessGiven("AUTHOR_ID", change.After("RESPONSIBLE_ID"));
        }
        change.SetUnlessGiven("LAST_UPDATED", change.Time);
        change.SetUnlessGiven("EDITOR_ID", change.After("RESPONSIBLE_ID"));
        if (change.IsAdd || change.Has("COMPLETED"))
        {
            change.SetUnlessGiven("STATUS", change.Text("COMPLETED") == "Y" ? DoneStatus : WaitingStatus);
        }
        if (change.Has("START_TIME") || change.Has("END_TIME"))
        {
            change.SetUnlessGiven("DEADLINE", change.After(change.Integer("TYPE_ID") == TaskType ? "END_TIME" : "START_TIME"));
        }
        if (change.IsAdd)
        {
            change.Set("BINDINGS", Bindings(change));
        }
        change.Store();
        foreach (var binding in (JsonArray)change.After("BINDINGS")!)
        {
            var owner = change.State.Items(Number(binding, "OWNER_TYPE_ID"))?.Find(Number(binding, "OWNER_ID"));
            if (owner is not null)
            {
                owner["lastActivityTime"] = change.Time;
                owner["lastActivityBy"] = change.After("RESPONSIBLE_ID");
            }
        }
    }

    public static long Number(JsonNode? binding, string name) =>
        long.TryParse(FieldValue.AsText(binding?[name]), CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>The primary owner first, then the other objects the line names.</summary>
    private static JsonArray Bindings(RowChange change)
    {
        var pairs = new List<(long Type, long Id)> { (change.Integer("OWNER_TYPE_ID"), change.Integer("OWNER_ID")) };
        pairs.AddRange(FieldValue.Elements(change.After("BINDINGS") as JsonNode)
            .Select(binding => (Number(binding, "OWNER_TYPE_ID"), Number(binding, "OWNER_ID"))));
        return [.. pairs.Distinct().Select(pair => (JsonNode)new JsonObject { ["OWNER_TYPE_ID"] = pair.Type, ["OWNER_ID"] = pair.Id })];
    }
}
