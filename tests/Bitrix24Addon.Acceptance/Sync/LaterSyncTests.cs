using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>What later synchronisations find.</summary>
public sealed class LaterSyncTests
{
    private static readonly string[] Department =
    [
        Line("02T08:00:00", "add", "department", 1, """{"NAME":"Компания"}"""),
        Line("02T08:00:00", "add", "department", 13, """{"NAME":"МРК","PARENT":1}"""),
        Line("02T08:00:00", "add", "department", 14, """{"NAME":"КАМ","PARENT":1}"""),
        Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна","UF_DEPARTMENT":[13]}"""),
        Line("02T08:00:00", "add", "user", 102, """{"NAME":"Пётр","UF_DEPARTMENT":[13]}"""),
        Line("02T09:00:00", "add", "lead", 1, """{"title":"Заявка","assignedById":101}"""),
        Line("02T09:00:00", "add", "deal", 1, """{"title":"Сделка 1","assignedById":101,"opportunity":100}"""),
        Line("02T09:00:00", "add", "deal", 2, """{"title":"Сделка 2","assignedById":101,"opportunity":200}"""),
        Line("02T09:00:00", "add", "quote", 1, """{"title":"КП","assignedById":101}"""),
        Line("02T09:00:00", "add", "task", 1, """{"title":"Позвонить","responsibleId":101,"deadline":"2026-03-20T12:00:00+03:00"}"""),
        Line("02T09:00:00", "add", "activity", 1, """
            {"OWNER_TYPE_ID":2,"OWNER_ID":1,"TYPE_ID":1,"PROVIDER_ID":"CRM_MEETING","SUBJECT":"Встреча","START_TIME":"2026-03-18T10:00:00+03:00","COMPLETED":"N","RESPONSIBLE_ID":101}
            """),
        Line("17T10:05:00", "add", "call", 1, """
            {"CALL_ID":"c1","PORTAL_USER_ID":101,"PHONE_NUMBER":"+79161230001","CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-17T10:00:00+03:00","CALL_FAILED_CODE":"200"}
            """),
        Line("17T18:00:00", "add", "workday", 1, """{"userId":101,"start":"2026-03-17T09:00:00+03:00","finish":"2026-03-17T18:00:00+03:00"}"""),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Exactly_what_changed_is_recorded(DatabaseKind kind)
    {
        await using var portal = await SyncedPortal.StartAsync(kind, lines: Department);
        Assert.True((await portal.Addon.SyncAsync(Stop)).IsFirst);
        Assert.Empty(await portal.NewsAsync());

        Later(portal, "18T15:00:00");
        portal.Fixture.Apply("18T14:00:00", "update", "deal", 1, """{"opportunity":150}""");
        portal.Fixture.Apply("18T14:01:00", "update", "lead", 1, """{"assignedById":102}""");
        portal.Fixture.Apply("18T14:02:00", "update", "task", 1, """{"status":5}""");
        portal.Fixture.Apply("18T14:03:00", "update", "call", 1, """{"CALL_VOTE":4}""");
        portal.Fixture.Apply("18T14:04:00", "update", "quote", 1, """{"stageId":"SENT"}""");
        portal.Fixture.Apply("18T14:05:00", "update", "activity", 1, """{"COMPLETED":"Y"}""");
        portal.Fixture.Apply("18T14:06:00", "delete", "deal", 2);
        portal.Fixture.Apply("18T14:07:00", "update", "user", 102, """{"UF_DEPARTMENT":[14]}""");
        portal.Fixture.Apply("18T14:08:00", "update", "workday", 1, """{"finish":"2026-03-17T17:00:00+03:00"}""");
        var second = await portal.Addon.SyncAsync(Stop);

        Assert.Equal(
            ["Activity 1 v2", "Call 1 v2", "Deal 1 v2", "Deal 2 v2 gone", "Lead 1 v2", "Quote 1 v2", "Task 1 v2", "User 102 v2", "WorkDay 1 v2"],
            await portal.NewsAsync());
        Assert.Equal((9L, 1L, false), (second.Recorded, second.Deleted, second.IsFirst));
        var metrics = (await portal.Addon.ReportAsync(20260317, 20260318, Stop)).GetProperty("total").GetProperty("metrics");
        foreach (var (metric, figure) in new[] { ("call_quality", 4), ("proposals_sent", 1), ("meetings", 1), ("tasks_closed", 1), ("work_seconds", 8 * 3600) })
        {
            Assert.Equal((metric, figure), (metric, metrics.GetProperty(metric).GetInt32()));
        }
    }

    [Theory, EveryDatabase]
    public async Task An_unchanged_portal_gives_no_new_fact(DatabaseKind kind)
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().Seed = 7);
        await using var portal = await SyncedPortal.StartAsync(kind, fixture);
        await portal.Addon.SyncAsync(Stop);
        var (facts, figures) = (await portal.FactsAsync(), await portal.FiguresAsync());

        portal.Fixture.Clock.Advance(TimeSpan.FromDays(1));
        var second = await portal.Addon.SyncAsync(Stop);

        Assert.Equal((0L, 0L), (second.Recorded, second.Deleted));
        Assert.Equal(facts, await portal.FactsAsync());
        Assert.Equal(figures, await portal.FiguresAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_start_of_history_reads_older_stages_of_touched_objects_only(DatabaseKind kind)
    {
        await using var portal = await SyncedPortal.StartAsync(kind, lines:
        [
            .. Department,
            Line("18T09:00:00", "update", "deal", 1, """{"stageId":"PREPARATION"}"""),
        ]);
        var since = new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.FromHours(3)).ToUnixTimeMilliseconds();

        Assert.Empty((await portal.Addon.SyncAsync(Stop, since)).Failures);

        var stages = (await portal.FactsAsync()).FindAll(f => f.Contains("\"Kind\":\"DealStage\"", StringComparison.Ordinal));
        Assert.Equal(2, stages.Count);
        Assert.All(stages, stage => Assert.Contains("\"GroupKey\":\"D_1\"", stage, StringComparison.Ordinal));
        Assert.DoesNotContain(await portal.FactsAsync(), f => f.Contains("\"Kind\":\"LeadStage\"", StringComparison.Ordinal));
        var report = await portal.Addon.ReportAsync(20260302, 20260318, Stop);
        Assert.Contains("since:2026-03-10", report.GetProperty("completeness").GetProperty("deals").GetString(), StringComparison.Ordinal);

        // An earlier start than before reads the rest too.
        Assert.Empty((await portal.Addon.SyncAsync(Stop, since - (30 * 86_400_000L))).Failures);
        Assert.Equal(3, await portal.CountAsync(Facts.FactKind.DealStage));
        Assert.Equal(1, await portal.CountAsync(Facts.FactKind.LeadStage));
    }

    private static string Line(string time, string op, string table, long id, string fields = "{}") => PortalFixture.Line(time, op, table, id, fields.Trim());

    private static void Later(SyncedPortal portal, string time) =>
        portal.Fixture.Clock.SetUtcNow(DateTimeOffset.Parse($"2026-03-{time}+03:00", System.Globalization.CultureInfo.InvariantCulture));
}
