using System.Globalization;

namespace Bitrix24.PortalSimulator.State;

/// <summary>What a field holds; decides how it is read from a timeline, compared in a filter and written in an answer.</summary>
internal enum FieldKind
{
    /// <summary>Whole number: a JSON number in crm.item.* and v3, a string in the classic methods.</summary>
    Integer,

    /// <summary>Decimal number, written like <see cref="Integer"/>.</summary>
    Number,

    /// <summary>Whole number that is a JSON number in classic methods too (department SORT, RECORD_FILE_ID).</summary>
    Count,
    Text,

    /// <summary>Y or N.</summary>
    Flag,
    Boolean,
    Instant,
    Date,
    IntegerList,
    TextList,
    Json,
}

/// <summary>A documented field. A default of null means that the portal answers null until somebody sets the field.</summary>
internal sealed record FieldSpec(string Name, FieldKind Kind, object? Default, bool OnlyWhenAsked)
{
    private static readonly Dictionary<char, FieldKind> Kinds = new()
    {
        ['i'] = FieldKind.Integer,
        ['d'] = FieldKind.Number,
        ['n'] = FieldKind.Count,
        ['s'] = FieldKind.Text,
        ['f'] = FieldKind.Flag,
        ['b'] = FieldKind.Boolean,
        ['t'] = FieldKind.Instant,
        ['D'] = FieldKind.Date,
        ['I'] = FieldKind.IntegerList,
        ['S'] = FieldKind.TextList,
        ['j'] = FieldKind.Json,
    };

    /// <summary>Reads "name:kind[?][=default]" entries separated by white space; "?" marks a field given only when asked for by name.</summary>
    public static Dictionary<string, FieldSpec> ParseList(params ReadOnlySpan<string> lists)
    {
        var result = new Dictionary<string, FieldSpec>(StringComparer.Ordinal);
        foreach (var list in lists)
        {
            foreach (var entry in list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                var colon = entry.IndexOf(':', StringComparison.Ordinal);
                var equals = entry.IndexOf('=', StringComparison.Ordinal);
                var kind = Kinds[entry[colon + 1]];
                var asked = entry.Length > colon + 2 && entry[colon + 2] == '?';
                var fallback = equals < 0 ? null : ParseDefault(kind, entry[(equals + 1)..]);
                result[entry[..colon]] = new FieldSpec(entry[..colon], kind, fallback, asked);
            }
        }
        return result;
    }

    private static object ParseDefault(FieldKind kind, string text) => kind switch
    {
        FieldKind.Integer or FieldKind.Count => long.Parse(text, CultureInfo.InvariantCulture),
        FieldKind.Number => decimal.Parse(text, CultureInfo.InvariantCulture),
        FieldKind.Boolean => bool.Parse(text),
        FieldKind.IntegerList => Array.Empty<long>(),
        FieldKind.TextList => Array.Empty<string>(),
        _ => text,
    };
}
