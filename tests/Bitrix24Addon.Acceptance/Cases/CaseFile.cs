using System.Globalization;
using System.Text.Json;

namespace Bitrix24Addon.Acceptance.Cases;

/// <summary>
/// A hand-written timeline with its expected figures (tests/cases/*.jsonl): a header, changes of the portal as in a recorded
/// timeline, <c>sync</c> where the add-on synchronises (the first is the installation) and <c>expect</c> where figures are due.
/// </summary>
internal sealed class CaseFile
{
    private CaseFile(string? settings, IReadOnlyList<CaseLine> lines)
    {
        Settings = settings;
        Lines = lines;
    }

    public static string Folder { get; } = Path.Combine(RepositoryRoot.Folder, "tests", "cases");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.jsonl").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    /// <summary>The settings document of the header, or null for the defaults.</summary>
    public string? Settings { get; }

    public IReadOnlyList<CaseLine> Lines { get; }

    public DateTimeOffset StartsAt => Lines[0].At!.Value;

    public static CaseFile Read(string name)
    {
        var lines = new List<CaseLine>();
        JsonElement? header = null;
        var number = 0;
        foreach (var text in File.ReadLines(Path.Combine(Folder, name + ".jsonl")))
        {
            number++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var json = JsonDocument.Parse(text).RootElement;
            if (header is null)
            {
                Assert.True(json.TryGetProperty("case", out _) && json.TryGetProperty("why", out _), $"{name}: the first line is the header with case and why");
                header = json;
            }
            else
            {
                lines.Add(new CaseLine(number, text, json));
            }
        }

        return new CaseFile(header!.Value.TryGetProperty("settings", out var settings) ? settings.GetRawText() : null, lines);
    }
}

/// <summary>One line after the header.</summary>
internal sealed record CaseLine(int Number, string Text, JsonElement Json)
{
    public string Operation => Json.GetProperty("op").GetString()!;

    /// <summary>When it happens; an expectation has no time of its own.</summary>
    public DateTimeOffset? At => Moment("t");

    /// <summary>Start of the history that a <c>sync</c> asks for; null for all of it.</summary>
    public DateTimeOffset? Since => Moment("since");

    public string Why => Json.GetProperty("why").GetString()!;

    public int Day(string name) => int.Parse(Json.GetProperty(name).GetString()!.Replace("-", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private DateTimeOffset? Moment(string name) =>
        Json.TryGetProperty(name, out var moment) ? DateTimeOffset.Parse(moment.GetString()!, CultureInfo.InvariantCulture) : null;
}
