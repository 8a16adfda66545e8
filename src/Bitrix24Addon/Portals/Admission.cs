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

/// <summary>What a post says of an installation. All of it is hearsay until the authorisation server confirms it.</summary>
/// <param name="MemberId">The portal's <c>member_id</c>.</param>
/// <param name="Domain">Its host, or null.</param>
/// <param name="ClientEndpoint">Its address for calls, or null.</param>
/// <param name="RefreshToken">The refresh token.</param>
/// <param name="ApplicationToken">What later posts will carry.</param>
public sealed record InstallationClaim(string MemberId, string? Domain, string? ClientEndpoint, string RefreshToken, string ApplicationToken)
{
    /// <summary>The claimed portal, never a token.</summary>
    /// <returns>A text without secrets.</returns>
    public override string ToString() => MemberId;
}

/// <summary>What became of a claim.</summary>
public enum AdmissionOutcome
{
    /// <summary>The portal is registered with its tokens.</summary>
    Admitted,

    /// <summary>No application is configured here.</summary>
    NotConfigured,

    /// <summary>The authorisation server could not be asked.</summary>
    ServerUnreachable,

    /// <summary>The authorisation server does not know the refresh token as one of our application.</summary>
    GrantRefused,

    /// <summary>The tokens belong to another portal than the post says.</summary>
    OtherPortal,

    /// <summary>The portal's address may not be called.</summary>
    ForbiddenAddress,

    /// <summary>The tokens belong to another application.</summary>
    OtherApplication,

    /// <summary>The portal is installed already, and neither the application token nor an administrator speaks for the post.</summary>
    NotAdministrator,
}

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

        var info = await AskAsync(server, tokens.AccessToken!, cancellationToken).ConfigureAwait(false);
        if (info is null)
        {
            return AdmissionOutcome.ServerUnreachable;
        }

        // A local application's code is its client id.
        if (connection.ApplicationCode is { } code && info.Code != code && info.Code != connection.Application.ClientId)
        {
            return AdmissionOutcome.OtherApplication;
        }

        if (await IsForeignToInstalledAsync(claim, cancellationToken).ConfigureAwait(false)
            && !await IsAdministratorAsync(endpoint, tokens.AccessToken!, cancellationToken).ConfigureAwait(false))
        {
            return AdmissionOutcome.NotAdministrator;
        }

        await RegisterAsync(claim, tokens with { Status = info.Status ?? tokens.Status }, endpoint).ConfigureAwait(false);
        return AdmissionOutcome.Admitted;
    }

    /// <summary>The application was removed: its tokens are forgotten at once; with its data, all data is marked to be erased.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="erases">The person wanted the data removed too.</param>
    /// <param name="cancellationToken">Stops the work; nothing or all is written.</param>
    public async Task DismissAsync(PortalRow portal, bool erases, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
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
        if (answer.Result.As(Bitrix24JsonContext.Default.ApplicationInfo)?.Status is { } status)
        {
            await using var db = storage.Open(portal.Id);
            await db.Access.ExecuteUpdateAsync(set => set.SetProperty(a => a.Status, status), cancellationToken).ConfigureAwait(false);
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

    /// <summary>Whether the portal is installed under another application token than the post carries.</summary>
    private async Task<bool> IsForeignToInstalledAsync(InstallationClaim claim, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        var stored = await db.Portals.Where(p => p.Key == claim.MemberId && p.UninstalledAtMs == null)
            .Join(db.Access.IgnoreQueryFilters(), p => p.Id, a => a.PortalId, (_, access) => access.ApplicationTokenHash)
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return stored is not null && !CryptographicOperations.FixedTimeEquals(stored, HashOf(claim.ApplicationToken));
    }

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

    private static async Task<ApplicationInfo?> AskAsync(OAuthServer server, string accessToken, CancellationToken cancellationToken)
    {
        try
        {
            return await server.AppInfoAsync(accessToken, cancellationToken).ConfigureAwait(false);
        }
        catch (Bitrix24Exception)
        {
            return null;
        }
    }

    /// <summary>Not to be stopped: the post's refresh token is spent, and what came for it stands nowhere else.</summary>
    private async Task RegisterAsync(InstallationClaim claim, RedeemedTokens tokens, Uri endpoint)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await RegisterOnceAsync(claim, tokens, endpoint).ConfigureAwait(false);
                return;
            }
            catch (DbUpdateException) when (attempt < Attempts)
            {
            }
        }
    }

    private async Task RegisterOnceAsync(InstallationClaim claim, RedeemedTokens tokens, Uri endpoint)
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
        await db.SaveChangesAsync().ConfigureAwait(false);
        await InboxWriter.MarkAsync(db, [new InboxMark(InboxKind.Installation, "0")], now, CancellationToken.None).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
    }
}
