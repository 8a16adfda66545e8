using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Events;

/// <summary>PHP's writing of forms: data[FIELDS][ID]=5, names and values percent-encoded; no value is an empty string, an empty list is left out.</summary>
internal static class PhpForm
{
    public static string Write(JsonObject values)
    {
        var form = new StringBuilder();
        foreach (var (name, value) in values)
        {
            Put(form, name, value);
        }
        return form.ToString();
    }

    private static void Put(StringBuilder form, string name, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    Put(form, $"{name}[{key}]", value);
                }
                break;
            case JsonArray array:
                for (var index = 0; index < array.Count; index++)
                {
                    Put(form, $"{name}[{index.ToString(CultureInfo.InvariantCulture)}]", array[index]);
                }
                break;
            default:
                form.Append(form.Length == 0 ? "" : "&").Append(WebUtility.UrlEncode(name)).Append('=').Append(WebUtility.UrlEncode(FieldValue.AsText(node)));
                break;
        }
    }
}
