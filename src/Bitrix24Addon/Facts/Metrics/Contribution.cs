namespace Bitrix24Addon.Facts.Metrics;

/// <summary>One record's part in one figure: what a figure is made of, and its evidence.</summary>
/// <param name="Metric">The metric's code.</param>
/// <param name="Day">The day it counts on, yyyymmdd.</param>
/// <param name="UserId">Whose it is, or null for nobody's.</param>
/// <param name="Value">What it adds, in the metric's unit.</param>
/// <param name="SourceKind">What kind of record it is.</param>
/// <param name="SourceId">The record's id in Bitrix24.</param>
public sealed record Contribution(string Metric, int Day, long? UserId, long Value, FactKind SourceKind, long SourceId)
{
    /// <summary>A subdivision of the metric, such as a currency; empty when it has none.</summary>
    public string Detail { get; init; } = "";

    /// <summary>When it happened, Unix milliseconds: the moment that puts it on its day; of an overdue task its deadline.</summary>
    public required long AtMs { get; init; }

    /// <summary>What a reader should know about it, or none.</summary>
    public ContributionMark Mark { get; init; }
}

/// <summary>Marks that go with a record in the evidence.</summary>
public enum ContributionMark
{
    /// <summary>Nothing to remark.</summary>
    None,

    /// <summary>The deal was won and later opened again; the win stays counted.</summary>
    Reopened,

    /// <summary>Passed between two reads: counted on the day it was seen.</summary>
    SeenBetween,

    /// <summary>The working day is still open; its time will grow.</summary>
    Open,
}
