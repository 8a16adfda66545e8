using System.Globalization;
using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>PHP's reading of queries and forms: filter[&gt;ID]=5, select[]=ID, filter[0][logic]=OR.</summary>
internal static class PhpQuery
{
    /// <summary>Reads an encoded query string (no leading question mark).</summary>
    public static JsonObject Parse(string query)
    {
        var result = new JsonObject();
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            Put(result, Decode(equals < 0 ? part : part[..equals]), equals < 0 ? "" : Decode(part[(equals + 1)..]));
        }
        return (JsonObject)ListsToArrays(result, true)!;
    }

    /// <summary>Puts decoded name and value pairs (multipart forms) together.</summary>
    public static JsonObject FromPairs(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var result = new JsonObject();
        foreach (var (name, value) in pairs)
        {
            Put(result, name, value);
        }
        return (JsonObject)ListsToArrays(result, true)!;
    }

    private static void Put(JsonObject target, string name, string value)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        if (bracket <= 0)
        {
            target[name] = value;
            return;
        }
        var keys = new List<string> { name[..bracket] };
        while (bracket >= 0 && bracket < name.Length && name[bracket] == '[')
        {
            var close = name.IndexOf(']', bracket);
            if (close < 0)
            {
                break;
            }
            keys.Add(name[(bracket + 1)..close]);
            bracket = close + 1;
        }
        var map = target;
        for (var index = 0; index < keys.Count; index++)
        {
            var key = keys[index].Length > 0 || index == 0 ? keys[index] : map.Count.ToString(CultureInfo.InvariantCulture);
            if (index == keys.Count - 1)
            {
                map[key] = value;
            }
            else if (map[key] is JsonObject inner)
            {
                map = inner;
            }
            else
            {
                var created = new JsonObject();
                map[key] = created;
                map = created;
            }
        }
    }

    /// <summary>A map with the keys 0, 1, 2… is a list.</summary>
    public static JsonNode? ListsToArrays(JsonNode? node, bool isRoot)
    {
        if (node is not JsonObject map)
        {
            return node;
        }
        foreach (var (key, value) in map.ToArray())
        {
            if (value is JsonObject)
            {
                map[key] = null;
                map[key] = ListsToArrays(value, false);
            }
        }
        if (isRoot || map.Count == 0 || !map.Select((pair, index) => pair.Key == index.ToString(CultureInfo.InvariantCulture)).All(same => same))
        {
            return map;
        }
        var values = map.Select(pair => pair.Value).ToArray();
        map.Clear();
        return new JsonArray(values);
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
