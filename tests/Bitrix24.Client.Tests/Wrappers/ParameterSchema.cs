using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>
/// Holds the parameters of a call to the documentation's schema: every name in its letter case, every required one there, the type right.
/// As lenient as PHP: numbers as texts, list and map alike, truth values in five spellings.
/// </summary>
internal static class ParameterSchema
{
    /// <summary>Where the parameters disagree with the schema; empty when they do not.</summary>
    public static IEnumerable<string> Violations(JsonElement schema, JsonObject parameters) =>
        Fields(schema, schema.GetProperty("params"), parameters, path: "", openness: default);

    private static IEnumerable<string> Fields(JsonElement schema, JsonElement fields, JsonObject given, string path, JsonElement openness)
    {
        var documented = fields.EnumerateArray().ToDictionary(field => field.GetProperty("name").GetString()!, StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            var here = path + name;
            if (documented.TryGetValue(name, out var field))
            {
                foreach (var violation in Value(schema, field, value, here))
                {
                    yield return violation;
                }
            }
            else if (!IsAllowed(name, openness))
            {
                yield return $"{here} is not documented";
            }
        }

        foreach (var name in documented.Where(field => IsTrue(field.Value, "required") && given[field.Key] is null).Select(field => path + field.Key))
        {
            yield return $"{name} is missing";
        }
    }

    private static IEnumerable<string> Value(JsonElement schema, JsonElement field, JsonNode? value, string path)
    {
        // Inside a batch a reference stands where a value of the field's own type will be.
        if (value is JsonValue text && text.ToString().StartsWith("$result[", StringComparison.Ordinal))
        {
            return [];
        }

        var type = field.GetProperty("base").GetString()!;
        if (!Fits(type, value))
        {
            return [$"{path} is no {type}"];
        }

        if (!field.TryGetProperty("ref", out var reference))
        {
            return [];
        }

        var definition = schema.GetProperty("defs").GetProperty(reference.GetString()!["#/defs/".Length..]);
        var openness = definition.TryGetProperty("dynamic", out var dynamic) ? dynamic : default;
        var objects = value is JsonArray list ? list.OfType<JsonObject>() : [(JsonObject)value!];
        return objects.SelectMany(item => Fields(schema, definition.GetProperty("fields"), item, path + ".", openness));
    }

    private static bool Fits(string type, JsonNode? value) => (type, value) switch
    {
        ("any", not null) => true,
        ("array" or "object", JsonArray or JsonObject) => true,
        ("integer", JsonValue scalar) => long.TryParse(scalar.ToString(), CultureInfo.InvariantCulture, out _),
        ("double" or "number", JsonValue scalar) => decimal.TryParse(scalar.ToString(), CultureInfo.InvariantCulture, out _),
        ("boolean" or "char", JsonValue scalar) => scalar.ToString() is "Y" or "N" or "1" or "0" or "true" or "false",
        ("string", JsonValue scalar) => scalar.GetValueKind() is JsonValueKind.String or JsonValueKind.Number,
        ("date" or "datetime", JsonValue scalar) => DateTimeOffset.TryParse(scalar.ToString(), CultureInfo.InvariantCulture, out _),
        _ => false,
    };

    // Any name, or names of user fields as classic methods and crm.item.* spell them.
    private static bool IsAllowed(string name, JsonElement openness) => openness.ValueKind == JsonValueKind.Object && (IsTrue(openness, "allowed")
        || (IsTrue(openness, "ufAllowed") && (name.StartsWith("UF_", StringComparison.Ordinal) || name.StartsWith("ufCrm", StringComparison.Ordinal))));

    private static bool IsTrue(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
