using System.Text.Json;

namespace Bitrix24.Client.Lists;

/// <content>
/// Doubts empty pages. It is assumed, because no page of the documentation rules it out, that a portal counts rows for a page and then leaves
/// out those it does not show: an empty page below the newest row stands for a page of such rows with others behind them. How many rows there are tells, or the ids: a page has room for as many rows as
/// it can hold.
/// </content>
internal sealed partial class ListReading
{
    // With what is behind them they fill a batch.
    private const int MostWindows = Bitrix24Client.MaxBatchCommands - 2;

    /// <summary>Asks how many rows there are behind an empty page; where that cannot be asked, passes by the ids that its rows must have.</summary>
    private void Doubt(LinkedListNode<Stretch> node, List<JsonElement> rows, long after, DateTimeOffset askedAt)
    {
        var stretch = node.Value;
        if (stretch.Steps > 0 || (stretch.Through is { } && !_hasBounds))
        {
            Step(node, rows, after, askedAt);
            return;
        }

        var parts = new List<Part>();
        AddRead(parts, stretch.After, after, rows, askedAt);
        parts.Add(new Part(new Stretch(after, stretch.Through, stretch.RowsPerId) { IsCounted = true, Part = stretch.Part }, null, Fault.None));
        Replace(node, parts, askedAt);
    }

    /// <summary>Takes a page of which the portal told how many rows it is the first of.</summary>
    private void TakeCounted(Piece piece, CommandOutcome outcome, DateTimeOffset askedAt)
    {
        var stretch = piece.Node.Value;
        var rows = new List<JsonElement>();
        var after = stretch.After;
        var fault = TakePage(outcome, rows, ref after, stretch.Through, out var count, out var error);
        if (fault != Fault.None)
        {
            Fail(piece.Node, error!, askedAt);
            return;
        }

        _hides |= count > 0;
        _hasBounds &= count == rows.Count;

        // The next page begins where this one ends: so many rows a page holds, however few of them are shown.
        _pageSize = Math.Max(_pageSize, Math.Max(count, outcome.Answer!.Next ?? 0));
        var total = outcome.Answer.Total;
        var isUncounted = total is null && stretch.Through is null && stretch.After == query.AfterId;
        if (IsWhole(stretch, stretch.After, after, count, _pageSize) || (total >= count && total <= _pageSize) || (count == 0 && isUncounted))
        {
            // A list of which neither the first nor the newest rows are shown is believed to be empty where the portal does not count.
            Replace(piece.Node, [new Part(Whole(stretch.After, stretch.Through, rows, askedAt), null, Fault.None)], askedAt);
        }
        else if (count > 0)
        {
            Replace(piece.Node, Parts(piece, rows, after, isWhole: false, isDoubted: true, askedAt, null, fault), askedAt);
        }
        else if (_hasBounds && total > 0)
        {
            Replace(piece.Node, [.. Windows(stretch, total.Value, _pageSize).Select(window => new Part(window, null, Fault.None))], askedAt);
        }
        else
        {
            Step(piece.Node, rows, after, askedAt);
        }
    }

    /// <summary>Cuts a stretch whose first page of rows is hidden so that its windows hold half a page each; one without an end so that they double.</summary>
    private static IEnumerable<Stretch> Windows(Stretch stretch, int total, int pageSize)
    {
        var windows = stretch.Through is null ? MostWindows : Math.Min(Math.Ceiling(2.0 * total / pageSize), MostWindows);
        var width = Math.Max((long)Math.Ceiling(stretch.Width / windows), pageSize);
        var after = stretch.After;
        for (var window = 0; window < windows && !(after >= stretch.Through) && width <= long.MaxValue / 4; window++)
        {
            var through = Math.Min(after + width, stretch.Through ?? long.MaxValue);
            yield return new Stretch(after, through, stretch.RowsPerId) { IsCounted = true, Part = -2 - window };
            after = through;
            width = stretch.Through is null ? width * 2 : width;
        }

        if (stretch.Through is null)
        {
            yield return new Stretch(after, null, stretch.RowsPerId) { IsCounted = true };
        }
    }

    /// <summary>Passes as many ids as pages of hidden rows must have at least, page by page.</summary>
    private void Step(LinkedListNode<Stretch> node, List<JsonElement> rows, long after, DateTimeOffset askedAt)
    {
        var stretch = node.Value;
        var steps = rows.Count > 0 ? 1 : stretch.Steps + 1;
        var parts = new List<Part>();

        // The first page of them is the empty one.
        var through = Math.Min(after + _pageSize, stretch.Through ?? long.MaxValue);
        AddRead(parts, stretch.After, after, rows, askedAt);
        AddRead(parts, after, through, [], askedAt);
        for (var window = 0; window < MostWindows && !(through >= stretch.Through); window++)
        {
            after = through;
            through = Math.Min(after + _pageSize, stretch.Through ?? long.MaxValue);
            parts.Add(new Part(new Stretch(after, through, stretch.RowsPerId) { IsDoubted = true, Part = -2 - window }, null, Fault.None));
        }

        if (!(through >= stretch.Through))
        {
            var error = steps > MaxFailuresInARow ? Disorder("Pages before the newest row are empty.") : null;
            var rest = new Stretch(through, stretch.Through, stretch.RowsPerId) { IsDoubted = true, Steps = steps, Part = stretch.Part };
            parts.Add(new Part(rest, error, Fault.None));
        }

        Replace(node, parts, askedAt);
    }
}
