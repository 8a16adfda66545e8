using System.Text.Json;

namespace Bitrix24.Client.Lists;

/// <content>Takes what came.</content>
internal sealed partial class ListReading
{
    // So few rows may well be missing at the end of a stretch; more are asked for.
    private const double MissingRows = 3;

    // Batches of one list, however well its estimates come true; the reader's own bound is lower.
    private const int MostAhead = 250;

    // Stands for no rows in estimates.
    private const double LeastRows = 0.5;

    // Shorter pieces tell nothing about estimates.
    private const int TellingPages = 10;

    private bool _hides;

    private enum Fault
    {
        None,

        /// <summary>The command failed.</summary>
        Failed,

        /// <summary>An id is missing, repeated or falls.</summary>
        Disorder,
    }

    /// <summary>Takes pages that hang on each other; what came after a page that was not full hung on a reference that leads nowhere.</summary>
    private void TakeChain(Piece piece, IReadOnlyDictionary<string, CommandOutcome> outcomes, DateTimeOffset askedAt)
    {
        var stretch = piece.Node.Value;
        var rows = new List<JsonElement>();
        var after = stretch.After;
        for (var page = 0; page < piece.Keys.Count; page++)
        {
            var before = rows.Count;
            var from = after;
            var fault = TakePage(outcomes[piece.Keys[page]], rows, ref after, stretch.Through, out var count, out var error);
            if (fault != Fault.None)
            {
                // A reference may lead nowhere on a portal that writes lists as maps: what came is good, and a real fault shows itself
                // where the next batch begins with the id itself.
                var isChainLoss = page > 0 && !error!.IsRetryable;
                _isChainless |= isChainLoss;
                Replace(piece.Node, Parts(piece, rows, after, isWhole: false, isDoubted: false, askedAt, isChainLoss ? null : error, fault), askedAt);
                return;
            }

            _hides |= stretch.IsDoubted && page == 0 && rows.Count > before;
            var isWhole = IsWhole(stretch, from, after, count, piece.PageSize);
            if (isWhole || count != piece.PageSize || page == piece.Keys.Count - 1)
            {
                var isShort = !isWhole && count < piece.PageSize;
                Judge(piece, rows, after);
                if (!isWhole && count == 0)
                {
                    Doubt(piece.Node, rows, after, askedAt);
                    return;
                }

                _chainPages = isShort && _hides ? page + 1 : Math.Min(_chainPages * 2, Bitrix24Client.MaxBatchCommands);
                _pageSize = Math.Max(_pageSize, count);
                Replace(piece.Node, Parts(piece, rows, after, isWhole, isShort, askedAt, null, fault), askedAt);
                return;
            }
        }
    }

    /// <summary>Takes pages side by side, each of as many ids as a page holds.</summary>
    private void TakeRanges(Piece piece, IReadOnlyDictionary<string, CommandOutcome> outcomes, DateTimeOffset askedAt)
    {
        var stretch = piece.Node.Value;
        var parts = new List<Part>();
        var rows = new List<JsonElement>();
        var readFrom = stretch.After;
        var read = 0;
        for (var page = 0; page < piece.Keys.Count; page++)
        {
            var from = stretch.After + ((long)page * piece.PageSize);
            var through = Math.Min(from + piece.PageSize, stretch.Through!.Value);
            var after = from;
            var before = rows.Count;
            var fault = TakePage(outcomes[piece.Keys[page]], rows, ref after, through, out _, out var error);
            read += rows.Count - before;
            if (fault == Fault.None)
            {
                _density.Learn((rows.Count - before, through - from));
                _hides |= stretch.IsDoubted && rows.Count > before;

                // No more rows than a page holds can be there; a second look is for portals that do not fill their pages.
                if (rows.Count == before || (through - after) * stretch.RowsPerId <= MissingRows)
                {
                    continue;
                }
            }

            // What is missing stands between what was read before it and behind it.
            AddRead(parts, readFrom, after, rows, askedAt);
            if (parts.Count > 0 && parts[^1] is { Fault: Fault.Failed } last && fault == Fault.Failed && last.Stretch.Through == from)
            {
                last.Stretch.Through = through;
            }
            else
            {
                parts.Add(new Part(
                    new Stretch(after, through, stretch.RowsPerId) { IsDoubted = fault == Fault.None, Failures = stretch.Failures, Part = stretch.Part }, error, fault));
            }

            rows = [];
            readFrom = through;
        }

        _density.Judge((double)read / (piece.Pages * piece.PageSize), MostAhead);
        Inform(piece.Node, Math.Max(read, LeastRows) / stretch.Width);
        AddRead(parts, readFrom, stretch.Through!.Value, rows, askedAt);
        Replace(piece.Node, parts, askedAt);
    }

    /// <summary>Adds the rows of a page to the others once their ids are known to rise inside the asked range.</summary>
    private Fault TakePage(CommandOutcome outcome, List<JsonElement> rows, ref long after, long? through, out int count, out Bitrix24Error? error)
    {
        var before = rows.Count;
        error = Read(outcome, rows);
        count = rows.Count - before;
        if (error is not null)
        {
            return Fault.Failed;
        }

        if (!TryRange(rows, before, after, out var last))
        {
            rows.RemoveRange(before, count);
            error = Disorder("A row came whose id is not above the last one read.");
            return Fault.Disorder;
        }

        while (last > through && rows.Count > before && query.List.Id(rows[^1]) > through)
        {
            rows.RemoveAt(rows.Count - 1);
        }

        after = last > through ? through.Value : last;
        return Fault.None;
    }

    private Bitrix24Error? Read(CommandOutcome outcome, List<JsonElement> rows)
    {
        if (outcome.Answer is not { } answer)
        {
            return outcome.Error ?? Bitrix24Error.CommandNotRun;
        }

        return query.List.TryRead(answer.Result, rows)
            ? null
            : new Bitrix24Error(Bitrix24ErrorKind.NotAnAnswer, "CLIENT_NO_ROWS", "The result has no rows where the method keeps them.");
    }

    /// <summary>Whether the ids from an index on rise; the last of them.</summary>
    private bool TryRange(List<JsonElement> rows, int index, long after, out long last)
    {
        last = after;
        for (; index < rows.Count; index++)
        {
            if (query.List.Id(rows[index]) is not { } id || id <= last)
            {
                return false;
            }

            last = id;
        }

        return true;
    }

    /// <summary>
    /// Whether a page ends its stretch. That it was not full proves nothing below the newest row: the portal may have left out rows it does
    /// not show. A row behind the stretch does, or so few ids that the page had room for all of them.
    /// </summary>
    private bool IsWhole(Stretch stretch, long from, long after, int count, int pageSize) =>
        query.IsOnePage || after == stretch.Through || stretch.Through - from <= pageSize
        || (stretch.Through is null && _newestId > 0 && after >= _newestId && (count == 0 || (count < pageSize && !_hides)));

    /// <summary>Compares what came with what was expected.</summary>
    private void Judge(Piece piece, List<JsonElement> rows, long after)
    {
        var stretch = piece.Node.Value;
        if (rows.Count > 1)
        {
            _density.Learn(Span(rows));
        }

        if (stretch.IsSample)
        {
            _density.Sample(rows.Count > 0 ? (double)rows.Count / (after - stretch.After) : LeastRows / stretch.Width, rows.Count >= piece.PageSize);
            if (--_samplesLeft == 0)
            {
                _density.Trust(_density.IsDense(stretch), MostAhead);
            }
        }
        else if (piece.Pages >= TellingPages && stretch.Through is not null)
        {
            _density.Judge((double)rows.Count / (piece.Pages * piece.PageSize), MostAhead);
            Inform(piece.Node, Math.Max(rows.Count, LeastRows) / (rows.Count > 0 ? after - stretch.After : stretch.Width));
        }
    }

    /// <summary>Lets what is behind in the part know how many rows an id had here; a sudden want of rows counts at once, lest it be waited for.</summary>
    private static void Inform(LinkedListNode<Stretch> node, double rowsPerId)
    {
        for (var next = node.Next; next is { Value: { Through: not null } stretch } && stretch.Part == node.Value.Part; next = next.Next)
        {
            stretch.RowsPerId = rowsPerId < stretch.RowsPerId / 2 ? rowsPerId : (stretch.RowsPerId + rowsPerId) / 2;
        }
    }

    private List<Part> Parts(
        Piece piece, List<JsonElement> rows, long after, bool isWhole, bool isDoubted, DateTimeOffset askedAt, Bitrix24Error? error, Fault fault)
    {
        var stretch = piece.Node.Value;
        var parts = new List<Part>();
        if (isWhole)
        {
            parts.Add(new Part(Whole(stretch.After, stretch.Through, rows, askedAt), null, Fault.None));
            return parts;
        }

        AddRead(parts, stretch.After, after, rows, askedAt);
        var rowsPerId = rows.Count > 0 ? (double)rows.Count / (after - stretch.After) : stretch.RowsPerId;
        var left = new Stretch(after, stretch.Through, rowsPerId)
        {
            IsDoubted = isDoubted,
            Failures = rows.Count > 0 ? 0 : stretch.Failures,
            Part = stretch.Part,
            Trust = rows.Count >= piece.Pages * piece.PageSize ? 2 * piece.Pages : Math.Max(rows.Count / piece.PageSize, 1),
        };
        parts.Add(new Part(left, error, fault));
        return parts;
    }

    private void AddRead(List<Part> parts, long from, long through, List<JsonElement> rows, DateTimeOffset askedAt)
    {
        if (through > from)
        {
            parts.Add(new Part(Whole(from, through, rows, askedAt), null, Fault.None));
        }
    }

    private void Replace(LinkedListNode<Stretch> node, List<Part> parts, DateTimeOffset askedAt)
    {
        var added = parts.ConvertAll(part => _stretches.AddBefore(node, part.Stretch));
        _stretches.Remove(node);
        foreach (var (place, part) in added.Zip(parts).Where(pair => pair.Second.Error is not null && pair.First.List is not null).ToList())
        {
            if (place.List is not null)
            {
                Fail(place, part.Error!, askedAt);
            }
        }
    }

    private sealed record Part(Stretch Stretch, Bitrix24Error? Error, Fault Fault);
}
