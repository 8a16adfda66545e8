namespace Bitrix24.Client;

/// <summary>
/// What each method has used of its operating time: execution seconds per method and application in a sliding window of ten minutes,
/// as the portal's answers tell. The call that crosses the limit still ends, the next ones are refused, so calls wait here before the
/// limit. Source: limits.md. One object per application or webhook of a portal; safe for concurrent callers.
/// </summary>
public sealed class OperatingTime
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MinuteBucket = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Usage> _methods = new(StringComparer.Ordinal);
    private readonly double _limitSeconds;
    private readonly TimeProvider _time;

    /// <summary>Creates a meter that knows nothing yet.</summary>
    /// <param name="limitSeconds">Seconds a method may use in ten minutes: 480 in the documentation's example; on-premise 420 if at all.</param>
    /// <param name="time">The clock.</param>
    public OperatingTime(double limitSeconds, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limitSeconds);
        ArgumentNullException.ThrowIfNull(time);
        _limitSeconds = limitSeconds;
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

    /// <summary>Waits until the methods about to be called have room for their commands at the mean cost seen.</summary>
    /// <param name="commands">How many commands of each method are about to be sent.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>How long the caller waited.</returns>
    public async ValueTask<TimeSpan> WaitAsync(IReadOnlyDictionary<string, int> commands, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var came = _time.GetUtcNow();
        while (true)
        {
            var now = _time.GetUtcNow();
            var ready = commands.Select(command => ReadyAt(command.Key, command.Value)).Append(now).Max();
            if (ready <= now)
            {
                return now - came;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling((ready - now).TotalMilliseconds)), _time, cancellationToken);
        }
    }

    /// <summary>The first instant at which the method has room for the commands; now when it has.</summary>
    internal DateTimeOffset ReadyAt(string method, int commands)
    {
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            return _methods.TryGetValue(method, out var usage) ? usage.ReadyAt(now, commands, _limitSeconds) : now;
        }
    }

    /// <summary>Learns from an answer.</summary>
    internal void Observe(string method, AnswerTime? time)
    {
        if (time is null)
        {
            return;
        }

        lock (_gate)
        {
            Find(method).Observe(_time.GetUtcNow(), time);
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

    private Usage Find(string method) => _methods.TryGetValue(method, out var usage) ? usage : _methods[method] = new Usage();

    private sealed class Usage
    {
        private const double NewWeight = 0.2;

        private readonly LinkedList<(DateTimeOffset LeavesAt, double Seconds)> _spent = new();
        private double _sum;
        private bool _isKnown;
        private double? _meanCost;
        private DateTimeOffset _resetAt;
        private DateTimeOffset _blockedUntil;
        private int _refusals;

        public double? MeanDuration { get; private set; }

        public double Used(DateTimeOffset now)
        {
            while (_spent.First is { } oldest && oldest.Value.LeavesAt <= now)
            {
                _sum -= oldest.Value.Seconds;
                _spent.RemoveFirst();
            }

            return _spent.Count == 0 ? _sum = 0 : _sum;
        }

        public void Observe(DateTimeOffset now, AnswerTime time)
        {
            _refusals = 0;
            if (time.Duration is { } duration)
            {
                MeanDuration = Blend(MeanDuration, duration);
            }

            if (time.Operating is not { } operating)
            {
                return;
            }

            _resetAt = time.OperatingResetAt ?? default;
            var growth = operating - Used(now);
            if (growth > 0)
            {
                // Of what was spent before the first answer only this is known: its oldest minute leaves at the reset.
                var leavesAt = !_isKnown && _resetAt > now ? _resetAt : now + Window;
                Spend(leavesAt, growth);
            }
            else
            {
                Forget(-growth);
            }

            // The growth may be the work of another process under the same application, hence never more than the call's own duration.
            _meanCost = Blend(_meanCost, Math.Min(_isKnown ? Math.Max(growth, 0) : operating, time.Duration ?? double.MaxValue));
            _isKnown = true;
        }

        public DateTimeOffset ReadyAt(DateTimeOffset now, int commands, double limit)
        {
            if (_blockedUntil > now)
            {
                return _blockedUntil;
            }

            // A batch that needs more than the whole limit could wait for ever, hence the ceiling.
            var room = limit - Math.Min(commands * (_meanCost ?? 0), limit);
            var left = Used(now);
            foreach (var (leavesAt, seconds) in _spent)
            {
                if (left <= room)
                {
                    break;
                }

                left -= seconds;
                now = leavesAt;
            }

            return now;
        }

        public DateTimeOffset Refused(DateTimeOffset now)
        {
            // Every later command of a batch is refused too; that is one refusal.
            if (_blockedUntil > now)
            {
                return _blockedUntil;
            }

            // The refusal carries no time block: the last good answer's reset counts, then the next minute bucket.
            var earliest = now + LeastPause * Math.Pow(2, Math.Min(_refusals, 3));
            var next = _resetAt > now ? _resetAt : _resetAt != default ? now + MinuteBucket : earliest;
            _refusals++;
            _blockedUntil = next > earliest ? next : earliest;
            return _blockedUntil;
        }

        private static double Blend(double? mean, double value) => mean is { } old ? old + (NewWeight * (value - old)) : value;

        private void Spend(DateTimeOffset leavesAt, double seconds)
        {
            _sum += seconds;

            // The commands of a batch are answered at once and leave together.
            if (_spent.Last is { } last && (leavesAt - last.Value.LeavesAt).Duration() < TimeSpan.FromSeconds(1))
            {
                last.Value = (leavesAt, last.Value.Seconds + seconds);
            }
            else
            {
                _spent.AddLast((leavesAt, seconds));
            }
        }

        private void Forget(double seconds)
        {
            while (seconds > 1e-9 && _spent.First is { } oldest)
            {
                var part = Math.Min(seconds, oldest.Value.Seconds);
                seconds -= part;
                _sum -= part;
                if (part < oldest.Value.Seconds)
                {
                    oldest.Value = (oldest.Value.LeavesAt, oldest.Value.Seconds - part);
                    break;
                }

                _spent.RemoveFirst();
            }
        }
    }
}
