using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Reports;

/// <summary>Whose figures of which days somebody may see, for what is shown besides reports.</summary>
public static class ReportSight
{
    /// <summary>Tells of a person and day (yyyymmdd) whether a visitor may see it.</summary>
    /// <param name="visitor">The visitor.</param>
    /// <param name="asker">The same as one who asks for reports.</param>
    public static Func<long, int, bool> Of(Visitor visitor, ReportAsker asker)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        ArgumentNullException.ThrowIfNull(asker);
        return new ReportAccess(visitor.Context, visitor.Membership, asker).MaySee;
    }
}
