using System.Reflection;
using System.Text.Json;

namespace Bitrix24Addon.Rules.Documents;

/// <summary>Norms to begin with, for a way of selling; each is a rule like any other, to be changed before it is saved.</summary>
/// <param name="Id">What it is known by.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">For whom it is.</param>
/// <param name="Rules">The norms.</param>
public sealed record NormPreset(string Id, RuleName Name, RuleName Description, IReadOnlyList<RuleDocument> Rules)
{
    /// <summary>All of them, from the files beside this one.</summary>
    public static IReadOnlyList<NormPreset> All { get; } = [.. ReadAll()];

    private static IEnumerable<NormPreset> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("Bitrix24Addon.Rules.Presets.", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            var preset = JsonSerializer.Deserialize<File>(file, JsonSerializerOptions.Web)!;
            yield return new NormPreset(preset.Id, preset.Name, preset.Description, preset.Rules.ConvertAll(rule => RuleDocument.Parse(rule.ToString())));
        }
    }

    private sealed record File(string Id, RuleName Name, RuleName Description, List<JsonElement> Rules);
}
