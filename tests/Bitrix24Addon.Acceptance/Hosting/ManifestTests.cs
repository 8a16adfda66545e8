using System.Text.Json;
using System.Text.RegularExpressions;
using Bitrix24.Client.Tests.Wrappers;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Acceptance.Hosting;

/// <summary>What we declare to Bitrix24, beside what is documented of it.</summary>
public sealed partial class ManifestTests
{
    private static readonly Manifest Declared = Manifest.Current;

    private static readonly HashSet<string> Scopes = [.. Declared.Scopes.Select(s => s.Name)];

    [Fact]
    public void Every_event_is_documented_and_its_scope_is_declared()
    {
        var documented = DocumentedEvents();

        Assert.All(Declared.Events, e => Assert.True(documented.TryGetValue(e.Name, out var scope) && scope == e.Scope, $"{e.Name}: {documented.GetValueOrDefault(e.Name)}"));
        Assert.All(Declared.Events, e => Assert.True(e.Scope.Length == 0 || Scopes.Contains(e.Scope), e.Name));
        Assert.Equal(Declared.Events.Count, Declared.Events.Select(e => e.Name).Distinct().Count());
    }

    [Fact]
    public void Every_placement_is_documented_and_its_scope_is_declared()
    {
        var section = Wrapped.Facts("methods.md").Split("## 15. Placements")[1].Split("\n## ")[0];
        var documented = PlacementRow().Matches(section)
            .SelectMany(row => Quoted().Matches(row.Groups["codes"].Value).Select(code => (Code: code.Groups[1].Value, Scope: row.Groups["scope"].Value.Trim().Replace("–", "", StringComparison.Ordinal))))
            .ToDictionary(row => row.Code, row => row.Scope);

        Assert.NotEmpty(Declared.Placements);
        Assert.All(Declared.Placements, p => Assert.True(documented.TryGetValue(p.Code, out var scope) && scope == p.Scope, $"{p.Code}: {documented.GetValueOrDefault(p.Code)}"));
        Assert.All(Declared.Placements, p => Assert.True(p.Scope.Length == 0 || Scopes.Contains(p.Scope), p.Code));
        Assert.Contains("placement", Scopes);
    }

    /// <summary>Moderators refuse a scope that is asked for the future.</summary>
    [Fact]
    public void Every_scope_is_documented_and_opens_something_that_this_version_uses()
    {
        using var index = JsonDocument.Parse(Wrapped.Facts("spec/index.json"));
        var scopeOf = index.RootElement.GetProperty("methods").EnumerateArray()
            .ToLookup(m => m.GetProperty("method").GetString()!, m => m.GetProperty("scope").GetString());
        var sources = string.Concat(Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Folder, "src", "Bitrix24Addon"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        // A wrapped method is used where the product names it, or the factory that makes its calls.
        var used = Wrapped.Methods.Where(m => m.Value.Name.Length > 0 && FamilyOf(m.Key) is var family && sources.Contains(family, StringComparison.Ordinal))
            .SelectMany(m => scopeOf[m.Value.Name].Append(m.Value.Scope)).Concat(Declared.Events.Select(e => e.Scope)).Concat(Declared.Placements.Select(p => p.Scope)).ToHashSet();
        var documented = Wrapped.Facts("auth-and-install.md").Split("## 10. Scopes")[1];

        Assert.All(Scopes, scope => Assert.Contains($"`{scope}`", documented, StringComparison.Ordinal));
        Assert.All(Scopes, scope => Assert.True(used.Contains(scope), scope));

        static string FamilyOf(string name) => name[..(name.IndexOf('.', StringComparison.Ordinal) + 1)];
    }

    [Fact]
    public void Every_text_is_there_in_every_language()
    {
        Assert.Equal(["ru", "en"], Declared.Languages);
        foreach (var texts in Declared.Texts.Values)
        {
            Assert.Equal(Scopes.Order(), texts.Scopes.Keys.Order());
            Assert.Equal(Declared.Placements.Select(p => p.Code).Order(), texts.Placements.Keys.Order());
            Assert.All(texts.Scopes.Values.Concat(texts.Placements.Values), text => Assert.False(string.IsNullOrWhiteSpace(text)));
        }

        Assert.All(Scopes, scope => Assert.NotEqual(Texts.Russian.Get($"Doctor.scope_{scope}"), Texts.English.Get($"Doctor.scope_{scope}")));
    }

    /// <summary>The tables of events: a section names the scope, or a column does; several names stand in one cell.</summary>
    private static Dictionary<string, string> DocumentedEvents()
    {
        var found = LifecycleEvent().Matches(Wrapped.Facts("auth-and-install.md")).Select(m => m.Groups[1].Value).Distinct().ToDictionary(name => name, _ => "");
        var scope = "";
        foreach (var line in Wrapped.Facts("events.md").Split('\n'))
        {
            scope = line.StartsWith("### ", StringComparison.Ordinal) ? SectionScope().Match(line).Groups[1].Value : scope;
            if (line.Split('|') is ["", var names, var second, ..] && names.Contains("`ON", StringComparison.Ordinal))
            {
                foreach (Match name in EventNames().Matches(names))
                {
                    var (subject, first) = (name.Groups["subject"].Value, name.Groups["action"].Value);
                    foreach (var action in name.Groups["other"].Captures.Select(c => c.Value).Prepend(first))
                    {
                        found.TryAdd(subject + action, scope.Length > 0 ? scope : second.Trim());
                    }
                }
            }
        }

        return found;
    }

    [GeneratedRegex("^\\| `(ONAPP[A-Z]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex LifecycleEvent();

    [GeneratedRegex("\\(scope `(\\w+)`\\)")]
    private static partial Regex SectionScope();

    [GeneratedRegex("`(?<subject>ON[A-Z]+?)(?<action>ADD|UPDATE|DELETE|MOVETOCATEGORY|CALLEND)(?:(?:` / `|/)(?<other>ADD|UPDATE|DELETE))*`")]
    private static partial Regex EventNames();

    [GeneratedRegex("^\\|(?<codes>[^|]*)\\|[^|]*\\|(?<scope>[^|]*)\\|", RegexOptions.Multiline)]
    private static partial Regex PlacementRow();

    [GeneratedRegex("`([A-Z_]+)`")]
    private static partial Regex Quoted();
}
