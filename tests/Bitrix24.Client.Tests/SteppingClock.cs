using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24.Client.Tests;

/// <summary>
/// A clock that stands still until the code under test waits for it, then goes exactly to the end of the wait. Timers of the request
/// timeout are left alone: they run beside real HTTP.
/// </summary>
internal sealed class SteppingClock : FakeTimeProvider
{
    public static readonly TimeSpan RequestTimeout = new Bitrix24ClientOptions().RequestTimeout;

    /// <summary>A request timeout for tests whose clock steps far while answers are on their way.</summary>
    public static readonly TimeSpan NeverMeant = TimeSpan.FromHours(20);

    private const int LooksBeforeLongStep = 15;

    private static readonly TimeSpan LongStep = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Timer, DateTimeOffset> _pending = new();

    public SteppingClock()
        : base(new DateTimeOffset(2025, 11, 3, 9, 0, 0, TimeSpan.Zero))
    {
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this);
        timer.Inner = base.CreateTimer(
            inner =>
            {
                _pending.TryRemove(timer, out _);
                callback(inner);
            },
            state,
            Timeout.InfiniteTimeSpan,
            period);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets the task run, moving the clock to the end of each wait; fails when nothing happens for long.</summary>
    public async Task RunAsync(Task task)
    {
        var (idle, due, still) = (0, 0, 0);
        DateTimeOffset? next = null;
        while (!task.IsCompleted)
        {
            if (_pending.IsEmpty)
            {
                Assert.True(++idle < 20_000, "The task neither ended nor waited for the clock.");
            }
            else
            {
                idle = 0;
                var first = _pending.Values.DefaultIfEmpty(GetUtcNow()).Min();
                var step = first - GetUtcNow();
                still = first == next ? still + 1 : 0;
                next = first;

                // What is still at work would find itself in another hour: a long step is taken when nobody has set an earlier timer for a while.
                if (step < LongStep || still >= LooksBeforeLongStep)
                {
                    // A timer that was set while the clock moved is due a little later than it was noted for.
                    due = step > TimeSpan.Zero ? 0 : due + 1;
                    Advance(step > TimeSpan.Zero ? step : due < 20 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1));
                }
            }

            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), System));
        }

        await task;
    }

    /// <summary>Lets the code under test run until the condition holds, without moving the clock.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (var idle = 0; !condition(); idle++)
        {
            Assert.True(idle < 20_000, "The condition never came to hold.");
            await Task.Delay(TimeSpan.FromMilliseconds(1), System);
        }
    }

    public async Task<T> RunAsync<T>(Task<T> task)
    {
        await RunAsync((Task)task);
        return await task;
    }

    private sealed class Timer(SteppingClock clock) : ITimer
    {
        public ITimer Inner { get; set; } = null!;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan || dueTime == RequestTimeout || dueTime >= NeverMeant)
            {
                clock._pending.TryRemove(this, out _);
            }
            else
            {
                clock._pending[this] = clock.GetUtcNow() + dueTime;
            }

            return Inner.Change(dueTime, period);
        }

        public void Dispose()
        {
            clock._pending.TryRemove(this, out _);
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
