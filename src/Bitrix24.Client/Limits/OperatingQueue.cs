namespace Bitrix24.Client;

/// <summary>A request that waits for operating time.</summary>
/// <param name="commands">How many commands of each method it holds.</param>
/// <param name="caller">Whose it is.</param>
internal sealed class OperatingWaiter(IReadOnlyDictionary<string, int> commands, RestCaller caller)
{
    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyDictionary<string, int> Commands => commands;

    public RestCaller Caller => caller;

    /// <summary>Ends when its room is reserved, or it left.</summary>
    public Task Granted => _granted.Task;

    public void Grant() => _granted.SetResult();

    public void Cancel(CancellationToken cancellationToken) => _granted.SetCanceled(cancellationToken);
}

/// <summary>
/// Requests that wait for operating time. A method in which one has no room is closed to those behind him, so that nobody passes a batch by
/// needing less; other methods stay open. Interactive callers neither close methods nor find them closed. Not safe for concurrent use.
/// </summary>
internal sealed class OperatingQueue
{
    private readonly List<OperatingWaiter> _waiters = [];
    private readonly Dictionary<string, long> _servedAs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _closed = new(StringComparer.Ordinal);
    private long _served;

    public void Add(OperatingWaiter waiter) => _waiters.Add(waiter);

    public bool Remove(OperatingWaiter waiter) => _waiters.Remove(waiter);

    /// <summary>Whether one waits for room in the method.</summary>
    public bool IsAwaited(string method) => _closed.Contains(method);

    /// <summary>Lets everybody go for whom there is room.</summary>
    /// <param name="blocked">The methods in which a request has no room, each with the instant at which it will, if anybody can tell.</param>
    /// <param name="reserve">Takes the room.</param>
    /// <returns>When to look again, or null when only the end of a request under way can make room.</returns>
    public DateTimeOffset? Serve(Func<OperatingWaiter, IReadOnlyList<(string Method, DateTimeOffset? FitsAt)>> blocked, Action<OperatingWaiter> reserve)
    {
        _closed.Clear();
        DateTimeOffset? next = null;
        foreach (var waiter in InTurn())
        {
            var lacking = blocked(waiter);
            if (lacking.Count == 0 && (waiter.Caller.IsInteractive || !waiter.Commands.Keys.Any(_closed.Contains)))
            {
                reserve(waiter);
                _waiters.Remove(waiter);
                _servedAs[waiter.Caller.Name] = ++_served;
                waiter.Grant();
                continue;
            }

            if (!waiter.Caller.IsInteractive)
            {
                _closed.UnionWith(lacking.Select(method => method.Method));
            }

            var fitsAt = lacking.Count > 0 && lacking.All(method => method.FitsAt is not null) ? lacking.Max(method => method.FitsAt) : null;
            next = next is null || fitsAt < next ? fitsAt ?? next : next;
        }

        return next;
    }

    /// <summary>The first request of each caller, who was served longest ago first; then the second of each, and so on.</summary>
    private List<OperatingWaiter> InTurn() => _waiters.Count < 2 ? [.. _waiters] :
    [
        .. _waiters.GroupBy(waiter => waiter.Caller.Name, StringComparer.Ordinal)
            .SelectMany(ofCaller => ofCaller.Select((waiter, rank) => (Waiter: waiter, Rank: rank, ServedAs: _servedAs.GetValueOrDefault(ofCaller.Key))))
            .OrderBy(entry => entry.Rank).ThenBy(entry => entry.ServedAs).Select(entry => entry.Waiter),
    ];
}
