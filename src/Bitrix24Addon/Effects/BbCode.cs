using System.Buffers;

namespace Bitrix24Addon.Effects;

/// <summary>BB codes, the markup of chats and of task descriptions.</summary>
public static class BbCode
{
    // They turn the direction of writing, so that a line can be read as another.
    private static readonly SearchValues<char> Turns = SearchValues.Create("\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069");

    /// <summary>
    /// One line without BB codes: brackets become parentheses, so that a name cannot start a tag; breaks and other control characters become spaces,
    /// so that it cannot pretend to be a line of ours; marks that turn the direction of writing are left out.
    /// </summary>
    /// <param name="text">Text from outside, such as a person's name.</param>
    public static string Plain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Concat(text.Where(letter => !Turns.Contains(letter)).Select(letter => letter switch
        {
            '[' => '(',
            ']' => ')',
            '\u2028' or '\u2029' => ' ',
            _ => char.IsControl(letter) ? ' ' : letter,
        }));
    }
}
