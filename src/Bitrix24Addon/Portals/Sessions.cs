using System.Collections.Concurrent;
using System.Globalization;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Portals;

/// <summary>A session that was opened.</summary>
/// <param name="Token">What the page shows with each request.</param>
/// <param name="Visitor">Whose it is.</param>
/// <param name="Name">His name, as the portal tells it.</param>
public sealed record OpenedSession(string Token, Visitor Visitor, string Name);

/// <summary>
/// Sessions of the pages. A page brings the access token of whoever looks at it; the portal that we know under its name is asked whose it is, at the
/// address that is stored. What the page gets for it is sealed by our keys, ends by itself, and says who he is: what he may is decided anew
/// with each request.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="admission">Knows our application.</param>
/// <param name="clients">Calls the portal.</param>
/// <param name="keys">Seals.</param>
/// <param name="time">The clock.</param>
public sealed class Sessions(AddonStorage storage, Admission admission, PortalClients clients, KeyRing keys, TimeProvider time)
{
    /// <summary>How long a session lasts; the page renews it silently.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    // Who guesses cannot make a portal answer more of him at once than this before he is counted, and keeps only people of the same portal waiting.
    private const int AskedAtOnce = 8;

    // A person waits before an empty page, and the portal of a good token answers at once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _machine = time.OfTheMachine();
    private readonly ConcurrentDictionary<int, SemaphoreSlim> _places = new();

    /// <summary>Exchanges a page's token for a session.</summary>
    /// <param name="memberId">The portal that the page names.</param>
    /// <param name="accessToken">The token that the page has of its portal.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>The session; null when the portal is not known, or does not know the token as one of our application.</returns>
    /// <exception cref="Bitrix24Exception">The portal could not be asked, or does not answer in time.</exception>
    /// <exception cref="ProblemException">The keys cannot be opened, or the configuration does not say which application is ours.</exception>
    /// <remarks>Source: <c>profile</c>, <c>app.info</c>; settings/cloud-and-on-premise/security-recommendations.md.</remarks>
    public async Task<OpenedSession?> OpenAsync(string memberId, string accessToken, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        var known = await db.Portals.AsNoTracking().Where(p => p.Key == memberId && p.UninstalledAtMs == null)
            .Join(db.Access.IgnoreQueryFilters(), p => p.Id, a => a.PortalId, (portal, access) => new { portal.Id, access.ClientEndpoint, access.InstallationPostedAtMs })
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (known is null || await AskAsync(known.Id, new Uri(known.ClientEndpoint), accessToken, cancellationToken).ConfigureAwait(false) is not { Id: { } userId } profile)
        {
            return null;
        }

        var isAdministrator = profile.IsAdministrator == true;
        var endsAtMs = (_machine.GetUtcNow() + Life).ToUnixTimeMilliseconds();
        return await VisitorAsync(known.Id, userId, isAdministrator, cancellationToken).ConfigureAwait(false) is { } visitor
            ? new OpenedSession(
                keys.ProtectSession(string.Create(CultureInfo.InvariantCulture, $"{known.Id} {userId} {(isAdministrator ? 1 : 0)} {endsAtMs} {known.InstallationPostedAtMs}")),
                visitor,
                $"{profile.LastName} {profile.Name}".Trim())
            : null;
    }

    /// <summary>Whose a session is.</summary>
    /// <param name="token">What <see cref="OpenAsync"/> gave.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Null when it is none of ours, has ended, or its portal or person is no longer with us.</returns>
    /// <exception cref="ProblemException">The keys cannot be opened.</exception>
    public async Task<Visitor?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (keys.UnprotectSession(token)?.Split(' ') is not [var portal, var user, var administrator, var endsAtMs, var installation]
            || long.Parse(endsAtMs, CultureInfo.InvariantCulture) <= _machine.GetUtcNow().ToUnixTimeMilliseconds())
        {
            return null;
        }

        return await VisitorAsync(
            int.Parse(portal, CultureInfo.InvariantCulture), long.Parse(user, CultureInfo.InvariantCulture), administrator == "1", cancellationToken,
            long.Parse(installation, CultureInfo.InvariantCulture)).ConfigureAwait(false);
    }

    /// <param name="portalId">The portal.</param>
    /// <param name="userId">The person.</param>
    /// <param name="isAdministrator">Whether the portal called him its administrator.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="installationMs">The installation he was asked about: a session does not outlive it, also when the application is installed anew.</param>
    private async Task<Visitor?> VisitorAsync(int portalId, long userId, bool isAdministrator, CancellationToken cancellationToken, long? installationMs = null)
    {
        await using var db = storage.Open(portalId);
        if (!await db.Access.AnyAsync(a => installationMs == null || a.InstallationPostedAtMs == installationMs, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var context = await PortalRegistry.ContextAsync(db, cancellationToken).ConfigureAwait(false);
        var membership = await Membership.ReadAsync(new FactReader(db, context.Metrics.Days), context.Settings.Roles.Heads, cancellationToken).ConfigureAwait(false);
        return Visitor.RolesOf(userId, isAdministrator, context.Settings.Roles, membership) is { } roles ? new Visitor(context, userId, roles, membership) : null;
    }

    /// <summary>The same as <see cref="AskPortalAsync"/>, within the portal's places and our patience.</summary>
    private async Task<Profile?> AskAsync(int portalId, Uri endpoint, string accessToken, CancellationToken cancellationToken)
    {
        var places = _places.GetOrAdd(portalId, static _ => new SemaphoreSlim(AskedAtOnce));
        using var patience = new CancellationTokenSource(Patience, _machine);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await places.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                return await AskPortalAsync(endpoint, accessToken, either.Token).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        }
        catch (OperationCanceledException late) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new Bitrix24Exception(
                UserMethods.ProfileMethod.Name, new Bitrix24Error(Bitrix24ErrorKind.Unreachable, "CLIENT_TIMEOUT", "The portal did not answer in time."), late);
        }
    }

    /// <summary>Whose the token is; null when the portal does not take it for one of our application.</summary>
    private async Task<Profile?> AskPortalAsync(Uri endpoint, string accessToken, CancellationToken cancellationToken)
    {
        try
        {
            var answers = await clients.For(endpoint, accessToken).BatchAsync(
                [new("profile", UserMethods.Profile()), new("info", CommonMethods.ApplicationInfo())], cancellationToken: cancellationToken).ConfigureAwait(false);
            var info = answers["info"].Require(CommonMethods.AppInfoMethod).Result.As(Bitrix24JsonContext.Default.ApplicationInfo);
            return info is not null && admission.IsSurelyOurs(info) ? answers["profile"].Require(UserMethods.ProfileMethod).Result.As(Bitrix24JsonContext.Default.Profile) : null;
        }
        catch (Bitrix24Exception refused) when (refused.Error.Kind is Bitrix24ErrorKind.ExpiredToken or Bitrix24ErrorKind.InvalidToken
            or Bitrix24ErrorKind.NotAuthorised or Bitrix24ErrorKind.ApplicationRemoved or Bitrix24ErrorKind.AccessDenied)
        {
            return null;
        }
    }
}
