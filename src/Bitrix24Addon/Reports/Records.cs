using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Reports;

/// <summary>A record behind a figure.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its number in Bitrix24.</param>
/// <param name="AtMs">When it happened, Unix milliseconds; of an overdue task its deadline.</param>
/// <param name="UserIds">Whose it is; several where a record counts once for several people, none when it is nobody's.</param>
/// <param name="Value">What it adds; money in major units.</param>
/// <param name="Mark">What a reader should know about it.</param>
/// <param name="Page">Where the portal shows it, or the CRM object it belongs to; null where nothing shows it.</param>
public sealed record RecordLine(FactKind Kind, long Id, long AtMs, IReadOnlyList<long> UserIds, decimal Value, ContributionMark Mark, PortalPath? Page);

/// <summary>A page of the records behind a figure, newest first.</summary>
public sealed class RecordPage
{
    /// <summary>The portal with the settings in force.</summary>
    public required PortalContext Portal { get; init; }

    /// <summary>The metric; null for the calls of an hour, which may be of two.</summary>
    public required Metric? Metric { get; init; }

    /// <summary>The figure; null when it cannot be told.</summary>
    public required decimal? Value { get; init; }

    /// <summary>How many records are behind it.</summary>
    public required long Count { get; init; }

    /// <summary>Of these, records of days so old that only the figures are kept.</summary>
    public required long Forgotten { get; init; }

    /// <summary>How many pages the other records fill.</summary>
    public required int Pages { get; init; }

    /// <summary>The records of the page.</summary>
    public required IReadOnlyList<RecordLine> Records { get; init; }
}

/// <summary>A part of a day's records, newest first.</summary>
/// <param name="Day">yyyymmdd.</param>
/// <param name="Skip">So many newer ones stand on earlier pages.</param>
/// <param name="Take">So many are shown.</param>
public sealed record RecordStretch(int Day, int Skip, int Take);

/// <summary>
/// Which days stand on which page, told by the figures alone: a page ends after 100 records, or after seven days with records, because all
/// records of its days must be read to show it.
/// </summary>
public static class RecordPages
{
    /// <summary>So many records a page.</summary>
    public const int Size = 100;

    private const int MostDays = 7;

    /// <summary>The pages.</summary>
    /// <param name="days">How many records each day has, newest first.</param>
    public static IReadOnlyList<IReadOnlyList<RecordStretch>> Of(IEnumerable<(int Day, int Count)> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        var pages = new List<List<RecordStretch>>();
        var room = 0;
        foreach (var (day, count) in days)
        {
            for (var skip = 0; skip < count;)
            {
                if (room == 0 || pages[^1].Count == MostDays)
                {
                    pages.Add([]);
                    room = Size;
                }

                var take = Math.Min(room, count - skip);
                pages[^1].Add(new RecordStretch(day, skip, take));
                (skip, room) = (skip + take, room - take);
            }
        }

        return pages;
    }
}
