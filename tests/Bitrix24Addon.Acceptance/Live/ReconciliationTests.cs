using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;

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
    public async Task History_is_no_loss(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);

        Assert.Empty(await live.DeliveriesAsync());
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
