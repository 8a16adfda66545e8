using System.Globalization;
using Bitrix24Addon.Facts.Metrics;

namespace Bitrix24Addon.Facts;

/// <summary>What names a cell of figures.</summary>
/// <param name="Day">yyyymmdd.</param>
/// <param name="UserId">The user, or 0 for nobody's.</param>
/// <param name="Metric">The metric's code.</param>
/// <param name="Detail">A subdivision of the metric, or empty.</param>
internal readonly record struct FigureKey(int Day, long UserId, string Metric, string Detail)
{
    public static FigureKey Of(FigureRow row) => new(row.Day, row.UserId, row.Metric, row.Detail);
}

/// <summary>Arithmetic of a cell: a sum, a number of cases and, where a total needs them, the cases themselves.</summary>
internal static class FigureCell
{
    /// <summary>The cell that holds exactly these contributions; there is at least one.</summary>
    public static FigureRow Of(FigureKey key, IEnumerable<Contribution> contributions) =>
        TryMove(null, key, [], contributions, out var cell) ? cell! : throw new InvalidOperationException("A cell without cases is none.");

    /// <summary>Whether the cell would hold something else.</summary>
    public static bool Differ(IEnumerable<Contribution> before, IEnumerable<Contribution> after) =>
        !before.Select(c => (c.SourceId, c.Value)).Order().SequenceEqual(after.Select(c => (c.SourceId, c.Value)).Order());

    /// <summary>
    /// Takes contributions from a cell and puts others into it. False when the cell does not hold what is to be taken; a cell that is empty
    /// afterwards is null.
    /// </summary>
    public static bool TryMove(FigureRow? cell, FigureKey key, IEnumerable<Contribution> taken, IEnumerable<Contribution> put, out FigureRow? moved)
    {
        var cases = cell?.Cases?.Split(',').Select(c => long.Parse(c, CultureInfo.InvariantCulture)).ToList() ?? [];
        var (sum, count) = (cell?.Sum ?? 0, cell?.Count ?? 0);
        foreach (var (value, listed) in taken.Select(c => CaseOf(key, c)))
        {
            (sum, count) = (sum - value, count - 1);
            if (listed is { } one && !cases.Remove(one))
            {
                count = -1;
                break;
            }
        }

        moved = null;
        if (count < 0 || (count == 0 && sum != 0))
        {
            return false;
        }

        foreach (var (value, listed) in put.Select(c => CaseOf(key, c)))
        {
            (sum, count) = (sum + value, count + 1);
            cases.AddRange(listed is { } one ? [one] : []);
        }

        moved = count == 0 ? null : new FigureRow
        {
            PortalId = cell?.PortalId ?? 0,
            Day = key.Day,
            UserId = key.UserId,
            Metric = key.Metric,
            Detail = key.Detail,
            Sum = sum,
            Count = count,
            Cases = cases.Count == 0 ? null : string.Join(',', cases.Order().Select(c => c.ToString(CultureInfo.InvariantCulture))),
        };
        return true;
    }

    private static (long Value, long? Listed) CaseOf(FigureKey key, Contribution contribution) => MetricCatalogue.ByCode[key.Metric].Total switch
    {
        MetricTotal.Median => (contribution.Value, contribution.Value),
        MetricTotal.Distinct => (contribution.Value, contribution.SourceId),
        _ => (contribution.Value, null),
    };
}
