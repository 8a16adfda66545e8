using System.Text.Json;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Cases;

/// <summary>The figures of hand-written timelines, computed by hand from the metrics' definitions, against the whole add-on.</summary>
public sealed class CaseTests
{
    [Theory, EveryCase]
    public async Task Figures_are_those_computed_by_hand(string name, DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var run = await CaseRun.StartAsync(name, database.ConnectionString, TestContext.Current.CancellationToken);

        await run.PlayAsync();
        await run.CheckSumsAsync();
        await run.CheckRecordsAsync();
        await run.CheckRebuildAsync();

        Assert.True(run.Differences.Count == 0, string.Join(Environment.NewLine, run.Differences));
    }

    [Fact]
    public void Every_metric_has_a_case()
    {
        var expected = CaseFile.Names.SelectMany(name => CaseFile.Read(name).Lines)
            .Where(line => line.Json.TryGetProperty("metrics", out _))
            .SelectMany(line => line.Json.GetProperty("metrics").EnumerateObject())
            .Where(metric => metric.Value.ValueKind is JsonValueKind.Object || (metric.Value.ValueKind is JsonValueKind.Number && metric.Value.GetDecimal() > 0))
            .Select(metric => metric.Name).ToHashSet();

        Assert.Empty(MetricCatalogue.All.Select(metric => metric.Code).Except(expected));
    }
}
