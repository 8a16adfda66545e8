using Bitrix24.Client;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Portals;

/// <summary>
/// What follows when the client found a portal at another address: the address of an application's portal is kept; that of a webhook stands in the
/// configuration, so the administrator is told. Portals are known by their key, so all else stays.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="connection">Which addresses may be called.</param>
/// <param name="logger">Told of the new address.</param>
internal sealed partial class PortalMoving(AddonStorage storage, ConnectionSettings connection, ILogger logger)
{
    /// <summary>Names the portal by its present host.</summary>
    public static Task KeepHostAsync(AddonDbContext db, int portalId, string host) =>
        db.Portals.Where(p => p.Id == portalId && p.Host != host).ExecuteUpdateAsync(set => set.SetProperty(p => p.Host, host));

    /// <summary>Keeps the new address of an application's portal, unless another was told meanwhile.</summary>
    public async Task KeepAsync(int portalId, PortalMove move)
    {
        if (!await new PortalAddressGuard(connection.AllowsInsecureLoopback).MayCallAsync(move.ClientEndpoint, CancellationToken.None).ConfigureAwait(false))
        {
            Log.Forbidden(logger, portalId, move.Portal);
            return;
        }

        await using var db = storage.Open(portalId);
        await using var transaction = await db.BeginWriteAsync(CancellationToken.None).ConfigureAwait(false);
        var endpoint = await db.Access.Select(a => a.ClientEndpoint).SingleOrDefaultAsync().ConfigureAwait(false);
        if (endpoint is null || new Uri(endpoint).Authority != move.FormerPortal)
        {
            return;
        }

        await db.Access.ExecuteUpdateAsync(set => set.SetProperty(a => a.ClientEndpoint, move.ClientEndpoint.ToString())).ConfigureAwait(false);
        await KeepHostAsync(db, portalId, move.Portal).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        Log.Kept(logger, portalId, move.FormerPortal, move.Portal);
    }

    /// <summary>Tells the administrator to change the configured address; it is followed until then.</summary>
    public Task TellAsync(PortalMove move)
    {
        Log.ByWebhook(logger, move.FormerPortal, move.Portal);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Portal {PortalId} was renamed from {Former} to {Portal}; the new address is kept.")]
        public static partial void Kept(ILogger logger, int portalId, string former, string portal);

        [LoggerMessage(2, LogLevel.Warning, "Portal {PortalId} redirects to {Portal}, which must not be called; its address is not changed.")]
        public static partial void Forbidden(ILogger logger, int portalId, string portal);

        [LoggerMessage(3, LogLevel.Warning, "The portal {Former} was renamed to {Portal}. Copy the whole address of the incoming webhook from Bitrix24 into Bitrix24__WebhookUrl anew: the former address may end any day.")]
        public static partial void ByWebhook(ILogger logger, string former, string portal);
    }
}
