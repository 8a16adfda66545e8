using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bitrix24.Client;

/// <summary>
/// Writes a call as a command of <c>batch</c>: <c>method?query</c> with PHP brackets, URL-encoded once
/// (settings/how-to-call-rest-api/batch.md, settings/how-to-call-rest-api/data-encoding.md).
/// </summary>
internal static class BatchQuery
{
    private const string ReferenceStart = "$result[";

    public static string Write(RestCall call)
    {
        var text = new StringBuilder(call.Method.Name);
        var separator = '?';
        foreach (var (name, value) in call.Parameters)
        {
            Append(text, ref separator, Uri.EscapeDataString(name), value);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ref char separator, string name, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (key, value) in fields)
                {
                    Append(text, ref separator, $"{name}[{Uri.EscapeDataString(key)}]", value);
                }

                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                {
                    Append(text, ref separator, string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]"), items[index]);
                }

                break;
            default:
                text.Append(separator).Append(name).Append('=').Append(Scalar(node));
                separator = '&';
                break;
        }
    }

    private static string Scalar(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "",
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        JsonValueKind.String => Encode(node.GetValue<string>()),
        _ => Uri.EscapeDataString(node.ToJsonString()),
    };

    // A reference to an earlier result stays as the documentation writes it: brackets and $ are legal in a value, and a portal finds
    // it whether it looks before or after decoding.
    private static string Encode(string value) =>
        value.StartsWith(ReferenceStart, StringComparison.Ordinal) && value.EndsWith(']') && value.IndexOfAny(['&', '#', ' ', '+', '%']) < 0
            ? value
            : Uri.EscapeDataString(value);
}
