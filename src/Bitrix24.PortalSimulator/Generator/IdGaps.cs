namespace Bitrix24.PortalSimulator.Generator;

/// <summary>Ids that are missing between the rows of a table: half of them one by one, half in holes. The same for the same table and share.</summary>
internal sealed class IdGaps
{
    private const int LongestHole = 1_000;

    private readonly Random _random;
    private readonly double _single;
    private readonly double _hole;

    /// <param name="missingShare">The share of all ids that is missing, from 0 to less than 1.</param>
    /// <param name="table">Lets tables differ.</param>
    public IdGaps(double missingShare, string table)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(missingShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(missingShare, 1);
        _random = new Random(table.Aggregate(0, (seed, letter) => (seed * 31) + letter));
        var missingPerRow = missingShare / (1 - missingShare);

        // Single ones are drawn until one is there, so their mean is the odds of their share; a hole is half as long as the longest in the mean.
        _single = missingPerRow / 2 / (1 + (missingPerRow / 2));
        _hole = missingPerRow / 2 / ((LongestHole + 1) / 2.0);
    }

    /// <summary>How many ids are missing before the next row.</summary>
    public int Next()
    {
        // A share of almost all asks for more than one hole before each row.
        var missing = 0;
        for (var holes = _hole; _random.NextDouble() < holes; holes--)
        {
            missing += _random.Next(LongestHole) + 1;
        }
        while (_random.NextDouble() < _single)
        {
            missing++;
        }
        return missing;
    }
}
