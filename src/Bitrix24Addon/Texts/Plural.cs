using System.Globalization;

namespace Bitrix24Addon;

/// <summary>Which form of a word goes with a whole number, by the plural rules of Unicode CLDR for Russian and English.</summary>
public static class Plural
{
    /// <summary><c>one</c>, <c>few</c> or <c>many</c> in Russian, <c>one</c> or <c>other</c> in English.</summary>
    /// <param name="count">The number; the sign does not matter.</param>
    /// <param name="culture">Russian, or anything else for the English rule.</param>
    public static string FormOf(long count, CultureInfo culture)
    {
        ArgumentNullException.ThrowIfNull(culture);
        if (culture.TwoLetterISOLanguageName != "ru")
        {
            return count is 1 or -1 ? "one" : "other";
        }

        // Absolute value after the remainder: that of long.MinValue itself does not exist.
        return (Math.Abs(count % 10), Math.Abs(count % 100)) switch
        {
            (1, not 11) => "one",
            (2 or 3 or 4, not (12 or 13 or 14)) => "few",
            _ => "many",
        };
    }
}
