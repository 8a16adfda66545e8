using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Tests.Norms;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Reports;

public sealed class RecordFinderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Records_lead_to_the_crm_object_they_belong_to(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await DashboardTests.StartAsync(database);
        await judged.SeeAsync(
            new(FactKind.Call, 901, JudgedPortal.At("2025-03-04T11:00:00"), new CallFact("x1", 9, 1, "200", 90, null, null, 71)),
            new(FactKind.Activity, 71, JudgedPortal.At("2025-03-04T11:00:00"), Activity(["C_5", "D_6"], null)),
            new(FactKind.Call, 902, JudgedPortal.At("2025-03-04T12:00:00"), new CallFact("x2", 9, 1, "200", 90, null, null, null)),
            new(FactKind.Activity, 72, JudgedPortal.At("2025-03-04T12:00:00"), Activity(["L_8"], "x2")),
            new(FactKind.Call, 903, JudgedPortal.At("2025-03-04T13:00:00"), new CallFact("x3", 9, 1, "200", 90, null, null, null)));

        var page = await FindAsync(judged, MetricCatalogue.CallsOut, new ReportRequest(20250301, 20250306, UserId: 9), ReportAsker.Person(9));

        Assert.Equal((3m, 3, 1, 0), (page.Value, page.Count, page.Pages, page.Forgotten));
        Assert.Equal([(903, null), (902, "/crm/lead/details/8/"), (901, "/crm/contact/details/5/")], page.Records.Select(r => (r.Id, r.Page?.Path)));
        Assert.Equal(JudgedPortal.At("2025-03-04T13:00:00"), page.Records[0].AtMs);
        Assert.All(page.Records, r => Assert.Equal((FactKind.Call, 9, 1m), (r.Kind, r.UserIds.Single(), r.Value)));
    }

    [Fact]
    public async Task A_call_missed_by_two_is_one_record()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await DashboardTests.StartAsync(database);
        await judged.SeeAsync([.. new long[] { 8, 7 }.Select((user, i) => new Observation(
            FactKind.Call, 900 + i, JudgedPortal.At("2025-03-04T11:00:00"), new CallFact("m", user, 2, "304", 0, null, null, null)))]);

        var whole = await FindAsync(judged, MetricCatalogue.MissedCalls, new ReportRequest(20250301, 20250306), ReportAsker.Operator);
        Assert.Equal((1m, 1, "7 8"), (whole.Value, whole.Count, string.Join(' ', whole.Records.Single().UserIds)));

        // A colleague's part is not for everybody's eyes.
        var own = await FindAsync(judged, MetricCatalogue.MissedCalls, new ReportRequest(20250301, 20250306), ReportAsker.Person(7));
        Assert.Equal((1m, 1, "7"), (own.Value, own.Count, string.Join(' ', own.Records.Single().UserIds)));
    }

    [Fact]
    public async Task Somebody_is_refused_anothers_records_and_a_page_that_is_not_there_is_empty()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await DashboardTests.StartAsync(database);

        foreach (var request in new ReportRequest[] { new(20250301, 20250306, UserId: 8), new(20250301, 20250306, DepartmentId: 11), new(20250301, 20250306, DepartmentId: 404) })
        {
            Assert.Equal("Reports.not_yours", (await Assert.ThrowsAsync<ProblemException>(() => FindAsync(judged, MetricCatalogue.CallsOut, request, ReportAsker.Person(7)))).TextKey);
        }

        Assert.Equal(12, (await FindAsync(judged, MetricCatalogue.CallsOut, new ReportRequest(20250301, 20250306), ReportAsker.Person(7))).Count);
        Assert.Empty((await FindAsync(judged, MetricCatalogue.CallsOut, new ReportRequest(20250301, 20250306), ReportAsker.Person(7), page: 2)).Records);
        Assert.Empty((await FindAsync(judged, MetricCatalogue.CallsOut, new ReportRequest(20250301, 20250306), ReportAsker.Person(7), page: 0)).Records);
    }

    [Fact]
    public async Task Of_days_that_are_final_the_number_stays_and_the_records_are_forgotten()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await DashboardTests.StartAsync(database);
        await using (var db = judged.Storage.Open(judged.Portal.Row.Id))
        {
            await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.FrozenThroughDay, 20250303), Stop);
        }

        var page = await FindAsync(judged, MetricCatalogue.CallsOut, new ReportRequest(20250301, 20250306, UserId: 7), ReportAsker.Operator);

        Assert.Equal((12m, 12, 2, 10), (page.Value, page.Count, page.Forgotten, page.Records.Count));
    }

    private static ActivityFact Activity(IReadOnlyList<string> owners, string? callId) =>
        new(2, "VOXIMPLANT_CALL", 9, true, null, JudgedPortal.At("2025-03-04T11:00:00"), false, callId, owners);

    private static async Task<RecordPage> FindAsync(JudgedPortal judged, string metric, ReportRequest request, ReportAsker asker, int page = 1) =>
        await new RecordFinder(judged.Storage).FindAsync(await judged.RowAsync(), metric, null, request, page, asker, Stop);
}
