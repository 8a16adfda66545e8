using System.Globalization;
using System.Text.Json.Nodes;

namespace Bitrix24.Client.Lists;

/// <content>Decides what to ask for next.</content>
internal sealed partial class ListReading
{
    // More than this many batches ahead, a page from every part tells where the rows lie before anything is wasted on the wrong ids.
    private const int BatchesWithoutSurvey = 2;

    // Where no id is missing at both ends, a look costs more time than it is likely to save, up to what goes out at once anyway.
    private const int BatchesGapless = 50;
    private const int LeastSamples = 8;
    private const int PagesWithoutChain = 10;

    // Without a bound a page too few costs a request, a page too many nothing.
    private const double OpenReserve = 1.25;

    // Pages that would cost no request cost the portal time all the same.
    private const double LeastSure = 0.5;

    private int _commandsAsked;
    private int _samplesLeft;
    private bool _isSurveyed;
    private bool _isGapless;
    private int _chainPages = Bitrix24Client.MaxBatchCommands;
    private bool _isChainless;

    private int RowsOfBatch => Bitrix24Client.MaxBatchCommands * _pageSize;

    /// <summary>Whether pages that tell how long the list is have not been asked for yet.</summary>
    public bool IsNew => !_isBegun && _commandsAsked == 0;

    /// <summary>Adds to the batch what the list needs next, first what comes first.</summary>
    public void Plan(BatchPlan plan)
    {
        if (IsEnded || ResumeAt > plan.Now)
        {
            return;
        }

        if (!_isBegun)
        {
            PlanBeginning(plan);
            return;
        }

        var isHead = true;
        var askedPart = -1;
        for (var node = _stretches.First; node is not null; node = node.Next)
        {
            if (node.Value.Error is not null)
            {
                return;
            }

            // Where estimates are worth nothing, a part is read step by step.
            if (node.Value.Rows is null && !(_density.IsOdd && node.Value.Part == askedPart))
            {
                if (!node.Value.IsAsked && !TryPlan(node, plan, isHead))
                {
                    return;
                }

                isHead = false;
                askedPart = node.Value.Part;
            }
        }
    }

    /// <summary>Writes the commands of a planned piece.</summary>
    public void Ask(Piece piece, List<KeyValuePair<string, RestCall>> commands)
    {
        var stretch = piece.Node.Value;
        stretch.IsAsked = true;
        piece.Keys.Clear();
        for (var page = 0; page < piece.Pages; page++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"q{commands.Count}");
            var call = piece.Kind switch
            {
                PieceKind.Newest => query.Page(stretch.After, null, isNewestFirst: page == 0),
                PieceKind.Counted => query.Page(stretch.After, stretch.Through, isCounted: true),
                PieceKind.Ranges => query.Page(
                    stretch.After + ((long)page * piece.PageSize),
                    _hasBounds ? Math.Min(stretch.After + ((page + 1L) * piece.PageSize), stretch.Through!.Value) : null),

                // No bound: a row behind the stretch proves that none of it is missing.
                _ => query.Page(page == 0 ? (JsonNode)stretch.After : query.List.LastIdReference(piece.Keys[^1], piece.PageSize), null),
            };
            commands.Add(new(key, call));
            piece.Keys.Add(key);
        }

        _commandsAsked += piece.Pages;
    }

    private void PlanBeginning(BatchPlan plan)
    {
        var room = plan.Room(query.List.Method.Name);
        if (_commandsAsked == 0 && room > 0 && (room > 1 || plan.Commands == 0))
        {
            plan.TryAdd(new Piece(this, _stretches.First!, PieceKind.Newest, Math.Min(room, 2), _pageSize));
        }
    }

    private bool TryPlan(LinkedListNode<Stretch> node, BatchPlan plan, bool isHead)
    {
        var asked = _commandsAsked + plan.Pieces.Where(piece => piece.Reading == this).Sum(piece => piece.Pages);
        if (!isHead && (!plan.MayReadAhead || (asked >= _density.Window * Bitrix24Client.MaxBatchCommands && !node.Value.IsSample)))
        {
            return false;
        }

        var room = plan.Room(query.List.Method.Name);
        if (room < 1)
        {
            return false;
        }

        var batches = _isGapless && _density.IsDense(node.Value) ? BatchesGapless : BatchesWithoutSurvey;
        if (!_isSurveyed && !node.Value.IsCounted && node.Value.ExpectedRows > batches * RowsOfBatch)
        {
            Survey(node, room);
        }

        return plan.TryAdd(Next(node, room));
    }

    /// <summary>Cuts a long stretch into parts, of which the first page is asked for at once.</summary>
    private void Survey(LinkedListNode<Stretch> node, int room)
    {
        var stretch = node.Value;
        var parts = (int)Math.Min(Math.Max(Math.Ceiling(stretch.ExpectedRows / RowsOfBatch), LeastSamples), room);
        var width = (double)stretch.Width / parts;
        var last = node;
        for (var part = 1; part < parts; part++)
        {
            var next = Cut(last, stretch.After + (long)(part * width));
            last.Value.IsSample = true;
            next.Value.Part = part;
            last = next;
        }

        last.Value.IsSample = true;
        last.Next!.Value.Part = parts;
        _samplesLeft = parts;
        _isSurveyed = true;
    }

    private LinkedListNode<Stretch> Cut(LinkedListNode<Stretch> node, long at)
    {
        var stretch = node.Value;
        if (at <= stretch.After || at >= stretch.Through)
        {
            return node;
        }

        var rest = new Stretch(at, stretch.Through, stretch.RowsPerId) { Part = stretch.Part, Trust = stretch.Trust };
        stretch.Through = at;
        return _stretches.AddAfter(node, rest);
    }

    /// <summary>What to ask of a stretch, cut to what a batch can bring.</summary>
    private Piece Next(LinkedListNode<Stretch> node, int room)
    {
        var stretch = node.Value;
        if (stretch.IsCounted)
        {
            return new Piece(this, node, PieceKind.Counted, 1, _pageSize);
        }

        if (stretch.Through is null)
        {
            return new Piece(this, node, PieceKind.Chain, Math.Min(room, OpenPages(stretch)), _pageSize);
        }

        var atMost = (int)Math.Min(((stretch.Width - 1) / _pageSize) + 1, Bitrix24Client.MaxBatchCommands);
        if (!stretch.IsSample && _density.IsDense(stretch))
        {
            var pages = Math.Min(room, atMost);
            Cut(node, stretch.After + ((long)pages * _pageSize));
            return new Piece(this, node, PieceKind.Ranges, pages, _pageSize);
        }

        var most = Math.Min(_isChainless ? 1 : _chainPages, atMost);
        var sure = _density.Sure;
        if (!stretch.IsSample && !_density.IsOdd)
        {
            var rows = (_isChainless ? PagesWithoutChain : Bitrix24Client.MaxBatchCommands) * _pageSize;
            Cut(node, stretch.After + (long)Math.Min(Math.Ceiling(rows / sure / stretch.RowsPerId), stretch.Width));
        }

        var likely = stretch.IsSample ? 1 : Math.Ceiling(stretch.ExpectedRows * sure / _pageSize);
        var possible = Math.Ceiling(stretch.ExpectedRows / Math.Max(sure, LeastSure) / _pageSize) + 1;
        likely = _density.IsOdd ? Math.Min(likely, stretch.Trust) : likely;
        return new Piece(this, node, PieceKind.Chain, Math.Min(room, (int)Math.Clamp(likely, 1, most)), _pageSize)
        {
            MostPages = (int)Math.Clamp(possible, 1, most),
        };
    }

    /// <summary>Pages up to the newest row and one more, which finds the end and rows that came since.</summary>
    private int OpenPages(Stretch stretch)
    {
        var range = Math.Max(_newestId - stretch.After, 0);
        if (_isChainless || query.IsOnePage || (range == 0 && _newestId > 0))
        {
            return 1;
        }

        if (_newestId == 0)
        {
            return _chainPages;
        }

        var atMost = (range / _pageSize) + 1;
        var likely = Math.Ceiling((range * stretch.RowsPerId * OpenReserve / _pageSize) + 1);
        return (int)Math.Clamp(Math.Min(atMost, likely), 1, _chainPages);
    }
}
