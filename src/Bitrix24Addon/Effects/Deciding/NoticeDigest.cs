using System.Text.RegularExpressions;

namespace Bitrix24Addon.Effects.Deciding;

/// <summary>One notification in the place of many.</summary>
public static partial class NoticeDigest
{
    // Enough to see what it is about; more than that nobody reads.
    private const int LinesShown = 30;
    private const int LongestLine = 120;

    /// <summary>How many there are, and of each the first line.</summary>
    /// <param name="messages">Their texts, with BB codes.</param>
    /// <param name="texts">The portal's language.</param>
    public static string Write(IReadOnlyList<string> messages, Texts texts)
    {
        var lines = messages.Take(LinesShown).Select(message => $"• {FirstLine(message)}");
        return string.Join(Environment.NewLine, [texts.Count("Effects.digest", messages.Count), .. lines, .. messages.Count > LinesShown ? ["…"] : Array.Empty<string>()]);
    }

    /// <summary>Without codes: a line that is cut must not leave one open.</summary>
    private static string FirstLine(string message)
    {
        var line = BbCode.Plain(Code().Replace(message, "").Trim().Split('\n')[0]).TrimEnd();
        return line.Length > LongestLine ? line[..LongestLine] + "…" : line;
    }

    [GeneratedRegex(@"\[/?[A-Za-z]+(?:=[^\]]*)?\]")]
    private static partial Regex Code();
}
