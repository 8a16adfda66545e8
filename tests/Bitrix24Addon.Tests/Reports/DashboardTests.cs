using System.Globalization;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Norms;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Reports;

/// <summary>The sales department of <see cref="JudgedPortal"/>, on the morning of Thursday, 6 March 2025.</summary>
public sealed class DashboardTests
{
    private const int Thursday = 20250306;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task People_have_their_figures_course_and_trend(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);

        var board = await BuildAsync(judged, new DashboardRequest(20250305, 20250305, MetricCatalogue.CallsOut, CourseDays: 3), ReportAsker.Operator);

        Assert.Equal(["#2", "#7", "#8", "#9"], board.People.Select(p => p.Name));
        Assert.Equal([20250303, 20250304, 20250305], board.CourseDays);
        var seven = board.People[1];
        Assert.Equal([2m, 4m, 6m], seven.Course);
        Assert.Equal(new Trend(TrendGap.None, 6, 3, 100, 1, 2), seven.Trend);
        Assert.Equal(6m, seven.Figures.ValueOf(board.Metric));
        Assert.Equal(9, board.Total.ValueOf(board.Metric));
        Assert.Equal([("Sales [b]", 0), ("Call centre", 1)], board.Departments.Select(d => (d.Name, d.Level)));
        Assert.Equal("6 in 1 working day; usual for this person is 3 (median of 2 earlier periods of the same length)", seven.Trend.InWords(board.Metric, Texts.English));
    }

    [Theory, EveryDatabase]
    public async Task Everybody_sees_what_is_his_and_is_refused_the_rest(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);
        var all = new DashboardRequest(20250303, Thursday, MetricCatalogue.CallsOut);

        Assert.Equal("7:12", await SeenAsync(all, ReportAsker.Person(7)));
        Assert.Equal("2:0 7:12 8:3 9:0", await SeenAsync(all, ReportAsker.Person(2)));
        Assert.Equal("2:0 7:12 8:3 9:0", await SeenAsync(all, ReportAsker.Administrator(9)));
        Assert.Equal("7:12 8:3 9:0", await SeenAsync(all with { DepartmentId = 11 }, ReportAsker.Person(2)));
        Assert.Equal("", await SeenAsync(all, ReportAsker.Person(999)));
        foreach (var department in new long[] { 10, 11, 404 })
        {
            var refused = await Assert.ThrowsAsync<ProblemException>(() => SeenAsync(all with { DepartmentId = department }, ReportAsker.Person(7)));
            Assert.Equal("Reports.not_yours", refused.TextKey);
        }

        Assert.Empty((await BuildAsync(judged, all, ReportAsker.Person(7))).Departments);
        Assert.Equal("Reports.unknown_department", (await Assert.ThrowsAsync<ProblemException>(() => SeenAsync(all with { DepartmentId = 404 }, ReportAsker.Operator))).TextKey);

        async Task<string> SeenAsync(DashboardRequest request, ReportAsker asker)
        {
            var board = await BuildAsync(judged, request, asker);
            return string.Join(' ', board.People.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.UserId}:{p.Figures.ValueOf(board.Metric):0}")));
        }
    }

    [Fact]
    public async Task A_head_sees_only_the_days_on_which_somebody_was_his()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        await judged.SeeAsync(
            new Observation(FactKind.Department, 11, 0, new DepartmentFact(10, 8, "Call centre")), new Observation(FactKind.Department, 12, 0, new DepartmentFact(10, 5, "Service")),
            new Observation(FactKind.User, 5, 0, new UserFact(true, [12])));
        await judged.LearnAsync("2025-03-05T00:30:00", new Observation(FactKind.User, 7, 0, new UserFact(true, [12])));

        var request = new DashboardRequest(20250303, 20250305, MetricCatalogue.CallsOut, CourseDays: 3);
        var before = (await BuildAsync(judged, request, ReportAsker.Person(8))).People.Single(p => p.UserId == 7);
        var after = (await BuildAsync(judged, request, ReportAsker.Person(5))).People.Single(p => p.UserId == 7);

        Assert.Equal([2m, 4m, null], before.Course);
        Assert.Equal([null, null, 6m], after.Course);
        Assert.Equal(6m, before.Figures.ValueOf(MetricCatalogue.ByCode[MetricCatalogue.CallsOut]));
        Assert.False((await BuildAsync(judged, request, ReportAsker.Person(8))).Holds(7, 20250305));
    }

    [Theory, EveryDatabase]
    public async Task Somebodys_past_begins_when_all_his_days_are_shown(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);
        await judged.SeeAsync([
            .. judged.Calls(7, 8, "2025-02-28"), new(FactKind.Department, 11, 0, new DepartmentFact(10, 8, "Call centre")),
            new(FactKind.Department, 12, 0, new DepartmentFact(10, 5, "Service")), new(FactKind.User, 5, 0, new UserFact(true, [12]))]);
        await judged.LearnAsync("2025-03-04T00:30:00", new Observation(FactKind.User, 7, 0, new UserFact(true, [12])));
        var wednesday = new DashboardRequest(20250305, 20250305, MetricCatalogue.CallsOut, CourseDays: 3);

        // Monday is not the new head's: of one earlier day nothing is usual, and the day that he may not see is no day without calls.
        var ofHead = await SevenAsync(wednesday, ReportAsker.Person(5));
        var ofDepartment = await SevenAsync(wednesday with { DepartmentId = 12 }, ReportAsker.Operator);
        var ofAll = await SevenAsync(wednesday, ReportAsker.Operator);
        var acrossTheMove = await SevenAsync(wednesday with { FromDay = 20250303, DepartmentId = 12 }, ReportAsker.Operator);

        Assert.Equal(new Trend(TrendGap.TooLittleHistory, 6, WorkingDays: 1, Periods: 1), ofHead.Trend);
        Assert.Equal(ofHead.Trend, ofDepartment.Trend);
        Assert.Equal([null, 4m, 6m], ofDepartment.Course);
        Assert.Equal(new Trend(TrendGap.None, 6, 4, 50, 1, 3), ofAll.Trend);
        Assert.Equal(TrendGap.TooLittleHistory, acrossTheMove.Trend.Gap);

        async Task<DashboardPerson> SevenAsync(DashboardRequest request, ReportAsker asker) => (await BuildAsync(judged, request, asker)).People.Single(p => p.UserId == 7);
    }

    [Theory, EveryDatabase]
    public async Task What_was_not_known_of_a_metric_is_not_guessed_to_be_nothing(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);
        await judged.SeeAsync(judged.Calls(7, 1, "2025-02-24"));

        // Sent proposals are seen from the installation on, the rest from where history was asked for, calendars 400 days back.
        foreach (var (metric, started, since) in new[]
        {
            (MetricCatalogue.ProposalsSent, "2025-03-04T12:00:00", null), (MetricCatalogue.CallsOut, "2025-03-05T12:00:00", "2025-03-04T00:00:01"),
            (MetricCatalogue.Meetings, "2026-04-08T12:00:00", (string?)null),
        })
        {
            await ReadAsync(0, null);
            var all = await SevenAsync(metric);
            await ReadAsync(JudgedPortal.At(started), since is null ? null : JudgedPortal.At(since));
            var seven = await SevenAsync(metric);

            Assert.Equal((TrendGap.None, 3), (all.Trend.Gap, all.Course.Count(v => v is not null)));
            Assert.Equal((TrendGap.TooLittleHistory, 0), (seven.Trend.Gap, seven.Trend.Periods));
            Assert.Equal([null, null, all.Course[2]], seven.Course);
        }

        async Task ReadAsync(long startedAtMs, long? sinceMs)
        {
            await using var db = judged.Storage.Open(judged.Portal.Row.Id);
            await db.Portals.Where(p => p.Id == db.PortalId).ExecuteUpdateAsync(set => set.SetProperty(p => p.HistoryStartedAtMs, startedAtMs).SetProperty(p => p.HistorySinceMs, sinceMs), Stop);
        }

        async Task<DashboardPerson> SevenAsync(string metric) =>
            (await BuildAsync(judged, new DashboardRequest(20250305, 20250305, metric, CourseDays: 3), ReportAsker.Operator)).People.Single(p => p.UserId == 7);
    }

    [Fact]
    public async Task Overdue_tasks_are_a_state_and_refused_lists_have_no_value()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        await judged.SeeAsync(new Observation(FactKind.Task, 70, JudgedPortal.At("2025-03-03T09:00:00"), new TaskFact(7, 2, 3, JudgedPortal.At("2025-03-03T09:00:00"), JudgedPortal.At("2025-03-04T18:00:00"), null, null)));

        var board = await BuildAsync(judged, new DashboardRequest(20250303, 20250305, MetricCatalogue.TasksOverdue, CourseDays: 3), ReportAsker.Operator);
        var seven = board.People.Single(p => p.UserId == 7);
        Assert.Equal([0m, 1m, 1m], seven.Course);
        Assert.Equal((1m, 0m, 1m), (seven.Figures.ValueOf(board.Metric), board.People[0].Figures.ValueOf(board.Metric), board.Total.ValueOf(board.Metric)));

        await judged.RefuseAsync("calls");
        board = await BuildAsync(judged, new DashboardRequest(20250303, 20250305, MetricCatalogue.CallsOut, CourseDays: 2), ReportAsker.Operator);
        Assert.All(board.People, p => Assert.Equal((null, TrendGap.NoValue), (p.Figures.ValueOf(board.Metric), p.Trend.Gap)));
        Assert.All(board.People, p => Assert.Equal([null, null], p.Course));
    }

    [Theory, EveryDatabase]
    public async Task Overdue_tasks_of_a_day_before_the_period_are_not_those_of_the_period(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);
        await judged.SeeAsync(new Observation(FactKind.Task, 70, JudgedPortal.At("2025-03-03T09:00:00"), new TaskFact(7, 2, 3, JudgedPortal.At("2025-03-03T09:00:00"), JudgedPortal.At("2025-03-04T18:00:00"), null, null)));
        await judged.ReadThroughAsync("2025-03-05T20:00:00");

        var board = await BuildAsync(judged, new DashboardRequest(Thursday, Thursday, MetricCatalogue.TasksOverdue, CourseDays: 2), ReportAsker.Operator);

        var seven = board.People.Single(p => p.UserId == 7);
        Assert.Equal([1m, null], seven.Course);
        Assert.Equal((null, null), (seven.Figures.ValueOf(board.Metric), board.Total.ValueOf(board.Metric)));
    }

    [Theory]
    [InlineData("Reports.unknown_metric", 20250301, 20250305, "calls")]
    [InlineData("Reports.unknown_metric", 20250301, 20250305, MetricCatalogue.WonSumByCurrency)]
    [InlineData("Reports.period_backwards", 20250305, 20250301, MetricCatalogue.CallsOut)]
    [InlineData("Reports.period_too_long", 20240101, 20250305, MetricCatalogue.CallsOut)]
    public async Task What_cannot_be_shown_is_refused_with_the_remedy(string problem, int from, int to, string metric)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);

        var refused = await Assert.ThrowsAsync<ProblemException>(() => BuildAsync(judged, new DashboardRequest(from, to, metric), ReportAsker.Operator));

        Assert.Equal(problem, refused.TextKey);
    }

    internal static async Task<JudgedPortal> StartAsync(DatabaseUnderTest database)
    {
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var judged = await JudgedPortal.StartAsync(storage);
        await judged.SeeAsync([.. judged.Calls(7, 6), .. judged.Calls(7, 4, "2025-03-04"), .. judged.Calls(7, 2, "2025-03-03"), .. judged.Calls(8, 3)]);
        return judged;
    }

    private static async Task<Dashboard> BuildAsync(JudgedPortal judged, DashboardRequest request, ReportAsker asker) =>
        await new DashboardBuilder(judged.Storage, judged.Time).BuildAsync(await judged.RowAsync(), request, asker, Stop);
}
