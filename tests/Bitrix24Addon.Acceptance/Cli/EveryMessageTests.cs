using System.Text.RegularExpressions;
using Bitrix24.Client;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Acceptance.Cli;

/// <summary>Every message the source can give is written in both languages: read from the source, so that a new one is checked too.</summary>
public sealed partial class EveryMessageTests
{
    private static readonly string Source = string.Join(
        '\n',
        new[] { "src", "functions" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Folder, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText));

    private static readonly string PortalSettings = File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "src", "Bitrix24Addon", "Portals", "PortalSettings.cs"));

    public static TheoryData<string> ProblemKeys => [.. ProblemKey().Matches(Source).Select(m => m.Groups[1].Value)
        .SelectMany(key => key == "Settings.value_" ? SettingsName().Matches(PortalSettings).Select(m => key + m.Groups[1].Value) : [key]).Distinct()];

    public static TheoryData<string> CommandLineKeys => [.. CommandLineKey().Matches(Source).Select(m => m.Groups[1].Value).Distinct()];

    public static TheoryData<string> CountedKeys => [.. CountedKey().Matches(Source).Select(m => m.Groups[1].Value).Distinct()];

    public static TheoryData<string> RuleKeys => [.. RuleKey().Matches(Source).Select(m => m.Groups[1].Value).Distinct()];

    public static TheoryData<string> GapKeys => [.. GapCode().Matches(Source).Select(m => "Completeness." + m.Groups[1].Value).Distinct()];

    public static TheoryData<string> SourceKeys => [.. SourceName().Matches(Source).Select(m => "Sources." + m.Groups[1].Value).Distinct()];

    public static TheoryData<string> FindingKeys => [.. FindingName().Matches(Source).Select(m => "Doctor." + m.Groups[1].Value)
        .SelectMany(key => key == "Doctor.zone_" ? Enum.GetNames<ZoneSource>().Select(name => key + name) : [key]).Distinct()];

    public static TheoryData<string> ErrorKeys => [.. Enum.GetNames<Bitrix24ErrorKind>().Select(kind => $"Problems.{kind}")];

    [Fact]
    public void The_source_is_read()
    {
        Assert.Contains("Storage.newer", ProblemKeys.Select(row => row.Data));
        Assert.Contains("Settings.value_timeZone", ProblemKeys.Select(row => row.Data));
        Assert.Contains("Completeness.through", GapKeys.Select(row => row.Data));
        Assert.Contains("Sources.working_days", SourceKeys.Select(row => row.Data));
        Assert.Contains("Doctor.clock_skewed", FindingKeys.Select(row => row.Data));
        Assert.Contains("Rules.bad_target", RuleKeys.Select(row => row.Data));
        Assert.Contains("Cli.bad_date", CommandLineKeys.Select(row => row.Data));
        Assert.Contains("Cli.revived", CountedKeys.Select(row => row.Data));
    }

    [Theory]
    [MemberData(nameof(ProblemKeys))]
    [MemberData(nameof(CommandLineKeys))]
    [MemberData(nameof(RuleKeys))]
    [MemberData(nameof(GapKeys))]
    [MemberData(nameof(SourceKeys))]
    [MemberData(nameof(FindingKeys))]
    [MemberData(nameof(ErrorKeys))]
    public void Every_message_is_written_in_both_languages(string key)
    {
        object[] arguments = ["0", "1", "2", "3", "4", "5"];
        Assert.NotEmpty(Texts.English.Get(key, arguments));
        Assert.NotEmpty(Texts.Russian.Get(key, arguments));
    }

    [Theory]
    [MemberData(nameof(CountedKeys))]
    public void Every_counted_message_has_all_its_forms(string key)
    {
        object[] arguments = ["1", "2", "3", "4", "5"];
        Assert.All(new long[] { 1, 3, 5 }, count =>
        {
            Assert.NotEmpty(Texts.English.Count(key, count, arguments));
            Assert.NotEmpty(Texts.Russian.Count(key, count, arguments));
        });
    }

    [GeneratedRegex("""ProblemException\(\s*"([A-Z]\w*\.\w+)""")]
    private static partial Regex ProblemKey();

    [GeneratedRegex("""Require\([^;]*?, \$?"(\w+)(?:\.\{\w+\})?",""")]
    private static partial Regex SettingsName();

    [GeneratedRegex("""(?<!\$|Count\()"((?:Cli|Demo|Portals|Problems)\.[a-z]\w*[a-z])"[,)]""")]
    private static partial Regex CommandLineKey();

    [GeneratedRegex("""Count\("(\w+\.\w+)",""")]
    private static partial Regex CountedKey();

    [GeneratedRegex("\"(Rules\\.[a-z_]+)\" *[,)]")]
    private static partial Regex RuleKey();

    [GeneratedRegex("""Gap\((?:\w+|"\w+"), \$?"(\w+)""")]
    private static partial Regex GapCode();

    [GeneratedRegex("""const string (?:Calls|Activities|Leads|Deals|Quotes|LeadStages|DealStages|Tasks|OpenTasks|Users|Departments|WorkDays) = "([a-z_]+)";""")]
    private static partial Regex SourceName();

    [GeneratedRegex("""(?:Add|add)\([^;]*DoctorLevel\.[^;]*?"(\w+)""")]
    private static partial Regex FindingName();
}
