using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using static Bitrix24Addon.Tests.Schedule.TimerSite;

namespace Bitrix24Addon.Tests.Schedule;

/// <summary>What is due fires, what is not waits; failures.</summary>
public sealed class DueTimersTests
{
    private const long Hour = 3_600_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_timer_fires_when_it_is_due_and_is_used_up(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        var due = site.NowMs + Hour;
        await site.SetAsync(1, At("deal:1", due), At("deal:2", due + 1));
        await site.TurnAsync();
        Assert.Empty(await site.FiredAsync());

        site.Time.Advance(TimeSpan.FromHours(1));
        await site.TurnAsync();
        await site.TurnAsync();

        Assert.Equal([("deal:1", due)], await site.FiredAsync());
        Assert.Equal("deal:2", Assert.Single(await site.WaitingAsync()).Subject);
        Assert.Empty(await site.FiredAsync(portalId: 2));
    }

    [Theory, EveryDatabase]
    public async Task A_subject_has_one_timer_of_a_kind_which_is_set_moved_and_cancelled_with_what_it_follows_from(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        var now = site.NowMs;
        await site.SetAsync(1, At("deal:1", now), At("deal:2", now), At("deal:3", now), At("deal:3", now + 7), new SubjectTimer("other", "deal:1", now));
        await site.SetAsync(2, At("deal:1", now));
        await site.WriteAsync(1, async db =>
        {
            await Timers.SetAsync(db, [At("deal:1", now + 5)], Stop);
            Assert.True(await Timers.MoveAsync(db, At("deal:3", now + 9), Stop));
            Assert.False(await Timers.MoveAsync(db, At("deal:4", now + 9), Stop));
            Assert.Equal(1, await Timers.CancelAsync(db, Reminder, ["deal:2", "deal:4"], Stop));
        });

        Assert.Equal(
            [("deal:1", "other", now), ("deal:1", Reminder, now + 5), ("deal:3", Reminder, now + 9)],
            (await site.WaitingAsync()).Select(t => (t.Subject, t.Kind, t.DueAtMs)).Order());
        Assert.Equal(now, Assert.Single(await site.WaitingAsync(2)).NotBeforeMs);
        await using var db = site.Storage.Open(1);
        await using (await db.BeginWriteAsync(Stop))
        {
            await Timers.CancelAsync(db, Reminder, ["deal:1"], Stop);
            await Timers.SetAsync(db, [At("deal:9", now)], Stop);
        }

        Assert.Equal(["deal:1", "deal:1", "deal:3"], (await site.WaitingAsync()).Select(t => t.Subject));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Timers.SetAsync(db, [At("deal:9", now)], Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Timers.MoveAsync(db, At("deal:1", now), Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Timers.CancelAsync(db, Reminder, ["deal:1"], Stop));
    }

    [Theory, EveryDatabase]
    public async Task What_fires_may_set_the_timer_of_its_subject_anew(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        var now = site.NowMs;
        await site.SetAsync(1, At("deal:1", now));
        site.OnFire = (db, timers, nowMs, stop) => Timers.SetAsync(db, [.. timers.Select(t => At(t.Subject, nowMs + Hour))], stop);

        await site.TurnAsync();

        Assert.Equal([("deal:1", now)], await site.FiredAsync());
        Assert.Equal(now + Hour, Assert.Single(await site.WaitingAsync()).DueAtMs);
    }

    [Theory, EveryDatabase]
    public async Task What_fires_may_cancel_and_move_others_that_are_due_as_well(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        var now = site.NowMs;
        await site.SetAsync(1, At("deal:1", now - 2), new SubjectTimer("other", "deal:8", now - 1), new SubjectTimer("other", "deal:9", now - 1));
        site.OnFire = async (db, timers, _, stop) =>
        {
            if (timers[0].Kind == Reminder)
            {
                Assert.Equal(1, await Timers.CancelAsync(db, "other", ["deal:8"], stop));
                Assert.True(await Timers.MoveAsync(db, new SubjectTimer("other", "deal:9", now + Hour), stop));
            }
        };

        await site.TurnAsync(1, "other");

        Assert.Equal(["deal:1"], (await site.FiredAsync()).Select(f => f.Subject));
        Assert.Equal([("deal:9", now + Hour, 0)], (await site.WaitingAsync()).Select(t => (t.Subject, t.DueAtMs, t.Attempts)));
    }

    [Theory, EveryDatabase]
    public async Task A_kind_that_is_broken_is_put_off_without_trying_each(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        await site.SetAsync(1, 500, site.NowMs);
        var calls = 0;
        site.OnFire = (_, _, _, _) => ++calls > 0 ? throw new InvalidOperationException("broken") : Task.CompletedTask;

        await site.TurnAsync();

        Assert.InRange(calls, 33, 120);
        var waiting = await site.WaitingAsync();
        Assert.Equal(500, waiting.Count(t => t.Attempts == 1 && t.NotBeforeMs > site.NowMs));
    }

    [Theory, EveryDatabase]
    public async Task One_that_fails_is_put_off_alone_and_the_others_fire(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        var now = site.NowMs;
        await site.SetAsync(1, 20, now);
        await site.SetAsync(1, new SubjectTimer("other", "deal:1", now));
        Poison(site, "deal:7", "deal:13");

        await site.TurnAsync(1, "other");

        Assert.Equal(Enumerable.Range(0, 20).Where(n => n is not (7 or 13)).Select(n => $"deal:{n}").Order(), (await site.FiredAsync()).Select(f => f.Subject).Order());
        Assert.Equal(
            [("deal:13", 1, now, now + 30_000), ("deal:7", 1, now, now + 30_000)],
            (await site.WaitingAsync()).Select(t => (t.Subject, t.Attempts, t.DueAtMs, t.NotBeforeMs)));
        Assert.Empty(await site.Process().DueAsync(now + 29_999, Stop));
        Assert.Equal([1], await site.Process().DueAsync(now + 30_000, Stop));
    }

    [Theory, EveryDatabase]
    public async Task One_that_fails_again_and_again_waits_longer_is_parked_and_revived(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        await site.SetAsync(1, At("deal:1", site.NowMs));
        Poison(site, "deal:1");
        var pauses = new List<TimeSpan>();
        while (Assert.Single(await site.WaitingAsync()) is { ParkedReason: null } waiting)
        {
            pauses.Add(TimeSpan.FromMilliseconds(waiting.NotBeforeMs - site.NowMs));
            site.Time.Advance(pauses[^1]);
            await site.TurnAsync();
        }

        Assert.Equal([0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600], pauses.Select(p => p.TotalSeconds));
        Assert.Equal(nameof(InvalidTimeZoneException), Assert.Single(await site.WaitingAsync()).ParkedReason);
        site.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await site.Process().DueAsync(site.NowMs, Stop));
        await site.TurnAsync();
        Assert.Empty(await site.FiredAsync());

        site.OnFire = (_, _, _, _) => Task.CompletedTask;
        Assert.Equal(1, await site.WriteAsync(1, db => Timers.ReviveAsync(db, site.NowMs, Stop)));
        await site.TurnAsync();
        Assert.Equal("deal:1", Assert.Single(await site.FiredAsync()).Subject);
    }

    [Theory, EveryDatabase]
    public async Task Parked_timers_are_forgotten_like_dead_letters(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        await site.SetAsync(1, At("deal:1", site.NowMs), At("deal:2", site.NowMs), At("deal:3", site.NowMs + (30 * 24 * Hour)));
        await site.WriteAsync(1, db => db.Timers.Where(t => t.Subject != "deal:2").ExecuteUpdateAsync(set => set.SetProperty(t => t.ParkedReason, "Broken"), Stop));
        site.Time.Advance(TimeSpan.FromDays(31));
        var registry = new PortalRegistry(site.Storage, site.Time);

        await new Retention(site.Storage, registry, new RestLog(site.Storage, site.Time, NullLogger<RestLog>.Instance), site.Time)
            .ForgetAsync((await registry.FindAsync(1, Stop))!, null, Stop);

        Assert.Equal(["deal:2", "deal:3"], (await site.WaitingAsync()).Select(t => t.Subject));
    }

    [Theory, EveryDatabase]
    public async Task Kinds_that_this_process_does_not_know_are_left_to_others(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        await site.SetAsync(1, new SubjectTimer("later", "deal:1", site.NowMs));
        await site.SetAsync(2, At("deal:1", site.NowMs));

        Assert.Equal([2], await site.Process().DueAsync(site.NowMs, Stop));
        Assert.Equal([1, 2], (await site.Process(otherKinds: "later").DueAsync(site.NowMs, Stop)).Order());
        await site.TurnAsync();

        Assert.Single(await site.WaitingAsync());
    }

    [Theory, EveryDatabase]
    public async Task Of_a_portal_that_left_none_fires(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        await site.SetAsync(1, At("deal:1", site.NowMs));
        await site.SetAsync(2, At("deal:2", site.NowMs));
        await site.WriteAsync(1, db => db.Portals.Where(p => p.Id == 1).ExecuteUpdateAsync(set => set.SetProperty(p => p.UninstalledAtMs, site.NowMs), Stop));

        Assert.Equal([2], await site.Process().DueAsync(site.NowMs, Stop));
        await site.TurnAsync();

        Assert.Empty(await site.FiredAsync());
        Assert.Single(await site.WaitingAsync());
    }

    private static void Poison(TimerSite site, params string[] subjects) => site.OnFire = (_, timers, _, _) =>
        timers.Any(t => subjects.Contains(t.Subject)) ? throw new InvalidTimeZoneException("broken") : Task.CompletedTask;
}
