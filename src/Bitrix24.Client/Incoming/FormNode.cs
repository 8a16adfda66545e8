using System.Globalization;

namespace Bitrix24.Client.Incoming;

/// <summary>
/// A part of a form as PHP reads it: a text, or a map from keys to parts. A list is a map with the keys <c>0</c>, <c>1</c> and so on, with
/// or without gaps. Every value is a text; what cannot be read as asked for is null, never an exception.
/// </summary>
/// <remarks>Source: api-reference/events/index.md; api-reference/chat-bots/chat-bots-v2/imbot.v2/events/events.md for truth and nothing.</remarks>
public sealed class FormNode
{
    private const int MaxIntegerDigits = 18;

    private readonly OrderedDictionary<string, FormNode>? _entries;
    private long _nextIndex;

    internal FormNode(string text) => Text = text;

    internal FormNode() => _entries = new(StringComparer.Ordinal);

    /// <summary>A map without entries, for what is not there.</summary>
    public static FormNode Nothing { get; } = new();

    /// <summary>The text as it came; null for a map.</summary>
    public string? Text { get; }

    /// <summary>The text, or null where the portal says nothing: <c>""</c> and the literal <c>undefined</c> stand for it, and so does a map.</summary>
    public string? Defined => Text is "" or "undefined" ? null : Text;

    /// <summary>The entries in the order of the form; none for a text.</summary>
    public IReadOnlyList<KeyValuePair<string, FormNode>> Entries =>
        _entries ?? (IReadOnlyList<KeyValuePair<string, FormNode>>)[];

    /// <summary>The values of a list, gaps closed; none for a text.</summary>
    public IReadOnlyList<FormNode> Items => _entries?.Values ?? (IReadOnlyList<FormNode>)[];

    /// <summary>The entry with the key; <see cref="Nothing"/> when there is none, so that a path can be walked without asking at each step.</summary>
    /// <param name="key">The key, in the letter case of the form.</param>
    public FormNode this[string key] => _entries?.GetValueOrDefault(key) ?? Nothing;

    /// <summary>True for a map with entries.</summary>
    public bool IsMap => _entries?.Count > 0;

    /// <summary>True when there is neither a text nor an entry.</summary>
    public bool IsNothing => Text is null && !IsMap;

    /// <summary>Reads an integer: decimal digits, at most 18, with a minus sign or without.</summary>
    /// <returns>The integer, or null.</returns>
    public long? ToInteger()
    {
        var digits = Text.AsSpan().TrimStart('-');
        return digits.Length is > 0 and <= MaxIntegerDigits && Text!.Length - digits.Length <= 1 && !digits.ContainsAnyExceptInRange('0', '9')
            ? long.Parse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Reads an id: an integer above zero.</summary>
    /// <returns>The id, or null; <c>0</c> is how the portal writes that there is none.</returns>
    public long? ToId() => ToInteger() is > 0 and var id ? id : null;

    /// <summary>Reads a truth value: <c>Y</c>, <c>N</c>, <c>1</c>, <c>0</c>, <c>true</c>, <c>false</c>.</summary>
    /// <returns>The truth value, or null.</returns>
    public bool? ToBoolean() => Text is null ? null : Json.Lenient.ParseBoolean(Text);

    /// <summary>Reads an instant from whole Unix seconds.</summary>
    /// <returns>The instant, or null.</returns>
    public DateTimeOffset? ToInstant() =>
        ToInteger() is > 0 and var seconds && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>What it is, never what it says: any part of a form may hold tokens.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => Text is null ? $"map of {_entries!.Count}" : $"text of {Text.Length}";

    internal void Set(string key, FormNode node)
    {
        _entries![key] = node;
        if (IsIndex(key) && long.Parse(key, CultureInfo.InvariantCulture) is var index && index >= _nextIndex)
        {
            _nextIndex = index + 1;
        }
    }

    /// <summary>The key that PHP gives to <c>[]</c>: one more than the greatest whole number so far.</summary>
    internal string NextKey() => _nextIndex.ToString(CultureInfo.InvariantCulture);

    /// <summary>The map under the key; a text that stands there gives way, as in PHP.</summary>
    internal FormNode Map(string key)
    {
        if (_entries!.TryGetValue(key, out var entry) && entry._entries is not null)
        {
            return entry;
        }

        var map = new FormNode();
        Set(key, map);
        return map;
    }

    private static bool IsIndex(string key) =>
        key.Length is > 0 and <= MaxIntegerDigits && key.All(char.IsAsciiDigit) && (key[0] != '0' || key.Length == 1);
}
