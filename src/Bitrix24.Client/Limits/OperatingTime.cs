namespace Bitrix24.Client;

/// <summary>
/// What each method has used of its operating time: execution seconds per method and application in a sliding window of ten minutes,
/// as the portal's answers tell. The call that crosses the limit still ends, the next ones are refused, so calls wait here before the
/// limit; what requests under way are expected to use counts as used. Whether <c>batch</c> pays besides its commands is told by its
/// answers: if they do, calls wait for both. Source: limits.md. One object per application or webhook of a portal; safe for concurrent callers.
/// </summary>
public sealed class OperatingTime
{
    /// <summary>The name under which a batch itself is charged, if it is.</summary>
    internal const string Batch = "batch";

    // The list reader asks again when nobody can tell when requests under way will end.
    private static readonly TimeSpan UntilSomeEnd = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, MethodUsage> _methods = new(StringComparer.Ordinal);

    private readonly OperatingQueue _queue = new();
    private readonly double _limitSeconds;
    private readonly double _interactiveSeconds;
    private readonly TimeProvider _time;
    private ITimer? _timer;

    /// <summary>Creates a meter that knows nothing yet.</summary>
    /// <param name="limitSeconds">Seconds a method may use in ten minutes: of 480 in the documentation's example; on-premise of 420 if at all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="interactiveSeconds">As many for interactive callers; by default not more than the others.</param>
    public OperatingTime(double limitSeconds, TimeProvider time, double? interactiveSeconds = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limitSeconds);
        ArgumentNullException.ThrowIfNull(time);
        _limitSeconds = limitSeconds;
        _interactiveSeconds = Math.Max(interactiveSeconds ?? limitSeconds, limitSeconds);
        _time = time;
    }

    /// <summary>The mean wall-clock time of a call of the method, in seconds; 0.1 while nothing is known.</summary>
    /// <param name="method">The REST name.</param>
    /// <returns>The mean of recent calls, new ones weighing more.</returns>
    public double MeanSeconds(string method)
    {
        lock (_gate)
        {
            return _methods.TryGetValue(method, out var usage) ? usage.MeanDuration ?? 0.1 : 0.1;
        }
    }

    /// <summary>The operating seconds the method is believed to have used in the last ten minutes.</summary>
    /// <param name="method">The REST name.</param>
    /// <returns>The seconds; 0 while nothing is known.</returns>
    public double UsedSeconds(string method)
    {
        lock (_gate)
        {
            return _methods.TryGetValue(method, out var usage) ? usage.Used(_time.GetUtcNow()) : 0;
        }
    }

    /// <summary>
    /// Waits until the methods about to be called have room for their commands at the mean cost seen, and reserves it. Nobody who is not
    /// interactive passes one who waits for room in a method that he needs, too; callers take turns.
    /// </summary>
    /// <param name="commands">How many commands of each method are about to be sent.</param>
    /// <param name="caller">Whose they are; an interactive one may use the last share of the limit.</param>
    /// <param name="cancellationToken">Cancels the wait; nothing is reserved then.</param>
    /// <returns>To be disposed of when the answer is observed, or there was none.</returns>
    internal async ValueTask<Reservation> ReserveAsync(
        IReadOnlyDictionary<string, int> commands, RestCaller caller, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var came = _time.GetTimestamp();
        var waiter = new OperatingWaiter(commands, caller);
        lock (_gate)
        {
            _queue.Add(waiter);
            Serve();
        }

        if (waiter.Granted.IsCompleted)
        {
            return new Reservation(this, commands, TimeSpan.Zero);
        }

        await using (cancellationToken.UnsafeRegister(_ => Leave(waiter, cancellationToken), null))
        {
            await waiter.Granted;
        }

        return new Reservation(this, commands, _time.GetElapsedTime(came));
    }

    /// <summary>
    /// The first instant, counted from now, at which the method has room for the commands beside what is reserved; now when it has. When
    /// only the end of requests under way can make room, an instant at which to ask again.
    /// </summary>
    internal DateTimeOffset ReadyAt(string method, int commands, DateTimeOffset now)
    {
        lock (_gate)
        {
            return !_methods.TryGetValue(method, out var usage) || (usage.Fits(now, commands, _limitSeconds) && !_queue.IsAwaited(method)) ? now
                : usage.FitsAt(now, commands, _limitSeconds) ?? now + UntilSomeEnd;
        }
    }

    /// <summary>Learns from the answers of one request for one method; see <see cref="MethodUsage.Observe"/>.</summary>
    internal double Observe(string method, DateTimeOffset sentAt, IReadOnlyCollection<AnswerTime> answers)
    {
        lock (_gate)
        {
            return Find(method).Observe(_time.GetUtcNow(), sentAt, answers);
        }
    }

    /// <summary>Learns that the portal refused the method; tells when to try again.</summary>
    internal DateTimeOffset Refused(string method)
    {
        lock (_gate)
        {
            return Find(method).Refused(_time.GetUtcNow());
        }
    }

    /// <summary>Lets everybody go for whom there is room, and looks again when there may be more.</summary>
    private void Serve()
    {
        var now = _time.GetUtcNow();
        var next = _queue.Serve(Blocked, Reserve);
        if (next is not null || _timer is not null)
        {
            _timer ??= _time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(
                next is { } instant ? TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling((instant - now).TotalMilliseconds), 1)) : Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }

        IReadOnlyList<(string Method, DateTimeOffset? FitsAt)> Blocked(OperatingWaiter waiter)
        {
            var limit = waiter.Caller.IsInteractive ? _interactiveSeconds : _limitSeconds;
            return [.. waiter.Commands.Where(command => !Find(command.Key).Fits(now, command.Value, limit))
                .Select(command => (command.Key, Find(command.Key).FitsAt(now, command.Value, limit)))];
        }

        void Reserve(OperatingWaiter waiter)
        {
            foreach (var (method, count) in waiter.Commands)
            {
                Find(method).Reserve(count);
            }
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            Serve();
        }
    }

    private void Leave(OperatingWaiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_queue.Remove(waiter))
            {
                waiter.Cancel(cancellationToken);
                Serve();
            }
        }
    }

    private MethodUsage Find(string method) =>
        _methods.TryGetValue(method, out var usage) ? usage : _methods[method] = new MethodUsage(isBatch: method == Batch);

    private void Release(IReadOnlyDictionary<string, int> commands)
    {
        lock (_gate)
        {
            foreach (var (method, count) in commands)
            {
                Find(method).Release(count);
            }

            Serve();
        }
    }

    /// <summary>What one request under way is expected to use.</summary>
    internal sealed class Reservation(OperatingTime operating, IReadOnlyDictionary<string, int> commands, TimeSpan waited) : IDisposable
    {
        private int _isReleased;

        /// <summary>How long the request waited for room.</summary>
        public TimeSpan Waited { get; } = waited;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                operating.Release(commands);
            }
        }
    }
}
