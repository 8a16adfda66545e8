using System.Text.Json;

namespace Bitrix24.Client.Lists;

/// <summary>
/// How far one list has been read: its ids cut into stretches, of which many may be asked for at once while rows are given out in order.
/// This part begins, gives out and ends; others plan what to ask for and take what came.
/// </summary>
internal sealed partial class ListReading(ListQuery query, TimeProvider time)
{
    private const int MaxFailuresInARow = 10;
    private const int MaxFaultsInARow = 2;

    private readonly LinkedList<Stretch> _stretches = new([new Stretch(query.AfterId, null, 1)]);
    private readonly ListDensity _density = new();
    private long _lastId = query.AfterId;
    private long _newestId;
    private int _pageSize = ListMethod.PageSize;
    private bool _isBegun = query.IsOnePage;

    // Whether pages can have an upper bound: two of them would be one too many where the caller has set one.
    private bool _hasBounds = query.List.HasRanges && !query.Filter.ContainsKey("<=" + query.List.IdField);

    public ListQuery Query => query;

    public bool IsEnded { get; private set; }

    /// <summary>Before this instant the portal would only refuse again.</summary>
    public DateTimeOffset ResumeAt { get; private set; }

    /// <summary>Rows that were read and not given out.</summary>
    public int RowsHeld { get; private set; }

    /// <summary>Leaves the list out of batches until the instant.</summary>
    public void WaitUntil(DateTimeOffset instant) => ResumeAt = instant;

    /// <summary>Takes what a batch brought for a piece. A stretch behind one that failed for good is not looked at.</summary>
    public void Take(Piece piece, IReadOnlyDictionary<string, CommandOutcome> outcomes, DateTimeOffset askedAt)
    {
        Lose(piece);
        if (piece.Node.List is null)
        {
            return;
        }

        piece.Node.Value.AskedAt = askedAt;
        if (piece.Kind == PieceKind.Newest)
        {
            Begin(piece, outcomes, askedAt);
        }
        else if (piece.Kind == PieceKind.Ranges)
        {
            TakeRanges(piece, outcomes, askedAt);
        }
        else if (piece.Kind == PieceKind.Counted)
        {
            TakeCounted(piece, outcomes[piece.Keys[0]], askedAt);
        }
        else
        {
            TakeChain(piece, outcomes, askedAt);
        }
    }

    /// <summary>The batch of the piece was lost; its stretch is to be asked for again.</summary>
    public void Lose(Piece piece)
    {
        piece.Node.Value.IsAsked = false;
        _commandsAsked -= piece.Pages;
    }

    /// <summary>The piece cannot be read; the list ends before it.</summary>
    public void Abandon(Piece piece, Bitrix24Error error, DateTimeOffset askedAt)
    {
        Lose(piece);
        if (piece.Node.List is not null)
        {
            piece.Node.Value.AskedAt = askedAt;
            End(piece.Node, error);
        }
    }

    /// <summary>Gives out what is read from the beginning on, about a batch of rows at most; null when there is nothing to tell.</summary>
    public ListPage? Deliver()
    {
        if (IsEnded)
        {
            return null;
        }

        List<JsonElement>? rows = null;
        var askedAt = DateTimeOffset.MaxValue;
        while (_stretches.First is { Value: { Rows: { } more } stretch })
        {
            if (rows is not null && rows.Count + more.Count > Bitrix24Client.MaxBatchCommands * _pageSize)
            {
                break;
            }

            if (rows is null)
            {
                rows = more;
            }
            else
            {
                rows.AddRange(more);
            }

            _lastId = more.Count > 0 ? stretch.LastId : _lastId;
            askedAt = stretch.AskedAt < askedAt ? stretch.AskedAt : askedAt;
            _stretches.RemoveFirst();
        }

        RowsHeld -= rows?.Count ?? 0;
        var error = _stretches.First?.Value.Error;
        IsEnded = _stretches.Count == 0 || error is not null;
        return IsEnded || rows is { Count: > 0 }
            ? new ListPage(query.Key, rows ?? [], _lastId, IsEnded && error is null, _newestId, rows is null ? _stretches.First!.Value.AskedAt : askedAt, error)
            : null;
    }

    /// <summary>Takes the newest rows and the first page: together they tell how long the list is, wherever its filter makes it begin.</summary>
    private void Begin(Piece piece, IReadOnlyDictionary<string, CommandOutcome> outcomes, DateTimeOffset askedAt)
    {
        var newest = new List<JsonElement>();
        if (Read(outcomes[piece.Keys[0]], newest) is { } failure)
        {
            Fail(piece.Node, failure, askedAt);
            return;
        }

        newest.Reverse();
        if (!TryRange(newest, 0, query.AfterId, out var newestId))
        {
            End(piece.Node, Disorder("The newest rows did not come with falling ids above the last one read."));
            return;
        }

        var first = new List<JsonElement>();
        var isFirstRead = piece.Keys.Count > 1 && Read(outcomes[piece.Keys[1]], first) is null;
        if (!TryRange(first, 0, query.AfterId, out var firstId))
        {
            End(piece.Node, Disorder("A row came whose id is not above the last one read."));
            return;
        }

        _isBegun = true;
        _stretches.Clear();
        var oldestOfNewest = newest.Count > 0 ? query.List.Id(newest[0])!.Value : query.AfterId + 1;
        if (newest.Count > 0 && oldestOfNewest - 1 <= firstId)
        {
            // The two pages meet, so these are all.
            first.AddRange(newest.Where(row => query.List.Id(row) > firstId));
            _stretches.AddLast(Whole(query.AfterId, null, first, askedAt));
            return;
        }

        _newestId = newest.Count > 0 ? newestId : 0;
        _pageSize = Math.Max(Math.Max(first.Count, newest.Count), 1);

        // Pages of the method may be shorter than others', or the portal leaves rows out of them: no short page is believed here.
        _hides = _pageSize < ListMethod.PageSize || newest.Count == 0 || (isFirstRead && first.Count == 0);
        if (first.Count > 0)
        {
            _stretches.AddLast(Whole(query.AfterId, firstId, first, askedAt));
        }

        AddUnread(firstId, first, newest);
    }

    private void AddUnread(long firstId, List<JsonElement> first, List<JsonElement> newest)
    {
        var rowsPerId = (_density.Learn(Span(newest)) + _density.Learn(first.Count > 0 ? Span(first) : Span(newest))) / 2;
        if (_newestId > firstId)
        {
            _stretches.AddLast(new Stretch(firstId, _newestId, rowsPerId));
            _stretches.AddLast(new Stretch(_newestId, null, rowsPerId));
            _isGapless = rowsPerId >= 1;
            if (_isGapless && _newestId - firstId <= BatchesGapless * RowsOfBatch)
            {
                _density.Trust(isDense: true, BatchesGapless);
            }
        }
        else
        {
            // Nothing is shown of the newest rows; where nothing is shown of the first ones either, most likely nothing is there.
            _stretches.AddLast(new Stretch(firstId, null, rowsPerId) { IsCounted = first.Count == 0 });
        }
    }

    private (int Rows, long Ids) Span(List<JsonElement> rows) =>
        (rows.Count, rows.Count == 0 ? 1 : query.List.Id(rows[^1])!.Value - query.List.Id(rows[0])!.Value + 1);

    private Stretch Whole(long after, long? through, List<JsonElement> rows, DateTimeOffset askedAt)
    {
        RowsHeld += rows.Count;
        return new Stretch(after, through, 1) { Rows = rows, LastId = rows.Count > 0 ? query.List.Id(rows[^1])!.Value : after, AskedAt = askedAt };
    }

    private void Fail(LinkedListNode<Stretch> node, Bitrix24Error error, DateTimeOffset askedAt)
    {
        var stretch = node.Value;
        stretch.AskedAt = askedAt;
        var most = error.Kind is Bitrix24ErrorKind.ServerFault or Bitrix24ErrorKind.CommandNotRun ? MaxFaultsInARow : MaxFailuresInARow;
        if (!error.IsRetryable || ++stretch.Failures > most)
        {
            End(node, error);
            return;
        }

        var resumeAt = error.RetryAt ?? time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(Math.Pow(2, stretch.Failures - 1), 30));
        ResumeAt = resumeAt > ResumeAt ? resumeAt : ResumeAt;
    }

    /// <summary>Ends the list at a stretch: what lies before it is still read and given out, then the error.</summary>
    private void End(LinkedListNode<Stretch> node, Bitrix24Error error)
    {
        node.Value.Error = error;
        DropBehind(node);
    }

    private void DropBehind(LinkedListNode<Stretch> node)
    {
        while (node.Next is { } behind)
        {
            RowsHeld -= behind.Value.Rows?.Count ?? 0;
            _stretches.Remove(behind);
        }
    }

    private Bitrix24Error Disorder(string description) => new(
        Bitrix24ErrorKind.ListNotAdvancing, "CLIENT_LIST_NOT_ADVANCING", $"{query.List.Method.Name}: {description}");
}
