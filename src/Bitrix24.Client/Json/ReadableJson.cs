using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Bitrix24.Client.Json;

/// <summary>Parses JSON from outside so that each text in it can be read.</summary>
internal static class ReadableJson
{
    /// <summary>Parses JSON and refuses broken UTF-8 and halves of surrogate pairs: the parser lets both pass, and reading such a text throws.</summary>
    /// <exception cref="JsonException">It is no JSON, or holds a text that is none.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json) || HasHalfSurrogate(json))
        {
            throw new JsonException("The JSON holds a text that is no Unicode.");
        }

        return JsonElement.Parse(json);
    }

    private static bool HasHalfSurrogate(ReadOnlySpan<byte> json)
    {
        for (var index = json.IndexOf((byte)'\\'); index >= 0 && index + 1 < json.Length; index = Next(json, index))
        {
            if (!TryReadUnit(json, index, out var unit))
            {
                // Any other escape is two bytes long.
                index += 1;
            }
            else if (char.IsHighSurrogate(unit) && TryReadUnit(json, index + 6, out var second) && char.IsLowSurrogate(second))
            {
                index += 11;
            }
            else if (char.IsSurrogate(unit))
            {
                return true;
            }
            else
            {
                index += 5;
            }
        }

        return false;
    }

    private static int Next(ReadOnlySpan<byte> json, int index) =>
        index + 1 < json.Length && json[(index + 1)..].IndexOf((byte)'\\') is >= 0 and var step ? index + 1 + step : -1;

    private static bool TryReadUnit(ReadOnlySpan<byte> json, int index, out char unit)
    {
        unit = '\0';
        if (index + 6 > json.Length || json[index] != '\\' || json[index + 1] != 'u'
            || !Utf8Parser.TryParse(json.Slice(index + 2, 4), out ushort number, out var length, 'x') || length != 4)
        {
            return false;
        }

        unit = (char)number;
        return true;
    }
}
