using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Bitrix24.Client.Tests;

/// <summary>The package as a stranger meets it: what is in it, and the samples compiled against it in empty projects.</summary>
public sealed partial class PackageTests : IDisposable
{
    // A version of its own, so that no cache of packages answers with an older one.
    private readonly string _version = $"0.0.1-test.{Environment.ProcessId}.{TimeProvider.System.GetTimestamp()}";
    private readonly string _folder = Directory.CreateTempSubdirectory("b24-package-").FullName;

    [Fact]
    public async Task A_stranger_restores_the_package_and_compiles_the_samples()
    {
        await PackAsync();
        using (var package = ZipFile.OpenRead(Path.Combine(_folder, $"Bitrix24.Client.{_version}.nupkg")))
        {
            var files = package.Entries.Select(entry => entry.FullName).ToList();
            Assert.Superset(new HashSet<string> { "README.md", "lib/net10.0/Bitrix24.Client.dll", "lib/net10.0/Bitrix24.Client.xml" }, files.ToHashSet());
            using var description = package.GetEntry("Bitrix24.Client.nuspec")!.Open();
            var metadata = XElement.Load(description).Elements().Single(element => element.Name.LocalName == "metadata").Elements().ToLookup(element => element.Name.LocalName);
            Assert.Equal("README.md", metadata["readme"].Single().Value);
            Assert.Contains("Bitrix24", metadata["description"].Single().Value, StringComparison.Ordinal);
            Assert.NotEqual("", metadata["tags"].Single().Value);
        }

        Assert.True(File.Exists(Path.Combine(_folder, $"Bitrix24.Client.{_version}.snupkg")));
        foreach (var sample in Samples())
        {
            await CompileAsync(sample);
        }
    }

    [Fact]
    public void Every_code_block_of_the_readme_stands_in_a_sample()
    {
        var samples = string.Join('\n', Samples().SelectMany(sample => Directory.EnumerateFiles(sample, "*.cs")).Select(File.ReadAllText).Select(Flat));
        var blocks = CodeBlock().Matches(File.ReadAllText(Path.Combine(Root, "src", "Bitrix24.Client", "README.md"))).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(Flat(block), samples, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Root { get; } = FindRoot();

    private static string[] Samples() => [.. Directory.EnumerateDirectories(Path.Combine(Root, "samples", "Bitrix24.Client")).Order(StringComparer.Ordinal)];

    /// <summary>Without indentation, which differs, and empty lines.</summary>
    private static string Flat(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    private Task PackAsync()
    {
        // …/bin/{configuration}/{framework}/: what was built for this run is packed.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return DotnetAsync(Root, "pack", "src/Bitrix24.Client", "--no-build", "--configuration", configuration, "--output", _folder, $"-p:PackageVersion={_version}");
    }

    private async Task CompileAsync(string sample)
    {
        var name = Path.GetFileName(sample);
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        foreach (var file in Directory.EnumerateFiles(sample, "*.cs"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var sdk = (string)XDocument.Load(Directory.EnumerateFiles(sample, "*.csproj").Single()).Root!.Attribute("Sdk")!;

        // Ours comes from the folder; what it depends on was restored for this build and is taken from there, so the network is not needed.
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestoreSources>{_folder}</RestoreSources>
                <RestorePackagesPath>{_folder}/packages</RestorePackagesPath>
                <RestoreFallbackFolders>{PackagesFolder()}</RestoreFallbackFolders>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Bitrix24.Client" Version="{_version}" />
              </ItemGroup>
            </Project>
            """);
        await DotnetAsync(folder, "build", "--nologo", "-maxcpucount:1");
    }

    private static string PackagesFolder() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static async Task DotnetAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0 && !Warning().IsMatch(output), output);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Bitrix24Addon.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests must run from a build inside the repository.");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\bwarning [A-Z]+\d+")]
    private static partial Regex Warning();
}
