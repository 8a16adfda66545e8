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

    // Whoever waits for room in a method has its turn, and those who come later wait for that: so nobody passes a batch by needing less, and what
    // ends wakes one and not all. Without a wait handle a semaphore holds nothing that must be given back.
    private readonly Dictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);
    private readonly double _limitSeconds;
    private readonly double _interactiveSeconds;
    private readonly TimeProvider _time;
    private TaskCompletionSource _ended = NewSignal();

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

    /// <summary>Waits until the methods about to be called have room for their commands at the mean cost seen, and reserves it.</summary>
    /// <param name="commands">How many commands of each method are about to be sent.</param>
    /// <param name="isInteractive">Whether the last share of the limit may be used.</param>
    /// <param name="cancellationToken">Cancels the wait; nothing is reserved then.</param>
    /// <returns>To be disposed of when the answer is observed, or there was none.</returns>
    internal async ValueTask<Reservation> ReserveAsync(
        IReadOnlyDictionary<string, int> commands, bool isInteractive, CancellationToken cancellationToken)
    {
        var came = _time.GetTimestamp();
        var hasWaited = false;
        string[] turns = [];
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryReserve(commands, isInteractive, turns) is not { } missing)
                {
                    return new Reservation(this, commands, hasWaited ? _time.GetElapsedTime(came) : TimeSpan.Zero);
                }

                hasWaited = true;
                if (missing.Turns.Length == 0)
                {
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    await Task.WhenAny(missing.Ended, Task.Delay(missing.Wait, _time, either.Token));
                    await either.CancelAsync();
                    continue;
                }

                // All in one order, or two who need the same methods could wait for each other.
                string[] wanted = [.. turns.Concat(missing.Turns).Order(StringComparer.Ordinal)];
                EndTurns(ref turns);
                foreach (var method in wanted)
                {
                    await TurnOf(method).WaitAsync(cancellationToken);
                    turns = [.. turns, method];
                }
            }
        }
        finally
        {
            EndTurns(ref turns);
        }
    }

    /// <summary>
    /// The first instant, counted from now, at which the method has room for the commands beside what is reserved; now when it has. When
    /// only the end of requests under way can make room, an instant at which to ask again.
    /// </summary>
    internal DateTimeOffset ReadyAt(string method, int commands, DateTimeOffset now)
    {
        lock (_gate)
        {
            return !_methods.TryGetValue(method, out var usage) || usage.Fits(now, commands, _limitSeconds) ? now
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

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reserves room for the commands; otherwise tells which turns must be waited for first, or until when and until what.</summary>
    private (string[] Turns, TimeSpan Wait, Task Ended)? TryReserve(IReadOnlyDictionary<string, int> commands, bool isInteractive, string[] turns)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var limit = isInteractive ? _interactiveSeconds : _limitSeconds;
            var blocked = commands.Where(command => !Find(command.Key).Fits(now, command.Value, limit)).ToArray();
            string[] lacking = isInteractive ? [] : [.. blocked.Select(command => command.Key).Union(commands.Keys.Where(IsAwaited)).Except(turns)];
            if (blocked.Length == 0 && lacking.Length == 0)
            {
                foreach (var (method, count) in commands)
                {
                    Find(method).Reserve(count);
                }

                return null;
            }

            var instants = Array.ConvertAll(blocked, command => Find(command.Key).FitsAt(now, command.Value, limit));
            var wait = instants.Length == 0 || instants.Contains(null)
                ? Timeout.InfiniteTimeSpan
                : TimeSpan.FromMilliseconds(Math.Ceiling((instants.Max()!.Value - now).TotalMilliseconds));
            return (lacking, wait, _ended.Task);
        }
    }

    private bool IsAwaited(string method) => _turns.TryGetValue(method, out var turn) && turn.CurrentCount == 0;

    private SemaphoreSlim TurnOf(string method)
    {
        lock (_gate)
        {
            return _turns.TryGetValue(method, out var turn) ? turn : _turns[method] = new SemaphoreSlim(1, 1);
        }
    }

    private void EndTurns(ref string[] turns)
    {
        foreach (var method in turns)
        {
            TurnOf(method).Release();
        }

        turns = [];
    }

    private MethodUsage Find(string method) =>
        _methods.TryGetValue(method, out var usage) ? usage : _methods[method] = new MethodUsage(isBatch: method == Batch);

    private void Release(IReadOnlyDictionary<string, int> commands)
    {
        TaskCompletionSource ended;
        lock (_gate)
        {
            foreach (var (method, count) in commands)
            {
                Find(method).Release(count);
            }

            (ended, _ended) = (_ended, NewSignal());
        }

        ended.SetResult();
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
