using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Reports;

/// <summary>A part of a step.</summary>
/// <param name="Share">Whose it is.</param>
/// <param name="Count">How many.</param>
public sealed record FunnelPart(TierShare Share, long Count);

/// <summary>A step on the way from a lead to a deal won.</summary>
/// <param name="Metric">What is counted.</param>
/// <param name="Count">How many in the period; null when the portal did not let their list be read.</param>
/// <param name="OfBeforePercent">In percent of the step before; null for the first, and where one of the two is not known or that one is 0.</param>
/// <param name="Parts">By tiers in their order, then people of none, then nobody's; those with records.</param>
public sealed record FunnelStep(Metric Metric, long? Count, decimal? OfBeforePercent, IReadOnlyList<FunnelPart> Parts);

/// <summary>What happened in a period on the way between the tiers: events of each step, not the fate of the same leads.</summary>
/// <param name="AreTiersSet">The settings say who makes up the tiers; else everybody is of none.</param>
/// <param name="Steps">The steps in order.</param>
public sealed record Funnel(bool AreTiersSet, IReadOnlyList<FunnelStep> Steps);

/// <summary>Makes funnels from the figures.</summary>
/// <param name="storage">The database.</param>
public sealed class FunnelBuilder(AddonStorage storage)
{
    private static readonly string[] Steps =
        [MetricCatalogue.LeadsCreated, MetricCatalogue.LeadsProcessed, MetricCatalogue.ProposalsCreated, MetricCatalogue.DealsWon];

    /// <summary>Makes a funnel; who belongs to which tier is told by his departments of the day.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="request">Period and people.</param>
    /// <param name="asker">In whose name: it counts only what he may see.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">The period cannot be, the request is not his, or nothing has been read yet.</exception>
    public async Task<Funnel> BuildAsync(PortalRow portal, ReportRequest request, ReportAsker asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        var ground = await ReportGround.ForPageAsync(db, request, asker, cancellationToken).ConfigureAwait(false);
        var figures = await db.Figures.AsNoTracking().Where(f => f.Day >= request.FromDay && f.Day <= request.ToDay && Steps.Contains(f.Metric))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var parts = figures.Where(f => ground.Access.Holds(request, f.UserId, f.Day))
            .GroupBy(f => (f.Metric, Share: ground.ShareOf(f.UserId, f.Day)), f => f.Sum)
            .Select(g => (g.Key.Metric, Part: new FunnelPart(g.Key.Share, g.Sum()))).ToLookup(p => p.Metric, p => p.Part);
        var unknown = await UnreadMetrics.RefusedAsync(db, ground.Portal.Metrics, cancellationToken).ConfigureAwait(false);
        var steps = new List<FunnelStep>();
        foreach (var code in Steps)
        {
            if (unknown.Contains(code))
            {
                steps.Add(new FunnelStep(MetricCatalogue.ByCode[code], null, null, []));
                continue;
            }

            var count = parts[code].Sum(p => p.Count);
            steps.Add(new FunnelStep(
                MetricCatalogue.ByCode[code], count,
                steps is [.., { Count: { } before and > 0 }] ? decimal.Round(100m * count / before, 1, MidpointRounding.AwayFromZero) : null,
                [.. parts[code].OrderBy(p => p.Share.IsNobodys).ThenBy(p => p.Share.Tier is null).ThenBy(p => p.Share.Tier)]));
        }

        return new Funnel(ground.Portal.Settings.Tiers.Count > 0, steps);
    }
}
