using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Reports;

/// <summary>In whose name a report is asked for: decides whose figures it may hold.</summary>
public sealed record ReportAsker
{
    private ReportAsker(long? userId) => UserId = userId;

    /// <summary>Whoever operates the service, and the add-on's own schedule: the whole portal.</summary>
    public static ReportAsker Operator { get; } = new(userId: null);

    /// <summary>The user of the portal; null for <see cref="Operator"/>.</summary>
    public long? UserId { get; }

    /// <summary>A person of the portal, by his user id as the portal itself told it, never as a post claims it.</summary>
    /// <param name="userId">The user.</param>
    public static ReportAsker Person(long userId) => new(userId);

    /// <summary>The asker as an effect keeps him.</summary>
    /// <param name="userId">The user; null for <see cref="Operator"/>.</param>
    internal static ReportAsker Of(long? userId) => userId is { } person ? Person(person) : Operator;
}

/// <summary>
/// Whose figures of which days a report may hold, whatever door it is asked at: a person sees himself; a head also who belonged to his
/// departments, or to one below, on that day; the head of the whole company, and the administrator in whose name we call, everything.
/// </summary>
/// <param name="context">The portal.</param>
/// <param name="membership">Who heads what.</param>
/// <param name="asker">Who asks.</param>
internal sealed class ReportAccess(PortalContext context, Membership membership, ReportAsker asker)
{
    private readonly IReadOnlySet<long> _headed = asker.UserId is { } person ? membership.HeadedBy(person) : new HashSet<long>();

    private bool SeesAll => asker.UserId is not { } person
        || (person == context.Portal.OwnerUserId && context.Directory.OwnerIsAdministrator)
        || _headed.Any(d => membership.Departments[d].ParentId is null);

    /// <summary>Whether he may see a person's figures of a day; those of nobody belong to the whole.</summary>
    public bool MaySee(long userId, int day) =>
        SeesAll || (userId != 0 && (userId == asker.UserId || membership.Of(userId, day).Overlaps(_headed)));

    /// <summary>Refuses what is not his to ask for; a narrower report in its place would pass for the whole.</summary>
    /// <exception cref="ProblemException">He may not see the person, the department or the company.</exception>
    public void Require(ReportRequest request)
    {
        var isHisDepartment = request.DepartmentId is { } department
            && _headed.Any(headed => PortalDays.Range(request.FromDay, request.ToDay).All(day => membership.Upwards(department, day).Contains(headed)));
        var isHisPerson = request.UserId is { } user && (request.DepartmentId is null || user == asker.UserId)
            && PortalDays.Range(request.FromDay, request.ToDay).Any(day => MaySee(user, day));
        if (!SeesAll && !isHisDepartment && !isHisPerson)
        {
            throw new ProblemException("Reports.not_yours", request.Scope);
        }
    }
}
