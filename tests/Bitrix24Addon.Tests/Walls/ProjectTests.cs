using System.Xml.Linq;

namespace Bitrix24Addon.Tests.Walls;

/// <summary>What the project files promise.</summary>
public sealed class ProjectTests
{
    private static readonly string[] Mediators = ["MediatR", "Mediator", "MassTransit", "Wolverine", "WolverineFx", "Rebus", "NServiceBus", "Brighter", "DotNetCore.CAP"];

    [Fact]
    public void No_package_is_a_mediator()
    {
        var packages = Packages().Select(p => p.Name).ToHashSet();

        Assert.Contains("RestSharp", packages);
        Assert.DoesNotContain(packages, IsMediator);
        Assert.True(IsMediator("MediatR.Contracts"));
    }

    [Fact]
    public void Every_version_is_pinned()
    {
        var versions = Packages().Where(p => p.Version is not null).ToList();

        Assert.NotEmpty(versions);
        Assert.All(versions, p => Assert.True(IsPinned(p.Version!), $"{p.File}: {p.Name} {p.Version}"));
        Assert.All(["1.*", "*", "[1.0,2.0)", "[1.0,]", "$(Version)", "1.0.0-*"], floating => Assert.False(IsPinned(floating), floating));
    }

    [Fact]
    public void Versions_stand_in_one_place() =>
        Assert.All(Packages().Where(p => p.Version is not null && !IsBuiltByItself(p.File)), p => Assert.Equal("Directory.Packages.props", p.File));

    /// <summary>What needs packages that others can do without, and what is only published to be measured.</summary>
    private static bool IsBuiltByItself(string file) =>
        file.StartsWith("functions/isolated/", StringComparison.Ordinal) || file.StartsWith("tests/Benchmarks/EmptyApp/", StringComparison.Ordinal);

    [Fact]
    public void The_solution_is_classic_and_holds_every_project()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Bitrix24Addon.sln")).Replace('\\', '/');

        Assert.Empty(Directory.EnumerateFiles(Repository.Root, "*.slnx"));
        Assert.StartsWith("Microsoft Visual Studio Solution File", solution.TrimStart('\uFEFF', '\r', '\n'), StringComparison.Ordinal);
        Assert.All(
            Repository.ProjectFiles.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && !IsBuiltByItself(Path.GetRelativePath(Repository.Root, file))),
            project => Assert.Contains(Path.GetRelativePath(Repository.Root, project).Replace('\\', '/'), solution, StringComparison.Ordinal));
    }

    private static bool IsMediator(string package) =>
        Mediators.Any(mediator => package == mediator || package.StartsWith(mediator + ".", StringComparison.OrdinalIgnoreCase));

    private static bool IsPinned(string version) => version.Length > 0 && char.IsAsciiDigit(version[0]) && version.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');

    private static IEnumerable<(string File, string Name, string? Version)> Packages() =>
        from file in Repository.ProjectFiles
        from element in XDocument.Load(file).Descendants()
        where element.Name.LocalName is "PackageReference" or "PackageVersion" or "GlobalPackageReference"
        select (
            Path.GetRelativePath(Repository.Root, file),
            (string?)element.Attribute("Include") ?? (string?)element.Attribute("Update") ?? "",
            (string?)element.Attribute("Version") ?? (string?)element.Attribute("VersionOverride") ?? element.Elements().FirstOrDefault(e => e.Name.LocalName == "Version")?.Value);
}
