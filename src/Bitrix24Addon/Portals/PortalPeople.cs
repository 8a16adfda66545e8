using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Portals;

/// <summary>A department as pages show it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="ParentId">The department above, or null.</param>
/// <param name="HeadId">Who heads it today by the portal, whatever the settings say; null for nobody.</param>
public sealed record PortalDepartment(long Id, string Name, long? ParentId, long? HeadId);

/// <summary>A person who works here, as pages show him.</summary>
/// <param name="Id">His id.</param>
/// <param name="Name">His name.</param>
/// <param name="Departments">His departments.</param>
public sealed record PortalPerson(long Id, string Name, IReadOnlyList<long> Departments);

/// <summary>Departments and people of a portal as of today, for choosing among them.</summary>
/// <param name="Departments">By name.</param>
/// <param name="Users">By name.</param>
public sealed record PortalPeople(IReadOnlyList<PortalDepartment> Departments, IReadOnlyList<PortalPerson> Users)
{
    /// <summary>Those of a visitor's portal: people as they were when he was let in, and the departments that are not closed.</summary>
    /// <param name="storage">The database.</param>
    /// <param name="visitor">The visitor.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<PortalPeople> ReadAsync(AddonStorage storage, Visitor visitor, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(visitor);
        ArgumentNullException.ThrowIfNull(time);
        var (context, membership) = (visitor.Context, visitor.Membership);
        await using var db = storage.Open(context.Portal.Id);
        var facts = new FactReader(db, context.Metrics.Days);
        var today = context.Metrics.Days.DayOf(time.GetUtcNow().ToUnixTimeMilliseconds());
        var names = StringComparer.Create(Texts.For(context.Settings.Language).Culture, ignoreCase: true);
        return new PortalPeople(
            [
                .. (await facts.VersionsAsync<DepartmentFact>(FactKind.Department, null, cancellationToken).ConfigureAwait(false))
                    .Select(d => new PortalDepartment(d.Key, d.Value[^1].Data.Name, d.Value[^1].Data.ParentId, membership.HeadByPortal(d.Key, today))).OrderBy(d => d.Name, names),
            ],
            [
                .. membership.ActiveOn(today).Select(user => new PortalPerson(user, context.Directory.NameOf(user), membership.DirectOf(user, today)))
                    .OrderBy(u => u.Name, names),
            ]);
    }
}
