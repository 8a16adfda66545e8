using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bitrix24.PortalSimulator.Methods;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Frame;

/// <summary>What the portal shows of a record in its side slider, and the records its dialogs offer. The portal's gate must be held.</summary>
internal sealed partial class RecordCards(PortalState state)
{
    private const int Offered = 50;

    private static readonly Dictionary<string, (long TypeId, string Prefix)> Types = new(StringComparer.Ordinal)
    {
        ["lead"] = (1, "L_"),
        ["deal"] = (2, "D_"),
        ["contact"] = (3, "C_"),
        ["quote"] = (7, "Q_"),
    };

    /// <summary>The card behind a path of the portal; null when the portal opens no such path in a slider.</summary>
    public JsonObject? Card(string path, Func<string, string> text, CultureInfo culture)
    {
        if (!Allowed().IsMatch(path))
        {
            return null;
        }
        var crm = CrmCard().Match(path);
        if (crm.Success)
        {
            var typeId = crm.Groups["type"].Success ? Number(crm.Groups["type"]) : Types.GetValueOrDefault(crm.Groups["name"].Value).TypeId;
            return state.Items(typeId) is { } table && table.Find(Number(crm.Groups["id"])) is { } row
                ? Item(typeId, table, row, text, culture)
                : Card(text("CardMissing"), path);
        }
        var person = PersonCard().Match(path);
        return person.Success && state.Users.Find(Number(person.Groups["id"])) is { } user
            ? Card(text("CardUser"), UserMethods.FullName(user), (text("FieldPosition"), user.Text("WORK_POSITION")),
                (text("FieldDepartment"), string.Join(", ", PortalPeople.Departments(state, user).Select(department => department.Text("NAME")))))
            : Card(text("CardPage"), path);
    }

    /// <summary>The newest records of a type: lead, deal, contact or quote. No others are kept.</summary>
    public JsonArray Records(string type) => Types.TryGetValue(type, out var kind)
        ? [.. state.Items(kind.TypeId)!.Rows.Reverse().Take(Offered).Select(row => (JsonNode)new JsonObject
        {
            ["id"] = kind.Prefix + row.Id.ToString(CultureInfo.InvariantCulture),
            ["type"] = type,
            ["place"] = type,
            ["title"] = Title(row),
            ["desc"] = Name(row.Integer("assignedById")),
            ["url"] = $"/crm/{type}/details/{row.Id.ToString(CultureInfo.InvariantCulture)}/",
        })]
        : [];

    private JsonObject Item(long typeId, Table table, Row row, Func<string, string> text, CultureInfo culture)
    {
        var stage = row.Text("stageId") is { } id ? state.FindStatus(PortalState.StageDirectory(typeId, row.Integer("categoryId")), id)?.Text("NAME") ?? id : null;
        var amount = row["opportunity"] is decimal money ? $"{money.ToString("N2", culture)} {row.Text("currencyId") ?? "RUB"}" : null;
        return Card(
            $"{text("Card_" + table.Name)} № {row.Id.ToString(CultureInfo.InvariantCulture)}", Title(row), (text("FieldStage"), stage), (text("FieldAmount"), amount),
            (text("FieldResponsible"), Name(row.Integer("assignedById"))), (text("FieldCreated"), Moment(row, "createdTime")), (text("FieldChanged"), Moment(row, "updatedTime")));

        string? Moment(Row of, string field) => of.Instant(field)?.ToOffset(state.ServerOffset).ToString("g", culture);
    }

    private static JsonObject Card(string kind, string title, params (string Name, string? Value)[] fields) => new()
    {
        ["kind"] = kind,
        ["title"] = title,
        ["fields"] = new JsonArray([.. fields.Where(field => !string.IsNullOrEmpty(field.Value))
            .Select(field => (JsonNode)new JsonObject { ["name"] = field.Name, ["value"] = field.Value })]),
    };

    private static string Title(Row row) => row.Text("title") is { Length: > 0 } title ? title : $"{row.Text("name")} {row.Text("lastName")}".Trim();

    private string Name(long userId) => state.Users.Find(userId) is { } user ? UserMethods.FullName(user) : "";

    private static long Number(Group group) => long.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>What BX24.openPath opens (sdk/bx24-js-sdk/additional-functions/bx24-open-path.html).</summary>
    [GeneratedRegex("^/(crm/(deal|lead|contact|company|type)|marketplace|company/personal/user/[0-9]+|workgroups/group/[0-9]+)/")]
    private static partial Regex Allowed();

    [GeneratedRegex("^/crm/((?<name>deal|lead|contact|company)|type/(?<type>[0-9]+))/details/(?<id>[0-9]+)/$")]
    private static partial Regex CrmCard();

    [GeneratedRegex("^/company/personal/user/(?<id>[0-9]+)/$")]
    private static partial Regex PersonCard();
}
