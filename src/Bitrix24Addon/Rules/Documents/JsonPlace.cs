using System.Text;
using System.Text.Json;

namespace Bitrix24Addon.Rules.Documents;

/// <summary>Finds the line of a place in a JSON document, so that an error can name it.</summary>
internal static class JsonPlace
{
    /// <summary>The line, from 1, on which a value stands; for what is not there, the line of the nearest thing around it.</summary>
    /// <param name="document">JSON that can be read.</param>
    /// <param name="place">As <c>targets[1].perDay</c>.</param>
    public static int LineOf(string document, string place)
    {
        var bytes = Encoding.UTF8.GetBytes(document);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var open = new Stack<(string Place, int Next, bool IsList)>();
        var (name, line, known) = ("", 1, -1);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                open.Pop();
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = reader.GetString()!;
                continue;
            }

            var here = name;
            if (open.TryPop(out var around))
            {
                open.Push(around with { Next = around.Next + 1 });
                here = around.IsList ? $"{around.Place}[{around.Next}]" : around.Place.Length == 0 ? name : $"{around.Place}.{name}";
            }

            if (here.Length > known && IsAt(place, here))
            {
                (line, known) = (bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n') + 1, here.Length);
            }

            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                open.Push((here, 0, reader.TokenType == JsonTokenType.StartArray));
            }
        }

        return line;
    }

    private static bool IsAt(string place, string here) =>
        here.Length == 0 || place == here || (place.StartsWith(here, StringComparison.Ordinal) && place[here.Length] is '.' or '[');
}
