using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.State;

/// <summary>How a record is written: as crm.item.* and v3 write it (numbers) or as the classic methods do (strings).</summary>
internal enum AnswerStyle
{
    Numbers,
    Strings,
}

/// <summary>Reading, comparing and writing of field values in one place.</summary>
internal static class FieldValue
{
    public const string InstantFormat = "yyyy-MM-dd'T'HH:mm:sszzz";

    /// <summary>Turns a JSON value into the stored form; throws <see cref="FormatException"/> when it does not fit the kind.</summary>
    public static object? Parse(JsonNode? node, FieldSpec field, TimeSpan serverOffset)
    {
        if (node is null)
        {
            return null;
        }
        if (field.Kind is FieldKind.Json)
        {
            return node.DeepClone();
        }
        if (field.Kind is FieldKind.IntegerList or FieldKind.TextList)
        {
            var texts = Elements(node).Select(AsText).ToArray();
            return field.Kind is FieldKind.TextList
                ? texts
                : texts.Select(text => (long)ParseScalar(text, field, serverOffset)!).ToArray();
        }
        return node is JsonValue ? ParseScalar(AsText(node), field, serverOffset) : throw new FormatException(Misfit(field, node.ToJsonString()));
    }

    /// <summary>Turns text (as forms, queries and filters carry it) into the stored form; empty text means "no value" except for text fields.</summary>
    public static object? ParseScalar(string text, FieldSpec field, TimeSpan serverOffset)
    {
        if (text.Length == 0 && field.Kind is not FieldKind.Text)
        {
            return null;
        }
        return field.Kind switch
        {
            FieldKind.Integer or FieldKind.Count or FieldKind.IntegerList when long.TryParse(text, CultureInfo.InvariantCulture, out var whole) => whole,
            FieldKind.Number when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            FieldKind.Text or FieldKind.TextList or FieldKind.Json => text,
            FieldKind.Flag when text is "Y" or "N" => text,
            FieldKind.Boolean => text switch
            {
                "1" or "true" or "Y" => true,
                "0" or "false" or "N" => false,
                _ => throw new FormatException(Misfit(field, text)),
            },
            FieldKind.Instant when TryInstant(text, serverOffset, out var instant) => instant,
            FieldKind.Date when TryInstant(text, serverOffset, out var day) => DateOnly.FromDateTime(day.ToOffset(serverOffset).DateTime),
            _ => throw new FormatException(Misfit(field, text)),
        };
    }

    public static bool TryInstant(string text, TimeSpan serverOffset, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length < 10 || !char.IsAsciiDigit(text[0]) || text[4] != '-'
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
        {
            return false;
        }
        var hasOffset = text.Length > 19 && (text[^1] == 'Z' || text.LastIndexOfAny(['+', '-']) > 10);
        instant = hasOffset ? parsed : new DateTimeOffset(parsed.DateTime, serverOffset);
        return true;
    }

    public static JsonNode? Write(object? value, FieldKind kind, AnswerStyle style, TimeSpan serverOffset) => value switch
    {
        null => null,
        long whole when style is AnswerStyle.Numbers || kind is FieldKind.Count => JsonValue.Create(whole),
        long whole => JsonValue.Create(whole.ToString(CultureInfo.InvariantCulture)),
        decimal number when style is AnswerStyle.Numbers => JsonValue.Create(Normalise(number)),
        decimal number => JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
        bool truth => JsonValue.Create(truth),
        DateTimeOffset instant => JsonValue.Create(Iso(instant, serverOffset)),
        DateOnly day when style is AnswerStyle.Numbers => JsonValue.Create(Iso(new DateTimeOffset(day.ToDateTime(default), serverOffset), serverOffset)),
        DateOnly day => JsonValue.Create(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        long[] numbers => new JsonArray([.. numbers.Select(number => (JsonNode?)JsonValue.Create(number))]),
        string[] texts => new JsonArray([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]),
        string text when kind is FieldKind.Json => JsonNode.Parse(text),
        string text => JsonValue.Create(text),
        JsonNode node => node.DeepClone(),
        _ => throw new InvalidOperationException($"A value of type {value.GetType().Name} has no JSON form"),
    };

    public static string Iso(DateTimeOffset instant, TimeSpan serverOffset) =>
        instant.ToOffset(serverOffset).ToString(InstantFormat, CultureInfo.InvariantCulture);

    /// <summary>Orders two stored values of one field: nothing before something, text without regard to case as the portal's database does.</summary>
    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (string a, string b) => string.Compare(a, b, StringComparison.OrdinalIgnoreCase),
        (IComparable a, _) when left.GetType() == right.GetType() => a.CompareTo(right),
        _ => 0,
    };

    /// <summary>The text of a JSON scalar as PHP would see it in a form.</summary>
    public static string AsText(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.GetValueKind() is JsonValueKind.String => value.GetValue<string>(),
        JsonValue value when value.GetValueKind() is JsonValueKind.True => "1",
        JsonValue value when value.GetValueKind() is JsonValueKind.False => "0",
        _ => node.ToJsonString(),
    };

    /// <summary>The elements of a list, whether it came as a JSON array or as a PHP map, or the scalar itself.</summary>
    public static IEnumerable<JsonNode?> Elements(JsonNode? node) => node switch
    {
        null => [],
        JsonArray array => array,
        JsonObject map => map.Select(pair => pair.Value),
        _ => [node],
    };

    // Trailing zeros go, as in PHP: 20000.0 is answered as 20000.
    private static decimal Normalise(decimal number) => number / 1.000000000000000000000000000000000m;

    private static string Misfit(FieldSpec field, string text) => $"field {field.Name} cannot hold {text} ({field.Kind} expected)";
}
