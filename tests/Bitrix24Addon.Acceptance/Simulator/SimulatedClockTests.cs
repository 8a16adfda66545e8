using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class SimulatedClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_still_clock_moves_by_hand_only_and_never_back()
    {
        using var clock = new SimulatedClock(Start);
        var stamp = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal((Start.AddHours(2), TimeSpan.FromHours(2)), (clock.GetUtcNow(), clock.GetElapsedTime(stamp)));
        clock.SetUtcNow(Start.AddDays(1).ToOffset(TimeSpan.FromHours(3)));
        Assert.Equal((Start.AddDays(1), TimeSpan.Zero), (clock.GetUtcNow(), clock.GetUtcNow().Offset));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.SetUtcNow(Start));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Advance(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Speed = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedClock(Start, -1));
    }

    [Fact]
    public void Timers_fire_in_order_of_time_and_once_in_a_jump()
    {
        using var clock = new SimulatedClock(Start);
        var fired = new List<string>();
        using var late = clock.CreateTimer(_ => fired.Add("late"), null, TimeSpan.FromMinutes(3), Timeout.InfiniteTimeSpan);
        using var each = clock.CreateTimer(_ => fired.Add("each"), null, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2));
        using var stopped = clock.CreateTimer(_ => fired.Add("stopped"), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        stopped.Dispose();
        Assert.False(stopped.Change(TimeSpan.Zero, TimeSpan.Zero));
        clock.Advance(TimeSpan.FromMinutes(1.9));
        Assert.Empty(fired);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["each", "late"], fired);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["each", "late", "each"], fired);
        Assert.True(each.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, fired.Count);
    }

    [Fact]
    public async Task A_running_clock_wakes_who_sleeps_by_it()
    {
        using var clock = new SimulatedClock(Start, 3600);
        await Task.Delay(TimeSpan.FromMinutes(10), clock, Stop);
        Assert.True(clock.GetUtcNow() >= Start.AddMinutes(10));
        // Made to run while somebody sleeps, it still wakes him.
        clock.Speed = 0;
        var stood = clock.GetUtcNow();
        var sleep = Task.Delay(TimeSpan.FromHours(5), clock, Stop);
        Assert.Equal((stood, false), (clock.GetUtcNow(), sleep.IsCompleted));
        clock.Speed = 100_000;
        await sleep;
        Assert.True(clock.GetUtcNow() >= stood.AddHours(5));
    }

    [Fact]
    public async Task A_timer_that_is_due_at_once_fires_without_the_clock_moving()
    {
        using var clock = new SimulatedClock(Start);
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = clock.CreateTimer(_ => fired.TrySetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await fired.Task.WaitAsync(Stop);
        Assert.Equal(Start, clock.GetUtcNow());
    }

    [Fact]
    public async Task Many_threads_may_use_it()
    {
        using var clock = new SimulatedClock(Start, 1000);
        var sleepers = Enumerable.Range(0, 64).Select(number => Task.Run(() => Task.Delay(TimeSpan.FromSeconds(10 + number), clock, Stop), Stop)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var step = 0; step < 1000; step++)
            {
                clock.Advance(TimeSpan.FromMilliseconds(1));
            }
        }, Stop)));
        Assert.True(clock.GetUtcNow() >= Start.AddSeconds(8));
        await Task.WhenAll(sleepers);
        Assert.True(clock.GetUtcNow() >= Start.AddSeconds(73));
    }
}
