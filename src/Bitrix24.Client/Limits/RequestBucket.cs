namespace Bitrix24.Client;

/// <summary>
/// The leaky bucket of request intensity, kept on our side so that the portal's own never overflows: every HTTP request adds one, the
/// level drains steadily, and a request waits here until there is room. Shared by everything that calls one portal from this process.
/// Source: limits.md. Safe for concurrent callers, who are served in the order they came.
/// </summary>
public sealed class RequestBucket
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private TimeSpan _interval;
    private TimeSpan _burst;

    // The instant at which the bucket will be empty again, and how far refusals have pushed it altogether.
    private TimeSpan _emptyAt;
    private TimeSpan _pushed;

    // Requests do not arrive as evenly as they leave, so one that had to wait leaves one request of room, and so do those after it
    // until the bucket is half empty.
    private bool _isSaturated;

    /// <summary>Creates an empty bucket.</summary>
    /// <param name="drainPerSecond">Requests drained in a second: 2, on Enterprise 5.</param>
    /// <param name="threshold">Requests the bucket holds: 50, on Enterprise 250.</param>
    /// <param name="time">The clock.</param>
    public RequestBucket(double drainPerSecond, int threshold, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _start = time.GetTimestamp();
        Resize(drainPerSecond, threshold);
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Changes the limits, for example after <c>app.info</c> told the plan.</summary>
    /// <param name="drainPerSecond">Requests drained in a second.</param>
    /// <param name="threshold">Requests the bucket holds.</param>
    public void Resize(double drainPerSecond, int threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(drainPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        lock (_gate)
        {
            _interval = TimeSpan.FromSeconds(1 / drainPerSecond);
            _burst = _interval * threshold;
        }
    }

    /// <summary>Waits for room and takes it.</summary>
    /// <param name="cancellationToken">Gives the place up.</param>
    /// <returns>How long the caller waited.</returns>
    public async ValueTask<TimeSpan> WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan due;
        TimeSpan pushedBefore;
        TimeSpan came;
        lock (_gate)
        {
            came = Now;
            _isSaturated &= _emptyAt - came > _burst / 2;
            _emptyAt = (_emptyAt > came ? _emptyAt : came) + _interval;
            _isSaturated |= _emptyAt - _burst > came;
            due = _emptyAt - (_isSaturated ? _burst - _interval : _burst);
            pushedBefore = _pushed;
        }

        try
        {
            while (true)
            {
                TimeSpan wait;
                lock (_gate)
                {
                    due += _pushed - pushedBefore;
                    pushedBefore = _pushed;
                    wait = due - Now;
                }

                if (wait <= TimeSpan.Zero)
                {
                    return Now - came;
                }

                // Timers count whole milliseconds; rounding up keeps a request from coming a fraction too early.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                _emptyAt -= _interval;
            }

            throw;
        }
    }

    /// <summary>Takes note that the portal refused a request: somebody else filled its bucket, so ours counts as full.</summary>
    public void Refused()
    {
        lock (_gate)
        {
            var full = Now + _burst;
            if (full > _emptyAt)
            {
                _pushed += full - _emptyAt;
                _emptyAt = full;
            }
        }
    }
}
