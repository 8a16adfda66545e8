using System.Globalization;
using System.Runtime.CompilerServices;
using Chaos;

namespace Benchmarks;

/// <summary>
/// 200 rounds of processes that are killed and frozen, on both databases, each beside an undisturbed run of the same seed. <c>CHAOS_SEED</c> and
/// <c>CHAOS_ROUNDS</c> choose others; what was lost or doubled is told on the error stream.
/// </summary>
internal sealed class ChaosRounds : IBenchmark
{
    private const int DefaultRounds = 200;

    public string Name => "chaos";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seed = Setting("CHAOS_SEED") ?? Random.Shared.Next(1, 1_000_000);
        var rounds = Setting("CHAOS_ROUNDS") ?? DefaultRounds;
        yield return Figure.Report($"{Name}/seed", seed, seed, "");
        yield return Figure.Report($"{Name}/rounds", rounds, DefaultRounds, "rounds");
        var folder = Directory.CreateTempSubdirectory("chaos-").FullName;
        string Sqlite(string name) => $"Data Source={Path.Combine(folder, name)}";
        var expected = await ChaosRun.RunAsync(new ChaosPlan(seed, rounds, Sqlite("undisturbed.db"), IsDisturbed: false), cancellationToken);
        var databases = new Dictionary<string, string> { ["SQLite"] = Sqlite("disturbed.db") };
        if (Environment.GetEnvironmentVariable("TESTS_POSTGRES") is { Length: > 0 } postgres)
        {
            databases["PostgreSQL"] = await PostgresServer.CreateAsync(postgres, "bench_chaos");
        }

        foreach (var (database, connection) in databases)
        {
            var actual = await ChaosRun.RunAsync(new ChaosPlan(seed, rounds, connection, IsDisturbed: true), cancellationToken);
            var (lost, doubled) = (actual.Lost(expected), actual.Doubled(expected));
            foreach (var line in lost.Select(line => "lost " + line).Concat(doubled.Select(line => "doubled " + line)))
            {
                await Console.Error.WriteLineAsync($"{database}, seed {seed}: {line}");
            }

            yield return Figure.AtMost($"{Name}/lost, {database}", lost.Count, 0, "");
            yield return Figure.AtMost($"{Name}/doubled, {database}", doubled.Count, 0, "");
            yield return Figure.Report($"{Name}/counted as possible doubles, {database}", actual.Counted.Count, expected.Effects.Count, "effects");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
