using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Tests.Norms;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Tests.Reports;

/// <summary>
/// What cells of the heatmap and parts of the funnel lead to: as many records as they count. Users 7, 8, 9 are in the call centre, 11, below the sales department, 10,
/// which 2 heads; 7 is in service, 12, since Wednesday, 5 March 2025; 1 is the service account, so what is his is nobody's.
/// </summary>
public sealed class RecordsOfPartsTests
{
    private const string Tiers = "{\"tiers\": {\"callCentre\": {\"departments\": [11]}, \"service\": {\"departments\": [12]}, \"keyAccounts\": {\"users\": [2]}}, \"language\"";

    private static readonly ReportRequest Fortnight = new(20250225, 20250310);

    private static readonly ReportRequest[] Requests =
        [Fortnight, Fortnight with { DepartmentId = 10 }, Fortnight with { DepartmentId = 11 }, Fortnight with { DepartmentId = 12 }, Fortnight with { UserId = 7 }, new(20250305, 20250305)];

    private static readonly ReportAsker[] Askers = [ReportAsker.Operator, ReportAsker.Person(2), ReportAsker.Person(5), ReportAsker.Person(7)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Each_cell_leads_to_the_calls_it_counts(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);
        var cells = 0;
        foreach (var (request, asker) in Requests.SelectMany(request => Askers.Select(asker => (request, asker))))
        {
            foreach (var calls in asker == ReportAsker.Operator ? Enum.GetValues<HeatmapCalls>() : [HeatmapCalls.All])
            {
                if (await CountedAsync(judged, request, calls, asker) is not { } counts)
                {
                    var refused = await Assert.ThrowsAsync<ProblemException>(() => FindAsync(judged, calls, new HeatmapHour(IsoDayOfWeek.Monday, 10), request, asker));
                    Assert.Equal("Reports.not_yours", refused.TextKey);
                    continue;
                }

                var listed = new List<(FactKind, long)>();
                foreach (var (at, count) in counts)
                {
                    var page = await FindAsync(judged, calls, at, request, asker);
                    Assert.Equal((at, (decimal)count, count, count), (at, page.Value, (int)page.Count, page.Records.Count));
                    Assert.All(page.Records, r => Assert.Equal(at, HourOf(r.AtMs)));
                    Assert.Equal(page.Records.Select(r => r.AtMs).OrderDescending(), page.Records.Select(r => r.AtMs));
                    listed.AddRange(page.Records.Select(r => (r.Kind, r.Id)));
                    cells++;
                }

                Assert.Equal(counts.Sum(c => c.Count), listed.Distinct().Count());
            }
        }

        Assert.InRange(cells, 80, int.MaxValue);
    }

    [Fact]
    public async Task A_cell_goes_by_the_hour_of_the_portal_also_when_clocks_are_changed()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        judged.Time.Advance(TimeSpan.FromDays(300));

        // The last Sundays of March and October: at 01:00 UTC it is 03:00, and 02:00 once more.
        await judged.SeeAsync(Leg(1, 7, 1, Utc(2025, 3, 30, 0, 59)), Leg(2, 7, 1, Utc(2025, 3, 30, 1, 1)), Leg(3, 7, 1, Utc(2025, 10, 26, 0, 30)), Leg(4, 7, 1, Utc(2025, 10, 26, 1, 30)));

        Assert.Equal([1], await IdsAsync(1, 20250330));
        Assert.Empty(await IdsAsync(2, 20250330));
        Assert.Equal([2], await IdsAsync(3, 20250330));
        Assert.Equal([4, 3], await IdsAsync(2, 20251026));

        async Task<IEnumerable<long>> IdsAsync(int hour, int day) =>
            (await FindAsync(judged, HeatmapCalls.All, new HeatmapHour(IsoDayOfWeek.Sunday, hour), new ReportRequest(day, day), ReportAsker.Operator)).Records.Select(r => r.Id);
    }

    [Theory, EveryDatabase]
    public async Task A_busy_hour_is_listed_page_by_page(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);
        await judged.SeeAsync([.. Enumerable.Range(0, 230).Select(i => Leg(5000 + i, 8, 1, JudgedPortal.At("2025-03-07T15:00:00") + (i % 50)))]);

        var pages = new List<RecordPage>();
        for (var number = 1; number <= 4; number++)
        {
            pages.Add(await FindAsync(judged, HeatmapCalls.All, new HeatmapHour(IsoDayOfWeek.Friday, 15), Fortnight, ReportAsker.Operator, number));
        }

        Assert.All(pages, p => Assert.Equal((230m, 230, 3, 0), (p.Value, p.Count, p.Pages, p.Forgotten)));
        Assert.Equal([100, 100, 30, 0], pages.Select(p => p.Records.Count));
        Assert.Equal(230, pages.SelectMany(p => p.Records).Select(r => r.Id).Distinct().Count());
        Assert.Empty((await FindAsync(judged, HeatmapCalls.All, new HeatmapHour(IsoDayOfWeek.Friday, 15), Fortnight, ReportAsker.Operator, int.MaxValue)).Records);
    }

    [Theory, EveryDatabase]
    public async Task Each_part_leads_to_the_records_it_counts(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);
        var parts = 0;
        foreach (var settings in new[] { JudgedPortal.Settings, JudgedPortal.Settings.Replace("{\"language\"", Tiers, StringComparison.Ordinal) })
        {
            await judged.SetAsync(settings);
            foreach (var (request, asker) in Requests.SelectMany(request => Askers.Select(asker => (request, asker))))
            {
                Funnel funnel;
                try
                {
                    funnel = await new FunnelBuilder(judged.Storage).BuildAsync(await judged.RowAsync(), request, asker, Stop);
                }
                catch (ProblemException refused)
                {
                    var again = await Assert.ThrowsAsync<ProblemException>(() => FindAsync(judged, MetricCatalogue.LeadsCreated, TierShare.All[0], request, asker));
                    Assert.Equal(("Reports.not_yours", "Reports.not_yours"), (refused.TextKey, again.TextKey));
                    continue;
                }

                foreach (var step in funnel.Steps)
                {
                    var listed = new List<long>();
                    var absent = TierShare.All.Except(step.Parts.Select(p => p.Share)).First();
                    foreach (var (share, count) in step.Parts.Append(new FunnelPart(absent, 0)))
                    {
                        var page = await FindAsync(judged, step.Metric.Code, share, request, asker);
                        Assert.Equal((share, (decimal)count, count, count), (share, page.Value, page.Count, (long)page.Records.Count));
                        Assert.All(page.Records, r => Assert.Equal(share.IsNobodys, r.UserIds.Count == 0));
                        listed.AddRange(page.Records.Select(r => r.Id));
                    }

                    parts += step.Parts.Count;
                    Assert.Equal(step.Count, listed.Distinct().Count());
                }
            }
        }

        Assert.InRange(parts, 50, int.MaxValue);
    }

    [Fact]
    public async Task Who_changed_the_tier_counts_where_he_was_on_the_day()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        await judged.SetAsync(JudgedPortal.Settings.Replace("{\"language\"", Tiers, StringComparison.Ordinal));

        Assert.Equal([201], (await FindAsync(judged, MetricCatalogue.LeadsCreated, new TierShare(Tier.CallCentre), Fortnight with { UserId = 7 }, ReportAsker.Operator)).Records.Select(r => r.Id));
        Assert.Equal([202], (await FindAsync(judged, MetricCatalogue.LeadsCreated, new TierShare(Tier.Service), Fortnight with { UserId = 7 }, ReportAsker.Operator)).Records.Select(r => r.Id));

        // Of any figure, not only of the funnel's.
        Assert.Equal([203], (await FindAsync(judged, MetricCatalogue.TasksOverdue, new TierShare(Tier.CallCentre), new(20250305, 20250305), ReportAsker.Operator)).Records.Select(r => r.Id));
        Assert.Empty((await FindAsync(judged, MetricCatalogue.TasksOverdue, new TierShare(Tier.Service), new(20250305, 20250305), ReportAsker.Operator)).Records);
    }

    [Fact]
    public async Task Of_final_days_calls_are_still_listed_and_the_funnels_records_are_forgotten()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        await using (var db = judged.Storage.Open(judged.Portal.Row.Id))
        {
            await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.FrozenThroughDay, 20250304), Stop);
        }

        var calls = await FindAsync(judged, HeatmapCalls.All, new HeatmapHour(IsoDayOfWeek.Tuesday, 10), new(20250304, 20250304), ReportAsker.Operator);
        Assert.Equal((5, 0, 5), (calls.Count, calls.Forgotten, calls.Records.Count));
        var leads = await FindAsync(judged, MetricCatalogue.LeadsCreated, new TierShare(null), Fortnight with { UserId = 7 }, ReportAsker.Operator);
        Assert.Equal((2m, 2, 1), (leads.Value, leads.Count, leads.Forgotten));
        Assert.Equal([202], leads.Records.Select(r => r.Id));
    }

    [Fact]
    public async Task What_may_not_be_read_leads_nowhere()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        await judged.RefuseAsync("calls");

        var page = await FindAsync(judged, HeatmapCalls.All, new HeatmapHour(IsoDayOfWeek.Tuesday, 10), Fortnight, ReportAsker.Operator);

        Assert.Equal((null, 0, 0), (page.Value, page.Count, page.Pages));
        Assert.Empty(page.Records);
    }

    private static async Task<JudgedPortal> StartAsync(DatabaseUnderTest database)
    {
        var judged = await DashboardTests.StartAsync(database);
        await judged.SeeAsync(new Observation(FactKind.Department, 12, 0, new DepartmentFact(10, 5, "Service")), new Observation(FactKind.User, 5, 0, new UserFact(true, [12])));
        await judged.LearnAsync("2025-03-05T00:30:00", new Observation(FactKind.User, 7, 0, new UserFact(true, [12])));
        await judged.SeeAsync(
            JudgedPortal.DaysOff(900, 8, "2025-03-01", "2025-03-02"),
            Leg(1001, 8, 2, JudgedPortal.At("2025-03-05T23:59:00"), "in", 0), Leg(1002, 8, 2, JudgedPortal.At("2025-03-06T00:01:00"), "in"), Leg(1003, 7, 3, JudgedPortal.At("2025-03-05T23:59:30"), "in", 0),
            Leg(1004, 7, 4, JudgedPortal.At("2025-03-05T12:00:00")), Leg(1005, 9, 1, JudgedPortal.At("2025-03-11T09:00:00")), Leg(1006, 1, 1, JudgedPortal.At("2025-03-04T08:00:00")),
            Leg(1007, 8, 1, JudgedPortal.At("2025-03-01T13:00:00")), Leg(1008, 8, 1, JudgedPortal.At("2025-03-08T13:30:00")), Leg(1009, 7, 3, JudgedPortal.At("2025-03-04T10:30:00")),
            Lead(201, 7, "2025-03-04T09:00:00"), Lead(202, 7, "2025-03-05T09:00:00"), Lead(204, 9, "2025-03-05T10:00:00"), Lead(205, 1, "2025-03-05T11:00:00"), Lead(206, 5, "2025-03-05T12:00:00"),
            Lead(207, 8, "2025-03-01T12:00:00"), Lead(208, 6, "2025-03-05T12:00:00"), Quote(301, 2), Quote(302, 9), Quote(303, 1),
            new Observation(FactKind.Task, 203, 0, new TaskFact(8, 2, 3, JudgedPortal.At("2025-03-01T12:00:00"), JudgedPortal.At("2025-03-04T12:00:00"), null, null)));
        return judged;
    }

    private static long Utc(int year, int month, int day, int hour, int minute) => Instant.FromUtc(year, month, day, hour, minute).ToUnixTimeMilliseconds();

    private static HeatmapHour HourOf(long atMs)
    {
        var local = Instant.FromUnixTimeMilliseconds(atMs).InZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]);
        return new HeatmapHour(local.DayOfWeek, local.Hour);
    }

    private static Observation Leg(long id, long user, int type, long atMs, string? call = null, long seconds = 60) =>
        new(FactKind.Call, id, atMs, new CallFact(call ?? $"leg{id}", user, type, seconds > 0 ? "200" : "304", seconds, null, null, null));

    private static Observation Lead(long id, long user, string local) => new(FactKind.Lead, id, JudgedPortal.At(local), new LeadFact(user, user, "NEW"));

    private static Observation Quote(long id, long user) =>
        new(FactKind.Quote, id, JudgedPortal.At("2025-03-04T09:00:00"), new QuoteFact(user, user, null, "DRAFT", null, 0, "EUR"));

    /// <summary>The cells with calls and one without; null when the heatmap is refused.</summary>
    private static async Task<List<(HeatmapHour At, int Count)>?> CountedAsync(JudgedPortal judged, ReportRequest request, HeatmapCalls calls, ReportAsker asker)
    {
        try
        {
            var map = await new HeatmapBuilder(judged.Storage).BuildAsync(await judged.RowAsync(), request, calls, asker, Stop);
            var all = map.Counts!.SelectMany((hours, day) => hours.Select((count, hour) => (At: new HeatmapHour((IsoDayOfWeek)(day + 1), hour), Count: count))).ToList();
            return [.. all.Where(c => c.Count > 0), all.First(c => c.Count == 0)];
        }
        catch (ProblemException refused)
        {
            Assert.Equal("Reports.not_yours", refused.TextKey);
            return null;
        }
    }

    private static async Task<RecordPage> FindAsync(JudgedPortal judged, HeatmapCalls calls, HeatmapHour at, ReportRequest request, ReportAsker asker, int page = 1) =>
        await new RecordFinder(judged.Storage).FindCallsAsync(await judged.RowAsync(), calls, at, request, page, asker, Stop);

    private static async Task<RecordPage> FindAsync(JudgedPortal judged, string metric, TierShare share, ReportRequest request, ReportAsker asker) =>
        await new RecordFinder(judged.Storage).FindAsync(await judged.RowAsync(), metric, share, request, 1, asker, Stop);
}
