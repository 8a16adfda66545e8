using Bitrix24Addon.Storage;
using Microsoft.Extensions.Configuration;

namespace Bitrix24Addon.Portals;

/// <summary>
/// Examines what each way of running the program needs: one plain server, Azure Functions, several instances. What the way that is in use lacks is a problem; what
/// the others would need is told.
/// </summary>
/// <param name="configuration">Environment and files.</param>
/// <param name="storage">The database.</param>
public sealed class DoctorOfHosting(IConfiguration configuration, AddonStorage storage)
{
    private const string Plain = "plain", Functions = "functions", Several = "several";

    // Set by the platform; WEBSITE_INSTANCE_ID by App Service, the others by the consumption plans and Container Apps.
    private static readonly string[] SetByAzure = ["WEBSITE_INSTANCE_ID", "WEBSITE_SKU", "LEGION_SERVICE_HOST", "CONTAINER_APP_NAME"];

    // As Linux and Windows name them; what lies in memory of a user's own program (fuse) may be a local disk.
    private static readonly string[] NetworkFormats = ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "ceph", "afs", "lustre", "glusterfs", "ncpfs"];

    private static readonly string[] SetForFunctions = ["FUNCTIONS_CUSTOMHANDLER_PORT", "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION"];

    // A connection string, or the account of a managed identity.
    private static readonly string[] StorageOfTimers =
        ["AzureWebJobsStorage", "AzureWebJobsStorage:accountName", "AzureWebJobsStorage:blobServiceUri"];

    /// <summary>The format of the disk that a folder lies on; the operating system's answer unless a test gives another.</summary>
    public Func<string, string> FormatOf { get; init; } = FormatOfDisk;

    /// <summary>The platform runs as many instances as it likes, each with a disk of its own that goes with it.</summary>
    private bool IsInAzure => Array.Exists(SetByAzure, IsSet);

    /// <summary>What would lose or damage data, so that nothing may be started.</summary>
    /// <exception cref="ProblemException">A SQLite file lies where several machines, or none for long, have it.</exception>
    public void RequireSafeStorage()
    {
        if (UnsafeStorage() is { } problem)
        {
            throw new ProblemException(problem.Key, problem.Arguments);
        }
    }

    /// <summary>Examines all ways.</summary>
    public IEnumerable<DoctorFinding> Examine()
    {
        var used = Array.Exists(SetForFunctions, IsSet) ? Functions : IsInAzure ? Several : Plain;
        foreach (var way in new[] { Plain, Functions, Several })
        {
            var name = new DoctorText($"Doctor.way_{way}");
            var lacking = LackingIn(way).ToList();
            foreach (var (level, text) in lacking)
            {
                yield return new DoctorFinding(way == used ? level : DoctorLevel.Ok, new DoctorText(way == used ? "Doctor.way_lacks" : "Doctor.way_would_lack", name, text));
            }

            if (lacking.Count == 0)
            {
                yield return new DoctorFinding(DoctorLevel.Ok, new DoctorText("Doctor.way_ready", name));
            }
        }
    }

    private IEnumerable<(DoctorLevel Level, DoctorText Text)> LackingIn(string way)
    {
        // One portal by webhook can do without being told anything: it is read every hour.
        if (!IsSet("App:PublicUrl") && (way != Plain || IsSet("Bitrix24:ClientId")))
        {
            yield return (DoctorLevel.Problem, new DoctorText("Portals.public_url_missing"));
        }

        if (UnsafeStorage() is { } problem)
        {
            yield return (DoctorLevel.Problem, problem);
        }
        else if (way != Plain && !storage.IsPostgres)
        {
            yield return (DoctorLevel.Warning, new DoctorText("Storage.one_machine", storage.Location));
        }

        if (storage.IsPostgres && !IsSet("Security:KeyRing"))
        {
            yield return (DoctorLevel.Problem, new DoctorText("Portals.keys_missing"));
        }
        else if (way != Plain && storage.IsPostgres && !IsShared(Path.GetFullPath(configuration["Security:KeyRing"]!)))
        {
            yield return (DoctorLevel.Warning, new DoctorText("Doctor.keys_of_one_machine", Path.GetFullPath(configuration["Security:KeyRing"]!)));
        }

        if (way == Functions && !Array.Exists(StorageOfTimers, IsSet))
        {
            yield return (DoctorLevel.Problem, new DoctorText("Doctor.no_storage_of_timers"));
        }
    }

    private DoctorText? UnsafeStorage() =>
        storage.IsPostgres || storage.IsInMemory ? null
        : IsShared(Path.GetDirectoryName(storage.Location)!) ? new DoctorText("Storage.on_share", storage.Location)
        : IsInAzure ? new DoctorText("Storage.one_machine", storage.Location)
        : null;

    private bool IsShared(string folder) =>
        folder.StartsWith(@"\\", StringComparison.Ordinal) || NetworkFormats.Contains(FormatOf(folder), StringComparer.OrdinalIgnoreCase);

    private static string FormatOfDisk(string folder)
    {
        // The nearest that exists: it is made where it is missing.
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { Length: > 0 } above)
        {
            folder = above;
        }

        return new DriveInfo(folder).DriveFormat;
    }

    private bool IsSet(string name) => configuration[name]?.Trim() is { Length: > 0 };
}
