using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Benchmarks;

/// <summary>
/// The same 20,000 rows read over TLS by the official JavaScript package @bitrix24/b24jssdk and by us, one reader after the other, each in a
/// process of its own and with a portal of its own, whose request bucket is empty and which takes 0.1 s for a page. Requests are counted by
/// the portal; the time is the reader's, without the start of its process.
/// </summary>
internal sealed class Comparison : IBenchmark
{
    /// <summary>Makes the program our reader; the portal's webhook follows.</summary>
    public const string ReadArgument = "read";

    private const int Rows = 20_000;

    // Its list readers, and pages put into its batch helper by hand, which no longer is a list reader: it has to be told how many rows there are.
    private static readonly string[] ListReaders = ["callListMethod", "fetchListMethod"];
    private const string ByHand = "callBatchByChunk";

    public string Name => "b24jssdk";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One after the other: none takes the machine away from another.
        var ours = await MeasureAsync(StartOurs, cancellationToken);
        yield return Figure.MissingRows(Name, ours.Faults);
        yield return Figure.Refusals(Name, ours.Counters.Refusals);
        foreach (var reader in ListReaders.Append(ByHand))
        {
            var theirs = await MeasureAsync(certificate => StartTheirs(reader, certificate), cancellationToken);
            if (theirs.Faults > 0)
            {
                throw new InvalidOperationException($"{theirs.Faults} rows of {reader} are missing or repeated, so there is nothing to compare with.");
            }

            yield return reader == ByHand
                ? Figure.AtMost($"{Name}/requests beside {reader}, + 1", ours.Counters.Requests, theirs.Counters.Requests + 1, "requests")
                : Figure.LessThan($"{Name}/requests beside {reader}", ours.Counters.Requests, theirs.Counters.Requests, "requests");
            yield return Figure.LessThan($"{Name}/time beside {reader}", ours.Seconds, theirs.Seconds, "s");
        }
    }

    /// <summary>Reads the list for the comparison and prints the outcome; runs in a process of its own.</summary>
    /// <param name="webhook">The portal.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task ReadAsync(Uri webhook, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var log = await BulkReading.ReadAsync(webhook, [BulkLists.Deals], cancellationToken);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(JsonSerializer.Serialize(new Outcome(log.Faults(Rows), seconds), JsonSerializerOptions.Web));
    }

    private static async Task<(int Faults, double Seconds, PortalFigures Counters)> MeasureAsync(Func<string, ProcessStartInfo> reader, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("b24-bench-");
        try
        {
            var certificate = Path.Combine(folder.FullName, "portal.pem");
            await using var portal = await PortalProcess.StartAsync(["--rows", $"deal={Rows}", "--take-time"], certificate, cancellationToken);
            var start = reader(certificate);
            start.ArgumentList.Add(portal.Webhook.ToString());
            start.RedirectStandardOutput = true;
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var outcome = process.ExitCode == 0
                ? JsonSerializer.Deserialize<Outcome>(output.TrimEnd().Split('\n')[^1], JsonSerializerOptions.Web)!
                : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList.SkipLast(1))} failed; its message stands above.");
            return (outcome.Faults, outcome.Seconds, await portal.CountersAsync(cancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ProcessStartInfo StartOurs(string certificate) => new("dotnet")
    {
        ArgumentList = { "exec", typeof(Comparison).Assembly.Location, ReadArgument },
        Environment = { ["SSL_CERT_FILE"] = certificate },
    };

    private static ProcessStartInfo StartTheirs(string reader, string certificate) => new("node")
    {
        ArgumentList = { Path.Combine(PackageFolder(), "read.mjs"), reader, Rows.ToString(CultureInfo.InvariantCulture) },
        Environment = { ["NODE_EXTRA_CA_CERTS"] = certificate },
    };

    /// <summary>Where tests/bench installs the package: beside the sources, not beside what was built.</summary>
    private static string PackageFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "b24jssdk");
            if (Directory.Exists(Path.Combine(candidate, "node_modules")))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException("The package b24jssdk is not installed; run tests/bench, which does it.");
    }

    private sealed record Outcome(int Faults, double Seconds);
}
