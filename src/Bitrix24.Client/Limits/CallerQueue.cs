namespace Bitrix24.Client;

/// <summary>
/// Requests that wait for room, in the order in which they get it: interactive callers first, callers of one priority in turns, the
/// requests of one caller as they came. Every fifth place goes to the others even if interactive requests never end. Not safe for
/// concurrent use.
/// </summary>
internal sealed class CallerQueue
{
    private const int MostInteractiveInARow = 4;

    private readonly Lanes _interactive = new();
    private readonly Lanes _background = new();
    private int _interactiveInARow;

    public bool IsEmpty => _interactive.IsEmpty && _background.IsEmpty;

    /// <summary>It is the turn of the others although interactive requests wait.</summary>
    public bool IsTurnOfOthers => _interactiveInARow >= MostInteractiveInARow && !_background.IsEmpty;

    public QueuedRequest First => Level.First;

    private Lanes Level => _interactive.IsEmpty || IsTurnOfOthers ? _background : _interactive;

    public void Add(QueuedRequest request) => LanesOf(request).Add(request);

    /// <summary>False when it is not in the queue any more.</summary>
    public bool Remove(QueuedRequest request) => LanesOf(request).Remove(request);

    /// <summary>Takes the first out; its caller's next turn comes after the others'.</summary>
    public QueuedRequest Take()
    {
        var request = Level.Take();
        _interactiveInARow = request.Caller.IsInteractive && !_background.IsEmpty ? _interactiveInARow + 1 : 0;
        return request;
    }

    private Lanes LanesOf(QueuedRequest request) => request.Caller.IsInteractive ? _interactive : _background;

    /// <summary>The callers of one priority, whose turn comes next first.</summary>
    private sealed class Lanes
    {
        private readonly Dictionary<string, LinkedListNode<LinkedList<QueuedRequest>>> _byName = new(StringComparer.Ordinal);
        private readonly LinkedList<LinkedList<QueuedRequest>> _turns = new();

        public bool IsEmpty => _turns.Count == 0;

        public QueuedRequest First => _turns.First!.Value.First!.Value;

        public void Add(QueuedRequest request)
        {
            if (!_byName.TryGetValue(request.Caller.Name, out var lane))
            {
                _byName[request.Caller.Name] = lane = _turns.AddLast(new LinkedList<QueuedRequest>());
            }

            request.Place = lane.Value.AddLast(request);
        }

        public QueuedRequest Take()
        {
            var request = First;
            var lane = _turns.First!;
            if (Remove(request) && lane.List is not null)
            {
                _turns.RemoveFirst();
                _turns.AddLast(lane);
            }

            return request;
        }

        public bool Remove(QueuedRequest request)
        {
            if (request.Place is not { List: { } requests } place)
            {
                return false;
            }

            requests.Remove(place);
            if (requests.Count == 0 && _byName.Remove(request.Caller.Name, out var lane))
            {
                _turns.Remove(lane);
            }

            return true;
        }
    }
}

/// <summary>One request that waits.</summary>
internal sealed class QueuedRequest(RestCaller caller, long cameAt, bool findsOthersWaiting)
{
    public RestCaller Caller { get; } = caller;

    public long CameAt { get; } = cameAt;

    /// <summary>It had to wait: for others or for room.</summary>
    public bool IsHeldUp { get; set; } = findsOthersWaiting;

    public LinkedListNode<QueuedRequest>? Place { get; set; }

    /// <summary>Ends with the time waited when the request has its place.</summary>
    public TaskCompletionSource<TimeSpan> Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
