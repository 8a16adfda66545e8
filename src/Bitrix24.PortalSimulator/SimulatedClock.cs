namespace Bitrix24.PortalSimulator;

/// <summary>
/// A clock that a simulated portal and the add-on under test share. It stands still or runs at a chosen speed, and can be moved by hand;
/// timers fire by its time. A jump is like a sleep of the machine: the clock shows the new time, then every timer that came due fires once.
/// May be used from any thread.
/// </summary>
public sealed class SimulatedClock : TimeProvider, IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<SimulatedTimer> _timers = [];
    private readonly ITimer _alarm;
    private DateTimeOffset _anchor;
    private long _anchorTimestamp;
    private double _speed;

    /// <summary>Makes a clock.</summary>
    /// <param name="start">The moment it shows.</param>
    /// <param name="speed">Seconds that pass on it in one second; 0 stands still until it is moved.</param>
    /// <exception cref="ArgumentOutOfRangeException">The speed is negative.</exception>
    public SimulatedClock(DateTimeOffset start, double speed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(speed);
        _anchor = start.ToUniversalTime();
        _anchorTimestamp = System.GetTimestamp();
        _speed = speed;
        _alarm = System.CreateTimer(_ => FireDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Seconds that pass on the clock in one second; 0 stands still. May be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public double Speed
    {
        get
        {
            lock (_gate)
            {
                return _speed;
            }
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            lock (_gate)
            {
                Anchor(Now());
                _speed = value;
                SetAlarm();
            }
        }
    }

    /// <summary>When its next timer comes due; null when nobody waits for the clock. For one who moves it only while nothing else goes on.</summary>
    public DateTimeOffset? NextDueAt
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count == 0 ? null : _timers.Min(timer => timer.DueAt);
            }
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return Now();
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Moves the clock forward to a moment and fires the timers that came due, on the calling thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The moment is earlier than what the clock shows.</exception>
    public void SetUtcNow(DateTimeOffset now)
    {
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(now, Now());
        }
        Reach(now);
    }

    /// <summary>As <see cref="SetUtcNow"/>; a moment that is over is passed by.</summary>
    internal void Reach(DateTimeOffset moment)
    {
        lock (_gate)
        {
            if (moment <= Now())
            {
                return;
            }
            Anchor(moment.ToUniversalTime());
            SetAlarm();
        }
        FireDue();
    }

    /// <summary>Moves the clock forward and fires the timers that came due, on the calling thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public void Advance(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        lock (_gate)
        {
            Anchor(Now() + duration);
            SetAlarm();
        }
        FireDue();
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Stops the clock; its timers do not fire any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Anchor(Now());
            _speed = 0;
            _timers.Clear();
        }
        _alarm.Dispose();
    }

    private DateTimeOffset Now() => _speed == 0 ? _anchor : _anchor + (System.GetElapsedTime(_anchorTimestamp) * _speed);

    private void Anchor(DateTimeOffset now)
    {
        _anchor = now;
        _anchorTimestamp = System.GetTimestamp();
    }

    /// <summary>Wakes the clock when its next timer comes due; a timer far ahead is looked at again after a day.</summary>
    private void SetAlarm()
    {
        var wait = Timeout.InfiniteTimeSpan;
        if (_speed > 0 && _timers.Count > 0)
        {
            var milliseconds = (_timers.Min(timer => timer.DueAt) - Now()).TotalMilliseconds / _speed;
            wait = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(milliseconds), 0, TimeSpan.MillisecondsPerDay));
        }
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void FireDue()
    {
        SimulatedTimer[] due;
        lock (_gate)
        {
            var now = Now();
            due = [.. _timers.Where(timer => timer.DueAt <= now).OrderBy(timer => timer.DueAt)];
            foreach (var timer in due)
            {
                if (timer.Period > TimeSpan.Zero)
                {
                    timer.DueAt = now + timer.Period;
                }
                else
                {
                    _timers.Remove(timer);
                }
            }
            SetAlarm();
        }
        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    private bool Start(SimulatedTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (timer.IsDisposed)
            {
                return false;
            }
            _timers.Remove(timer);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.DueAt = Now() + dueTime;
                timer.Period = period;
                _timers.Add(timer);
            }
            SetAlarm();
        }
        if (dueTime == TimeSpan.Zero)
        {
            // Not on this thread: whoever starts a timer may hold what its callback needs.
            ThreadPool.QueueUserWorkItem(_ => FireDue());
        }
        return true;
    }

    private void Remove(SimulatedTimer timer)
    {
        lock (_gate)
        {
            timer.IsDisposed = true;
            _timers.Remove(timer);
        }
    }

    private sealed class SimulatedTimer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset DueAt { get; set; }

        public TimeSpan Period { get; set; }

        public bool IsDisposed { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Start(this, dueTime, period);

        public void Dispose() => clock.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
