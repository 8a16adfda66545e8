using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;

namespace Bitrix24Addon.Tests.Localisation;

/// <summary>Both languages say the same things: checked over every file, so that a text added later is checked too.</summary>
public sealed partial class EveryTextTests
{
    private static readonly Dictionary<string, string[]> Forms = new() { ["en"] = ["one", "other"], ["ru"] = ["few", "many", "one"] };

    public static TheoryData<string> Areas =>
        [.. typeof(Texts).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Bitrix24Addon.Texts.", StringComparison.Ordinal))
            .Select(name => name[..^".resources".Length])];

    /// <summary>The codes of the metrics, as reports print them.</summary>
    public static TheoryData<string> Metrics =>
    [
        "calls_out", "calls_in", "calls_connected", "calls_over_30s", "calls_out_over_30s", "calls_in_over_30s", "talk_seconds", "callbacks",
        "info_calls", "missed_calls", "missed_returned", "call_quality", "meetings", "meetings_planned_past", "presentations", "field_seconds",
        "proposals_created", "proposals_sent", "chat_sessions", "leads_created", "leads_processed", "deals_won", "won_sum",
        "won_sum_by_currency", "deals_lost", "contracts", "payments", "payments_sum", "tasks_closed", "tasks_closed_late", "tasks_overdue",
        "work_seconds", "handoffs_offered", "handoffs_accepted", "handoffs_returned", "handoffs_expired", "accept_minutes",
        "first_action_minutes",
    ];

    [Fact]
    public void There_are_files_to_check() => Assert.Contains("Bitrix24Addon.Texts.Metrics", Areas.Select(row => row.Data));

    [Theory, MemberData(nameof(Areas))]
    public void Both_languages_have_the_same_texts_and_all_plural_forms(string area)
    {
        var (english, russian) = (Read(area, "en"), Read(area, "ru"));

        Assert.NotEmpty(english);
        Assert.Equal(english.Keys.Select(Base).Distinct().Order(), russian.Keys.Select(Base).Distinct().Order());
        foreach (var (language, texts) in new[] { ("en", english), ("ru", russian) })
        {
            foreach (var forms in texts.Keys.Where(key => Base(key) != key).GroupBy(Base))
            {
                Assert.Equal(Forms[language], forms.Select(key => key[(forms.Key.Length + 1)..]).Order());
            }
        }
    }

    [Theory, MemberData(nameof(Areas))]
    public void Both_languages_have_the_same_placeholders_and_no_empty_text(string area)
    {
        var (english, russian) = (Read(area, "en"), Read(area, "ru"));
        var wanted = english.GroupBy(text => Base(text.Key)).ToDictionary(group => group.Key, group => Placeholders(group.First().Value));

        foreach (var (key, text) in english.Concat(russian))
        {
            Assert.False(string.IsNullOrWhiteSpace(text), key);
            Assert.True(wanted[Base(key)].SequenceEqual(Placeholders(text)), $"{key}: {text}");
        }
    }

    [Theory, MemberData(nameof(Metrics))]
    public void Every_metric_has_a_title_in_both_languages(string code)
    {
        Assert.Matches(Cyrillic(), Texts.Russian.Get($"Metrics.{code}"));
        Assert.DoesNotMatch(Cyrillic(), Texts.English.Get($"Metrics.{code}"));
        if (code.EndsWith("_seconds", StringComparison.Ordinal))
        {
            Assert.EndsWith(", ч:мм:сс", Texts.Russian.Get($"Metrics.{code}"), StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, string> Read(string area, string language)
    {
        var culture = language == "en" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language);
        var texts = new ResourceManager(area, typeof(Texts).Assembly).GetResourceSet(culture, createIfNotExists: true, tryParents: false);
        Assert.NotNull(texts);
        return texts.Cast<DictionaryEntry>().ToDictionary(text => (string)text.Key, text => (string)text.Value!);
    }

    private static string Base(string key) => PluralForm().Replace(key, "");

    private static IEnumerable<string> Placeholders(string text) =>
        Placeholder().Matches(text).Select(match => match.Groups[1].Value).Distinct().Order();

    [GeneratedRegex(@"\.(one|few|many|other)$")]
    private static partial Regex PluralForm();

    [GeneratedRegex(@"(?<!\{)\{(\d+)[^}]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\p{IsCyrillic}")]
    private static partial Regex Cyrillic();
}
