using System.Net;
using System.Net.Sockets;

namespace Bitrix24Addon.Portals;

/// <summary>
/// Which addresses of portals may be called: https, and after resolving no private, loopback, link-local or metadata address. A
/// forged portal must not make us call what only we can reach.
/// </summary>
/// <param name="allowsLoopback">Allows this machine, also by plain http; for tests and the demo.</param>
/// <param name="resolve">The addresses of a name; null asks the system.</param>
public sealed class PortalAddressGuard(bool allowsLoopback, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    // Special purposes by IANA (RFC 6890 and later): this network, private, shared, loopback, link-local with the metadata service,
    // protocol assignments, documentation, benchmarks, multicast, reserved.
    private static readonly IPNetwork[] Forbidden = Array.ConvertAll(
        (string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        ],
        IPNetwork.Parse);

    // Of the sixth version only what is routed in the world; within it the ways that lead to the fourth, and documentation.
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] ForbiddenInGlobal = Array.ConvertAll((string[])["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"], IPNetwork.Parse);

    /// <summary>Whether a portal's address may be called.</summary>
    /// <param name="clientEndpoint">The address.</param>
    /// <param name="cancellationToken">Stops the resolving.</param>
    /// <returns>False also when the name cannot be resolved.</returns>
    public async Task<bool> MayCallAsync(Uri clientEndpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clientEndpoint);
        if (clientEndpoint.Scheme != Uri.UriSchemeHttps && !(allowsLoopback && clientEndpoint.Scheme == Uri.UriSchemeHttp && clientEndpoint.IsLoopback))
        {
            return false;
        }

        // The system refuses to resolve what no address stands for, such as 0.0.0.0.
        if (IPAddress.TryParse(clientEndpoint.IdnHost, out var literal))
        {
            return MayConnect(literal);
        }

        try
        {
            var addresses = await (resolve ?? Dns.GetHostAddressesAsync)(clientEndpoint.IdnHost, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0 && Array.TrueForAll(addresses, MayConnect);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether an address may be connected to.</summary>
    /// <param name="address">The address.</param>
    public bool MayConnect(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain))
        {
            return allowsLoopback;
        }

        return plain.AddressFamily == AddressFamily.InterNetwork
            ? !Array.Exists(Forbidden, network => network.Contains(plain))
            : Global.Contains(plain) && !Array.Exists(ForbiddenInGlobal, network => network.Contains(plain));
    }
}
