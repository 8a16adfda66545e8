using System.Globalization;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>What is marked is read, once, and in few requests.</summary>
public sealed class CollectorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Every_kind_that_is_marked_becomes_facts(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        live.Change("deal", 1, """{"stageId":"WON"}""");
        live.Change("lead", 1, """{"assignedById":102}""");
        live.Change("quote", 1, """{"stageId":"SENT"}""");
        live.Change("task", 1, """{"status":5}""");
        live.Change("activity", 1, """{"COMPLETED":"Y"}""");
        live.Change("user", 102, """{"ACTIVE":false}""");
        live.Change("call", 7, """{"CALL_ID":"c7","PORTAL_USER_ID":101,"PHONE_NUMBER":"+79161230001","CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-18T12:08:00+03:00","CALL_FAILED_CODE":"200"}""", "add");
        live.At("12:10:01");
        foreach (var marked in new[] { InboxKind.Deal, InboxKind.Lead, InboxKind.Quote, InboxKind.Task, InboxKind.Activity })
        {
            await live.MarkAsync(marked, 1);
        }

        await live.MarkAsync(InboxKind.User, 102);
        await live.Addon.MarkAsync(new InboxMark(InboxKind.Call, "c7"));
        var requests = live.Portal.Counters.Requests;

        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((7, 7, 0, 8), (collected.Taken, collected.Done, collected.Remaining, collected.Recorded));
        Assert.Empty(await live.InboxAsync());
        Assert.Equal(1, live.Portal.Counters.Requests - requests);
        Assert.Equal(
            ["Activity 1 v2", "Call 7 v1", "Deal 1 v2", "DealStage 3 v1", "DealWin 3 v1", "Lead 1 v2", "Quote 1 v2", "Task 1 v2", "User 102 v2"],
            await live.Synced.NewsAsync());
        Assert.Equal((1, 1, 1, 1, 1), (
            await live.FigureAsync("deals_won", 101), await live.FigureAsync("proposals_sent", 101), await live.FigureAsync("tasks_closed", 101),
            await live.FigureAsync("meetings", 101), await live.FigureAsync("calls_out", 101)));
        Assert.All(await live.DeliveriesAsync(), delivery => Assert.EndsWith("received 1 read 1 healed 0 lost 0 polled 0", delivery, StringComparison.Ordinal));
        Assert.Equal(7, (await live.DeliveriesAsync()).Count);
    }

    [Theory, EveryDatabase]
    public async Task Two_changes_within_one_second_are_both_seen(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00.100");
        live.Change("deal", 1, """{"opportunity":300}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        live.At("12:10:00.200");
        Assert.Equal(1, (await live.Addon.CollectAsync(Stop)).Recorded);
        live.At("12:10:00.300");
        live.Change("deal", 1, """{"opportunity":400}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        live.At("12:10:00.400");

        Assert.Equal(1, (await live.Addon.CollectAsync(Stop)).Recorded);

        Assert.Equal([10_000L, 30_000L, 40_000L], (await live.VersionsAsync(FactKind.Deal, 1)).ConvertAll(v => v.As<DealFact>().AmountMinor));
    }

    [Theory, EveryDatabase]
    public async Task Duplicates_are_one_reading_and_what_is_unchanged_is_no_fact(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        for (var post = 0; post < 3; post++)
        {
            await live.MarkAsync(InboxKind.Deal, 1);
        }

        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((1, 1, 0), (collected.Taken, collected.Done, collected.Recorded));
        Assert.Equal(["Deal received 3 read 1 healed 0 lost 0 polled 0"], await live.DeliveriesAsync());
        Assert.Equal(0, (await live.Addon.CollectAsync(Stop)).Taken);
    }

    [Theory, EveryDatabase]
    public async Task A_thousand_changes_need_a_handful_of_requests(DatabaseKind kind)
    {
        var lines = Enumerable.Range(1000, 800).SelectMany(id => new[]
        {
            Simulator.PortalFixture.Line("03T09:00:00", "add", "deal", id, """{"title":"d","assignedById":101,"opportunity":5}"""),
            Simulator.PortalFixture.Line("04T09:00:00", "update", "deal", id, """{"stageId":"PREPARATION"}"""),
            Simulator.PortalFixture.Line("05T09:00:00", "update", "deal", id, """{"stageId":"EXECUTING"}"""),
        });
        await using var live = await LivePortal.StartAsync(kind, lines: [.. lines]);
        live.At("12:10:00");
        for (var id = 1000; id < 1800; id++)
        {
            live.Change("deal", id, """{"stageId":"WON"}""");
        }

        for (var id = 1; id <= 200; id++)
        {
            live.Change("call", id, $$"""{"CALL_ID":"c{{id}}","PORTAL_USER_ID":101,"PHONE_NUMBER":"+79161230001","CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-18T12:08:00+03:00","CALL_FAILED_CODE":"200"}""", "add");
        }

        await live.Addon.MarkAsync([
            .. Enumerable.Range(1000, 800).Select(id => new InboxMark(InboxKind.Deal, id.ToString(CultureInfo.InvariantCulture))),
            .. Enumerable.Range(1, 200).Select(id => new InboxMark(InboxKind.Call, $"c{id}")),
        ]);
        var requests = live.Portal.Counters.Requests;

        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((1000, 1000, 1800), (collected.Taken, collected.Done, collected.Recorded));
        Assert.Equal(800, await live.FigureAsync("deals_won", 101));

        // Five for the payments of 250 deals; of an edit of so many the others are left to the reconciliation. Then one for the objects and
        // four for their 3,200 moves between stages, which lie in four lists with great gaps.
        Assert.Equal(10, live.Portal.Counters.Requests - requests);
    }

    [Theory, EveryDatabase]
    public async Task What_was_deleted_is_gone(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        live.Change("deal", 1, "{}", "delete");
        live.Change("task", 1, "{}", "delete");
        await live.MarkAsync(InboxKind.Deal, 1, isDeletion: true);
        await live.MarkAsync(InboxKind.Task, 1);
        await live.MarkAsync(InboxKind.Deal, 777, isDeletion: true);

        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((3, 2, 0), (collected.Done, collected.Deleted, collected.NotVisible));
        Assert.Equal(["Deal 1 v2 gone", "Task 1 v2 gone"], await live.Synced.NewsAsync());
        Assert.Empty(await live.InboxAsync());
    }

    [Theory, EveryDatabase]
    public async Task What_a_plain_user_does_not_see_is_gone_only_if_the_post_said_so(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        await live.Synced.UseWebhookAsync(live.Portal.AddWebhook(102));
        live.At("12:10:00");
        live.Change("deal", 2, "{}", "delete");
        await live.MarkAsync(InboxKind.Deal, 1);
        await live.MarkAsync(InboxKind.Deal, 2, isDeletion: true);

        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((2, 1, 1), (collected.Done, collected.Deleted, collected.NotVisible));
        Assert.Equal(["Deal 2 v2 gone"], await live.Synced.NewsAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_call_is_awaited_for_a_while_and_then_left_to_the_reconciliation(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        await live.Addon.MarkAsync(new InboxMark(InboxKind.Call, "late"), new InboxMark(InboxKind.Call, "never"));
        live.At("12:10:00");
        Assert.Equal((0, 2), await CountsAsync());
        Assert.Equal(["Call late g1 a1", "Call never g1 a1"], await live.InboxAsync());
        Assert.Equal((0, 0), await CountsAsync());
        live.Change("call", 7, """{"CALL_ID":"late","PORTAL_USER_ID":101,"CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-18T12:08:00+03:00","CALL_FAILED_CODE":"200"}""", "add");
        live.At("12:20:00");
        Assert.Equal((1, 1), await CountsAsync());
        Assert.Equal(1, await live.Synced.CountAsync(FactKind.Call));
        var dropped = new CollectResult();
        for (var minute = 30; dropped.Dropped == 0; minute++)
        {
            Assert.True(minute < 40, "it is awaited for ever");
            live.At($"12:{minute}:00");
            dropped = await live.Addon.CollectAsync(Stop);
        }

        Assert.Empty(await live.InboxAsync());

        async Task<(int Done, int Remaining)> CountsAsync()
        {
            var collected = await live.Addon.CollectAsync(Stop);
            return (collected.Done, collected.Remaining);
        }
    }

    [Theory, EveryDatabase]
    public async Task Marks_wait_for_the_history_to_begin(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, isRead: false);
        await live.MarkAsync(InboxKind.Deal, 1);
        live.At("12:10:00");

        Assert.Equal(0, (await live.Addon.CollectAsync(Stop)).Taken);

        await live.Addon.SyncAsync(Stop);
        var after = await live.Addon.CollectAsync(Stop);
        Assert.Equal((1, 0), (after.Done, after.Recorded));
    }

    [Theory, EveryDatabase]
    public async Task While_the_history_is_read_what_is_new_to_us_is_history_and_what_changes_is_news(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        await live.HistoryIsStillReadAsync();
        live.At("12:10:00");
        live.Change("deal", 1, """{"stageId":"WON"}""");
        live.Change("quote", 5, """{"title":"КП","assignedById":101,"stageId":"APPROVED"}""", "add");
        await live.MarkAsync(InboxKind.Deal, 1);
        await live.MarkAsync(InboxKind.Quote, 5);

        Assert.Equal(2, (await live.Addon.CollectAsync(Stop)).Done);

        Assert.Equal([null, live.Synced.Fixture.Clock.GetUtcNow().ToUnixTimeMilliseconds()], (await live.VersionsAsync(FactKind.Deal, 1)).ConvertAll(v => v.KnownAtMs));
        Assert.Equal([null], (await live.VersionsAsync(FactKind.Quote, 5)).ConvertAll(v => v.KnownAtMs));
        Assert.DoesNotContain(await live.Synced.FiguresAsync(), figure => figure.Contains("deals_won", StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task A_mark_that_names_nothing_is_a_dead_letter_at_once_and_hinders_nobody(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        await live.Addon.MarkAsync(new InboxMark(InboxKind.Deal, "1 OR 1=1"), new InboxMark(InboxKind.Deal, "1"));

        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((1, 1, 0), (collected.Done, collected.Dead, collected.Remaining));
        Assert.Equal(["Deal 1 OR 1=1 g1 a1 InvalidArgument"], await live.InboxAsync());
    }
}
