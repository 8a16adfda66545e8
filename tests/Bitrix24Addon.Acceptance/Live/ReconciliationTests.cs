using Bitrix24.PortalSimulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>What posts lost is found, and counted.</summary>
public sealed class ReconciliationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task What_no_post_told_is_healed_and_counted(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, lines:
        [
            Simulator.PortalFixture.Line("17T10:05:00", "add", "call", 1, """{"CALL_ID":"c1","PORTAL_USER_ID":101,"CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-17T10:00:00+03:00","CALL_FAILED_CODE":"200"}"""),
        ]);
        live.At("12:10:00");
        live.Change("deal", 1, """{"stageId":"WON"}""");
        live.Change("deal", 2, """{"opportunity":300}""");
        live.Change("task", 1, "{}", "delete");
        live.Change("user", 102, """{"ACTIVE":false}""");
        live.Change("call", 1, """{"CALL_VOTE":5}""");
        live.Change("call", 2, """{"CALL_ID":"c2","PORTAL_USER_ID":101,"CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-18T12:05:00+03:00","CALL_FAILED_CODE":"200"}""", "add");
        live.At("12:29:00");
        live.Change("lead", 1, """{"assignedById":102}""");
        await live.MarkAsync(InboxKind.Deal, 2);
        live.At("12:30:00");

        var synced = await live.Addon.SyncAsync(Stop);

        // Deal 2 is marked; the post about lead 1 may still be under way; votes and people have no posts.
        Assert.Equal(
            ["Call received 0 read 0 healed 1 lost 1 polled 1", "Lead received 0 read 0 healed 1 lost 0 polled 0",
                "Deal received 0 read 0 healed 2 lost 1 polled 0", "Task received 0 read 0 healed 1 lost 1 polled 0",
                "User received 0 read 0 healed 0 lost 0 polled 1"],
            await live.DeliveriesAsync());
        Assert.Equal([("calls", 1), ("deals", 1), ("leads", 1), ("tasks", 1)], synced.Healed.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => (h.Key, (int)h.Value)));
        Assert.Equal(["Deal 2 g1 a0"], await live.InboxAsync());
        Assert.Empty((await live.Addon.SyncAsync(Stop)).Healed);
    }

    [Theory, EveryDatabase]
    public async Task Every_kind_of_fact_is_found_again_and_counted(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, lines:
        [
            Simulator.PortalFixture.Line("02T09:00:00", "add", "invoice", 1, """{"title":"Счёт","assignedById":101,"opportunity":500,"currencyId":"RUB"}"""),
            Simulator.PortalFixture.Line("02T09:00:00", "add", "event", 1, """{"OWNER_ID":102,"NAME":"Встреча","DATE_FROM":"2026-03-17T12:00:00+03:00","DATE_TO":"2026-03-17T13:00:00+03:00"}"""),
        ]);
        live.At("12:10:00");
        live.Change("call", 1, """{"CALL_ID":"c1","PORTAL_USER_ID":101,"CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-18T12:05:00+03:00","CALL_FAILED_CODE":"200"}""", "add");
        live.Change("activity", 1, """{"COMPLETED":"Y"}""");
        live.Change("lead", 1, """{"stageId":"IN_PROCESS"}""");
        live.Change("deal", 1, """{"stageId":"WON"}""");
        live.Change("quote", 1, """{"assignedById":102}""");
        live.Change("task", 1, """{"status":5,"closedBy":101}""");
        live.Change("invoice", 1, """{"stageId":"DT31_1:P"}""");
        live.Change("payment", 7, """{"entityTypeId":31,"entityId":1,"sum":25,"currency":"RUB","paid":"Y"}""", "add");
        live.Change("event", 1, "{}", "delete");
        live.Change("event", 5, """{"OWNER_ID":101,"NAME":"Врач","DATE_FROM":"2026-03-18T15:00:00+03:00","DATE_TO":"2026-03-18T16:00:00+03:00","ACCESSIBILITY":"absent"}""", "add");
        live.Change("workday", 1, """{"userId":101,"start":"2026-03-18T09:00:00+03:00","finish":null}""", "add");
        live.Change("user", 102, """{"ACTIVE":false}""");
        live.Change("department", 1, """{"UF_HEAD":101}""");
        live.At("12:30:00");

        await live.Addon.SyncAsync(Stop);

        Assert.Equal(Enum.GetNames<FactKind>().Order(StringComparer.Ordinal), (await live.Synced.NewsAsync()).Select(fact => fact.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));

        // What happens to stages and to money counts with its object.
        Assert.Equal(
            ["Call received 0 read 0 healed 1 lost 1 polled 0", "Activity received 0 read 0 healed 1 lost 1 polled 0", "Lead received 0 read 0 healed 1 lost 1 polled 0",
                "Deal received 0 read 0 healed 1 lost 1 polled 0", "Quote received 0 read 0 healed 1 lost 1 polled 0", "Task received 0 read 0 healed 1 lost 1 polled 0",
                "WorkDay received 0 read 0 healed 0 lost 0 polled 1", "User received 0 read 0 healed 0 lost 0 polled 1", "Department received 0 read 0 healed 0 lost 0 polled 1",
                "CalendarEvent received 0 read 0 healed 1 lost 0 polled 0", "Payment received 0 read 0 healed 0 lost 0 polled 1",
                "Invoice received 0 read 0 healed 1 lost 1 polled 0", "Absence received 0 read 0 healed 0 lost 0 polled 1"],
            await live.DeliveriesAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_dead_letter_ends_when_its_list_was_read_later(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");
        live.Change("task", 1, "{}", "delete");
        await live.MarkAsync(InboxKind.Deal, 1);
        await live.MarkAsync(InboxKind.Task, 1, isDeletion: true);
        await live.MarkAsync(InboxKind.Quote, 1);
        await live.Addon.MarkAsync(new InboxMark(InboxKind.Deal, "none"));
        await DieAsync();
        live.At("12:30:00");
        await live.Synced.UseWebhookAsync(live.Portal.AddWebhook(1, PortalSimulatorOptions.AllScopes.Except(["crm"])));
        await live.Addon.SyncAsync(Stop);
        Assert.Equal(["Deal 1 g1 a0 Refused", "Deal none g1 a0 Refused", "Quote 1 g1 a0 Refused"], await live.InboxAsync());

        await live.Synced.UseWebhookAsync(live.Portal.WebhookUrl);
        await live.MarkAsync(InboxKind.Lead, 1);
        await live.MarkAsync(InboxKind.Activity, 1, isDeletion: true);
        await DieAsync();
        live.At("12:40:00");
        await live.Addon.SyncAsync(Stop, findDeletions: false);

        // What names nothing is never read; whether something was deleted is found by the run that looks for it.
        Assert.Equal(["Deal none g1 a0 Refused", "Activity 1 g1 a0 Refused"], await live.InboxAsync());
        Assert.Equal(2, (await live.VersionsAsync(FactKind.Deal, 1)).Count);

        async Task DieAsync()
        {
            await using var db = live.Addon.Storage.Open(live.Addon.Portal.Id);
            await db.Inbox.ExecuteUpdateAsync(set => set.SetProperty(i => i.DeadReason, "Refused"), Stop);
        }
    }

    [Theory, EveryDatabase]
    public async Task History_is_no_loss(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);

        Assert.Empty(await live.DeliveriesAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_fast_clock_leaves_a_post_the_time_that_machines_take(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        await using var addon = await AddonUnderTest.StartAsync(
            live.Synced.ConnectionString, live.Portal.WebhookUrl, new SharedClock(live.Synced.Fixture.Clock, 1440),
            options => (options.RequestThreshold, options.MaxAdaptiveDelay) = (10_000, TimeSpan.Zero), cancellationToken: Stop);
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");

        // An hour of a day that passes in a minute is less than three seconds.
        live.At("13:10:00");
        await addon.SyncAsync(Stop);
        Assert.Equal(["Deal received 0 read 0 healed 1 lost 0 polled 0"], await live.DeliveriesAsync());

        live.Change("deal", 2, """{"opportunity":300}""");
        live.At("24T12:00:00");
        await addon.SyncAsync(Stop);
        Assert.Equal("Deal received 0 read 0 healed 1 lost 1 polled 0", (await live.DeliveriesAsync())[^1]);
    }

    [Theory, EveryDatabase]
    public async Task Deletions_are_left_to_the_run_that_looks_for_them(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        live.Change("deal", 1, "{}", "delete");
        live.At("12:30:00");

        Assert.Equal(0, (await live.Addon.SyncAsync(Stop, findDeletions: false)).Deleted);
        Assert.Equal(1, (await live.Addon.SyncAsync(Stop)).Deleted);
    }

    [Theory, EveryDatabase]
    public async Task Doctor_tells_dead_letters_and_the_share_of_lost_events(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        Assert.Contains(await FindingsAsync(), f => f is (DoctorLevel.Ok, "Doctor.no_events", _));
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");
        await live.Addon.MarkAsync(new InboxMark(InboxKind.Deal, "2"), new InboxMark(InboxKind.Lead, "1"), new InboxMark(InboxKind.Deal, "none"));
        await live.Addon.CollectAsync(Stop);
        live.At("12:30:00");
        await live.Addon.SyncAsync(Stop);

        var findings = await FindingsAsync();

        Assert.Contains(findings, f => f is (DoctorLevel.Warning, "Doctor.dead_letters", [1, DoctorText { Key: "Problems.InvalidArgument" }]));
        Assert.Contains(findings, f => f is (DoctorLevel.Warning, "Doctor.events_lost", [DoctorText { Key: "Sources.deals" }, 1L, 1L, 0.5]));
        Assert.Contains(findings, f => f is (DoctorLevel.Ok, "Doctor.events", [DoctorText { Key: "Sources.leads" }, 1L, 0L, 0.0]));
        live.At("26T12:00:00");
        Assert.Contains(await FindingsAsync(), f => f is (DoctorLevel.Ok, "Doctor.no_events", _));

        async Task<List<(DoctorLevel Level, string Key, object[] Arguments)>> FindingsAsync() =>
            [.. (await new Doctor(live.Addon.Storage, live.Addon.Registry, live.Addon.Time).ExamineAsync(live.Addon.Portal.Key, live.Addon.Client, Stop))
                .Select(f => (f.Level, f.Text.Key, f.Text.Arguments))];
    }
}
