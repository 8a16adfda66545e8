using Bitrix24Addon.Portals;
using NodaTime;
using NodaTime.Text;

namespace Bitrix24Addon.Reports;

/// <summary>What is known to be incomplete in a period.</summary>
/// <param name="Portal">The portal.</param>
/// <param name="Codes">By source, as in <see cref="Report.Completeness"/>.</param>
/// <param name="ReadThroughMs">Start of the last reading, Unix milliseconds, when the period goes on after it; null when all of it was read.</param>
public sealed record PeriodCompleteness(PortalContext Portal, IReadOnlyDictionary<string, string> Codes, long? ReadThroughMs)
{
    /// <summary>Sources of which something is missing, by name, each with why. That a day still lasts is told once, by <see cref="ReadThroughMs"/>.</summary>
    /// <param name="texts">The language.</param>
    public IEnumerable<(string Source, IReadOnlyList<string> Notes)> InWords(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Codes.Select(c => (Source: texts.Get("Sources." + c.Key), Notes: (IReadOnlyList<string>)[.. CompletenessNotes.InWords(WithoutThrough(c.Value), Portal.Zone, texts)]))
            .Where(c => c.Notes.Count > 0);
    }

    private static string WithoutThrough(string codes) => string.Join(
        ';', codes.Split(';').Where(code => !code.StartsWith("through:", StringComparison.Ordinal)).DefaultIfEmpty(CompletenessReader.Complete));
}

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
