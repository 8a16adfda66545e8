using NodaTime;
using NodaTime.Text;

namespace Bitrix24Addon.Reports;

/// <summary>The codes of completeness in words.</summary>
public static class CompletenessNotes
{
    /// <summary>What a source's codes say, one text a code; none when nothing is missing.</summary>
    /// <param name="codes">As in <see cref="Report.Completeness"/>: codes with details, separated by semicolons.</param>
    /// <param name="zone">The portal's zone, for times.</param>
    /// <param name="texts">The language.</param>
    public static IEnumerable<string> InWords(string codes, DateTimeZone zone, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(texts);
        foreach (var code in codes.Split(';').Where(code => code != CompletenessReader.Complete))
        {
            var colon = code.IndexOf(':', StringComparison.Ordinal);
            var (name, detail) = colon > 0 ? (code[..colon], code[(colon + 1)..]) : (code, "");
            yield return name switch
            {
                "through" => texts.Get("Completeness.through", Local(detail, zone)),
                "events_lost" => Lost(detail.Split(':'), texts),
                _ => texts.Get($"Completeness.{name}", detail),
            };
        }
    }

    private static string Lost(string[] details, Texts texts) => texts.Get(
        "Completeness.events_lost", details[0], string.Join(", ", details[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(m => texts.Get($"Metrics.{m}"))));

    private static string Local(string utc, DateTimeZone zone) => InstantPattern.General.Parse(utc) is { Success: true, Value: var instant }
        ? LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm").Format(instant.InZone(zone).LocalDateTime)
        : utc;
}
