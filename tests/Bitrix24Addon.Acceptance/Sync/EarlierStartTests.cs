using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>A synchronisation that is asked, later, for an earlier start of the history.</summary>
public sealed class EarlierStartTests
{
    private static readonly string[] Department =
    [
        PortalFixture.Line("02T08:00:00", "add", "department", 1, """{"NAME":"Компания"}"""),
        PortalFixture.Line("02T08:00:00", "add", "department", 13, """{"NAME":"МРК","PARENT":1}"""),
        PortalFixture.Line("02T08:00:00", "add", "department", 14, """{"NAME":"КАМ","PARENT":1}"""),
        PortalFixture.Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна","UF_DEPARTMENT":[13]}"""),
        PortalFixture.Line("02T09:00:00", "add", "task", 1, """{"title":"Позвонить","responsibleId":101,"deadline":"2026-03-17T12:00:00+03:00"}"""),
        PortalFixture.Line("17T10:05:00", "add", "call", 1, """
            {"CALL_ID":"c1","PORTAL_USER_ID":101,"PHONE_NUMBER":"+79161230001","CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-17T10:00:00+03:00","CALL_FAILED_CODE":"200"}
            """),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task It_leaves_past_days_to_the_department_of_then(DatabaseKind kind)
    {
        await using var portal = await MovedAsync(kind);

        await portal.Addon.SyncAsync(Stop, Since(1));

        Assert.Equal(1, await CallsOfAsync(portal, 13));
        Assert.Null(await CallsOfAsync(portal, 14));
    }

    [Theory, EveryDatabase]
    public async Task It_keeps_the_overdue_tasks_of_days_that_were_seen(DatabaseKind kind)
    {
        await using var portal = await MovedAsync(kind);
        var before = await OverdueAsync(portal);

        await portal.Addon.SyncAsync(Stop, Since(1));

        Assert.Equal(1, before);
        Assert.Equal(before, await OverdueAsync(portal));
    }

    [Theory, EveryDatabase]
    public async Task What_was_final_is_counted_again(DatabaseKind kind)
    {
        await using var portal = await MovedAsync(kind);
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.FrozenThroughDay, 20260317), Stop);
        await db.Figures.ExecuteDeleteAsync(Stop);

        await portal.Addon.SyncAsync(Stop, Since(1));

        Assert.Equal(0, await db.Portals.Select(p => p.FrozenThroughDay).SingleAsync(Stop));
        Assert.Equal(1, await CallsOfAsync(portal, 13));
    }

    /// <summary>Read from the 10th on at noon of the 18th; on the 20th Anna goes from department 13 to 14.</summary>
    private static async Task<SyncedPortal> MovedAsync(DatabaseKind kind)
    {
        var portal = await SyncedPortal.StartAsync(kind, lines: Department);
        await portal.Addon.SyncAsync(Stop, Since(10));
        portal.Fixture.Clock.SetUtcNow(PortalFixture.Now.AddDays(2));
        portal.Fixture.Apply("20T11:00:00", "update", "user", 101, """{"UF_DEPARTMENT":[14]}""");
        await portal.Addon.SyncAsync(Stop);
        Assert.Equal(1, await CallsOfAsync(portal, 13));

        // The next move and the earlier start come in one synchronisation.
        portal.Fixture.Clock.SetUtcNow(PortalFixture.Now.AddDays(4));
        portal.Fixture.Apply("22T11:00:00", "update", "user", 101, """{"UF_DEPARTMENT":[14,1]}""");
        return portal;
    }

    private static long Since(int day) => new DateTimeOffset(2026, 3, day, 0, 0, 0, TimeSpan.FromHours(3)).ToUnixTimeMilliseconds();

    private static async Task<int?> CallsOfAsync(SyncedPortal portal, long department)
    {
        var report = await portal.Addon.ReportAsync(20260317, 20260317, Stop);
        var row = report.GetProperty("departments").EnumerateArray().FirstOrDefault(d => d.GetProperty("departmentId").GetInt64() == department);
        return row.ValueKind == System.Text.Json.JsonValueKind.Undefined ? null : row.GetProperty("metrics").GetProperty("calls_out").GetInt32();
    }

    private static async Task<int?> OverdueAsync(SyncedPortal portal)
    {
        var overdue = (await portal.Addon.ReportAsync(20260319, 20260319, Stop)).GetProperty("total").GetProperty("metrics").GetProperty("tasks_overdue");
        return overdue.ValueKind == System.Text.Json.JsonValueKind.Null ? null : overdue.GetInt32();
    }
}
