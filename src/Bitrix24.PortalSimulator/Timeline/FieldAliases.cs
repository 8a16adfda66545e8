using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>The names a timeline may use beside those of the answers.</summary>
internal static class FieldAliases
{
    private static readonly HashSet<string> MultiFieldTypes = ["PHONE", "EMAIL", "WEB", "IM", "LINK"];

    /// <summary>CRM objects take the classic upper-case names too (contact NAME, ASSIGNED_BY_ID); a workday has its own short ones.</summary>
    public static string Resolve(Table table, string name)
    {
        if (table.Name is "workday")
        {
            return name switch { "start" => "startTime", "finish" => "endTime", _ => name };
        }
        if (table.Name is not ("lead" or "deal" or "contact" or "quote" or "invoice") || !char.IsAsciiLetterUpper(name[0]))
        {
            return name;
        }
        if (MultiFieldTypes.Contains(name))
        {
            return "fm";
        }
        return name switch
        {
            "STATUS_ID" => "stageId",
            "DATE_CREATE" => "createdTime",
            "DATE_MODIFY" => "updatedTime",
            "CREATED_BY_ID" => "createdBy",
            "MODIFY_BY_ID" => "updatedBy",
            "MOVED_BY_ID" => "movedBy",
            _ => Camel(name),
        };
    }

    /// <summary>Phones and the like as crm.item.* answers them: fm [{id, typeId, valueType, value}].</summary>
    public static JsonArray MultiFields(string name, JsonNode? node, JsonArray? before)
    {
        var result = before ?? [];
        foreach (var entry in FieldValue.Elements(node).OfType<JsonObject>())
        {
            result.Add(new JsonObject
            {
                ["id"] = result.Count + 1,
                ["valueType"] = (entry["VALUE_TYPE"] ?? entry["valueType"])?.DeepClone() ?? "WORK",
                ["value"] = (entry["VALUE"] ?? entry["value"])?.DeepClone(),
                ["typeId"] = entry["typeId"]?.DeepClone() ?? (name == "fm" ? "PHONE" : name),
            });
        }
        return result;
    }

    private static string Camel(string name)
    {
        var words = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Select((word, index) =>
            index == 0 ? word.ToLowerInvariant() : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));
    }
}
