using System.Text.Json;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>
/// Compares JSON before and after a row. The spelling may change only in ways the portal takes back: a number in place of a numeric
/// text, another writing of the same instant, an empty list in place of an empty map; and what holds nothing may be left out.
/// </summary>
internal static class RoundTrip
{
    /// <summary>Where the two differ; empty when nothing was lost, bent or invented.</summary>
    public static IEnumerable<string> Differences(JsonElement before, JsonElement after, string path = "result")
    {
        switch (before.ValueKind, after.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                foreach (var property in before.EnumerateObject())
                {
                    if (after.TryGetProperty(property.Name, out var kept))
                    {
                        foreach (var difference in Differences(property.Value, kept, $"{path}.{property.Name}"))
                        {
                            yield return difference;
                        }
                    }
                    else if (!HoldsNothing(property.Value))
                    {
                        yield return $"{path}.{property.Name}";
                    }
                }

                foreach (var invented in after.EnumerateObject().Where(property => !before.TryGetProperty(property.Name, out _)))
                {
                    yield return $"{path}.{invented.Name}";
                }

                break;
            case (JsonValueKind.Array, JsonValueKind.Array) when before.GetArrayLength() == after.GetArrayLength():
                foreach (var difference in Enumerable.Range(0, before.GetArrayLength()).SelectMany(index => Differences(before[index], after[index], $"{path}[]")))
                {
                    yield return difference;
                }

                break;
            default:
                if (!IsSame(before, after))
                {
                    yield return path;
                }

                break;
        }
    }

    private static bool HoldsNothing(JsonElement value) => value.ValueKind == JsonValueKind.Null || value.GetRawText() is "\"\"" or "{}" or "[]";

    private static bool IsSame(JsonElement before, JsonElement after) => (before.ValueKind, after.ValueKind) switch
    {
        (JsonValueKind.String, JsonValueKind.String) => before.GetString() == after.GetString()
            || (Lenient.ReadInstant(before) is { } instant && Lenient.ReadInstant(after) is { } kept && instant.EqualsExact(kept)),
        (JsonValueKind.String or JsonValueKind.Number, JsonValueKind.Number) => Lenient.ReadDecimal(before) == after.GetDecimal(),
        (JsonValueKind.Array or JsonValueKind.Object, JsonValueKind.Array or JsonValueKind.Object) => HoldsNothing(before) && HoldsNothing(after),
        _ => before.ValueKind == after.ValueKind,
    };
}
