using System.Collections.Concurrent;
using System.Globalization;
using System.Resources;
using NodaTime;

[assembly: NeutralResourcesLanguage("en")]

namespace Bitrix24Addon;

/// <summary>
/// Everything a person reads, in his language. A key is <c>Area.name</c>: the file <c>Texts/Area.resx</c> (English) and
/// <c>Texts/Area.ru.resx</c> (Russian), and the name in it. Arguments are numbered as in <see cref="string.Format(string, object?[])"/>
/// and formatted by the language.
/// </summary>
public sealed class Texts
{
    private static readonly ConcurrentDictionary<string, ResourceManager> Areas = new();

    private Texts(string culture) => Culture = CultureInfo.GetCultureInfo(culture);

    /// <summary>Russian texts.</summary>
    public static Texts Russian { get; } = new("ru-RU");

    /// <summary>English texts.</summary>
    public static Texts English { get; } = new("en-GB");

    /// <summary>Numbers and dates follow this culture.</summary>
    public CultureInfo Culture { get; }

    /// <summary>Russian for <c>ru</c> and its regions, English for any other language or none.</summary>
    /// <param name="language">Language as Bitrix24 gives it (<c>ru</c>, <c>en</c>, <c>de</c>…) or as a culture name.</param>
    public static Texts For(string? language) =>
        string.Equals(language?.Split('-', '_')[0], "ru", StringComparison.OrdinalIgnoreCase) ? Russian : English;

    /// <summary>A text with its arguments filled in.</summary>
    /// <param name="key">As <c>Metrics.calls_out</c>.</param>
    /// <param name="arguments">What stands for <c>{0}</c>, <c>{1}</c>…</param>
    /// <exception cref="KeyNotFoundException">There is no such text; the message names the file to add it to.</exception>
    public string Get(string key, params object?[] arguments) => string.Format(Culture, Find(key), arguments);

    /// <summary>
    /// A text that agrees with a whole number: of the texts <c>key.one</c>, <c>key.few</c>, <c>key.many</c> (Russian) or
    /// <c>key.one</c>, <c>key.other</c> (English) the one that fits. The number is <c>{0}</c>, the arguments follow as <c>{1}</c>…
    /// </summary>
    /// <param name="key">The key without its last part.</param>
    /// <param name="count">The number.</param>
    /// <param name="arguments">What stands for <c>{1}</c>, <c>{2}</c>…</param>
    /// <exception cref="KeyNotFoundException">There is no such text; the message names the file to add it to.</exception>
    public string Count(string key, long count, params object?[] arguments) =>
        Get($"{key}.{Plural.FormOf(count, Culture)}", [count, .. arguments]);

    /// <summary>A day with its month in words, so that day and month cannot be mistaken for each other.</summary>
    /// <param name="date">The day.</param>
    public string Date(LocalDate date) => Get("Common.date", date);

    /// <summary>A length of time as hours, minutes and seconds, <c>26:05:09</c>; hours are not broken into days.</summary>
    /// <param name="seconds">Length in seconds.</param>
    public string HoursMinutesSeconds(long seconds)
    {
        var (absolute, sign) = seconds < 0 ? (-(decimal)seconds, Culture.NumberFormat.NegativeSign) : (seconds, "");
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{decimal.Floor(absolute / 3600)}:{decimal.Floor(absolute / 60) % 60:00}:{absolute % 60:00}");
    }

    /// <summary>A length of time as a person says it, <c>3 h 20 min</c>, rounded down to minutes.</summary>
    /// <param name="seconds">Length in seconds, not negative.</param>
    public string HoursAndMinutes(long seconds) => (seconds / 3600, seconds / 60 % 60) switch
    {
        (0, var minutes) => Get("Common.minutes", minutes),
        (var hours, 0) => Get("Common.hours", hours),
        var (hours, minutes) => Get("Common.hours_and_minutes", hours, minutes),
    };

    private string Find(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var (area, name) = key.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? (key[..dot], key[(dot + 1)..]) : ("", key);
        try
        {
            return Areas.GetOrAdd(area, named => new ResourceManager($"Bitrix24Addon.Texts.{named}", typeof(Texts).Assembly)).GetString(name, Culture)
                ?? throw new KeyNotFoundException(Missing(key, area, name));
        }
        catch (MissingManifestResourceException noSuchArea)
        {
            throw new KeyNotFoundException(Missing(key, area, name), noSuchArea);
        }
    }

    private static string Missing(string key, string area, string name) =>
        $"There is no text '{key}'; add '{name}' to Texts/{area}.resx and Texts/{area}.ru.resx.";
}
