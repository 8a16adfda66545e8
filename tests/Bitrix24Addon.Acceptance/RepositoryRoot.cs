namespace Bitrix24Addon.Acceptance;

/// <summary>The checkout the tests run from, and what may lie beside it.</summary>
internal static class RepositoryRoot
{
    public static string Folder { get; } = Find();

    /// <summary>A real sales log; not part of the project.</summary>
    public static string SalesTimeline { get; } = Path.GetFullPath(Path.Combine(Folder, "..", "shared", "data", "sales-timeline.jsonl.gz"));

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
