using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Methods;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Frame;

/// <summary>The people of the portal as its own pages show them: by what they are, with their department. The portal's gate must be held.</summary>
internal static class PortalPeople
{
    private static readonly string[] Order = ["Administrators", "Heads", "Managers"];

    /// <summary>Everybody who works there, each in one group: administrators, heads, managers.</summary>
    public static JsonArray Groups(PortalState state)
    {
        var heads = state.Departments.Rows.Select(department => department.Integer("UF_HEAD")).ToHashSet();
        var groups = state.Users.Rows.Where(user => user["ACTIVE"] is not false)
            .GroupBy(user => user.IsTrue("IS_ADMIN") ? "Administrators" : heads.Contains(user.Id) ? "Heads" : "Managers").ToDictionary(group => group.Key);
        return [.. Order.Where(groups.ContainsKey).Select(name => (JsonNode)new JsonObject
        {
            ["group"] = name,
            ["people"] = new JsonArray([.. groups[name].Select(user => Person(state, user))]),
        })];
    }

    private static JsonObject Person(PortalState state, Row user) => new()
    {
        ["id"] = user.Id,
        ["name"] = UserMethods.FullName(user),
        ["position"] = user.Text("WORK_POSITION") ?? "",
        ["department"] = string.Join(", ", Departments(state, user).Select(department => department.Text("NAME"))),
        ["isAdministrator"] = user.IsTrue("IS_ADMIN"),
    };

    /// <summary>The departments a person belongs to.</summary>
    public static IEnumerable<Row> Departments(PortalState state, Row user) =>
        (user["UF_DEPARTMENT"] as long[] ?? []).Select(state.Departments.Find).OfType<Row>();
}
