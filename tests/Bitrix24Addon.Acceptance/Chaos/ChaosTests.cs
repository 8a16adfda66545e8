using System.Collections.Concurrent;
using System.Globalization;
using Bitrix24Addon.Tests.Storage;
using Chaos;

namespace Bitrix24Addon.Acceptance.Chaos;

/// <summary>A few rounds of what <c>tests/bench chaos</c> plays at length.</summary>
public sealed class ChaosTests
{
    private const int Rounds = 4;

    private static readonly ConcurrentDictionary<int, Lazy<Task<ChaosOutcome>>> Undisturbed = new();

    /// <summary>Seeds that once found a fault stay here; <c>CHAOS_SEED</c> adds one.</summary>
    private static readonly int[] Seeds =
    [
        1,
        .. Environment.GetEnvironmentVariable("CHAOS_SEED") is { Length: > 0 } seed ? [int.Parse(seed, CultureInfo.InvariantCulture)] : Array.Empty<int>(),
    ];

    [Theory, EveryDatabase]
    public async Task Whoever_is_killed_or_frozen_nothing_is_lost_and_nothing_is_done_twice(DatabaseKind kind)
    {
        foreach (var seed in Seeds)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
            var expected = await Undisturbed.GetOrAdd(seed, s => new(() => RunAsync(s, DatabaseKind.Sqlite, isDisturbed: false))).Value;
            Assert.All([expected.Facts, expected.Figures, expected.Verdicts, expected.Effects], Assert.NotEmpty);
            Assert.Empty(expected.Open);

            var actual = await RunAsync(seed, kind, isDisturbed: true);

            Assert.True(actual.Lost(expected) is [], $"Seed {seed}: lost {string.Join("; ", actual.Lost(expected))}");
            Assert.True(actual.Doubled(expected) is [], $"Seed {seed}: doubled {string.Join("; ", actual.Doubled(expected))}");
        }
    }

    private static async Task<ChaosOutcome> RunAsync(int seed, DatabaseKind kind, bool isDisturbed)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        return await ChaosRun.RunAsync(new ChaosPlan(seed, Rounds, database.ConnectionString, isDisturbed), TestContext.Current.CancellationToken);
    }
}
