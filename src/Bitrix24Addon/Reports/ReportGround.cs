using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Reports;

/// <summary>What every report stands on: the portal as it is set now, who belonged where, and what the asker may see.</summary>
internal sealed class ReportGround
{
    private ReportGround(AddonDbContext db, PortalContext portal, FactReader facts, Membership membership, ReportAsker asker)
    {
        (Db, Portal, Facts, Membership) = (db, portal, facts, membership);
        Access = new ReportAccess(portal, membership, asker);
    }

    public AddonDbContext Db { get; }

    public PortalContext Portal { get; }

    public FactReader Facts { get; }

    public Membership Membership { get; }

    public ReportAccess Access { get; }

    public PortalDays Days => Portal.Metrics.Days;

    /// <summary>Reads it.</summary>
    /// <exception cref="ProblemException">The portal's history was not read to its end yet.</exception>
    public static async Task<ReportGround> ReadAsync(AddonDbContext db, PortalContext portal, ReportAsker asker, CancellationToken cancellationToken)
    {
        if (portal.Portal.HistoryCompleteAtMs is null)
        {
            throw new ProblemException(portal.Portal.HistoryStartedAtMs is null ? "Reports.nothing_read" : "Reports.history_unfinished", portal.Portal.Host);
        }

        var facts = new FactReader(db, portal.Metrics.Days);
        return new ReportGround(db, portal, facts, await Membership.ReadAsync(facts, portal.Settings.Roles.Heads, cancellationToken).ConfigureAwait(false), asker);
    }

    /// <summary>Reads it for a page: of a person or department only if it is the asker's, else of all he may see.</summary>
    /// <exception cref="ProblemException">Nothing was read yet, the period cannot be, or the request is not his.</exception>
    public static async Task<ReportGround> ForPageAsync(AddonDbContext db, ReportRequest request, ReportAsker asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(asker);
        request.RequirePeriod();
        var portal = await PortalRegistry.ContextAsync(db, cancellationToken).ConfigureAwait(false);
        var ground = await ReadAsync(db, portal, asker, cancellationToken).ConfigureAwait(false);
        ground.Access.RequireNamed(request);
        ground.RequireKnown(request);
        return ground;
    }

    /// <summary>A metric by its code, if it has one value.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public static Metric MetricOf(string code) => MetricCatalogue.ByCode.TryGetValue(code, out var metric) && !metric.IsByCurrency
        ? metric
        : throw new ProblemException("Reports.unknown_metric", code);

    /// <summary>Refuses a department that nobody ever saw.</summary>
    /// <exception cref="ProblemException">There is no such department.</exception>
    public void RequireKnown(ReportRequest request)
    {
        if (request.DepartmentId is { } department && !Membership.Departments.ContainsKey(department))
        {
            throw new ProblemException("Reports.unknown_department", department);
        }
    }

    /// <summary>Whose share a person's figures of a day are (0 is nobody): the first of his tiers on that day.</summary>
    public TierShare ShareOf(long userId, int day) => userId == 0
        ? new TierShare(null, IsNobodys: true)
        : new TierShare(Portal.Settings.TiersOf(userId, Membership.Of(userId, day)).Select(tier => (Tier?)tier).FirstOrDefault());

    /// <summary>People whom a request shows: who work here on its last day and are somebody.</summary>
    public IEnumerable<long> PeopleOf(ReportRequest request) => Membership.ActiveOn(request.ToDay)
        .Where(user => Portal.Metrics.Attributed(user) is not null && Access.Holds(request, user, request.ToDay));
}
