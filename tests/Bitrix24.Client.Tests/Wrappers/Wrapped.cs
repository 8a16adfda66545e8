using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>What the client wraps, found by reflection, and what the documentation's schemas say about it.</summary>
internal static class Wrapped
{
    private static readonly Lazy<string?> Folder = new(FindFolder);

    // The exact spelling is looked for even where file names do not know case.
    private static readonly Lazy<HashSet<string>> Files = new(() => [.. Directory.EnumerateFiles(Folder.Value!).Select(path => Path.GetFileName(path))]);

    private static readonly ConcurrentDictionary<string, JsonElement?> Schemas = new(StringComparer.Ordinal);

    private static IEnumerable<Type> Families =>
        typeof(CrmMethods).Assembly.GetTypes().Where(type => type is { IsPublic: true, IsAbstract: true, IsSealed: true, Namespace: "Bitrix24.Client.Methods" });

    /// <summary>Every wrapped method with the name of its field, for example <c>CrmMethods.ItemList</c>.</summary>
    public static IReadOnlyDictionary<string, RestMethod> Methods { get; } = Fields<RestMethod>();

    /// <summary>Every list method with the name of its field.</summary>
    public static IReadOnlyDictionary<string, ListMethod> Lists { get; } = Fields<ListMethod>();

    /// <summary>Every factory of calls with its name, for example <c>CrmMethods.GetItem</c>.</summary>
    public static IReadOnlyDictionary<string, MethodInfo> Factories { get; } = Families
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => method.ReturnType == typeof(RestCall) || method.ReturnType == typeof(ListQuery))
        .ToDictionary(method => $"{method.DeclaringType!.Name}.{method.Name}", StringComparer.Ordinal);

    /// <summary>The schema of a method; null when there is none or when it is another kind of REST that has one.</summary>
    public static JsonElement? Schema(RestMethod method) =>
        ClassicSchema(method.Name) is { } found && Page(found) == method.DocumentationPage.Replace("-rest-v3.md", ".md", StringComparison.Ordinal)
        && Page(found) != method.DocumentationPage
            ? null
            : ClassicSchema(method.Name);

    /// <summary>The schema of a method by its name, whether it is wrapped or not; null when there is none.</summary>
    public static JsonElement? ClassicSchema(string method)
    {
        SkipUnlessHere();
        return Schemas.GetOrAdd(method, Read);
    }

    /// <summary>The text of a file of facts, which lie beside the schemas.</summary>
    public static string Facts(string file)
    {
        SkipUnlessHere();
        return File.ReadAllText(Path.Combine(Folder.Value!, "..", "..", file));
    }

    /// <summary>The page a schema was made from.</summary>
    public static string Page(JsonElement schema) => schema.GetProperty("source").GetProperty("file").GetString()!;

    /// <summary>The documented <c>result</c> of a method, or null.</summary>
    public static JsonElement? Example(RestMethod method) =>
        Schema(method) is { } schema && schema.TryGetProperty("resultExample", out var example) && example.ValueKind == JsonValueKind.Object
        && example.TryGetProperty("result", out var result)
            ? result
            : null;

    /// <summary>Whether the documentation's schemas are here.</summary>
    public static bool IsHere => Folder.Value is not null;

    /// <summary>Skips a test that goes through many methods at once.</summary>
    public static void SkipUnlessHere() =>
        Assert.SkipUnless(IsHere, "The documentation's schemas (shared/bitrix24/spec beside the repository) are not here.");

    private static Dictionary<string, T> Fields<T>() => Families
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
        .Where(field => field.FieldType == typeof(T))
        .ToDictionary(field => $"{field.DeclaringType!.Name}.{field.Name}", field => (T)field.GetValue(null)!, StringComparer.Ordinal);

    private static JsonElement? Read(string method) => Files.Value.Contains($"{method}.json")
        ? JsonElement.Parse(File.ReadAllBytes(Path.Combine(Folder.Value!, $"{method}.json")))
        : null;

    private static string? FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Bitrix24Addon.sln")))
        {
            folder = folder.Parent;
        }

        var schemas = Path.Combine(folder?.Parent?.FullName ?? "", "shared", "bitrix24", "spec", "methods");
        return Directory.Exists(schemas) ? schemas : null;
    }
}
