using Bitrix24Addon.Facts;

namespace Bitrix24Addon.Portals;

/// <summary>A person who looks at the add-on's pages in his portal, as the portal itself told us.</summary>
public sealed record Visitor
{
    internal Visitor(PortalContext context, long userId, IReadOnlySet<Role> roles, Membership membership) =>
        (Context, UserId, Roles, Membership) = (context, userId, roles, membership);

    /// <summary>The portal with the settings in force.</summary>
    public PortalContext Context { get; }

    /// <summary>The Bitrix24 user.</summary>
    public long UserId { get; }

    /// <summary>What he is to the add-on now.</summary>
    public IReadOnlySet<Role> Roles { get; }

    /// <summary>The portal.</summary>
    public PortalRow Portal => Context.Portal;

    /// <summary>Whether the portal calls him its administrator.</summary>
    public bool IsAdministrator => Roles.Contains(Role.Administrator);

    /// <summary>The language he reads.</summary>
    public Texts Texts { get; init; } = Texts.English;

    /// <summary>The names of the departments, also of those that are closed by now.</summary>
    public IReadOnlyDictionary<long, string> DepartmentNames => Membership.Departments.ToDictionary(d => d.Key, d => d.Value.Name);

    /// <summary>Who belongs to which department, as it was when he was let in.</summary>
    internal Membership Membership { get; }

    /// <summary>Refuses who has none of the roles.</summary>
    /// <param name="allowed">The roles.</param>
    /// <exception cref="ProblemException">He has none of them.</exception>
    public void Require(params ReadOnlySpan<Role> allowed)
    {
        foreach (var role in allowed)
        {
            if (Roles.Contains(role))
            {
                return;
            }
        }

        throw new ProblemException("Pages.not_allowed");
    }

    /// <summary>A person's roles by what is known of the portal now; null when he was dismissed.</summary>
    internal static IReadOnlySet<Role>? RolesOf(long userId, bool isAdministrator, RoleSettings settings, Membership membership)
    {
        if (membership.IsDismissed(userId))
        {
            return null;
        }

        var roles = new HashSet<Role> { Role.Manager };
        Grant(Role.Administrator, isAdministrator);
        Grant(Role.Head, membership.HeadedBy(userId).Count > 0);
        Grant(Role.Marketer, settings.Marketers.Contains(userId));
        Grant(Role.BaseManager, settings.BaseManagers.Contains(userId));
        return roles;

        void Grant(Role role, bool holds)
        {
            if (holds)
            {
                roles.Add(role);
            }
        }
    }
}
