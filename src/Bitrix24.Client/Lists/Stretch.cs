using System.Text.Json;

namespace Bitrix24.Client.Lists;

/// <summary>A stretch of a list's ids: not asked for yet, asked for, or read. The stretches of a list lie side by side without gaps.</summary>
/// <param name="after">The id before the stretch.</param>
/// <param name="through">Its last id, or null when it has no end: rows may still be added there.</param>
/// <param name="rowsPerId">How many rows an id is expected to have, 0 to 1.</param>
internal sealed class Stretch(long after, long? through, double rowsPerId)
{
    public long After => after;

    public long? Through { get; set; } = through;

    public double RowsPerId { get; set; } = rowsPerId;

    public bool IsAsked { get; set; }

    /// <summary>Its first page shall tell how dense this part of the list is.</summary>
    public bool IsSample { get; set; }

    /// <summary>The number of the part of the list it belongs to.</summary>
    public int Part { get; set; }

    /// <summary>How many pages to ask for at once where estimates are worth nothing: more, the more rows came.</summary>
    public int Trust { get; set; } = 1;

    /// <summary>A page before it was short, yet more rows were expected: if there are any, the portal leaves rows out of pages.</summary>
    public bool IsDoubted { get; init; }

    /// <summary>A page before it was empty although rows lie behind: the portal shall count its rows.</summary>
    public bool IsCounted { get; init; }

    /// <summary>How many times in a row hidden rows were passed before it without finding one that is shown.</summary>
    public int Steps { get; init; }

    /// <summary>How often it failed since a row of it came.</summary>
    public int Failures { get; set; }

    /// <summary>Why it cannot be read.</summary>
    public Bitrix24Error? Error { get; set; }

    /// <summary>Its rows once it is read.</summary>
    public List<JsonElement>? Rows { get; init; }

    public long LastId { get; init; }

    public DateTimeOffset AskedAt { get; set; }

    public long Width => Through - After ?? 0;

    public double ExpectedRows => Width * RowsPerId;
}

/// <summary>How the pages of a piece hang together.</summary>
internal enum PieceKind
{
    /// <summary>The newest rows, latest first.</summary>
    Newest,

    /// <summary>Each page begins where the one before ends, by reference.</summary>
    Chain,

    /// <summary>Each page has as many ids as a page holds rows.</summary>
    Ranges,

    /// <summary>One page, of which the portal also tells how many rows it is the first of.</summary>
    Counted,
}

/// <summary>What one batch asks of a stretch.</summary>
internal sealed class Piece(ListReading reading, LinkedListNode<Stretch> node, PieceKind kind, int pages, int pageSize)
{
    public ListReading Reading => reading;

    public LinkedListNode<Stretch> Node => node;

    public PieceKind Kind => kind;

    /// <summary>The rows of a full page as far as known when the piece was planned.</summary>
    public int PageSize => pageSize;

    public int Pages { get; set; } = pages;

    /// <summary>So many pages may be asked for where they cost nothing.</summary>
    public int MostPages { get; init; } = pages;

    public List<string> Keys { get; } = [];
}
