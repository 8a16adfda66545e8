using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Tests.Norms;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Tests.Reports;

public sealed class MyDayTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Somebody_sees_his_week_and_his_corrective_tasks(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await DashboardTests.StartAsync(database);
        await GiveAsync(judged, (501, 7, "open"), (502, 7, "done today"), (503, 7, "done yesterday"), (504, 7, "not seen yet"), (505, 7, "deleted"), (506, 8, "another's"), (507, 7, "handed on"));
        await judged.SeeAsync(
            Seen(501, 7, 3, null), Seen(502, 7, 5, "2025-03-06T01:10:00"), Seen(503, 7, 5, "2025-03-05T18:00:00"), Seen(505, 7, 3, null), Seen(506, 8, 3, null), Seen(507, 9, 3, null));
        await judged.SeeAsync(new Observation(FactKind.Task, 505, 0, null));

        var day = await new MyDayReader(judged.Storage, judged.Time).ReadAsync(await judged.RowAsync(), 7, Stop);

        Assert.Equal((20250306, "#7"), (day.Today, day.Name));
        Assert.Equal([20250303, 20250304, 20250305, 20250306], day.Week.Keys.Order());
        Assert.Equal([2m, 4m, 6m, 0m], day.Week.OrderBy(d => d.Key).Select(d => d.Value.ValueOf(MetricCatalogue.ByCode[MetricCatalogue.CallsOut])));
        Assert.Equal([(504, "not seen yet", null), (501, "open", false), (502, "done today", (bool?)true)], day.Tasks.Select(t => (t.Id, t.Title, t.IsDone)));
        Assert.Equal(JudgedPortal.At("2025-03-06T19:00:00"), day.Tasks[1].DeadlineAtMs);
        Assert.Equal("/company/personal/user/7/tasks/task/view/501/", day.Tasks[1].Page.Path);
    }

    [Theory, EveryDatabase]
    public async Task What_the_portal_does_not_show_is_not_nothing(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await DashboardTests.StartAsync(database);
        await judged.RefuseAsync("calls");
        await judged.HideAsync("deals", 7);

        var seven = await new MyDayReader(judged.Storage, judged.Time).ReadAsync(await judged.RowAsync(), 7, Stop);
        var eight = await new MyDayReader(judged.Storage, judged.Time).ReadAsync(await judged.RowAsync(), 8, Stop);

        Assert.All(seven.Week.Values, day => Assert.Null(day.ValueOf(MetricCatalogue.ByCode[MetricCatalogue.CallsOut])));
        Assert.All(seven.Week.Values, day => Assert.Equal(0, day.ValueOf(MetricCatalogue.ByCode[MetricCatalogue.DealsWon])));
        Assert.Contains(MetricCatalogue.DealsWon, seven.Hidden);
        Assert.DoesNotContain(MetricCatalogue.CallsOut, seven.Hidden);
        Assert.Empty(eight.Hidden);
    }

    private static Observation Seen(long id, long user, int status, string? closed) => new(
        FactKind.Task, id, JudgedPortal.At(closed ?? "2025-03-05T02:00:00"),
        new TaskFact(user, 1, status, JudgedPortal.At("2025-03-05T02:00:00"), JudgedPortal.At("2025-03-06T19:00:00"), closed is null ? null : JudgedPortal.At(closed), null, IsOurs: true));

    private static async Task GiveAsync(JudgedPortal judged, params (long Id, long User, string Title)[] tasks)
    {
        await using var db = judged.Storage.Open(judged.Portal.Row.Id);
        foreach (var (id, user, title) in tasks)
        {
            var task = new CreateTask($"norm:calls:1:{user}:{id}", $"user:{user}", title, "", user, JudgedPortal.At("2025-03-06T18:00:00"));
            db.Effects.Add(new EffectRow
            {
                Key = task.Key, Subject = task.Subject, Document = Outbox.Write(task), State = EffectState.Done, ResultId = id, CreatedAtMs = JudgedPortal.At("2025-03-05T02:00:00"),
            });
        }

        await db.SaveChangesAsync(Stop);
    }
}
