using System.Globalization;
using System.Text.Json;

namespace Bitrix24.Client.Json;

/// <summary>
/// Reads scalars as PHP writes them: numbers as strings, absent values as <c>""</c>, <c>[]</c> or <c>{}</c>, truth in five spellings
/// (api-reference/data-types.md). What cannot be read is null, never an exception.
/// </summary>
public static class Lenient
{
    /// <summary>Reads an integer from <c>5</c>, <c>5.0</c>, <c>"5"</c>.</summary>
    /// <param name="value">The value, or null when the property is missing.</param>
    /// <returns>The integer, or null when there is none.</returns>
    public static long? ReadInteger(JsonElement? value) => ReadDecimal(value) is { } number && number == decimal.Truncate(number)
        && number is >= long.MinValue and <= long.MaxValue
            ? (long)number
            : null;

    /// <summary>Reads a decimal from <c>19000</c>, <c>"19999.99"</c>.</summary>
    /// <param name="value">The value, or null when the property is missing.</param>
    /// <returns>The number, or null when there is none.</returns>
    public static decimal? ReadDecimal(JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.Number when value.Value.TryGetDecimal(out var number) => number,
        JsonValueKind.String => ParseDecimal(value.Value.GetString()!),
        _ => null,
    };

    /// <summary>Reads a truth value from <c>true</c>, <c>"Y"</c>, <c>"N"</c>, <c>1</c>, <c>"1"</c>, <c>"true"</c>.</summary>
    /// <param name="value">The value, or null when the property is missing.</param>
    /// <returns>The truth value, or null when there is none.</returns>
    public static bool? ReadBoolean(JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.Value.TryGetDecimal(out var number) ? number != 0 : null,
        JsonValueKind.String => ParseBoolean(value.Value.GetString()!),
        _ => null,
    };

    /// <summary>Reads an instant from an ISO 8601 text with an offset; without an offset the instant is unknown and null is returned.</summary>
    /// <param name="value">The value, or null when the property is missing.</param>
    /// <returns>The instant in the offset the portal wrote, or null when there is none.</returns>
    public static DateTimeOffset? ReadInstant(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.String } text ? ParseInstant(text.GetString()!) : null;

    internal static decimal? ParseDecimal(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    internal static bool? ParseBoolean(string text) => text switch
    {
        "Y" or "y" or "1" or "true" => true,
        "N" or "n" or "0" or "false" => false,
        _ => null,
    };

    // A text without an offset would silently be taken for this machine's zone, so only texts with one are read.
    internal static DateTimeOffset? ParseInstant(string text)
    {
        var hasOffset = text.Length > 10 && text[10] == 'T' && (text[^1] == 'Z' || text.LastIndexOfAny(['+', '-']) > 10);
        return hasOffset && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant
            : null;
    }
}
