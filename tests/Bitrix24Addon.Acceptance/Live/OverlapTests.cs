using Bitrix24Addon.Acceptance.Sync;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>What happens while an answer of the portal is under way.</summary>
public sealed class OverlapTests
{
    private static readonly Duration Length = Duration.FromSeconds(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_mark_that_is_raised_while_it_is_read_stays(DatabaseKind kind)
    {
        var gate = new AnswerGate();
        await using var live = await LivePortal.StartAsync(kind);
        await using var process = await live.Synced.AnotherProcessAsync(gate);
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        await live.MarkAsync(InboxKind.Deal, 2);
        gate.HoldNext();
        var reading = process.CollectAsync(Stop);
        await gate.Reached;
        live.At("12:10:01");
        live.Change("deal", 1, """{"opportunity":400}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        gate.Open();

        var collected = await reading;

        Assert.Equal((2, 1, 1, 1), (collected.Taken, collected.Done, collected.Remaining, collected.Recorded));
        Assert.Equal(["Deal 1 g2 a0"], await live.InboxAsync());
        Assert.Equal(1, (await process.CollectAsync(Stop)).Done);
        Assert.Equal([10_000L, 30_000L, 40_000L], await AmountsAsync(live));
        Assert.Equal(["Deal received 3 read 3 healed 0 lost 0 polled 0"], await live.DeliveriesAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_process_that_froze_and_lost_its_lease_writes_nothing(DatabaseKind kind)
    {
        var gate = new AnswerGate();
        await using var live = await LivePortal.StartAsync(kind);
        await using var frozen = await live.Synced.AnotherProcessAsync(gate);
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        var leases = new Leases(frozen.Storage, frozen.Time);
        var lost = await leases.TryTakeAsync(frozen.Portal.Id, LeaseNames.Inbox, Length, Stop);
        gate.HoldNext();
        var reading = new InboxCollector(frozen.Storage, frozen.Time).RunAsync(frozen.Portal, frozen.Client, lost!, Stop);
        await gate.Reached;
        live.At("12:10:20");
        Assert.NotNull(await leases.TryTakeAsync(frozen.Portal.Id, LeaseNames.Inbox, Length, Stop));
        var (facts, inbox) = (await live.Synced.FactsAsync(), await live.InboxAsync());
        gate.Open();

        await Assert.ThrowsAsync<LeaseLostException>(() => reading);

        Assert.Equal(facts, await live.Synced.FactsAsync());
        Assert.Equal(inbox, await live.InboxAsync());
        Assert.Equal(["Deal 1 g1 a0"], inbox);
    }

    [Theory, EveryDatabase]
    public async Task A_synchronisation_that_lost_its_lease_writes_nothing(DatabaseKind kind)
    {
        var gate = new AnswerGate();
        await using var live = await LivePortal.StartAsync(kind);
        await using var frozen = await live.Synced.AnotherProcessAsync(gate);
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");
        var leases = new Leases(frozen.Storage, frozen.Time);
        var lost = await leases.TryTakeAsync(frozen.Portal.Id, LeaseNames.Sync, Length, Stop);
        gate.HoldNext();
        var reading = new PortalSync(frozen.Storage, frozen.Client, frozen.Time, lost!).RunAsync(frozen.Portal, null, null, Stop);
        await gate.Reached;
        live.At("12:10:20");
        Assert.NotNull(await leases.TryTakeAsync(frozen.Portal.Id, LeaseNames.Sync, Length, Stop));
        var facts = await live.Synced.FactsAsync();
        gate.Open();

        await Assert.ThrowsAsync<LeaseLostException>(() => reading);

        Assert.Equal(facts, await live.Synced.FactsAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_read_that_started_earlier_and_ended_later_does_not_overwrite(DatabaseKind kind)
    {
        var gate = new AnswerGate();
        await using var live = await LivePortal.StartAsync(kind);
        await using var process = await live.Synced.AnotherProcessAsync(gate);
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");

        // The second answer of a synchronisation has the lists in it; the first tells clock, owner and directories.
        gate.HoldNext(skip: 1);
        var reading = process.SyncAsync(Stop, findDeletions: false);
        await gate.Reached;
        live.At("12:10:01");
        live.Change("deal", 1, """{"opportunity":400}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        Assert.Equal(1, (await live.Addon.CollectAsync(Stop)).Recorded);
        gate.Open();

        Assert.Empty((await reading).Failures);

        Assert.Equal([10_000L, 40_000L], await AmountsAsync(live));
        Assert.Equal(["Deal 1 g1 a0"], await live.InboxAsync());
        live.At("12:10:02");
        var again = await live.Addon.CollectAsync(Stop);
        Assert.Equal((1, 0), (again.Done, again.Recorded));
    }

    [Theory, EveryDatabase]
    public async Task A_mark_whose_reading_was_overtaken_is_read_once_more(DatabaseKind kind)
    {
        var gate = new AnswerGate();
        await using var live = await LivePortal.StartAsync(kind);
        await using var process = await live.Synced.AnotherProcessAsync(gate);
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        gate.HoldNext();
        var reading = process.CollectAsync(Stop);
        await gate.Reached;
        live.At("12:10:01");
        live.Change("deal", 1, """{"opportunity":400}""");
        Assert.Empty((await live.Addon.SyncAsync(Stop, findDeletions: false)).Failures);
        gate.Open();

        var collected = await reading;

        Assert.Equal((0, 1, 0), (collected.Done, collected.Remaining, collected.Recorded));
        Assert.Equal(["Deal 1 g1 a1"], await live.InboxAsync());
        Assert.Equal([10_000L, 40_000L], await AmountsAsync(live));
        live.At("12:10:10");
        Assert.Equal(1, (await live.Addon.CollectAsync(Stop)).Done);
    }

    [Theory, EveryDatabase]
    public async Task A_read_that_started_before_a_deletion_does_not_revive_what_nobody_had_seen(DatabaseKind kind)
    {
        var gate = new AnswerGate();
        await using var live = await LivePortal.StartAsync(kind);
        await using var process = await live.Synced.AnotherProcessAsync(gate);
        live.At("12:10:00");
        live.Change("deal", 9, """{"title":"Недолгая","assignedById":101,"opportunity":900,"currencyId":"RUB"}""", "add");
        gate.HoldNext(skip: 1);
        var reading = process.SyncAsync(Stop, findDeletions: false);
        await gate.Reached;
        live.At("12:10:01");
        live.Change("deal", 9, "{}", "delete");
        await live.MarkAsync(InboxKind.Deal, 9, isDeletion: true);
        Assert.Equal((1, 0), (await live.Addon.CollectAsync(Stop) is var gone ? gone.Done : 0, gone.Recorded));
        gate.Open();

        Assert.Empty((await reading).Failures);

        Assert.Empty(await live.VersionsAsync(FactKind.Deal, 9));
        live.At("12:10:02");
        await live.Addon.CollectAsync(Stop);
        Assert.Empty(await live.VersionsAsync(FactKind.Deal, 9));
        Assert.DoesNotContain(await live.InboxAsync(), mark => mark.StartsWith("Deal 9", StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task What_a_read_saw_before_its_deletion_is_known_and_then_gone(DatabaseKind kind)
    {
        var gate = new AnswerGate();
        await using var live = await LivePortal.StartAsync(kind);
        await using var process = await live.Synced.AnotherProcessAsync(gate);
        live.At("12:10:00");
        live.Change("deal", 9, """{"title":"Недолгая","assignedById":101,"opportunity":900,"currencyId":"RUB"}""", "add");
        gate.HoldNext(skip: 1);
        var reading = process.SyncAsync(Stop, findDeletions: false);
        await gate.Reached;
        live.At("12:10:01");
        live.Change("deal", 9, "{}", "delete");
        await live.MarkAsync(InboxKind.Deal, 9, isDeletion: true);
        gate.Open();
        Assert.Empty((await reading).Failures);

        Assert.Equal((1, 1), (await live.Addon.CollectAsync(Stop) is var gone ? gone.Done : 0, gone.Deleted));

        Assert.Equal([false, true], (await live.VersionsAsync(FactKind.Deal, 9)).Select(v => v.Deleted));
    }

    [Theory, EveryDatabase]
    public async Task A_token_that_passes_to_another_owner_while_lists_are_read_leaves_no_figure_behind(DatabaseKind kind)
    {
        var gate = new AnswerGate();
        await using var live = await LivePortal.StartAsync(kind);
        await using var process = await live.Synced.AnotherProcessAsync(gate);
        live.At("12:10:00");
        live.Change("call", 1, """{"CALL_ID":"call.1","PORTAL_USER_ID":102,"CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-18T12:05:00+03:00","CALL_FAILED_CODE":"200"}""", "add");
        gate.HoldNext(skip: 1);
        var reading = process.SyncAsync(Stop, findDeletions: false);
        await gate.Reached;
        await using var db = live.Addon.Storage.Open(live.Addon.Portal.Id);
        await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.OwnerUserId, 102L), Stop);
        await live.MarkAsync(InboxKind.Deal, 1);
        Assert.Equal(1, (await live.Addon.CollectAsync(Stop)).Done);
        gate.Open();

        Assert.Empty((await reading).Failures);

        Assert.Equal([0L], await db.Figures.Where(f => f.Metric == MetricCatalogue.CallsOut).Select(f => f.UserId).ToListAsync(Stop));
        var context = await PortalRegistry.ContextAsync(db, Stop);
        Assert.Equal(0, await new FigureCells(db, context.Metrics).DifferingAsync(20260318, Stop));
    }

    private static async Task<List<long>> AmountsAsync(LivePortal live) =>
        (await live.VersionsAsync(FactKind.Deal, 1)).ConvertAll(v => v.As<DealFact>().AmountMinor);
}
