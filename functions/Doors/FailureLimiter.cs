using System.Net;
using System.Net.Sockets;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>What a post that fails uses up: each purpose has a budget of its own, so that no kind of failure shuts out another.</summary>
internal enum FailureBudget
{
    /// <summary>Posts that do not prove who they come from.</summary>
    Verification,

    /// <summary>Installations whose refresh token is redeemed, which costs a call of the authorisation server.</summary>
    Installation,

    /// <summary>Pages whose token is shown to the portal, which costs a call of it.</summary>
    Session,

    /// <summary>Hints on payments, which nothing can prove.</summary>
    PaymentHint,
}

/// <summary>
/// Limits posts that fail, by source address. All portals post from the same few servers of Bitrix24, so what is verified is never
/// limited.
/// </summary>
/// <param name="time">The clock.</param>
/// <remarks>The windows of System.Threading.RateLimiting take no permit back, so this keeps its own counts.</remarks>
internal sealed class FailureLimiter(TimeProvider time)
{
    /// <summary>Failures of one source and purpose in a minute; then it is not listened to until the minute is over.</summary>
    public const int PerMinute = 30;

    // Claims of more portals than this in a minute are invented: they share one budget.
    private const int MostPortals = 1000;

    // One household of the sixth version of the protocol has 64 bits of addresses.
    private const int SourceBytes = 8;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(FailureBudget Budget, IPAddress Source, int Portal), int> _taken = [];
    private long _windowStartedAt = time.GetTimestamp();

    /// <summary>Whether the source had as many failures as it may; takes nothing.</summary>
    /// <param name="budget">What for.</param>
    /// <param name="context">The request.</param>
    /// <param name="portal">The portal that is claimed, where only a claim to a portal we know costs anything: behind a proxy all have one source, and one portal's failures shut out none of the others.</param>
    public bool IsSpent(FailureBudget budget, HttpContext context, string portal = "")
    {
        lock (_gate)
        {
            return time.GetElapsedTime(_windowStartedAt) < Window && _taken.GetValueOrDefault(KeyOf(budget, context, portal)) >= PerMinute;
        }
    }

    /// <summary>Takes a permit: for a failure, or before something that costs and may fail. False when the source had too many.</summary>
    /// <param name="budget">What for.</param>
    /// <param name="context">The request.</param>
    /// <param name="portal">The portal that is claimed.</param>
    public bool TryTake(FailureBudget budget, HttpContext context, string portal = "")
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_windowStartedAt) >= Window)
            {
                _taken.Clear();
                _windowStartedAt = time.GetTimestamp();
            }

            var key = KeyOf(budget, context, portal);
            var taken = _taken.GetValueOrDefault(key);
            _taken[key] = Math.Min(taken + 1, PerMinute);
            return taken < PerMinute;
        }
    }

    /// <summary>Gives a permit back: it was no failure.</summary>
    public void GiveBack(FailureBudget budget, HttpContext context)
    {
        lock (_gate)
        {
            var key = KeyOf(budget, context, "");
            if (_taken.TryGetValue(key, out var taken) && taken > 0)
            {
                _taken[key] = taken - 1;
            }
        }
    }

    /// <summary>A claim is as long as whoever makes it likes: only its hash is kept.</summary>
    private (FailureBudget Budget, IPAddress Source, int Portal) KeyOf(FailureBudget budget, HttpContext context, string portal)
    {
        var key = (budget, SourceOf(context), Portal: portal.Length == 0 ? 0 : StringComparer.Ordinal.GetHashCode(portal));
        return key.Portal == 0 || _taken.ContainsKey(key) || _taken.Count < MostPortals ? key : key with { Portal = 0 };
    }

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
