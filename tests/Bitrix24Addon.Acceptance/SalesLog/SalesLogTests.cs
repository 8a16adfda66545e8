using System.Text.Json;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.SalesLog;

/// <summary>The main job on a real sales log: history in, a true report out, within the request budget.</summary>
public sealed class SalesLogTests
{
    // 1.2 × Σ⌈rows ÷ 2,500⌉ + 12 with Σ = 55.
    private const int RequestBudget = 78;

    [Theory, EveryDatabase]
    public async Task A_month_of_the_log_gives_the_known_figures(DatabaseKind kind)
    {
        Assert.SkipUnless(File.Exists(RepositoryRoot.SalesTimeline), "needs ../shared/data/sales-timeline.jsonl.gz beside the repository");
        var cancellation = TestContext.Current.CancellationToken;
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { TimelinePath = RepositoryRoot.SalesTimeline }, cancellation);
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var addon = await AddonUnderTest.StartAsync(database.ConnectionString, portal.WebhookUrl, TimeProvider.System, cancellationToken: cancellation);

        var synced = await addon.SyncAsync(cancellation);

        Assert.Empty(synced.Failures);
        Assert.Equal(33176, synced.Rows["calls"]);
        Assert.Equal(1532, synced.Rows["working_days"]);
        TestContext.Current.TestOutputHelper?.WriteLine($"requests: {portal.Counters.Requests}");
        Assert.InRange(portal.Counters.Requests, 1, RequestBudget);
        Assert.Equal(0, portal.Counters.RequestLimitRefusals);
        Assert.Equal(0, portal.Counters.OperatingLimitRefusals);

        var november = await addon.ReportAsync(20251101, 20251130, cancellation);
        AssertMetrics(november.GetProperty("total"), new()
        {
            ["calls_out"] = 12005, ["calls_connected"] = 11853, ["calls_over_30s"] = 9855, ["talk_seconds"] = 9435632,
            ["deals_won"] = 434, ["won_sum"] = 6716922, ["leads_processed"] = 2827, ["proposals_created"] = 1254,
            ["tasks_closed"] = 904, ["tasks_closed_late"] = 137,
        });
        AssertMetrics(november.GetProperty("unattributed"), new() { ["calls_out"] = 2461, ["leads_processed"] = 1969 });
        AssertMetrics(Row(november, 113), new() { ["calls_out"] = 632, ["calls_connected"] = 631, ["calls_over_30s"] = 539, ["talk_seconds"] = 161888 });
        AssertMetrics(Row(november, 121), new() { ["calls_out"] = 648, ["calls_connected"] = 638, ["calls_over_30s"] = 555, ["talk_seconds"] = 653701 });
        Assert.Equal("complete", november.GetProperty("completeness").GetProperty("calls").GetString());

        var day = await addon.ReportAsync(20251112, 20251112, cancellation);
        AssertMetrics(day.GetProperty("total"), new() { ["calls_out"] = 431, ["calls_over_30s"] = 366 });

        var stored = await addon.FiguresAsync(cancellation);
        await addon.RebuildAsync(cancellation);
        Assert.Equal(stored.Select(Text), (await addon.FiguresAsync(cancellation)).Select(Text));
    }

    private static string Text(Facts.FigureRow figure) => JsonSerializer.Serialize(figure);

    private static JsonElement Row(JsonElement report, long userId) =>
        report.GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("userId").GetInt64() == userId);

    private static void AssertMetrics(JsonElement line, Dictionary<string, decimal> expected)
    {
        var metrics = line.GetProperty("metrics");
        Assert.Equal(expected, expected.Keys.ToDictionary(code => code, code => metrics.GetProperty(code).GetDecimal()));
    }
}
