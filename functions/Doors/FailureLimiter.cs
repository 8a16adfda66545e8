using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>
/// Limits posts that fail verification, by source address. All portals post from the same few servers of Bitrix24, so what is
/// verified is never limited.
/// </summary>
internal sealed class FailureLimiter : IDisposable
{
    /// <summary>Failures of one source in a minute; then it is not listened to until the minute is over.</summary>
    public const int PerMinute = 30;

    // One household of the sixth version of the protocol has 64 bits of addresses.
    private const int SourceBytes = 8;

    private readonly PartitionedRateLimiter<IPAddress> _failures = PartitionedRateLimiter.Create<IPAddress, IPAddress>(source =>
        RateLimitPartition.GetFixedWindowLimiter(
            source, _ => new FixedWindowRateLimiterOptions { PermitLimit = PerMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>Counts a failure; false when the source had too many.</summary>
    public bool Count(HttpContext context)
    {
        using var lease = _failures.AttemptAcquire(SourceOf(context));
        return lease.IsAcquired;
    }

    /// <summary>The source had too many failures: nothing is done for it that costs anything.</summary>
    public bool IsExhausted(HttpContext context) => _failures.GetStatistics(SourceOf(context))?.CurrentAvailablePermits == 0;

    public void Dispose() => _failures.Dispose();

    private static IPAddress SourceOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, SourceBytes, bytes.Length - SourceBytes);
        return new IPAddress(bytes);
    }
}
