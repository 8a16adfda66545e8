using System.Text.Json;
using System.Text.RegularExpressions;
using Bitrix24Addon.Tests.Walls;

namespace Bitrix24Addon.Tests.Localisation;

/// <summary>The texts of the pages: both languages say the same things, every text is used, and every text that is used is there.</summary>
public sealed partial class PageTextsTests
{
    private static readonly string Pages = Path.Combine(Repository.Root, "src", "portal", "src");

    private static readonly Dictionary<string, string> Russian = Read("ru");
    private static readonly Dictionary<string, string> English = Read("en");

    private static readonly string Sources = string.Join('\n', Directory.EnumerateFiles(Pages, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path) is ".vue" or ".ts").Select(File.ReadAllText));

    [Fact]
    public void Both_languages_have_the_same_texts_with_the_same_placeholders_and_all_plural_forms()
    {
        Assert.Contains("shell.loading", English.Keys);
        Assert.Equal(English.Keys.Order(), Russian.Keys.Order());
        foreach (var (key, english) in English)
        {
            var russian = Russian[key];
            Assert.False(string.IsNullOrWhiteSpace(english) || string.IsNullOrWhiteSpace(russian), key);
            Assert.True(Placeholders(english).SequenceEqual(Placeholders(russian)), $"{key}: {english} / {russian}");
            Assert.True((FormsOf(english), FormsOf(russian)) is (1, 1) or (2, 3), $"{key} lacks a plural form: {english} / {russian}");
            foreach (var form in russian.Split('|').Concat(english.Split('|')))
            {
                Assert.True(Placeholders(form).SequenceEqual(Placeholders(english)) || FormsOf(english) > 1, key);
            }
        }
    }

    [Fact]
    public void Russian_texts_are_Russian_and_English_ones_are_not()
    {
        Assert.DoesNotContain(Russian, text => Cyrillic().Count(text.Value) == 0 && Letter().IsMatch(Placeholder().Replace(text.Value, "")));
        Assert.DoesNotContain(English, text => Cyrillic().IsMatch(text.Value));
    }

    [Fact]
    public void Every_text_is_used()
    {
        var named = Named().Matches(Sources).Select(match => match.Groups["key"].Value).ToHashSet();
        var begun = Begun().Matches(Sources).Select(match => match.Groups["key"].Value).ToList();

        Assert.DoesNotContain(English.Keys, key => !named.Contains(key) && !begun.Exists(start => key.StartsWith(start, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_text_that_is_used_is_there()
    {
        var used = Used().Matches(Sources).Select(match => match.Groups["key"].Value).Distinct().ToList();
        var begun = Begun().Matches(Sources).Select(match => match.Groups["key"].Value).Distinct().ToList();

        Assert.Contains("shell.loading", used);
        Assert.Contains("shell.area.", begun);
        Assert.Empty(used.Except(English.Keys));
        Assert.DoesNotContain(begun, start => !English.Keys.Any(key => key.StartsWith(start, StringComparison.Ordinal)));
    }

    private static Dictionary<string, string> Read(string language) =>
        Directory.GetFiles(Path.Combine(Pages, "texts", language), "*.json")
            .SelectMany(path => Flatten(Path.GetFileNameWithoutExtension(path), JsonDocument.Parse(File.ReadAllText(path)).RootElement))
            .ToDictionary(text => text.Key, text => text.Value);

    private static IEnumerable<KeyValuePair<string, string>> Flatten(string key, JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(property => Flatten($"{key}.{property.Name}", property.Value))
            : [new(key, element.GetString()!)];

    private static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(match => match.Value).Distinct().Order();

    private static int FormsOf(string text) => text.Split('|').Length;

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\p{IsCyrillic}")]
    private static partial Regex Cyrillic();

    [GeneratedRegex(@"\p{L}")]
    private static partial Regex Letter();

    /// <summary>A key as it stands anywhere: it may be chosen before it is looked up.</summary>
    [GeneratedRegex(@"(?<quote>['""`])(?<key>[a-z][a-z-]*(?:\.[\w-]+)+)\k<quote>")]
    private static partial Regex Named();

    /// <summary>A key that is looked up.</summary>
    [GeneratedRegex(@"(?:\bt\(\s*|keypath=)(?<quote>['""`])(?<key>[\w.-]+)\k<quote>")]
    private static partial Regex Used();

    /// <summary>The beginning of a key whose rest is chosen.</summary>
    [GeneratedRegex(@"`(?<key>[a-z][a-z-]*\.[\w.-]*)\$\{")]
    private static partial Regex Begun();
}
