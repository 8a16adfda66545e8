namespace Bitrix24.Client;

/// <summary>
/// Keeps requests further apart while a portal is in trouble, beyond what its limits demand: after refusals, gateway pages and timeouts
/// longer each time, and a little when its answers take several times as long as they used to. Good answers shorten it again; on a
/// healthy portal it is nothing. An operating time that is used up is not trouble of the portal: only that method waits for it. Nor are
/// calls slowed down on the way to that limit: what a method may use in ten minutes is the same however it is spread. Safe for
/// concurrent callers.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="longest">How far apart at most.</param>
internal sealed class AdaptiveDelay(TimeProvider time, TimeSpan longest)
{
    private const double Growth = 2;
    private const double Decay = 0.7;
    private const double NewWeight = 0.1;
    private const double LongWeight = 0.005;
    private const int AnswersToKnow = 20;

    // Both are needed: quick answers may vary by much, and some methods are always slow.
    private const double MuchSlower = 4;
    private const double SlowSeconds = 2;

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWhenSlow = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Pace> _paces = new(StringComparer.Ordinal);
    private TimeSpan _spacing;
    private long _changedAt = long.MinValue;

    /// <summary>The timestamp to tell of a request that is sent now.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>How long ago a timestamp was.</summary>
    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    /// <summary>How far apart requests are to be sent.</summary>
    public TimeSpan Spacing
    {
        get
        {
            lock (_gate)
            {
                return _spacing;
            }
        }
    }

    /// <summary>What came of a request; those that were under way together with one that failed tell nothing new.</summary>
    /// <param name="sentAt">The timestamp at which it was sent.</param>
    /// <param name="error">What it failed with, if it did.</param>
    public void Observe(long sentAt, Bitrix24Error? error)
    {
        lock (_gate)
        {
            if (sentAt < _changedAt || (error is null && _spacing == TimeSpan.Zero))
            {
                return;
            }

            if (IsTrouble(error))
            {
                Raise(longest);
            }
            else
            {
                _spacing *= Decay;
                _spacing = _spacing < Least ? TimeSpan.Zero : _spacing;
            }
        }
    }

    /// <summary>How long a call of the method took the portal.</summary>
    /// <param name="sentAt">The timestamp at which its request was sent.</param>
    /// <param name="method">The method.</param>
    /// <param name="seconds">How long one call took.</param>
    public void Took(long sentAt, string method, double seconds)
    {
        lock (_gate)
        {
            if (!_paces.TryGetValue(method, out var pace))
            {
                _paces[method] = pace = new Pace { Usual = seconds, Recent = seconds };
            }

            pace.Answers++;
            pace.Recent += NewWeight * (seconds - pace.Recent);
            pace.Usual += Math.Max(LongWeight, 1.0 / pace.Answers) * (seconds - pace.Usual);
            if (pace.Answers > AnswersToKnow && pace.Recent > SlowSeconds && pace.Recent > MuchSlower * pace.Usual
                && sentAt >= _changedAt && _spacing < LongestWhenSlow)
            {
                Raise(longest < LongestWhenSlow ? longest : LongestWhenSlow);
            }
        }
    }

    /// <summary>What tells that the portal, or the way to it, cannot cope.</summary>
    private static bool IsTrouble(Bitrix24Error? error) => error is
    {
        Kind: Bitrix24ErrorKind.QueryLimit or Bitrix24ErrorKind.OtherLimit or Bitrix24ErrorKind.Unreachable or Bitrix24ErrorKind.OutcomeUnknown,
    } or { Kind: Bitrix24ErrorKind.NotAnAnswer, HttpStatus: >= 500 };

    private void Raise(TimeSpan most)
    {
        var grown = _spacing * Growth < First ? First : _spacing * Growth;
        _spacing = grown < most ? grown : most;
        _changedAt = time.GetTimestamp();
    }

    private sealed class Pace
    {
        public int Answers { get; set; }

        public double Usual { get; set; }

        public double Recent { get; set; }
    }
}
