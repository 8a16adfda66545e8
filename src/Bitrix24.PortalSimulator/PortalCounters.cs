namespace Bitrix24.PortalSimulator;

/// <summary>What the portal was asked and what it refused. Read through <see cref="SimulatedPortal.Counters"/>; values are live.</summary>
public sealed class PortalCounters
{
    private readonly Dictionary<string, int> _commands = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _gate = new();
    private int _requests, _requestRefusals, _operatingRefusals;

    /// <summary>HTTP requests to REST addresses, refused ones included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Requests refused with 503 QUERY_LIMIT_EXCEEDED.</summary>
    public int RequestLimitRefusals => Volatile.Read(ref _requestRefusals);

    /// <summary>Commands refused with 429 OPERATION_TIME_LIMIT, inside a batch too.</summary>
    public int OperatingLimitRefusals => Volatile.Read(ref _operatingRefusals);

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
            (_requests, _requestRefusals, _operatingRefusals) = (0, 0, 0);
        }
    }

    internal void CountRequest() => Interlocked.Increment(ref _requests);

    internal void CountRequestRefusal() => Interlocked.Increment(ref _requestRefusals);

    internal void CountOperatingRefusal() => Interlocked.Increment(ref _operatingRefusals);

    internal void CountCommand(string method)
    {
        lock (_gate)
        {
            _commands[method] = _commands.GetValueOrDefault(method) + 1;
        }
    }
}
