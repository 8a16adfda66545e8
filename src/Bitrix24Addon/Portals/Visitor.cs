using Bitrix24Addon.Facts;

namespace Bitrix24Addon.Portals;

/// <summary>A person who looks at the add-on's pages in his portal, as the portal itself told us.</summary>
/// <param name="Context">The portal with the settings in force.</param>
/// <param name="UserId">The Bitrix24 user.</param>
/// <param name="Roles">What he is to the add-on now.</param>
public sealed record Visitor(PortalContext Context, long UserId, IReadOnlySet<Role> Roles)
{
    /// <summary>The portal.</summary>
    public PortalRow Portal => Context.Portal;

    /// <summary>Whether the portal calls him its administrator.</summary>
    public bool IsAdministrator => Roles.Contains(Role.Administrator);

    /// <summary>The language he reads.</summary>
    public Texts Texts { get; init; } = Texts.English;

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
