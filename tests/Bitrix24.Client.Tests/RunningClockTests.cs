
namespace Bitrix24.Client.Tests;

/// <summary>A clock that moves on between any two readings: comparisons of two readings must not decide anything.</summary>
public sealed class RunningClockTests
{
    [Fact]
    public async Task A_method_with_room_does_not_wait()
    {
        var clock = new RunningClock();
        var operating = new OperatingTime(470, clock);

        var wait = operating.ReserveAsync(new Dictionary<string, int> { ["crm.item.list"] = 50 }, RestCaller.Unnamed, TestContext.Current.CancellationToken);

        Assert.True(wait.IsCompletedSuccessfully);
        Assert.Equal(0, clock.Timers);
        using var reservation = await wait;
        Assert.Equal(TimeSpan.Zero, reservation.Waited);
    }

    [Fact]
    public async Task A_bucket_with_room_does_not_wait()
    {
        var clock = new RunningClock();
        var wait = new RequestBucket(2, 50, clock).WaitAsync(TestContext.Current.CancellationToken);

        Assert.True(wait.IsCompletedSuccessfully);
        Assert.Equal(0, clock.Timers);
        Assert.Equal(TimeSpan.Zero, await wait);
    }

    [Fact]
    public async Task On_the_real_clock_requests_wait_their_time_and_not_longer()
    {
        var bucket = new RequestBucket(50, 5, TimeProvider.System);
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => bucket.WaitAsync(TestContext.Current.CancellationToken).AsTask()));

        // Five at once, one place kept after that, one each 20 ms; the machine may be busy.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0.4, 5);
    }

    private sealed class RunningClock : TimeProvider
    {
        private long _ticks = new DateTimeOffset(2025, 11, 3, 9, 0, 0, TimeSpan.Zero).Ticks;

        public int Timers { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Increment(ref _ticks), TimeSpan.Zero);

        public override long GetTimestamp() => Interlocked.Increment(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
