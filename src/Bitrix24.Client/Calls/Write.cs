using System.Globalization;
using System.Text.Json.Nodes;

namespace Bitrix24.Client;

/// <summary>Writes parameters as Bitrix24 wants them; the one place for the spelling of dates, truth values, lists and files.</summary>
internal static class Write
{
    /// <summary>The parameters that have a value, in this order. A value that is part of another tree is copied.</summary>
    public static JsonObject Parameters(params ReadOnlySpan<(string Name, JsonNode? Value)> parameters)
    {
        var written = new JsonObject();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                written[name] = value.Parent is null ? value : value.DeepClone();
            }
        }

        return written;
    }

    /// <summary>An instant in ISO 8601, to the second and always with its offset: without one the portal would take its own zone.</summary>
    public static string Instant(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>An instant, or null.</summary>
    public static string? Instant(DateTimeOffset? instant) => instant is { } value ? Instant(value) : null;

    /// <summary>A day, ISO 8601.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Y or N; null for null.</summary>
    public static string? YesNo(bool? value) => value switch { true => "Y", false => "N", null => null };

    /// <summary>1 or 0; null for null.</summary>
    public static int? OneZero(bool? value) => value switch { true => 1, false => 0, null => null };

    /// <summary>An address as it was given; null for null.</summary>
    public static string? Address(Uri? address) => address?.OriginalString;

    /// <summary>A list of ids; null for null.</summary>
    public static JsonArray? Ids(IEnumerable<long>? ids) => ids is null ? null : new JsonArray([.. ids.Select(id => (JsonNode)id)]);

    /// <summary>A list of texts; null for null.</summary>
    public static JsonArray? Texts(IEnumerable<string>? texts) => texts is null ? null : new JsonArray([.. texts.Select(text => (JsonNode)text)]);

    /// <summary>A list of objects; null for null.</summary>
    public static JsonArray? Objects(IEnumerable<JsonObject>? objects) =>
        objects is null ? null : new JsonArray([.. objects.Select(item => item.Parent is null ? item : item.DeepClone())]);

    /// <summary>Files as pairs of name and content; null for null.</summary>
    public static JsonArray? Files(IEnumerable<NamedFile>? files) =>
        files is null ? null : new JsonArray([.. files.Select(file => File(file.Name, file.Content.Span))]);

    /// <summary>A file as pair of name and content.</summary>
    public static JsonArray File(string name, ReadOnlySpan<byte> content) => new(name, Convert.ToBase64String(content));
}
