using System.Text.Json;

namespace Bitrix24.Client.Lists;

/// <content>
/// Doubts empty pages. A portal counts rows for a page and then leaves out those it does not show, so an empty page may stand for a page
/// of such rows with others behind them. Ids tell: where no more of them were asked for than a page holds, it is really empty.
/// </content>
internal sealed partial class ListReading
{
    // With what is behind them they fill a batch.
    private const int Windows = Bitrix24Client.MaxBatchCommands - 2;

    // Rows expected of a window: room for a place twice as dense.
    private const double ShareOfPage = 0.5;

    /// <summary>Whether rows are known or likely to lie behind an empty page.</summary>
    private bool IsDoubtful(Stretch stretch, long after, int pageSize)
    {
        var through = stretch.Through ?? _newestId;
        return !stretch.IsWindow && through - after > pageSize
            && (through == _newestId || _hides || stretch.Doubts > 0 || (!_density.IsOdd && (through - after) * stretch.RowsPerId >= pageSize));
    }

    /// <summary>Reads what is behind an empty page by windows of so few ids that they fit one page; they grow as long as all are empty.</summary>
    private void Doubt(Piece piece, List<JsonElement> rows, long after, DateTimeOffset askedAt)
    {
        var stretch = piece.Node.Value;
        var doubts = rows.Count > 0 ? 1 : stretch.Doubts + 1;
        var parts = new List<Part>();
        AddRead(parts, stretch.After, after, rows, askedAt);
        Bitrix24Error? error = null;
        if (stretch.Through is { } through)
        {
            var likely = Math.Max(piece.PageSize, ShareOfPage * piece.PageSize / stretch.RowsPerId) * Math.Pow(2, doubts - 1);
            var width = (long)Math.Min(likely, through - after);
            for (var window = 0; window < Windows && after < through - piece.PageSize; window++)
            {
                var next = Math.Min(after + width, through - piece.PageSize);
                parts.Add(new Part(new Stretch(after, next, stretch.RowsPerId) { IsWindow = true, IsDoubted = true, Part = -2 - window }, null, Fault.None));
                after = next;
            }
        }
        else
        {
            // The rows that were left out have ids, a page of them at least so many.
            AddRead(parts, after, after + piece.PageSize, [], askedAt);
            after += piece.PageSize;
            error = doubts > MaxFailuresInARow ? Disorder("Pages before the newest row are empty.") : null;
        }

        parts.Add(new Part(
            new Stretch(after, stretch.Through, stretch.RowsPerId) { IsDoubted = true, Doubts = doubts, Part = stretch.Part }, error, Fault.None));
        Replace(piece.Node, parts, askedAt);
    }
}
