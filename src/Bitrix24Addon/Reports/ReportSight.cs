using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Reports;

/// <summary>Whose figures of which days somebody may see, for what is shown besides reports.</summary>
/// <param name="storage">The database.</param>
public sealed class ReportSight(AddonStorage storage)
{
    /// <summary>Tells of a person and day (yyyymmdd) whether the asker may see it.</summary>
    /// <param name="context">The portal.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<Func<long, int, bool>> OfAsync(PortalContext context, ReportAsker asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(asker);
        await using var db = storage.Open(context.Portal.Id);
        var facts = new FactReader(db, context.Metrics.Days);
        return new ReportAccess(context, await Membership.ReadAsync(facts, context.Settings.Roles.Heads, cancellationToken).ConfigureAwait(false), asker).MaySee;
    }
}
