using System.Collections.Concurrent;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using static Bitrix24Addon.Tests.Schedule.TimerSite;

namespace Bitrix24Addon.Tests.Schedule;

/// <summary>Each timer fires once, whoever else works, freezes, dies or changes it meanwhile.</summary>
public sealed class TimersInManyProcessesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Each_fires_once_although_two_loops_compete(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind, portals: 6);
        for (var portalId = 1; portalId <= 6; portalId++)
        {
            await site.SetAsync(portalId, 700, site.NowMs);
        }

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => RunUntilAsync(site, async () => await AllWaitingAsync(site, 6) == 0), Stop)));

        for (var portalId = 1; portalId <= 6; portalId++)
        {
            Assert.Equal(Enumerable.Range(0, 700).Select(n => $"deal:{n}").Order(), (await site.FiredAsync(portalId)).Select(f => f.Subject).Order());
        }
    }

    [Theory, EveryDatabase]
    public async Task Who_froze_and_woke_fires_nothing(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        await site.SetAsync(1, At("deal:1", site.NowMs));
        var frozen = (Process: site.Process(), Lease: await site.TakeAsync(1));
        site.Time.Advance(TimeSpan.FromSeconds(61));
        var heir = await site.TakeAsync(1);
        await site.Process().TurnAsync(1, heir, Stop);
        await site.SetAsync(1, At("deal:2", site.NowMs));

        await Assert.ThrowsAsync<LeaseLostException>(() => frozen.Process.TurnAsync(1, frozen.Lease, Stop));

        Assert.Equal(["deal:1"], (await site.FiredAsync()).Select(f => f.Subject));
        await site.Process().TurnAsync(1, heir, Stop);
        Assert.Equal(["deal:1", "deal:2"], (await site.FiredAsync()).Select(f => f.Subject));
    }

    [Theory, EveryDatabase]
    public async Task Who_dies_before_the_commit_leaves_all_due(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        await site.SetAsync(1, 10, site.NowMs);
        using var death = new CancellationTokenSource();
        site.OnFire = (_, _, _, _) => death.CancelAsync();
        var lease = await site.TakeAsync(1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => site.Process().TurnAsync(1, lease, death.Token));

        Assert.Empty(await site.FiredAsync());
        Assert.Equal(Enumerable.Repeat(0, 10), (await site.WaitingAsync()).Select(t => t.Attempts));
        site.OnFire = (_, _, _, _) => Task.CompletedTask;
        await site.Process().TurnAsync(1, lease, Stop);
        Assert.Equal(10, (await site.FiredAsync()).Count);
    }

    [Theory, EveryDatabase]
    public async Task A_timer_that_is_moved_or_cancelled_while_it_fires_is_one_or_the_other(DatabaseKind kind)
    {
        const int Count = 400;
        await using var site = await BuildAsync(kind, portals: 1);
        var (old, later) = (site.NowMs, site.NowMs + 60_000);
        await site.SetAsync(1, Count, old);
        var (moved, cancelled) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        var isFiring = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        site.OnFire = (_, _, _, _) => Task.FromResult(isFiring.TrySetResult());

        // Each in a transaction of its own; the second half comes while what fires is not committed.
        var changing = Task.Run(
            async () =>
            {
                for (var number = Count - 1; number >= 0; number--)
                {
                    if (number == Count / 2)
                    {
                        await isFiring.Task;
                    }

                    var subject = $"deal:{number}";
                    if (number % 2 == 0 && await site.WriteAsync(1, db => Timers.MoveAsync(db, At(subject, later), Stop)))
                    {
                        moved.Add(subject);
                    }
                    else if (number % 2 == 1 && await site.WriteAsync(1, db => Timers.CancelAsync(db, Reminder, [subject], Stop)) == 1)
                    {
                        cancelled.Add(subject);
                    }
                }
            },
            Stop);
        while (moved.IsEmpty || cancelled.IsEmpty)
        {
            await Task.Yield();
        }

        await site.TurnAsync();
        await changing;

        var all = Enumerable.Range(0, Count).Select(n => $"deal:{n}").Order().ToList();
        Assert.NotEmpty(await site.FiredAsync());
        Assert.Equal(all, (await site.FiredAsync()).Select(f => f.Subject).Concat(moved).Concat(cancelled).Order());
        Assert.Equal(moved.Order(), (await site.WaitingAsync()).Select(t => t.Subject).Order());
        site.Time.Advance(TimeSpan.FromMinutes(1));
        await site.TurnAsync();
        Assert.Equal(all.Except(cancelled).Select(s => (s, moved.Contains(s) ? later : old)), (await site.FiredAsync()).Order());
    }

    [Theory, EveryDatabase]
    public async Task A_pile_is_left_to_the_next_turn_when_this_one_lasts_long(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        await site.SetAsync(1, 1500, site.NowMs);
        var lease = await site.TakeAsync(1);
        site.OnFire = (_, _, _, _) =>
        {
            site.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.CompletedTask;
        };

        await site.Process().TurnAsync(1, lease, Stop);
        Assert.Equal((1000, 500), ((await site.FiredAsync()).Count, (await site.WaitingAsync()).Count));

        await site.Process().TurnAsync(1, lease, Stop);
        Assert.Equal((1500, 0), ((await site.FiredAsync()).Count, (await site.WaitingAsync()).Count));
    }

    [Theory, EveryDatabase]
    public async Task The_loop_is_woken_when_a_timer_comes_due_before_its_next_look(DatabaseKind kind)
    {
        await using var site = await BuildAsync(kind);
        var (signal, timings) = (new WorkSignal(), new WorkTimings { Interval = TimeSpan.FromHours(1) });
        var time = TimeProvider.System;
        var fired = new TaskCompletionSource<long>();
        using var timers = new DueTimers(
            site.Storage, [new TimerKind(Reminder, (_, _, nowMs, _) => Task.FromResult(fired.TrySetResult(nowMs)))], signal, time, NullLogger<DueTimers>.Instance, timings);
        var due = time.GetUtcNow().AddSeconds(2).ToUnixTimeMilliseconds();
        await site.SetAsync(1, At("deal:1", due));

        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var loop = new WorkLoop([timers.Work], new Leases(site.Storage, time), signal, time, NullLogger<WorkLoop>.Instance, timings).RunAsync(running.Token);
        var firedAt = await fired.Task.WaitAsync(Patience, time, Stop);
        await running.CancelAsync();
        await loop;

        Assert.True(firedAt >= due, $"{due - firedAt} ms too early.");
    }

    /// <summary>A process that runs until something holds.</summary>
    private static async Task RunUntilAsync(TimerSite site, Func<Task<bool>> holds)
    {
        var signal = new WorkSignal();
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        running.CancelAfter(Patience);
        var loop = new WorkLoop(
            [site.Process(signal: signal).Work], new Leases(site.Storage, TimeProvider.System), signal, new SharedClock(site.Time, 1), NullLogger<WorkLoop>.Instance,
            new WorkTimings { Interval = TimeSpan.FromMilliseconds(20) }).RunAsync(running.Token);
        while (!loop.IsCompleted && !await holds())
        {
            await Task.Yield();
        }

        await running.CancelAsync();
        await loop;
    }

    private static async Task<int> AllWaitingAsync(TimerSite site, int portals)
    {
        var waiting = 0;
        for (var portalId = 1; portalId <= portals; portalId++)
        {
            waiting += (await site.WaitingAsync(portalId)).Count;
        }

        return waiting;
    }
}
