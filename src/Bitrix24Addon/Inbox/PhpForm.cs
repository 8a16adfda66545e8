using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Bitrix24Addon.Inbox;

/// <summary>
/// A form as Bitrix24 posts it: <c>application/x-www-form-urlencoded</c> with PHP brackets, every value a text. Values are found by
/// their whole name, <c>data[FIELDS][ID]</c>; of a name that comes twice the last value counts, as in PHP.
/// </summary>
public sealed class PhpForm
{
    /// <summary>As many fields as PHP itself takes.</summary>
    public const int MaxFields = 1000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    private PhpForm()
    {
    }

    /// <summary>The value with the name, or null.</summary>
    /// <param name="name">The whole name with its brackets.</param>
    public string? this[string name] => _fields.GetValueOrDefault(name);

    /// <summary>Reads a form.</summary>
    /// <param name="body">The body's bytes.</param>
    /// <param name="form">The form.</param>
    /// <returns>False when it is malformed: broken escapes, no UTF-8, unbalanced brackets, a NUL, too many fields.</returns>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PhpForm? form)
    {
        form = new PhpForm();
        foreach (var range in body.Split((byte)'&'))
        {
            var pair = body[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            var equals = pair.IndexOf((byte)'=');
            if (!TryDecode(equals < 0 ? pair : pair[..equals], out var name)
                || !TryDecode(equals < 0 ? default : pair[(equals + 1)..], out var value)
                || !IsName(name)
                || form._fields.Count == MaxFields)
            {
                form = null;
                return false;
            }

            form._fields[name] = value;
        }

        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> escaped, out string text)
    {
        text = "";
        var bytes = new byte[escaped.Length];
        var length = 0;
        for (var index = 0; index < escaped.Length; index++)
        {
            var letter = escaped[index];
            if (letter == '%')
            {
                if (index + 2 >= escaped.Length || !char.IsAsciiHexDigit((char)escaped[index + 1]) || !char.IsAsciiHexDigit((char)escaped[index + 2]))
                {
                    return false;
                }

                letter = Convert.FromHexString([(char)escaped[index + 1], (char)escaped[index + 2]])[0];
                index += 2;
            }
            else if (letter == '+')
            {
                letter = (byte)' ';
            }

            if (letter == 0)
            {
                // No database of ours takes a NUL in a text.
                return false;
            }

            bytes[length++] = letter;
        }

        try
        {
            text = Strict.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>A word and then bracketed parts: <c>data[FIELDS][ID]</c>, <c>list[]</c>.</summary>
    private static bool IsName(string name)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        if (open < 0)
        {
            return name.Length > 0 && !name.Contains(']', StringComparison.Ordinal);
        }

        var depth = 0;
        for (var index = open; index < name.Length; index++)
        {
            switch (name[index])
            {
                case '[':
                    depth++;
                    break;
                case ']':
                    depth--;
                    break;
                default:
                    if (depth == 0)
                    {
                        return false;
                    }

                    break;
            }

            if (depth is < 0 or > 1)
            {
                return false;
            }
        }

        return open > 0 && depth == 0;
    }
}
