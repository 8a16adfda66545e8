using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Reports;

/// <summary>In whose name a report is asked for: decides whose figures it may hold.</summary>
public sealed record ReportAsker
{
    private ReportAsker(long? userId, bool isAdministrator = false) => (UserId, IsAdministrator) = (userId, isAdministrator);

    /// <summary>Whoever operates the service, and the add-on's own schedule: the whole portal.</summary>
    public static ReportAsker Operator { get; } = new(userId: null);

    /// <summary>The user of the portal; null for <see cref="Operator"/>.</summary>
    public long? UserId { get; }

    /// <summary>He administers the portal, as it told us itself: he sees everything.</summary>
    public bool IsAdministrator { get; }

    /// <summary>An administrator of the portal, whom the server has recognised as one; a page's word is not enough.</summary>
    /// <param name="userId">The user.</param>
    public static ReportAsker Administrator(long userId) => new(userId, isAdministrator: true);

    /// <summary>A person of the portal, by his user id as the portal itself told it, never as a post claims it.</summary>
    /// <param name="userId">The user.</param>
    public static ReportAsker Person(long userId) => new(userId);

    /// <summary>The asker as an effect keeps him.</summary>
    /// <param name="userId">The user; null for <see cref="Operator"/>.</param>
    internal static ReportAsker Of(long? userId) => userId is { } person ? Person(person) : Operator;
}

/// <summary>
/// Whose figures of which days a report may hold, whatever door it is asked at: a person sees himself; a head also who belonged to his
/// departments, or to one below, on that day; the head of the whole company, and administrators, everything.
/// </summary>
internal sealed class ReportAccess
{
    private readonly Membership _membership;
    private readonly ReportAsker _asker;
    private readonly IReadOnlySet<long> _headed;

    // Asked for each figure.
    private readonly bool _seesAll;

    /// <param name="context">The portal.</param>
    /// <param name="membership">Who heads what.</param>
    /// <param name="asker">Who asks.</param>
    public ReportAccess(PortalContext context, Membership membership, ReportAsker asker)
    {
        (_membership, _asker) = (membership, asker);
        _headed = asker.UserId is { } head ? membership.HeadedBy(head) : new HashSet<long>();
        var departments = membership.Departments;
        _seesAll = asker.UserId is not { } person || asker.IsAdministrator
            || (person == context.Portal.OwnerUserId && context.Directory.OwnerIsAdministrator)
            || _headed.Any(d => departments[d].ParentId is null);
    }

    /// <summary>Whether he may see a person's figures of a day; those of nobody belong to the whole.</summary>
    public bool MaySee(long userId, int day) =>
        _seesAll || (userId != 0 && (userId == _asker.UserId || _membership.Of(userId, day).Overlaps(_headed)));

    /// <summary>Whether a request holds a person's figures of a day, and he may see them.</summary>
    public bool Holds(ReportRequest request, long userId, int day) =>
        (request.UserId is null || request.UserId == userId)
        && MaySee(userId, day)
        && (request.DepartmentId is not { } department || _membership.Of(userId, day).Contains(department));

    /// <summary>The departments he may ask for on a day, by id.</summary>
    public IEnumerable<long> DepartmentsOn(int day) =>
        _membership.Departments.Keys.Where(d => _seesAll || _membership.Upwards(d, day).Any(_headed.Contains)).Order();

    /// <summary>Refuses a person or department that is not his to ask for. Who names neither is shown what he may see.</summary>
    /// <exception cref="ProblemException">See <see cref="Require"/>.</exception>
    public void RequireNamed(ReportRequest request)
    {
        if (request is not { UserId: null, DepartmentId: null })
        {
            Require(request);
        }
    }

    /// <summary>Refuses what is not his to ask for; a narrower report in its place would pass for the whole.</summary>
    /// <exception cref="ProblemException">He may not see the person, the department or the company.</exception>
    public void Require(ReportRequest request)
    {
        var isHisDepartment = request.DepartmentId is { } department
            && _headed.Any(headed => PortalDays.Range(request.FromDay, request.ToDay).All(day => _membership.Upwards(department, day).Contains(headed)));
        var isHisPerson = request.UserId is { } user && (request.DepartmentId is null || user == _asker.UserId)
            && PortalDays.Range(request.FromDay, request.ToDay).Any(day => MaySee(user, day));
        if (!_seesAll && !isHisDepartment && !isHisPerson)
        {
            throw new ProblemException("Reports.not_yours", request.Scope);
        }
    }
}
