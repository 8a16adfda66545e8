using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
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
public sealed class Admission(AddonStorage storage, PortalClients clients, KeyRing keys, ConnectionSettings connection, TimeProvider time)
{
    // Two first posts of one portal in the same moment: the second finds the row of the first.
    private const int Attempts = 2;

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

        var isKnown = await IsKnownAsync(claim, cancellationToken).ConfigureAwait(false);
        var info = await AskAsync(server, tokens.AccessToken!).ConfigureAwait(false);
        if (info is not null && !IsOurs(info))
        {
            return AdmissionOutcome.OtherApplication;
        }

        if (isKnown == false
            && !await IsAdministratorAsync(endpoint, tokens.AccessToken!, cancellationToken).ConfigureAwait(false))
        {
            return AdmissionOutcome.NotAdministrator;
        }

        // The refresh token is spent and comes only once, so the installation is kept even if nobody tells of which application it is.
        var awaitsConfirmation = info is null && connection.ApplicationCode is not null && isKnown != true;
        await RegisterAsync(claim, tokens with { Status = info?.Status ?? tokens.Status }, endpoint, awaitsConfirmation, info)
            .ConfigureAwait(false);
        return AdmissionOutcome.Admitted;
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
            await DismissAsync(portal, erases: false, access.ApplicationTokenHash, cancellationToken).ConfigureAwait(false);
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
    public Task DismissAsync(PortalRow portal, bool erases, CancellationToken cancellationToken) => DismissAsync(portal, erases, unconfirmed: null, cancellationToken);

    private async Task DismissAsync(PortalRow portal, bool erases, byte[]? unconfirmed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        if (unconfirmed is not null
            && !await db.Access.AnyAsync(a => a.AwaitsConfirmation && a.ApplicationTokenHash == unconfirmed, cancellationToken).ConfigureAwait(false))
        {
            // It was installed anew meanwhile.
            return;
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

    /// <summary>Whether the post carries the application token of the installed portal; null when the portal is not installed, or not confirmed.</summary>
    private async Task<bool?> IsKnownAsync(InstallationClaim claim, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        var stored = await db.Portals.Where(p => p.Key == claim.MemberId && p.UninstalledAtMs == null)
            .Join(db.Access.IgnoreQueryFilters(), p => p.Id, a => a.PortalId, (_, access) => new { access.ApplicationTokenHash, access.AwaitsConfirmation })
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return stored is null ? null
            : !CryptographicOperations.FixedTimeEquals(stored.ApplicationTokenHash, HashOf(claim.ApplicationToken)) ? false
            : stored.AwaitsConfirmation ? null : true;
    }

    /// <summary>A local application's code is its client id.</summary>
    private bool IsOurs(ApplicationInfo info) =>
        connection.ApplicationCode is not { } code || info.Code == code || info.Code == connection.Application?.ClientId;

    /// <summary>Whether the portal itself says that the token is an administrator's; when it cannot be asked, nobody is one.</summary>
    private async Task<bool> IsAdministratorAsync(Uri endpoint, string accessToken, CancellationToken cancellationToken)
    {
        try
        {
            var profile = await clients.For(endpoint, accessToken).CallAsync(UserMethods.Profile(), cancellationToken).ConfigureAwait(false);
            return profile.Result.As(Bitrix24JsonContext.Default.Profile)?.IsAdministrator == true;
        }
        catch (Bitrix24Exception)
        {
            return false;
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

    /// <summary>Not to be stopped: the post's refresh token is spent, and what came for it stands nowhere else.</summary>
    private async Task RegisterAsync(InstallationClaim claim, RedeemedTokens tokens, Uri endpoint, bool awaitsConfirmation, ApplicationInfo? info)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await RegisterOnceAsync(claim, tokens, endpoint, awaitsConfirmation, info).ConfigureAwait(false);
                return;
            }
            catch (DbUpdateException) when (attempt < Attempts)
            {
            }
        }
    }

    private async Task RegisterOnceAsync(InstallationClaim claim, RedeemedTokens tokens, Uri endpoint, bool awaitsConfirmation, ApplicationInfo? info)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = storage.Open();
        await using var transaction = await db.Database.BeginTransactionAsync().ConfigureAwait(false);
        var portal = await db.Portals.SingleOrDefaultAsync(p => p.Key == claim.MemberId).ConfigureAwait(false);
        if (portal is null)
        {
            portal = PortalRow.New(claim.MemberId, endpoint.Authority, now);
            db.Portals.Add(portal);
        }

        portal.Host = endpoint.Authority;
        portal.OwnerUserId = tokens.UserId ?? portal.OwnerUserId;
        portal.UninstalledAtMs = null;
        await db.SaveChangesAsync().ConfigureAwait(false);

        db.ChoosePortal(portal.Id);

        // A renewal that ends at this moment must not write its failure onto the new tokens.
        await db.WaitForTurnAsync(CancellationToken.None).ConfigureAwait(false);
        var access = await db.Access.SingleOrDefaultAsync().ConfigureAwait(false);
        if (access is null)
        {
            access = new PortalAccessRow { ClientEndpoint = "", AccessToken = "", RefreshToken = "", ApplicationTokenHash = [] };
            db.Access.Add(access);
        }

        access.Take(tokens, keys, claim.MemberId, now);
        access.ApplicationTokenHash = HashOf(claim.ApplicationToken);
        access.AwaitsConfirmation = awaitsConfirmation;
        access.LicenseFamily = info?.LicenseFamily ?? access.LicenseFamily;
        await db.SaveChangesAsync().ConfigureAwait(false);
        InboxMark[] marks = [new(InboxKind.Installation, "0"), .. info is not null || awaitsConfirmation ? Array.Empty<InboxMark>() : [new(InboxKind.Payment, "0")]];
        await InboxWriter.MarkAsync(db, marks, now, CancellationToken.None).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
    }
}
