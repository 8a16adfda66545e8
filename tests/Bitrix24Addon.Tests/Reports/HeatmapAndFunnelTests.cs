using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Tests.Norms;
using Bitrix24Addon.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bitrix24Addon.Tests.Reports;

/// <summary>Users 7, 8, 9 are in the call centre, 11, below the sales department, 10, which 2 heads.</summary>
public sealed class HeatmapAndFunnelTests
{
    private static readonly ReportRequest Week = new(20250303, 20250309);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Calls_stand_at_their_hour_and_add_up_to_the_figures(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await DashboardTests.StartAsync(database);
        await judged.SeeAsync(
            Leg(1001, "in", 8, 2, "304", 0, "2025-03-05T23:59:00"), Leg(1002, "in", 8, 2, "200", 90, "2025-03-06T00:01:00"), Leg(1003, "in", 7, 3, "304", 0, "2025-03-05T23:59:30"),
            Leg(1004, "back", 7, 4, "200", 60, "2025-03-05T12:00:00"), Leg(1005, "late", 9, 1, "200", 60, "2025-03-10T09:00:00"), Leg(1006, "service", 1, 1, "200", 60, "2025-03-04T08:00:00"));

        var all = await BuildAsync(judged, Week, HeatmapCalls.All, ReportAsker.Operator);

        Assert.Equal("mon 10:2, tue 8:1, tue 10:4, wed 10:9, wed 23:1, thu 0:1", InShort(all));
        Assert.Equal("wed 23:1, thu 0:1", InShort(await BuildAsync(judged, Week, HeatmapCalls.In, ReportAsker.Operator)));
        Assert.Equal("wed 10:3, thu 0:1", InShort(await BuildAsync(judged, Week with { UserId = 8 }, HeatmapCalls.All, ReportAsker.Person(2))));
        Assert.Equal("mon 10:2, tue 10:4, wed 10:6, wed 23:1", InShort(await BuildAsync(judged, Week, HeatmapCalls.All, ReportAsker.Person(7))));
        Assert.Equal(await TotalAsync(MetricCatalogue.CallsOut) + await TotalAsync(MetricCatalogue.CallsIn), all.Counts!.Sum(hours => hours.Sum()));
        await Assert.ThrowsAsync<ProblemException>(() => BuildAsync(judged, Week with { UserId = 8 }, HeatmapCalls.All, ReportAsker.Person(7)));

        async Task<decimal?> TotalAsync(string metric)
        {
            var board = await new DashboardBuilder(judged.Storage, judged.Time).BuildAsync(
                await judged.RowAsync(), new DashboardRequest(Week.FromDay, Week.ToDay, metric), ReportAsker.Operator, Stop);
            return board.Total.ValueOf(board.Metric);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_funnel_goes_by_tiers_of_the_day(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await DashboardTests.StartAsync(database);
        await judged.SeeAsync([.. Enumerable.Range(1, 8).Select(i => Lead(i, i <= 4 ? 7 : i <= 6 ? 9 : 1)), .. Enumerable.Range(1, 3).Select(i => Quote(i, i == 3 ? 2 : 9))]);

        var untold = await FunnelAsync(judged, Week, ReportAsker.Operator);
        Assert.False(untold.AreTiersSet);
        Assert.Equal(["leads_created 8: none 6, nobody 2", "leads_processed 0 (0%):", "proposals_created 3: none 3", "deals_won 0 (0%):"], InShort(untold));

        await judged.SetAsync(JudgedPortal.Settings.Replace("{\"language\"", "{\"tiers\": {\"callCentre\": {\"departments\": [11]}, \"clientManagers\": {\"users\": [9]}, \"keyAccounts\": {\"users\": [2]}}, \"language\"", StringComparison.Ordinal));
        Assert.Equal(
            ["leads_created 8: callCentre 6, nobody 2", "leads_processed 0 (0%):", "proposals_created 3: callCentre 2, keyAccounts 1", "deals_won 0 (0%):"], InShort(await FunnelAsync(judged, Week, ReportAsker.Operator)));
        Assert.Equal(["leads_created 4: callCentre 4", "leads_processed 0 (0%):", "proposals_created 0:", "deals_won 0:"], InShort(await FunnelAsync(judged, Week, ReportAsker.Person(7))));
        await Assert.ThrowsAsync<ProblemException>(() => FunnelAsync(judged, Week with { DepartmentId = 11 }, ReportAsker.Person(7)));
    }

    [Theory, EveryDatabase]
    public async Task What_may_not_be_read_is_unknown(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await DashboardTests.StartAsync(database);
        await judged.SeeAsync(Lead(1, 7), Quote(1, 7));
        await judged.RefuseAsync("calls");
        await judged.RefuseAsync("leads");

        Assert.Null((await BuildAsync(judged, Week, HeatmapCalls.All, ReportAsker.Operator)).Counts);
        Assert.Equal(
            ["leads_created :", "leads_processed :", "proposals_created 1: none 1", "deals_won 0 (0%):"], InShort(await FunnelAsync(judged, Week, ReportAsker.Operator)));
    }

    [Theory, EveryDatabase]
    public async Task Calls_whose_numbers_were_forgotten_still_stand_at_their_hour(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await DashboardTests.StartAsync(database);
        await judged.SeeAsync(new Observation(FactKind.Call, 1001, JudgedPortal.At("2025-03-04T12:00:00"), new CallFact("in", 8, 2, "200", 60, null, "00ff", null)));
        judged.Time.Advance(TimeSpan.FromDays(500));
        await new Retention(judged.Storage, judged.Portal.Registry, new RestLog(judged.Storage, judged.Time, NullLogger<RestLog>.Instance), judged.Time).ForgetAsync(await judged.RowAsync(), null, Stop);
        Assert.InRange((await judged.RowAsync()).FrozenThroughDay, Week.ToDay, int.MaxValue);

        var map = await BuildAsync(judged, Week, HeatmapCalls.All, ReportAsker.Operator);

        Assert.Equal("mon 10:2, tue 10:4, tue 12:1, wed 10:9", InShort(map));
    }

    private static Observation Leg(long id, string call, long user, int type, string code, long seconds, string local) =>
        new(FactKind.Call, id, JudgedPortal.At(local), new CallFact(call, user, type, code, seconds, null, null, null));

    private static Observation Lead(long id, long user) => new(FactKind.Lead, id, JudgedPortal.At("2025-03-04T09:00:00"), new LeadFact(user, user, "NEW"));

    private static Observation Quote(long id, long user) =>
        new(FactKind.Quote, id, JudgedPortal.At("2025-03-04T09:00:00"), new QuoteFact(user, user, null, "DRAFT", null, 0, "EUR"));

    private static async Task<Heatmap> BuildAsync(JudgedPortal judged, ReportRequest request, HeatmapCalls calls, ReportAsker asker) =>
        await new HeatmapBuilder(judged.Storage).BuildAsync(await judged.RowAsync(), request, calls, asker, Stop);

    private static async Task<Funnel> FunnelAsync(JudgedPortal judged, ReportRequest request, ReportAsker asker) =>
        await new FunnelBuilder(judged.Storage).BuildAsync(await judged.RowAsync(), request, asker, Stop);

    private static string InShort(Heatmap map) => string.Join(", ", map.Counts!.SelectMany((hours, weekday) => hours.Select((count, hour) => (weekday, hour, count)))
        .Where(c => c.count > 0).Select(c => $"{new[] { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }[c.weekday]} {c.hour}:{c.count}"));

    private static IEnumerable<string> InShort(Funnel funnel) => funnel.Steps.Select(s =>
        $"{s.Metric.Code} {s.Count}{(s.OfBeforePercent is { } percent ? $" ({percent:0}%)" : "")}:{string.Join(",", s.Parts.Select(p => $" {p.Share.Code} {p.Count}"))}");
}
