using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Portals;

/// <summary>
/// Lets portals in and out. The first post of an installation cannot be authenticated, so its refresh token is redeemed once at the
/// configured authorisation server, and only what that server answers is believed. Every employee has a refresh token of his own, so what
/// replaces the access to an installed portal must carry its application token or come from an administrator.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="clients">Knows the authorisation server.</param>
/// <param name="keys">Encrypts tokens.</param>
/// <param name="connection">Our application.</param>
/// <param name="time">The clock.</param>
public sealed partial class Admission(AddonStorage storage, PortalClients clients, KeyRing keys, ConnectionSettings connection, TimeProvider time)
{
    // Whoever posts waits for the answer.
    private const int QuestionsAtMost = 3;
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(500);

    /// <summary>Verifies a claim and registers the portal with tokens and the mark to set it up, in one transaction.</summary>
    /// <param name="claim">What the post says.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    /// <exception cref="DbException">The database failed.</exception>
    /// <exception cref="DbUpdateException">The database failed.</exception>
    /// <exception cref="ProblemException">The configuration cannot be, or the keys cannot be opened.</exception>
    public async Task<AdmissionOutcome> AdmitAsync(InstallationClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (connection.Application is null)
        {
            return AdmissionOutcome.NotConfigured;
        }

        var server = clients.OAuthServer();
        var answer = await server.RedeemAsync(claim.RefreshToken, cancellationToken).ConfigureAwait(false);
        if (answer.Tokens is not { } tokens)
        {
            return answer.Outcome is RedeemOutcome.Unreachable or RedeemOutcome.NotAnAnswer
                ? AdmissionOutcome.ServerUnreachable
                : AdmissionOutcome.GrantRefused;
        }

        if (!IsOfPortal(claim, tokens, out var endpoint))
        {
            return AdmissionOutcome.OtherPortal;
        }

        if (!await new PortalAddressGuard(connection.AllowsInsecureLoopback).MayCallAsync(endpoint, cancellationToken).ConfigureAwait(false))
        {
            return AdmissionOutcome.ForbiddenAddress;
        }

        var info = await AskAsync(server, tokens.AccessToken!).ConfigureAwait(false);
        return info is not null && !IsOurs(info)
            ? AdmissionOutcome.OtherApplication
            : await RegisterAsync(claim, tokens with { Status = info?.Status ?? tokens.Status }, endpoint, info).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes up for what could not be asked when a portal was let in: which application its tokens belong to. Those of another are forgotten.
    /// </summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the work; it can be repeated.</param>
    /// <returns>False when the portal is not let in after all.</returns>
    /// <exception cref="Bitrix24Exception">The authorisation server does not tell it now either.</exception>
    /// <exception cref="ProblemException">No application is configured here, or the keys cannot be opened.</exception>
    public async Task<bool> ConfirmAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        if (await db.Access.AsNoTracking().SingleOrDefaultAsync(a => a.AwaitsConfirmation, cancellationToken).ConfigureAwait(false) is not { } access)
        {
            return true;
        }

        var info = await clients.AskForApplicationAsync(portal, cancellationToken).ConfigureAwait(false);
        if (!IsOurs(info))
        {
            // Unless it was installed anew meanwhile.
            await DismissAsync(
                portal, erases: false, now => now.Access.AnyAsync(a => a.AwaitsConfirmation && a.ApplicationTokenHash == access.ApplicationTokenHash, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            return false;
        }

        var status = info.Status ?? access.Status;
        await db.Access.Where(a => a.ApplicationTokenHash == access.ApplicationTokenHash)
            .ExecuteUpdateAsync(
                set => set.SetProperty(a => a.AwaitsConfirmation, false).SetProperty(a => a.Status, status).SetProperty(a => a.LicenseFamily, info.LicenseFamily),
                cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>The application was removed: its tokens are forgotten at once; with its data, all data is marked to be erased.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="erases">The person wanted the data removed too.</param>
    /// <param name="cancellationToken">Stops the work; nothing or all is written.</param>
    /// <param name="sentAt">When the portal sent it, by the portal's clock; null when it does not tell.</param>
    /// <returns>False when the application was installed anew since it was sent: posts come in no order, and may come again.</returns>
    public async Task<bool> DismissAsync(PortalRow portal, bool erases, CancellationToken cancellationToken, DateTimeOffset? sentAt = null)
    {
        var sentAtMs = sentAt?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        return await DismissAsync(portal, erases, db => db.Access.AllAsync(a => a.InstallationPostedAtMs <= sentAtMs, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Whether an administrator should bring tokens anew: those there are end in nothing, or are of somebody who was dismissed.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<bool> NeedsTokensAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        return await db.Access.AnyAsync(a => a.ReauthoriseSinceMs != null, cancellationToken).ConfigureAwait(false)
            || (await db.Facts.AsNoTracking().SingleOrDefaultAsync(
                    f => f.Kind == FactKind.User && f.SourceId == portal.OwnerUserId && f.IsCurrent && !f.Deleted, cancellationToken).ConfigureAwait(false))
                ?.As<UserFact>().Active == false;
    }

    /// <summary>Scheme and authority of the portal, as the address for calls has them that its tokens came with: who may frame our pages.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<string> OriginAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        var endpoint = new Uri(await db.Access.Select(a => a.ClientEndpoint).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) ?? $"https://{portal.Host}/");
        var scheme = endpoint.IsLoopback && connection.AllowsInsecureLoopback ? endpoint.Scheme : Uri.UriSchemeHttps;
        return $"{scheme}://{endpoint.IdnHost}{(endpoint.IsDefaultPort ? "" : $":{endpoint.Port}")}";
    }

    /// <summary>Whether an access token is an administrator's, as the portal itself says; asked at the address we know.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="accessToken">The token that a page brought.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<bool> IsAdministratorAsync(PortalRow portal, string accessToken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        return await db.Access.Select(a => a.ClientEndpoint).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } endpoint
            && await AskAsAdministratorAsync(new Uri(endpoint), accessToken).ConfigureAwait(false) is not null;
    }

    /// <summary>
    /// Notes that the application is installed now: a known installation showed its page of the installation. The portal itself must say so, to an
    /// administrator; then a removal that it sent before is over.
    /// </summary>
    /// <param name="portal">The portal.</param>
    /// <param name="accessToken">The token that the page brought.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Whether an administrator's token said so.</returns>
    public async Task<bool> NoteInstalledAsync(PortalRow portal, string accessToken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        if (await db.Access.Select(a => a.ClientEndpoint).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } endpoint
            && await AskAsAdministratorAsync(new Uri(endpoint), accessToken).ConfigureAwait(false) is { At: { } at })
        {
            await NoteInstalledAsync(portal, at, cancellationToken).ConfigureAwait(false);
            return true;
        }

        return false;
    }

    /// <summary>Notes that the application was installed when a verified post was sent.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="at">When, by the portal's clock.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task NoteInstalledAsync(PortalRow portal, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var atMs = BoundOf(at);
        await using var db = storage.Open(portal.Id);
        await db.Access.Where(a => a.InstallationPostedAtMs < atMs)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.InstallationPostedAtMs, atMs), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removals sent before are over; what claims to come from the future must not keep later ones out.</summary>
    private long BoundOf(DateTimeOffset? at) => Math.Min(at?.ToUnixTimeMilliseconds() ?? 0, time.GetUtcNow().ToUnixTimeMilliseconds());

    private async Task<bool> DismissAsync(PortalRow portal, bool erases, Func<AddonDbContext, Task<bool>> isStillSo, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        if (!await isStillSo(db).ConfigureAwait(false))
        {
            return false;
        }

        await db.Access.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);

        // What is to be erased gives its name free: an installation in the meantime begins anew beside it.
        var key = erases ? $"{portal.Key}#{portal.Id}" : portal.Key;
        await db.Portals.Where(p => p.Id == portal.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.UninstalledAtMs, now).SetProperty(p => p.Key, key), cancellationToken).ConfigureAwait(false);
        if (erases)
        {
            await InboxWriter.MarkAsync(db, [new InboxMark(InboxKind.Erasure, "0")], now, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Asks the portal for the application's state, after a hint that its payment changed, and keeps it.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="Bitrix24Exception">The portal could not be asked.</exception>
    /// <exception cref="ProblemException">The application has no access to the portal.</exception>
    public async Task RefreshStatusAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var client = await clients.ForAsync(portal, cancellationToken).ConfigureAwait(false) ?? throw new ProblemException("Portals.no_access", portal.Host);
        var answer = await client.CallAsync(CommonMethods.ApplicationInfo(), cancellationToken).ConfigureAwait(false);
        if (answer.Result.As(Bitrix24JsonContext.Default.ApplicationInfo) is { Status: { } status } info)
        {
            await using var db = storage.Open(portal.Id);
            await db.Access.ExecuteUpdateAsync(
                set => set.SetProperty(a => a.Status, status).SetProperty(a => a.LicenseFamily, a => info.LicenseFamily ?? a.LicenseFamily), cancellationToken)
                .ConfigureAwait(false);
            client.UsePlan(info.LicenseFamily);
        }
    }

    /// <summary>The hash that an application token is kept and compared as.</summary>
    /// <param name="token">The token.</param>
    internal static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static bool IsOfPortal(InstallationClaim claim, RedeemedTokens tokens, out Uri endpoint)
    {
        return Uri.TryCreate(tokens.ClientEndpoint, UriKind.Absolute, out endpoint!)
            && endpoint is { AbsolutePath: "/rest/", Query: "", Fragment: "", UserInfo: "" }
            && tokens.MemberId == claim.MemberId
            && PostAuthentication.IsOfHost(endpoint.Authority, claim.Domain, claim.ClientEndpoint);
    }

    /// <summary>
    /// The same, where tokens of any application of the portal may be shown to us: a Marketplace application is known by its code alone, so without one only
    /// a local application can be told from others.
    /// </summary>
    /// <exception cref="ProblemException">No code is configured, and the portal names another application than the local one.</exception>
    internal bool IsSurelyOurs(ApplicationInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return info.Code == connection.Application?.ClientId
            || (connection.ApplicationCode is { } code ? info.Code == code : throw new ProblemException("Portals.code_missing", info.Code ?? ""));
    }

    /// <summary>Whether what a portal tells is told of our application. A local application's code is its client id.</summary>
    private bool IsOurs(ApplicationInfo info) =>
        connection.ApplicationCode is not { } code || info.Code == code || info.Code == connection.Application?.ClientId;

    /// <summary>When, by its clock, the portal said that the token is an administrator's; null when it did not, or could not be asked.</summary>
    private async Task<Permission?> AskAsAdministratorAsync(Uri endpoint, string accessToken)
    {
        try
        {
            var profile = await clients.For(endpoint, accessToken).CallAsync(UserMethods.Profile(), CancellationToken.None).ConfigureAwait(false);
            return profile.Result.As(Bitrix24JsonContext.Default.Profile)?.IsAdministrator == true ? new Permission(profile.Time?.DateStart) : null;
        }
        catch (Bitrix24Exception)
        {
            return null;
        }
    }

    /// <summary>What the server tells of the application; null when it does not, asked again only where the answer decides.</summary>
    private async Task<ApplicationInfo?> AskAsync(OAuthServer server, string accessToken)
    {
        for (var attempt = connection.ApplicationCode is null ? QuestionsAtMost : 1; ; attempt++)
        {
            try
            {
                return await server.AppInfoAsync(accessToken, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Bitrix24Exception)
            {
                if (attempt >= QuestionsAtMost)
                {
                    return null;
                }
            }

            await Task.Delay(BetweenQuestions, time).ConfigureAwait(false);
        }
    }
}
