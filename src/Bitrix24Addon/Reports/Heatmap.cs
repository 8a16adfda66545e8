using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Reports;

/// <summary>How many calls began at which hour of which weekday.</summary>
/// <param name="Counts">Seven weekdays from Monday, each of 24 hours of the portal's zone; null when the portal did not let the calls be read.</param>
public sealed record Heatmap(IReadOnlyList<IReadOnlyList<int>>? Counts);

/// <summary>Makes heatmaps of the calls, which have a time of day; other figures are kept by day.</summary>
/// <param name="storage">The database.</param>
public sealed class HeatmapBuilder(AddonStorage storage)
{
    /// <summary>Makes a heatmap.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="request">Period and people.</param>
    /// <param name="calls">Which calls.</param>
    /// <param name="asker">In whose name: it counts only calls of people and days that he may see.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">The period cannot be, the request is not his, or nothing has been read yet.</exception>
    public async Task<Heatmap> BuildAsync(PortalRow portal, ReportRequest request, HeatmapCalls calls, ReportAsker asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(request);
        await using var db = storage.Open(portal.Id);
        var ground = await ReportGround.ForPageAsync(db, request, asker, cancellationToken).ConfigureAwait(false);
        var calling = await HeatmapHour.CallsAsync(ground, request, calls, cancellationToken).ConfigureAwait(false);
        return new Heatmap(calling is null ? null : CountsOf(calling.Select(c => c.At)));
    }

    private static int[][] CountsOf(IEnumerable<HeatmapHour> calls)
    {
        var counts = Enumerable.Range(0, 7).Select(_ => new int[24]).ToArray();
        foreach (var (weekday, hour) in calls)
        {
            counts[(int)weekday - 1][hour]++;
        }

        return counts;
    }
}
