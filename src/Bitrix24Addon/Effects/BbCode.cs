namespace Bitrix24Addon.Effects;

/// <summary>BB codes, the markup of chats and of task descriptions.</summary>
public static class BbCode
{
    /// <summary>Text without BB codes: brackets become parentheses, so that a name cannot start a tag.</summary>
    /// <param name="text">Text from outside, such as a person's name.</param>
    public static string Plain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace('[', '(').Replace(']', ')');
    }
}
