namespace Bitrix24Addon.Tests.Walls;

/// <summary>The checkout the tests run from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Project and property files, the build's own copies left out.</summary>
    public static IReadOnlyList<string> ProjectFiles { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*.*proj", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Root, "*.props", SearchOption.AllDirectories))
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules" or ".testdata")),
    ];

    private static string Find()
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
}
