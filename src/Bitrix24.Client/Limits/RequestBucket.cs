namespace Bitrix24.Client;

/// <summary>
/// The leaky bucket of request intensity, kept on our side so that the portal's own never overflows: every HTTP request adds one, the
/// level drains steadily, and a request waits here until there is room. Everything that calls one portal from this process queues here;
/// only the first of the queue asks the <see cref="IRequestBucketStore"/>, which several processes may share. Source: limits.md. Safe for concurrent callers.
/// </summary>
public sealed class RequestBucket
{
    // First of its process for so long and without room: interactive calls of other processes leave none, so their headroom is asked for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly IRequestBucketStore _store;
    private readonly int _headroom;
    private readonly ClientStatistics _statistics;
    private readonly CallerQueue _queue = new();
    private volatile string _portal;
    private BucketSize _size;
    private bool _isServing;
    private long? _lastSentAt;

    // While the queue waits for room: what ends the wait before its time.
    private CancellationTokenSource? _wait;

    // Counts what ends a wait, for a wait that is only about to begin because the store is still being asked.
    private long _wakes;

    /// <summary>Creates an empty bucket that no other process shares and in which nobody has headroom.</summary>
    /// <param name="drainPerSecond">Requests drained in a second: 2, on Enterprise 5.</param>
    /// <param name="threshold">Requests the bucket holds: 50, on Enterprise 250.</param>
    /// <param name="time">The clock.</param>
    public RequestBucket(double drainPerSecond, int threshold, TimeProvider time)
        : this("", drainPerSecond, threshold, 0, new RequestBucketsInMemory(time), time, new ClientStatistics(), new Bitrix24ClientOptions().MaxAdaptiveDelay)
    {
    }

    internal RequestBucket(
        string portal, double drainPerSecond, int threshold, int headroom, IRequestBucketStore store, TimeProvider time, ClientStatistics statistics, TimeSpan longestDelay)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfNegative(headroom);
        (_portal, _headroom, _store, _time, _statistics) = (portal, headroom, store, time, statistics);
        Delay = new AdaptiveDelay(time, longestDelay);
        Resize(drainPerSecond, threshold);
    }

    /// <summary>The limits in force.</summary>
    public BucketSize Size
    {
        get
        {
            lock (_gate)
            {
                return _size;
            }
        }
    }

    /// <summary>The host it belongs to.</summary>
    internal string Portal => _portal;

    /// <summary>What keeps requests apart beyond the limits.</summary>
    internal AdaptiveDelay Delay { get; }

    /// <summary>Changes the limits, for example after <c>app.info</c> told the plan; see <see cref="Bitrix24Client.UsePlan"/>.</summary>
    /// <param name="drainPerSecond">Requests drained in a second.</param>
    /// <param name="threshold">Requests the bucket holds.</param>
    public void Resize(double drainPerSecond, int threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(drainPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        CancellationTokenSource? wait;
        lock (_gate)
        {
            var size = new BucketSize(TimeSpan.FromSeconds(1 / drainPerSecond), threshold);
            wait = size == _size ? null : Wake();
            _size = size;
        }

        wait?.Cancel();
    }

    /// <summary>Waits for room and takes it, as <see cref="RestCaller.Unnamed"/>.</summary>
    /// <param name="cancellationToken">Gives the place in the queue up.</param>
    /// <returns>How long the caller waited for others or for room.</returns>
    public ValueTask<TimeSpan> WaitAsync(CancellationToken cancellationToken) => WaitAsync(RestCaller.Unnamed, cancellationToken);

    /// <summary>Waits for room and takes it.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Gives the place in the queue up.</param>
    /// <returns>How long the caller waited for others or for room.</returns>
    public ValueTask<TimeSpan> WaitAsync(RestCaller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        cancellationToken.ThrowIfCancellationRequested();
        QueuedRequest request;
        CancellationTokenSource? overtaken = null;
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_isServing;
            request = new QueuedRequest(caller, _time.GetTimestamp(), findsOthersWaiting: !isFirst);
            if (!isFirst && caller.IsInteractive && !_queue.IsEmpty && !_queue.First.Caller.IsInteractive)
            {
                overtaken = Wake();
            }

            _queue.Add(request);
            _isServing = true;
        }

        _statistics.CountQueued(caller, 1);
        if (isFirst)
        {
            _ = ServeAsync();
        }

        overtaken?.Cancel();
        var served = request.Served.Task;
        return served.IsCompletedSuccessfully ? new ValueTask<TimeSpan>(served.Result) : new ValueTask<TimeSpan>(AwaitAsync(request, cancellationToken));
    }

    /// <summary>Takes note that the portal refused a request: somebody else filled its bucket, so ours counts as full.</summary>
    /// <returns>When it is noted.</returns>
    public ValueTask RefusedAsync() => _store.FillAsync(_portal, Size);

    /// <summary>The portal has another host: the bucket goes on under its name, at first as full as it may be.</summary>
    internal ValueTask MoveAsync(string portal)
    {
        _portal = portal;
        return RefusedAsync();
    }

    /// <summary>Under the gate: what to cancel so that the queue looks again.</summary>
    private CancellationTokenSource? Wake()
    {
        _wakes++;
        return _wait;
    }

    private async Task<TimeSpan> AwaitAsync(QueuedRequest request, CancellationToken cancellationToken)
    {
        await using var leaving = cancellationToken.UnsafeRegister(_ => Leave(request, cancellationToken), null);
        return await request.Served.Task;
    }

    private void Leave(QueuedRequest request, CancellationToken cancellationToken)
    {
        CancellationTokenSource? wait;
        lock (_gate)
        {
            if (!_queue.Remove(request))
            {
                return;
            }

            wait = _queue.IsEmpty ? Wake() : null;
        }

        _statistics.CountQueued(request.Caller, -1);
        request.Served.TrySetCanceled(cancellationToken);
        wait?.Cancel();
    }

    /// <summary>Nothing may end the serving while somebody waits: what fails, be it a listener of the metrics, fails the first and no other.</summary>
    private async Task ServeAsync()
    {
        for (var isDone = false; !isDone;)
        {
            try
            {
                await ServeAllAsync();
                isDone = true;
            }
#pragma warning disable CA1031 // Whatever a store of somebody else throws must reach the call that asked, and not end the queue.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Serve(request => request.Served.TrySetException(failure));
            }
        }
    }

    /// <summary>Serves the queue until it is empty. A place that was taken for nobody, because all left meanwhile, drains by itself.</summary>
    private async Task ServeAllAsync()
    {
        QueuedRequest? first = null;
        var (refusals, firstSince) = (0, 0L);
        while (true)
        {
            BucketSize size;
            int headroom;
            long wakes;
            lock (_gate)
            {
                if (_queue.IsEmpty)
                {
                    _isServing = false;
                    return;
                }

                if (first != _queue.First)
                {
                    (first, refusals, firstSince) = (_queue.First, 0, _time.GetTimestamp());
                }

                var mayUseAll = first.Caller.IsInteractive || _queue.IsTurnOfOthers || _time.GetElapsedTime(firstSince) > Patience;
                (size, headroom, wakes) = (_size, mayUseAll ? 0 : _headroom, _wakes);
            }

            if (DelayLeft() is { } delay)
            {
                first.IsHeldUp = true;
                _statistics.CountDelay(delay);
                await PauseAsync(delay, wakes);
                continue;
            }

            var wait = await _store.TryTakeAsync(_portal, size, headroom);
            if (wait > TimeSpan.Zero)
            {
                first.IsHeldUp = true;
                await PauseAsync(wait + Unevenness(size, ++refusals), wakes);
                continue;
            }

            _lastSentAt = _time.GetTimestamp();
            Serve(request => request.Served.TrySetResult(request.IsHeldUp ? _time.GetElapsedTime(request.CameAt) : TimeSpan.Zero));
        }
    }

    private void Serve(Action<QueuedRequest> end)
    {
        QueuedRequest request;
        lock (_gate)
        {
            if (_queue.IsEmpty)
            {
                return;
            }

            request = _queue.Take();
        }

        _statistics.CountQueued(request.Caller, -1);
        end(request);
    }

    private TimeSpan? DelayLeft()
    {
        var spacing = Delay.Spacing;
        return spacing > TimeSpan.Zero && _lastSentAt is { } last && spacing - _time.GetElapsedTime(last) is var left && left > TimeSpan.Zero ? left : null;
    }

    /// <summary>
    /// Processes that share a bucket are told the same moment. Who asks for the first time comes up to half an interval later, so that
    /// whoever missed a place before comes first; the rate does not suffer, for the next place is free by then.
    /// </summary>
    private TimeSpan Unevenness(BucketSize size, int refusals) =>
        _store.IsShared && refusals == 1 ? size.Interval / 2 * Random.Shared.NextDouble() : TimeSpan.Zero;

    private async Task PauseAsync(TimeSpan pause, long wakes)
    {
        // Never disposed, which it does not need: whoever ends the wait may do so a moment late.
        var wait = new CancellationTokenSource();
        lock (_gate)
        {
            if (_queue.IsEmpty || wakes != _wakes)
            {
                return;
            }

            _wait = wait;
        }

        // Timers count whole milliseconds; rounding up keeps a request from coming a fraction too early.
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), _time, wait.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _wait = null;
        }
    }
}
