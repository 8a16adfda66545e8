using System.Text.RegularExpressions;

namespace Bitrix24Addon.Tests.Walls;

/// <summary>The tables of SECURITY.md name tests that exist.</summary>
public sealed partial class SecurityTableTests
{
    private static readonly string[] Rows =
        [.. File.ReadAllLines(Path.Combine(Repository.Root, ".github", "SECURITY.md")).SkipWhile(line => line != "## What is tested").Where(line => Item().IsMatch(line))];

    [Fact]
    public void Every_test_that_is_named_is_there()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .GroupBy(file => Path.GetFileNameWithoutExtension(file)).ToDictionary(g => g.Key, g => string.Join('\n', g.Select(File.ReadAllText)));
        var named = Rows.SelectMany(row => Named().Matches(row)).Select(match => (Class: match.Groups[1].Value, Test: match.Groups[2].Value)).Distinct().ToList();
        Assert.True(named.Count >= 50, $"{named.Count} tests are named.");

        var missing = named.Where(n => !sources.TryGetValue(n.Class, out var source)
            || !Regex.IsMatch(source, $@"\[(Fact|Theory)[^\n]*\]\s*(\[InlineData[^\n]*\n\s*)*public (async )?(Task|void) {n.Test}\("));

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_item_names_a_test_or_says_why_there_is_none()
    {
        Assert.Equal(Enumerable.Range(1, 10).Select(n => $"API{n}"), Rows.Select(row => Item().Match(row).Groups[1].Value).Where(item => item.StartsWith("API", StringComparison.Ordinal)));
        Assert.True(Rows.Length >= 30, $"{Rows.Length} items.");
        Assert.All(Rows, row => Assert.True(Named().IsMatch(row) || row.Contains("| n/a: ", StringComparison.Ordinal), row));
    }

    [GeneratedRegex(@"^\| (API\d+|\d+\.\d+(?:\.\d+)?)\b")]
    private static partial Regex Item();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Named();
}
