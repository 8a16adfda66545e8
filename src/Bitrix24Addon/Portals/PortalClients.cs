using System.Collections.Concurrent;
using Bitrix24.Client;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Portals;

/// <summary>The one way to a client for a portal that we know. One per process: it holds what callers of one portal share.</summary>
/// <param name="storage">The database.</param>
/// <param name="factory">Makes clients.</param>
/// <param name="keys">Decrypts tokens.</param>
/// <param name="connection">The configured webhook and application.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of renamed portals.</param>
/// <param name="timings">How long renewals of tokens may take; null for those of Bitrix24.</param>
public sealed class PortalClients(
    AddonStorage storage, Bitrix24ClientFactory factory, KeyRing keys, ConnectionSettings connection, TimeProvider time, ILogger<PortalClients> logger,
    WorkTimings? timings = null)
{
    private readonly ConcurrentDictionary<int, StoredTokens> _tokens = new();
    private readonly PortalMoving _moving = new(storage, connection, logger);

    /// <summary>The key under which the portal of a webhook is kept.</summary>
    /// <param name="portal">The portal of the credentials (see <see cref="PortalCredentials.Portal"/>).</param>
    public static string WebhookKey(string portal) => $"webhook:{portal}";

    /// <summary>A client for a portal; cheap, so ask whenever work begins.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>
    /// The client; null when the portal cannot be called: the application was removed, is not confirmed yet or needs a person's authorisation, or the
    /// configuration has no webhook of it.
    /// </returns>
    /// <exception cref="ProblemException">The configuration cannot be.</exception>
    public async Task<Bitrix24Client?> ForAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        if (portal.IsByWebhook)
        {
            return connection.Webhook is { } webhook && WebhookKey(webhook.Portal) == portal.Key ? For(webhook) : null;
        }

        await using var db = storage.Open(portal.Id);
        var access = await db.Access.Where(a => !a.AwaitsConfirmation).Select(a => new { a.ClientEndpoint, a.LicenseFamily, a.ReauthoriseSinceMs })
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var tokens = TokensOf(portal);
        if (access is null || (access.ReauthoriseSinceMs is not null && !await tokens.HoldsUnsavedAsync(cancellationToken).ConfigureAwait(false)))
        {
            return null;
        }

        var client = factory.Create(new OAuthCredentials(new Uri(access.ClientEndpoint), tokens, connection.AllowsInsecureLoopback)
        {
            Moved = move => _moving.KeepAsync(portal.Id, move),
        });
        client.UsePlan(access.LicenseFamily);
        return client;
    }

    /// <summary>Portals of which this process alone holds good tokens: they can be called although the database says that a person must authorise anew.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The keys of the portals.</returns>
    public async Task<IReadOnlyList<int>> HoldingUnsavedAsync(CancellationToken cancellationToken)
    {
        var holding = new List<int>();
        foreach (var (portalId, tokens) in _tokens)
        {
            if (await tokens.HoldsUnsavedAsync(cancellationToken).ConfigureAwait(false))
            {
                holding.Add(portalId);
            }
        }

        return holding;
    }

    /// <summary>A client for the portal of a webhook.</summary>
    /// <param name="webhook">The configured webhook.</param>
    public Bitrix24Client For(WebhookCredentials webhook)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        return factory.Create(webhook with { Moved = _moving.TellAsync });
    }

    /// <summary>What the authorisation server tells of the application that a portal's tokens belong to.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <exception cref="Bitrix24Exception">The server refused or could not be reached.</exception>
    internal async Task<ApplicationInfo> AskForApplicationAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        var (server, tokens) = (OAuthServer(), TokensOf(portal));
        var token = await tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await server.AppInfoAsync(token, cancellationToken).ConfigureAwait(false);
        }
        catch (Bitrix24Exception refused) when (refused.Error.Kind is Bitrix24ErrorKind.ExpiredToken or Bitrix24ErrorKind.InvalidToken)
        {
            if (await tokens.RenewAsync(token, cancellationToken).ConfigureAwait(false) is { } renewed)
            {
                return await server.AppInfoAsync(renewed, cancellationToken).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>A client with a token that is not stored yet, for a person who waits.</summary>
    /// <param name="endpoint">The portal's address for calls; the caller has it checked by <see cref="PortalAddressGuard"/>.</param>
    /// <param name="accessToken">The token.</param>
    internal Bitrix24Client For(Uri endpoint, string accessToken) =>
        factory.Create(new OAuthCredentials(endpoint, new FreshToken(accessToken), connection.AllowsInsecureLoopback)).For(PortalCallers.Door);

    /// <summary>The configured authorisation server.</summary>
    /// <exception cref="ProblemException">No application is configured, or the server's address cannot be one.</exception>
    public OAuthServer OAuthServer() => factory.CreateOAuthServer(
        connection.OAuthAddress,
        connection.Application ?? throw new ProblemException("Portals.application_missing"),
        connection.AllowsInsecureLoopback);

    private StoredTokens TokensOf(PortalRow portal) =>
        _tokens.GetOrAdd(portal.Id, _ => factory.CreateTokens(new PortalTokens(storage, keys, time, portal, timings), OAuthServer));

    private sealed class FreshToken(string accessToken) : IAccessTokenSource
    {
        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new(accessToken);

        public ValueTask<string?> RenewAsync(string refusedToken, CancellationToken cancellationToken) => new((string?)null);
    }
}
