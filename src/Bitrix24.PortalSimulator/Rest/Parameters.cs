using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>The parameters of one call, whether they came as JSON, form or query.</summary>
internal sealed class Parameters(JsonObject values)
{
    public JsonObject Values => values;

    public JsonNode? Node(string name) => values[name];

    public string? Text(string name) => values[name] is JsonValue value ? FieldValue.AsText(value) : null;

    public long? Integer(string name) =>
        long.TryParse(Text(name), CultureInfo.InvariantCulture, out var number) ? number : null;

    public long RequiredInteger(string name) => Integer(name) ?? throw RestException.MissingParameter(name);

    public IReadOnlyList<string> Texts(string name) => [.. FieldValue.Elements(values[name]).Select(FieldValue.AsText)];

    /// <summary>A map, or a list seen as a map with its indexes as keys, as PHP does not tell them apart.</summary>
    public JsonObject Map(string name) => AsMap(values[name]);

    public static JsonObject AsMap(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                return map;
            case JsonArray array:
                var result = new JsonObject();
                for (var index = 0; index < array.Count; index++)
                {
                    result[index.ToString(CultureInfo.InvariantCulture)] = array[index]?.DeepClone();
                }
                return result;
            default:
                return [];
        }
    }
}
