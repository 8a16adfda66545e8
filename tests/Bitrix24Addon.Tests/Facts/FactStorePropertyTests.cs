using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Storage;
using CsCheck;
using Microsoft.Data.Sqlite;

namespace Bitrix24Addon.Tests.Facts;

/// <summary>Laws that hold for any life of a department, read in any order. A failure names the seed that repeats it.</summary>
public sealed class FactStorePropertyTests
{
    private const int Lives = 100;

    /// <summary>What a reader who comes late knows as well as one who watched, when no owner changed.</summary>
    private static readonly HashSet<string> OfOneReading =
    [
        MetricCatalogue.CallsOut, MetricCatalogue.CallsIn, MetricCatalogue.CallsConnected, MetricCatalogue.CallsOver30S,
        MetricCatalogue.CallsOutOver30S, MetricCatalogue.CallsInOver30S, MetricCatalogue.TalkSeconds, MetricCatalogue.Callbacks,
        MetricCatalogue.InfoCalls, MetricCatalogue.MissedCalls, MetricCatalogue.MissedReturned, MetricCatalogue.CallQuality,
        MetricCatalogue.Meetings, MetricCatalogue.Presentations, MetricCatalogue.ChatSessions, MetricCatalogue.WorkSeconds,
        MetricCatalogue.LeadsCreated, MetricCatalogue.LeadsProcessed, MetricCatalogue.DealsWon, MetricCatalogue.WonSum,
        MetricCatalogue.WonSumByCurrency, MetricCatalogue.DealsLost, MetricCatalogue.Contracts, MetricCatalogue.FirstActionMinutes,
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_rebuild_gives_the_figures_row_for_row() => HoldsAsync(isSeenChanging: true, async (life, start) =>
    {
        var portal = await ReadAsync(life, await start());
        var stored = await portal.FiguresAsync(Stop);
        var differing = 0;
        foreach (var day in PortalDays.Range(DepartmentLife.FirstDay, DepartmentLife.LastDay))
        {
            differing += await portal.DifferingAsync(day, Stop);
        }

        await portal.RebuildAsync(Stop);
        return [.. differing == 0 ? [] : new[] { $"{differing} figures do not agree with the facts of their day" }, .. Difference("a rebuild", stored, await portal.FiguresAsync(Stop))];
    });

    [Fact]
    public Task One_reading_of_the_end_gives_the_same_figures_where_nothing_had_to_be_seen_live() => HoldsAsync(isSeenChanging: false, async (life, start) =>
    {
        var watched = await ReadAsync(life, await start());
        var late = await start();
        await late.ApplyAsync(life.FinalState, life.Batches[^1].ReadStartedAtMs + 120_000, null, Stop);
        return Difference("one reading", Recoverable(await watched.FiguresAsync(Stop)), Recoverable(await late.FiguresAsync(Stop)));
    });

    [Fact]
    public Task Days_add_up_to_the_period_and_people_with_nobody_to_the_company() => HoldsAsync(isSeenChanging: true, async (life, start) =>
    {
        var portal = await ReadAsync(life, await start());
        var report = await new ReportBuilder(portal.Storage, portal.Registry)
            .BuildAsync(portal.Row, new ReportRequest(DepartmentLife.FirstDay, DepartmentLife.LastDay), ReportAsker.Operator, Stop);
        var lines = report.Users.Select(u => (Who: $"user {u.UserId}", u.Line)).Concat(report.Departments.Select(d => (Who: $"department {d.DepartmentId}", d.Line)))
            .Append((Who: "nobody", Line: report.Unattributed)).Append((Who: "company", Line: report.Total)).ToList();
        var found = new List<string>();
        foreach (var metric in MetricCatalogue.All.Where(m => m.Total is MetricTotal.Sum or MetricTotal.Distinct))
        {
            foreach (var detail in metric.IsByCurrency ? report.Total.Total.DetailsOf(metric.Code) : [""])
            {
                found.AddRange(lines.Where(l => l.Line.Total.ValueOf(metric, detail) != l.Line.Days.Values.Sum(day => day.ValueOf(metric, detail)))
                    .Select(l => $"{metric.Code} {detail} of {l.Who}: the days do not add up to {l.Line.Total.ValueOf(metric, detail)}"));
                var people = report.Users.Select(u => u.Line).Append(report.Unattributed).Sum(l => l.Total.ValueOf(metric, detail));
                if (metric.Total == MetricTotal.Sum && people != report.Total.Total.ValueOf(metric, detail))
                {
                    found.Add($"{metric.Code} {detail}: people and nobody are {people}, the company is {report.Total.Total.ValueOf(metric, detail)}");
                }
            }
        }

        return found;
    });

    /// <summary>All lives are played in one database in memory, each in portals of its own.</summary>
    private static async Task HoldsAsync(bool isSeenChanging, Func<DepartmentLife, Func<Task<PortalUnderTest>>, Task<List<string>>> differences)
    {
        var connection = $"Data Source=lives-{Guid.NewGuid():N};Mode=Memory;Cache=Shared";
        await using var keepsItAlive = new SqliteConnection(connection);
        await keepsItAlive.OpenAsync(Stop);
        var storage = new AddonStorage(connection);
        await storage.MigrateAsync(Stop);
        var portals = 0;
        await DepartmentLife.Lives(isSeenChanging).SampleAsync(
            async life =>
            {
                var found = await differences(life, () => PortalUnderTest.StartAsync(storage, $"webhook:{Interlocked.Increment(ref portals)}", Stop));
                Assert.True(found.Count == 0, string.Join(Environment.NewLine, found.Append(Describe(life))));
            },
            iter: Lives,
            threads: 1,
            print: life => $"{life.Records.Count} records in {life.Batches.Count} batches");
    }

    private static async Task<PortalUnderTest> ReadAsync(DepartmentLife life, PortalUnderTest portal)
    {
        foreach (var batch in life.Batches)
        {
            var applied = await portal.ApplyAsync(batch.Observations, batch.ReadStartedAtMs, batch.IsHistory ? null : batch.ReadStartedAtMs, Stop);
            Assert.Equal(batch.IsStale, applied.Stale > 0 && batch.Observations.Count > 0 || batch is { IsStale: true, Observations.Count: 0 });
        }

        return portal;
    }

    private static List<string> Recoverable(List<string> figures) =>
        figures.FindAll(figure => OfOneReading.Any(metric => figure.Contains($"\"Metric\":\"{metric}\"", StringComparison.Ordinal)));

    private static List<string> Difference(string other, List<string> stored, List<string> again) =>
        [.. stored.Except(again).Select(f => $"{other} loses {f}"), .. again.Except(stored).Select(f => $"{other} adds {f}")];

    private static string Describe(DepartmentLife life) => string.Join(
        Environment.NewLine,
        life.Batches.SelectMany((batch, number) => batch.Observations.Select(o =>
            $"batch {number}{(batch.IsStale ? " (stale)" : batch.IsHistory ? " (history)" : "")}: {o.Kind} {o.SourceId} at {o.OccurredAtMs} {o.Payload}")));
}
