using System.Text.Json;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>The texts of the pages, by the keys that the pages know them by.</summary>
internal static class PageTexts
{
    /// <summary>A text without placeholders, for example <c>shell.area.norms</c>.</summary>
    public static string Get(string language, string key)
    {
        var parts = key.Split('.');
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "src", "portal", "src", "texts", language, parts[0] + ".json")));
        return parts[1..].Aggregate(file.RootElement, (element, part) => element.GetProperty(part)).GetString()!;
    }
}
