namespace Bitrix24.Client.Lists;

/// <summary>What the pages of a list tell about how its rows lie among the ids, and how far estimates can be trusted.</summary>
internal sealed class ListDensity
{
    private const double OddError = 0.4;

    // A page for each fifty ids wastes less than chains do up to so many missing rows.
    private const double DenseList = 0.98;
    private const double DenseStretch = 0.96;

    private const int BatchesOfFullParts = 8;

    private double _rows;
    private double _ids;
    private double _error = 0.15;
    private double _sampleErrors;
    private int _samples;
    private double _lastSample;
    private bool _hasEmptyParts;

    /// <summary>How many batches of the list may be under way; grows as estimates come true, so that odd ids cannot waste many.</summary>
    public int Window { get; private set; } = 2;

    /// <summary>Some parts of the list are empty, or parts are so unlike that estimates are worth nothing, as where ids come in bursts.</summary>
    public bool IsOdd => _hasEmptyParts || _error > OddError;

    /// <summary>The share of an estimate that can be relied on.</summary>
    public double Sure => Math.Exp(-2 * Math.Min(_error, OddError));

    /// <summary>Learns from a page how many rows an id has.</summary>
    public double Learn((int Rows, long Ids) span)
    {
        _rows += span.Rows;
        _ids += span.Ids;
        return (double)span.Rows / span.Ids;
    }

    /// <summary>Hardly an id is missing.</summary>
    public bool IsDense(Stretch stretch) => !_hasEmptyParts && stretch.RowsPerId >= DenseStretch && _rows >= DenseList * _ids;

    /// <summary>Learns from samples all over the list how unlike its parts are.</summary>
    public void Sample(double rowsPerId, bool isFull)
    {
        _hasEmptyParts |= !isFull;
        _sampleErrors += _samples++ == 0 ? 0 : Factor(_lastSample, rowsPerId);
        _lastSample = rowsPerId;
        _error = _samples > 1 ? _sampleErrors / (_samples - 1) : _error;
    }

    /// <summary>Learns how many of the pages that were asked for brought what they can hold.</summary>
    public void Judge(double usedShare, int most) => Window = usedShare switch
    {
        >= 0.95 => Math.Min(Window + 2, most),
        < 0.8 => Math.Max(Window / 2, 2),
        _ => Window,
    };

    /// <summary>Every sample is there: where all were full pages, much can be read side by side.</summary>
    public void Trust(bool isDense, int most)
    {
        if (!IsOdd)
        {
            Window = isDense ? most : Math.Max(Window, BatchesOfFullParts);
        }
    }

    private static double Factor(double expected, double actual) => Math.Abs(Math.Log(expected / actual));
}
