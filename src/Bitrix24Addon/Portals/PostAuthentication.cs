using System.Security.Cryptography;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Portals;

/// <summary>Who a post is from. Compared in constant time; a portal that we do not know is not told from a wrong token.</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">Registers the portal of the configured webhook.</param>
/// <param name="connection">The configured webhook and its token.</param>
public sealed class PostAuthentication(AddonStorage storage, PortalRegistry registry, ConnectionSettings connection)
{
    private static readonly byte[] HashOfNobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    /// <summary>The portal that a post proves to come from, or null.</summary>
    /// <param name="memberId">The post's <c>member_id</c>.</param>
    /// <param name="applicationToken">The post's <c>application_token</c>.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<PortalRow?> RecogniseAsync(string? memberId, string? applicationToken, CancellationToken cancellationToken)
    {
        var hash = Admission.HashOf(applicationToken ?? "");
        await using var db = storage.Open();
        var known = await db.Portals.AsNoTracking()
            .Where(p => p.Key == memberId && p.UninstalledAtMs == null)
            .Join(db.Access.IgnoreQueryFilters(), p => p.Id, a => a.PortalId, (Portal, access) => new { Portal, access.ApplicationTokenHash })
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var isPortal = CryptographicOperations.FixedTimeEquals(hash, known?.ApplicationTokenHash ?? HashOfNobody) && known is not null;
        var isWebhook = CryptographicOperations.FixedTimeEquals(
            hash, connection.OutgoingWebhookToken is { } token ? Admission.HashOf(token) : HashOfNobody);
        if (isPortal)
        {
            return known!.Portal;
        }

        return isWebhook && connection.Webhook is { } webhook
            ? await registry.RegisterAsync(PortalClients.WebhookKey(webhook.Portal), webhook.Portal, webhook.UserId, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>The portal that a post without a token names rightly, or null: enough for a hint, for nothing else.</summary>
    /// <param name="memberId">The post's <c>member_id</c>.</param>
    /// <param name="domain">The post's host.</param>
    /// <param name="clientEndpoint">The post's address for calls.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<PortalRow?> FindNamedAsync(string? memberId, string? domain, string? clientEndpoint, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        var portal = await db.Portals.AsNoTracking()
            .SingleOrDefaultAsync(p => p.Key == memberId && p.UninstalledAtMs == null, cancellationToken).ConfigureAwait(false);
        return portal is { IsByWebhook: false } && (domain ?? clientEndpoint) is not null && IsOfHost(portal.Host, domain, clientEndpoint) ? portal : null;
    }

    /// <summary>
    /// Whether a post that names a host names this one; a part that it leaves out is no contradiction. The domain is mere display beside an
    /// address for calls, and may lack the port.
    /// </summary>
    internal static bool IsOfHost(string host, string? domain, string? clientEndpoint) => clientEndpoint is null
        ? domain is null || string.Equals(domain, host, StringComparison.OrdinalIgnoreCase)
            || string.Equals(domain, host.Split(':')[0], StringComparison.OrdinalIgnoreCase)
        : Uri.TryCreate(clientEndpoint, UriKind.Absolute, out var address) && string.Equals(address.Authority, host, StringComparison.OrdinalIgnoreCase);
}
