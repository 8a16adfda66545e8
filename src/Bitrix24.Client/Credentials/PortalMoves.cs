using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Bitrix24.Client;

/// <summary>Which portals turned out to have another address, for all clients of a factory.</summary>
internal sealed partial class PortalMoves(SharedLimits limits, ILogger logger)
{
    // By tenant as well: somebody else may take the former name.
    private readonly ConcurrentDictionary<(string Key, object? Tenant), Uri> _origins = new();

    /// <summary>Where calls with these credentials go, when not to their own address.</summary>
    public Uri? OriginOf(PortalCredentials credentials) => _origins.GetValueOrDefault((credentials.OperatingTimeKey, credentials.Tenant));

    /// <summary>The new address answered as Bitrix24: it is called at once from now on, and whoever keeps the address is told.</summary>
    public async Task AdoptAsync(PortalCredentials credentials, Uri origin)
    {
        var former = OriginOf(credentials)?.Authority ?? credentials.Portal;
        var isNews = false;
        _origins.AddOrUpdate(
            (credentials.OperatingTimeKey, credentials.Tenant),
            _ =>
            {
                isNews = true;
                return origin;
            },
            (_, known) =>
            {
                isNews = known != origin;
                return origin;
            });
        if (!isNews)
        {
            return;
        }

        Log.Moved(logger, former, origin.Authority);
        await limits.MoveAsync(former, origin.Authority);
        try
        {
            await (credentials.Moved?.Invoke(new PortalMove(former, origin)) ?? Task.CompletedTask);
        }
#pragma warning disable CA1031 // The call was answered; that its address could not be kept must not undo it.
        catch (Exception notKept)
#pragma warning restore CA1031
        {
            Log.NotKept(logger, origin.Authority, notKept);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "The portal {Former} was renamed and answers at {Portal}")]
        public static partial void Moved(ILogger logger, string former, string portal);

        [LoggerMessage(EventId = 21, Level = LogLevel.Error, Message = "The new address {Portal} could not be kept; after a restart the portal is asked for it again")]
        public static partial void NotKept(ILogger logger, string portal, Exception notKept);
    }
}
