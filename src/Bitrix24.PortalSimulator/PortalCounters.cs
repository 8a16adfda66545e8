namespace Bitrix24.PortalSimulator;

/// <summary>What the portal was asked and what it refused. Read through <see cref="SimulatedPortal.Counters"/>; values are live.</summary>
public sealed class PortalCounters
{
    private readonly Dictionary<string, int> _commands = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _gate = new();
    private readonly Func<double> _requestsInBucket;
    private double _longestRequestSeconds;
    private int _requests, _requestRefusals, _operatingRefusals, _tokenRefreshes, _redirects;
    private int _eventsQueued, _eventsDelivered, _eventsLost, _eventsDuplicated, _eventsFailed;

    internal PortalCounters(Func<double> requestsInBucket) => _requestsInBucket = requestsInBucket;

    /// <summary>HTTP requests to REST addresses, refused ones included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Requests refused with 503 QUERY_LIMIT_EXCEEDED.</summary>
    public int RequestLimitRefusals => Volatile.Read(ref _requestRefusals);

    /// <summary>Requests in the bucket now; 0 when it has drained.</summary>
    public double RequestsInBucket => _requestsInBucket();

    /// <summary>Commands refused with 429 OPERATION_TIME_LIMIT, inside a batch too.</summary>
    public int OperatingLimitRefusals => Volatile.Read(ref _operatingRefusals);

    /// <summary>The most time that one request was charged, in seconds of the portal; at most 60 unless it was cut off.</summary>
    public double LongestRequestSeconds => Volatile.Read(ref _longestRequestSeconds);

    /// <summary>Refreshes of tokens that the OAuth server granted.</summary>
    public int TokenRefreshes => Volatile.Read(ref _tokenRefreshes);

    /// <summary>Requests to a former address, answered with 302.</summary>
    public int Redirects => Volatile.Read(ref _redirects);

    /// <summary>Posts the portal owed to handlers: one for each event and handler. Once all are sent,
    /// <see cref="EventsDelivered"/> + <see cref="EventsFailed"/> = this − <see cref="EventsLost"/> + <see cref="EventsDuplicated"/>.</summary>
    public int EventsQueued => Volatile.Read(ref _eventsQueued);

    /// <summary>Posts that a handler answered with 2xx.</summary>
    public int EventsDelivered => Volatile.Read(ref _eventsDelivered);

    /// <summary>Posts dropped on purpose (<see cref="PortalSimulatorOptions.EventLossShare"/>).</summary>
    public int EventsLost => Volatile.Read(ref _eventsLost);

    /// <summary>Posts sent a second time on purpose (<see cref="PortalSimulatorOptions.EventDuplicateShare"/>).</summary>
    public int EventsDuplicated => Volatile.Read(ref _eventsDuplicated);

    /// <summary>Posts lost because the handler was unreachable or answered with an error.</summary>
    public int EventsFailed => Volatile.Read(ref _eventsFailed);

    /// <summary>Commands that ran, by method; each command of a batch counts. A copy.</summary>
    public IReadOnlyDictionary<string, int> Commands
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, int>(_commands, StringComparer.OrdinalIgnoreCase);
            }
        }
    }

    /// <summary>Sets every counter to zero.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _commands.Clear();
            _longestRequestSeconds = 0;
            (_requests, _requestRefusals, _operatingRefusals, _tokenRefreshes, _redirects) = (0, 0, 0, 0, 0);
            (_eventsQueued, _eventsDelivered, _eventsLost, _eventsDuplicated, _eventsFailed) = (0, 0, 0, 0, 0);
        }
    }

    internal void CountRequest() => Interlocked.Increment(ref _requests);

    internal void CountRequestTime(double seconds)
    {
        lock (_gate)
        {
            _longestRequestSeconds = Math.Max(_longestRequestSeconds, seconds);
        }
    }

    internal void CountRequestRefusal() => Interlocked.Increment(ref _requestRefusals);

    internal void CountOperatingRefusal() => Interlocked.Increment(ref _operatingRefusals);

    internal void CountTokenRefresh() => Interlocked.Increment(ref _tokenRefreshes);

    internal void CountRedirect() => Interlocked.Increment(ref _redirects);

    internal void CountEvent(bool isLost, bool isDuplicated)
    {
        Interlocked.Increment(ref _eventsQueued);
        Interlocked.Add(ref _eventsLost, isLost ? 1 : 0);
        Interlocked.Add(ref _eventsDuplicated, isDuplicated ? 1 : 0);
    }

    internal void CountEventAnswer(bool isAccepted) => Interlocked.Increment(ref isAccepted ? ref _eventsDelivered : ref _eventsFailed);

    internal void CountCommand(string method)
    {
        lock (_gate)
        {
            _commands[method] = _commands.GetValueOrDefault(method) + 1;
        }
    }
}
