using System.Globalization;
using Bitrix24Addon.Facts;

namespace Bitrix24Addon.Portals;

/// <summary>Who is told about a department.</summary>
/// <param name="DialogId">A user's id or <c>chat{id}</c>.</param>
/// <param name="DepartmentId">The department.</param>
public sealed record ReportReceiver(string DialogId, long DepartmentId);

/// <summary>Chooses who receives what is told about departments: the one place where it is decided.</summary>
internal static class ReportReceivers
{
    /// <summary>
    /// Each department has its receiver: set in the settings, else its head, else the nearest head above, else the owner of the token. Who
    /// answers for a department and for one above it gets the upper one only: it holds the lower.
    /// </summary>
    /// <param name="portal">The portal.</param>
    /// <param name="membership">Who heads what.</param>
    /// <param name="departments">The departments that are told about.</param>
    /// <param name="today">yyyymmdd: who heads a department today receives it, whatever day it is about; people who left must not.</param>
    public static IReadOnlyList<ReportReceiver> Choose(PortalContext portal, Membership membership, IEnumerable<long> departments, int today)
    {
        var receivers = departments.Distinct().ToDictionary(d => d, d => Of(portal, membership, d, today));
        return
        [
            .. receivers.Where(r => !membership.Upwards(r.Key, today).Skip(1).Any(above => receivers.TryGetValue(above, out var same) && same == r.Value))
                .OrderBy(r => r.Key).Select(r => new ReportReceiver(r.Value, r.Key)),
        ];
    }

    /// <summary>The receiver of one department.</summary>
    public static string Of(PortalContext portal, Membership membership, long departmentId, int today) =>
        portal.Settings.ReportReceivers.TryGetValue(departmentId, out var set)
            ? set
            : membership.Upwards(departmentId, today).Select(d => membership.HeadOf(d, today)).FirstOrDefault(head => head is not null)
                ?.ToString(CultureInfo.InvariantCulture) ?? OwnerOf(portal);

    /// <summary>Who receives what nobody else does.</summary>
    public static string OwnerOf(PortalContext portal) => portal.Portal.OwnerUserId.ToString(CultureInfo.InvariantCulture);
}
