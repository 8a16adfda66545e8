using System.Collections.Concurrent;
using System.Security.Cryptography;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Portals;

/// <summary>Who a post is from. Compared in constant time; a portal that we do not know is not told from a wrong token.</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">Registers the portal of the configured webhook.</param>
/// <param name="connection">The configured webhook and its token.</param>
/// <param name="time">The clock.</param>
public sealed class PostAuthentication(AddonStorage storage, PortalRegistry registry, ConnectionSettings connection, TimeProvider time)
{
    // So long another process may take to learn of a removal: the marks of a removed portal lead nowhere.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private static readonly byte[] HashOfNobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private readonly TimeProvider _machine = time.OfTheMachine();

    // Only those that proved it: who guesses never meets this.
    private readonly ConcurrentDictionary<string, Recognised> _recognised = new(StringComparer.Ordinal);

    /// <summary>The portal that a post proves to come from, or null.</summary>
    /// <param name="memberId">The post's <c>member_id</c>.</param>
    /// <param name="applicationToken">The post's <c>application_token</c>.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async ValueTask<PortalRow?> RecogniseAsync(string? memberId, string? applicationToken, CancellationToken cancellationToken)
    {
        var hash = Admission.HashOf(applicationToken ?? "");
        if (_recognised.TryGetValue(memberId ?? "", out var recognised)
            && CryptographicOperations.FixedTimeEquals(hash, recognised.TokenHash) && _machine.GetElapsedTime(recognised.ReadAt) < Memory)
        {
            return recognised.Portal;
        }

        var readAt = _machine.GetTimestamp();
        if (await ReadAsync(memberId, hash, cancellationToken).ConfigureAwait(false) is not { } portal)
        {
            return null;
        }

        _recognised[memberId ?? ""] = new Recognised(portal, hash, readAt);
        return portal;
    }

    /// <summary>The access of a portal changed: what it proved before counts no more.</summary>
    /// <param name="memberId">The portal's <c>member_id</c>.</param>
    public void Forget(string? memberId) => _recognised.TryRemove(memberId ?? "", out _);

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

    private async Task<PortalRow?> ReadAsync(string? memberId, byte[] hash, CancellationToken cancellationToken)
    {
        // Without a member the same question is asked, so that nothing tells the cases apart.
        var key = memberId ?? "";
        await using var db = storage.Open();
        var known = await db.Portals.AsNoTracking()
            .Where(p => p.Key == key && p.UninstalledAtMs == null)
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

    private sealed record Recognised(PortalRow Portal, byte[] TokenHash, long ReadAt);
}
