using System.Globalization;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;

namespace Bitrix24Addon.Reports;

/// <summary>Figures of somebody over some days, added up by each metric's own rule.</summary>
public sealed class FigureSet
{
    private readonly Dictionary<(string Metric, string Detail), Cell> _cells = [];
    private readonly HashSet<string> _unknown = [];

    /// <summary>Whether anything at all was counted.</summary>
    public bool IsEmpty => _cells.Values.All(c => c.Count == 0);

    /// <summary>Subdivisions of a metric that have cases, such as currencies, in order.</summary>
    /// <param name="metric">The metric's code.</param>
    public IEnumerable<string> DetailsOf(string metric) =>
        _cells.Keys.Where(k => k.Metric == metric).Select(k => k.Detail).Order(StringComparer.Ordinal);

    /// <summary>The value of a metric: money in major units, means and medians null without cases, unknown figures null.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="detail">A subdivision; empty for none.</param>
    public decimal? ValueOf(Metric metric, string detail = "")
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (_unknown.Contains(metric.Code))
        {
            return null;
        }

        var cell = _cells.GetValueOrDefault((metric.Code, detail)) ?? new Cell();
        return metric.Total switch
        {
            MetricTotal.Mean => cell.Count == 0 ? null : decimal.Round((decimal)cell.Sum / cell.Count, 4),
            MetricTotal.Median => MedianOf([.. cell.Cases.Select(c => (decimal)c)]),
            MetricTotal.Distinct => cell.Cases.Distinct().Count(),
            _ => metric.Unit == MetricUnit.Money ? cell.Sum / 100m : cell.Sum,
        };
    }

    internal void Add(FigureRow figure)
    {
        var cell = CellOf(figure.Metric, figure.Detail);
        cell.Sum += figure.Sum;
        cell.Count += figure.Count;
        if (figure.Cases is { Length: > 0 } cases)
        {
            cell.Cases.AddRange(cases.Split(',').Select(c => long.Parse(c, CultureInfo.InvariantCulture)));
        }
    }

    internal void Set(string metric, long value)
    {
        var cell = CellOf(metric, "");
        (cell.Sum, cell.Count) = (value, (int)value);
    }

    internal void SetUnknown(string metric) => _unknown.Add(metric);

    /// <summary>The same, without values of metrics that cannot be known.</summary>
    internal FigureSet WithUnknown(IEnumerable<string> metrics)
    {
        _unknown.UnionWith(metrics);
        return this;
    }

    /// <summary>Figures added up.</summary>
    internal static FigureSet Of(IEnumerable<FigureRow> figures)
    {
        var set = new FigureSet();
        foreach (var figure in figures)
        {
            set.Add(figure);
        }

        return set;
    }

    /// <summary>The middle of the cases, or between the two middle ones; null without a case.</summary>
    internal static decimal? MedianOf(IReadOnlyCollection<decimal> cases)
    {
        if (cases.Count == 0)
        {
            return null;
        }

        var sorted = cases.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private Cell CellOf(string metric, string detail)
    {
        if (!_cells.TryGetValue((metric, detail), out var cell))
        {
            _cells[(metric, detail)] = cell = new Cell();
        }

        return cell;
    }

    private sealed class Cell
    {
        public long Sum { get; set; }

        public int Count { get; set; }

        public List<long> Cases { get; } = [];
    }
}
