using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using System.Text;

namespace Bitrix24.Client.Incoming;

/// <summary>
/// A form as Bitrix24 posts it: <c>application/x-www-form-urlencoded</c> with PHP brackets, every value a text. What PHP would make of it
/// is in <see cref="Root"/>: <c>list[]</c> appends, of a name that comes twice the last value counts, and so it does between
/// <c>a=1</c> and <c>a[b]=2</c>.
/// </summary>
/// <remarks>Source: api-reference/events/index.md.</remarks>
public sealed class PhpForm
{
    /// <summary>As many fields as PHP itself takes (<c>max_input_vars</c>); repeated names count.</summary>
    public const int MaxFields = 1000;

    /// <summary>As many brackets behind a name as PHP itself takes (<c>max_input_nesting_level</c>).</summary>
    public const int MaxDepth = 64;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private PhpForm()
    {
    }

    /// <summary>The whole form as a tree.</summary>
    public FormNode Root { get; } = new();

    /// <summary>The text with the name, or null; a map is no text.</summary>
    /// <param name="name">The whole name with its brackets, <c>data[FIELDS][ID]</c>.</param>
    public string? this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            if (Keys(name) is not { } keys)
            {
                return null;
            }

            var node = Root;
            foreach (var key in keys)
            {
                node = node[key];
            }

            return node.Text;
        }
    }

    /// <summary>Whether a request says that its body is a form; no other body need be read.</summary>
    /// <param name="contentType">The request's <c>Content-Type</c>, parameters and all.</param>
    /// <returns>False for everything else, JSON too.</returns>
    public static bool IsAnnounced(string? contentType) =>
        contentType?.Split(';', 2)[0].Trim().Equals(MediaTypeNames.Application.FormUrlEncoded, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads a form.</summary>
    /// <param name="body">The body's bytes.</param>
    /// <param name="form">The form.</param>
    /// <returns>False when it is malformed: broken escapes, no UTF-8, unbalanced brackets, a NUL, too many fields or brackets.</returns>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PhpForm? form) => TryParse(body, out form, out _);

    /// <summary>Reads a form and tells what is wrong with it. Works in one pass; reads no further than the first fault.</summary>
    /// <param name="body">The body's bytes.</param>
    /// <param name="form">The form.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <returns>False when it is malformed.</returns>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PhpForm? form, out PostFault fault)
    {
        form = new PhpForm();
        fault = PostFault.None;
        var count = 0;
        foreach (var range in body.Split((byte)'&'))
        {
            var pair = body[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            fault = ++count > MaxFields ? PostFault.TooManyFields : form.Add(pair);
            if (fault != PostFault.None)
            {
                form = null;
                return false;
            }
        }

        return true;
    }

    private PostFault Add(ReadOnlySpan<byte> pair)
    {
        var equals = pair.IndexOf((byte)'=');
        var fault = Decode(equals < 0 ? pair : pair[..equals], out var name);
        if (fault != PostFault.None || (fault = Decode(equals < 0 ? default : pair[(equals + 1)..], out var value)) != PostFault.None)
        {
            return fault;
        }

        if (Keys(name) is not { } keys)
        {
            return PostFault.BrokenName;
        }

        if (keys.Count > MaxDepth + 1)
        {
            return PostFault.TooDeep;
        }

        var map = Root;
        for (var level = 0; level < keys.Count - 1; level++)
        {
            map = map.Map(KeyIn(map, keys[level]));
        }

        map.Set(KeyIn(map, keys[^1]), new FormNode(value));
        return PostFault.None;

        static string KeyIn(FormNode map, string key) => key.Length > 0 ? key : map.NextKey();
    }

    private static PostFault Decode(ReadOnlySpan<byte> escaped, out string text)
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
                    return PostFault.BrokenEscape;
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
                return PostFault.NulCharacter;
            }

            bytes[length++] = letter;
        }

        try
        {
            text = Strict.GetString(bytes, 0, length);
            return PostFault.None;
        }
        catch (DecoderFallbackException)
        {
            return PostFault.NotUtf8;
        }
    }

    /// <summary>The steps of a name: a word and then bracketed parts, <c>data[FIELDS][ID]</c>, <c>list[]</c>. Null when it is none; one too many when it is too deep.</summary>
    private static List<string>? Keys(string name)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        var word = open < 0 ? name : name[..open];
        if (word.Length == 0 || word.Contains(']', StringComparison.Ordinal))
        {
            return null;
        }

        var keys = new List<string> { word };
        for (var start = word.Length; start < name.Length && keys.Count <= MaxDepth + 1;)
        {
            var length = name.AsSpan(start + 1).IndexOfAny('[', ']');
            if (name[start] != '[' || length < 0 || name[start + 1 + length] != ']')
            {
                return null;
            }

            keys.Add(name.Substring(start + 1, length));
            start += length + 2;
        }

        return keys;
    }
}
