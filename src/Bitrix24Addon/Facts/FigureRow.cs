using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Facts;

/// <summary>What one person did on one day by one metric. It follows the facts (see <see cref="FigureCells"/>).</summary>
public sealed class FigureRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>The calendar day in the portal's zone, as yyyymmdd.</summary>
    public int Day { get; set; }

    /// <summary>The user, or 0 for nobody's (unattributed).</summary>
    public long UserId { get; set; }

    /// <summary>The metric's code (see <see cref="Metrics.MetricCatalogue"/>).</summary>
    public required string Metric { get; set; }

    /// <summary>A subdivision of the metric, such as a currency; empty when it has none.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Sum of the cases, in the metric's unit (money in minor units).</summary>
    public long Sum { get; set; }

    /// <summary>Number of cases.</summary>
    public int Count { get; set; }

    /// <summary>The cases in ascending order, comma-separated, where a total needs them: values of a median, ids of distinct records; else null.</summary>
    public string? Cases { get; set; }
}
