using System.Text.Json;
using System.Text.RegularExpressions;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Walls;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Privacy;

/// <summary>The page on personal data names every table and every duration, as the program has them.</summary>
public sealed partial class PrivacyPageTests
{
    private static string Page { get; } = File.ReadAllText(Path.Combine(Repository.Root, ".github", "PRIVACY.md"));

    [Fact]
    public async Task Every_table_stands_in_the_page_once_with_what_how_long_and_how_erased()
    {
        await using var db = new AddonStorage("Data Source=unused.db").Open();
        var tables = db.Model.GetEntityTypes().Select(type => type.GetTableName()!).Order(StringComparer.Ordinal).ToList();
        var rows = TableRow().Matches(Page).Select(row => (Table: row.Groups[1].Value, Cells: row.Value.Trim('|').Split('|').Select(cell => cell.Trim()).ToList())).ToList();

        Assert.Contains("facts", tables);
        Assert.Equal(tables, rows.Select(row => row.Table).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal((5, true), (row.Cells.Count, row.Cells.TrueForAll(cell => cell.Length > 0))));
    }

    [Fact]
    public void Durations_are_those_of_the_settings()
    {
        var settings = JsonSerializer.SerializeToElement(new RetentionSettings(), JsonSerializerOptions.Web).EnumerateObject()
            .Select(days => (days.Name, Days: days.Value.GetInt32())).Order().ToList();

        Assert.NotEmpty(settings);
        Assert.Equal(settings, Duration().Matches(Page).Select(told => (told.Groups[1].Value, int.Parse(told.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture))).Order());
    }

    [GeneratedRegex(@"^\| `([a-z_]+)` \|.*\|$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"\*`(\w+)`: (\d+)\*")]
    private static partial Regex Duration();
}
