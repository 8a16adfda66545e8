using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace Bitrix24Addon.Acceptance.Hosting;

/// <summary>What <c>dotnet publish functions</c> yields, read as a Functions host reads it.</summary>
public sealed class PublishedFolder
{
    private static readonly Lazy<Task<PublishedFolder>> Once = new(PublishAsync);

    private PublishedFolder(string path)
    {
        Path = path;
        Functions = [.. ReadFunctions(path)];
        using var host = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(path, "host.json")));
        var handler = host.RootElement.GetProperty("customHandler");
        Executable = System.IO.Path.Combine(path, handler.GetProperty("description").GetProperty("defaultExecutablePath").GetString()!);
        Assert.True(handler.GetProperty("enableProxyingHttpRequest").GetBoolean());
        Assert.Equal("2.0", host.RootElement.GetProperty("version").GetString());
        Assert.Equal("", host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
    }

    public string Path { get; }

    /// <summary>The functions in the order in which their routes are mapped: by name.</summary>
    public IReadOnlyList<Function> Functions { get; }

    public string Executable { get; }

    /// <summary>The folder, published once for all tests.</summary>
    public static Task<PublishedFolder> GetAsync() => Once.Value;

    /// <summary>The functions that a folder declares.</summary>
    public static IEnumerable<Function> ReadFunctions(string folder) => Directory.EnumerateFiles(folder, "function.json", SearchOption.AllDirectories)
        .Where(file => System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(file)) == System.IO.Path.GetFullPath(folder).TrimEnd('/'))
        .Select(Function.Read).OrderBy(f => f.Name, StringComparer.Ordinal);

    /// <summary>The function that a host calls for a request: the first whose route and methods fit.</summary>
    public Function? Route(string method, string path) => Functions.FirstOrDefault(f => f.Answers(method, path));

    private static async Task<PublishedFolder> PublishAsync()
    {
        if (Environment.GetEnvironmentVariable("TESTS_PUBLISHED") is { Length: > 0 } published)
        {
            return new PublishedFolder(published);
        }

        var folder = System.IO.Path.Combine(RepositoryRoot.Folder, ".testdata", "published");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var start = new ProcessStartInfo("dotnet", ["publish", "functions", "--output", folder, "--nologo", "--verbosity", "quiet"])
        {
            WorkingDirectory = RepositoryRoot.Folder, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" },
        };
        using var publish = Process.Start(start)!;
        var told = await Task.WhenAll(publish.StandardOutput.ReadToEndAsync(), publish.StandardError.ReadToEndAsync());
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, string.Concat(told));
        return new PublishedFolder(folder);
    }
}

/// <summary>A function as its <c>function.json</c> declares it.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Route">The route; null for a timer.</param>
/// <param name="Methods">The methods of the route, in capitals.</param>
/// <param name="AuthLevel">Who may call it.</param>
/// <param name="Schedule">The schedule of a timer; null for a route.</param>
/// <param name="Binding">The name of the trigger's binding.</param>
public sealed record Function(string Name, string? Route, FrozenSet<string> Methods, string? AuthLevel, string? Schedule, string Binding)
{
    /// <summary>Reads a function.</summary>
    public static Function Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var bindings = json.RootElement.GetProperty("bindings").EnumerateArray().ToList();
        var trigger = Assert.Single(bindings, b => b.GetProperty("type").GetString()!.EndsWith("Trigger", StringComparison.Ordinal));
        var isHttp = trigger.GetProperty("type").GetString() == "httpTrigger";

        // Requests are passed on as they are only where there is exactly one trigger and one answer.
        Assert.Equal(isHttp ? ["httpTrigger", "http"] : ["timerTrigger"], bindings.Select(b => b.GetProperty("type").GetString()));
        return new Function(
            System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(file))!,
            isHttp ? trigger.GetProperty("route").GetString() : null,
            isHttp ? trigger.GetProperty("methods").EnumerateArray().Select(m => m.GetString()!.ToUpperInvariant()).ToFrozenSet() : [],
            isHttp ? trigger.GetProperty("authLevel").GetString() : null,
            isHttp ? null : trigger.GetProperty("schedule").GetString(),
            trigger.GetProperty("name").GetString()!);
    }

    /// <summary>Whether its route and methods fit a request.</summary>
    public bool Answers(string method, string path) =>
        Route is not null && Methods.Contains(method)
        && new TemplateMatcher(TemplateParser.Parse(Route), []).TryMatch(new PathString(path), new RouteValueDictionary());
}
