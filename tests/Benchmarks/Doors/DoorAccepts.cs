using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Benchmarks.Doors;

/// <summary>How many events the door stores durably beside an endpoint that does nothing, and how soon it answers.</summary>
internal sealed class DoorAccepts : IBenchmark
{
    /// <summary>Makes this program an endpoint that answers 200 and does nothing else.</summary>
    public const string EmptyEndpoint = "--empty-endpoint";

    private const int Connections = 256;
    private const double SteadyRate = 5000;
    private const double MostMilliseconds = 25;

    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public string Name => "door";

    /// <summary>Serves until the process is ended.</summary>
    public static async Task ServeNothingAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var application = builder.Build();
        application.MapPost("/", (HttpContext _) => Task.CompletedTask);
        await application.RunAsync();
    }

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("door-").FullName;
        double empty;
        await using (var server = await ServerProcess.StartAsync("Benchmarks.dll", [EmptyEndpoint]))
        {
            empty = await FloodAsync(server, "/");
        }

        var sqlite = $"Data Source={Path.Combine(folder, "door.db")}";
        await using (var server = await ServeAsync(sqlite, folder))
        {
            yield return Figure.AtLeast($"{Name}/accepts a second, SQLite, beside an empty endpoint", await FloodAsync(server, "/bitrix24/events"), empty, "posts/s", 0.4);
            var latencies = await new LoadGenerator(server.Address, "/bitrix24/events").PostAtRateAsync(Connections, SteadyRate, Duration);
            yield return Figure.AtMost(
                $"{Name}/p99 at {SteadyRate:0} a second, SQLite", latencies[(int)(latencies.Length * 0.99)].TotalMilliseconds, MostMilliseconds, "ms");
        }

        yield return Figure.Report($"{Name}/the same commits without HTTP, SQLite", await CommitAsync($"Data Source={Path.Combine(folder, "commit.db")}"), empty, "posts/s");
        var postgres = Environment.GetEnvironmentVariable("TESTS_POSTGRES")
            ?? throw new InvalidOperationException("TESTS_POSTGRES names no PostgreSQL server; tests/bench starts one.");
        await using (var server = await ServeAsync(await CreatedAsync(postgres, "bench_door"), folder))
        {
            yield return Figure.Report($"{Name}/accepts a second, PostgreSQL", await FloodAsync(server, "/bitrix24/events"), empty, "posts/s");
            var latencies = await new LoadGenerator(server.Address, "/bitrix24/events").PostAtRateAsync(Connections, SteadyRate, Duration);
            yield return Figure.Report(
                $"{Name}/p99 at {SteadyRate:0} a second, PostgreSQL", latencies[(int)(latencies.Length * 0.99)].TotalMilliseconds, MostMilliseconds, "ms");
        }

        yield return Figure.Report($"{Name}/the same commits without HTTP, PostgreSQL", await CommitAsync(await CreatedAsync(postgres, "bench_commit")), empty, "posts/s");

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<double> FloodAsync(ServerProcess server, string path)
    {
        var load = new LoadGenerator(server.Address, path);
        await load.FloodAsync(Connections, Warming);
        return await load.FloodAsync(Connections, Duration);
    }

    private static Task<ServerProcess> ServeAsync(string database, string folder) => ServerProcess.StartAsync(
        "Bitrix24Addon.Functions.dll",
        ["serve"],
        ("Storage__ConnectionString", database),
        ("Security__KeyRing", Path.Combine(folder, "keys")),
        ("Bitrix24__WebhookUrl", "https://some-domain.bitrix24.com/rest/1/s3cret/"),
        ("Bitrix24__OutgoingWebhookToken", "outgoingToken1"),
        ("App__BackgroundWork", "false"));

    /// <summary>What the door does with an event once it is verified, by as many callers.</summary>
    private static async Task<double> CommitAsync(string database)
    {
        var storage = new AddonStorage(database);
        await storage.MigrateAsync(CancellationToken.None);
        await using (var db = storage.Open())
        {
            db.Add(new PortalRow { Id = 1, Key = "a", Host = "a.bitrix24.ru", PhoneKey = [] });
            await db.SaveChangesAsync();
        }

        var commit = new InboxGroupCommit(storage, TimeProvider.System);
        var number = 0;
        await RunAsync(Warming);
        return await RunAsync(Duration);

        async Task<double> RunAsync(TimeSpan duration)
        {
            var clock = Stopwatch.StartNew();
            var posts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
            {
                var count = 0;
                for (; clock.Elapsed < duration; count++)
                {
                    var id = 100_000 + (Interlocked.Increment(ref number) % 5000);
                    await commit.TryMark(1, [new InboxMark(InboxKind.Deal, id.ToString(CultureInfo.InvariantCulture))])!;
                }

                return count;
            })));
            return posts.Sum() / clock.Elapsed.TotalSeconds;
        }
    }

    private static async Task<string> CreatedAsync(string server, string name)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", connection);
        await command.ExecuteNonQueryAsync();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }
}
