namespace Bitrix24.Client;

/// <summary>How calls to one portal are addressed and authorised.</summary>
/// <remarks>Source: settings/how-to-call-rest-api/general-principles.md, settings/how-to-call-rest-api/authorization.md.</remarks>
public abstract record PortalCredentials
{
    /// <summary>The root of classic REST addresses, ends with a slash; may hold a secret, so it never leaves the client.</summary>
    internal abstract Uri ClassicRoot { get; }

    /// <summary>The root of REST 3.0 addresses, ends with a slash; may hold a secret.</summary>
    internal abstract Uri VersionThreeRoot { get; }

    /// <summary>Tells apart the applications and webhooks whose operating time the portal counts separately.</summary>
    internal abstract string OperatingTimeKey { get; }

    /// <summary>Tells apart whose credentials these are when two have the same <see cref="OperatingTimeKey"/>; null when that tells it.</summary>
    internal virtual object? Tenant => null;

    /// <summary>The portal's host with its port if the port is not the usual one; request intensity is counted by it.</summary>
    public string Portal => ClassicRoot.Authority;

    /// <summary>
    /// Told once a process when the portal turned out to have another address: store it, so that the next start calls it at once. A failure of it
    /// is logged and does not fail the call. Default null.
    /// </summary>
    public Func<PortalMove, Task>? Moved { get; init; }

    /// <summary>Plain http to a loopback host is allowed.</summary>
    internal abstract bool AllowsInsecureLoopback { get; }

    /// <summary>The access token to send with a call, or null when the address itself authorises.</summary>
    internal abstract ValueTask<string?> GetAccessTokenAsync(CancellationToken cancellationToken);

    /// <summary>A token to repeat a call with after the portal refused <paramref name="refusedToken"/>, or null if there is none.</summary>
    internal abstract ValueTask<string?> RenewAccessTokenAsync(string refusedToken, CancellationToken cancellationToken);

    /// <summary>The text with every secret of these credentials blotted out.</summary>
    internal abstract string Redact(string text);

    /// <summary>
    /// Whether a redirect has the form of a renamed portal's: the same call at another host, and nothing besides. The former address knows the
    /// secret already and is authenticated by TLS; what else it could gain is checked here, by the guard of addresses and by the answer.
    /// </summary>
    internal bool MayMove(Uri called, Uri location) =>
        IsAllowedScheme(location, AllowsInsecureLoopback)
        && location is { Query: "", Fragment: "", UserInfo: "" }
        && string.Equals(location.AbsolutePath, called.AbsolutePath, StringComparison.Ordinal)
        && !string.Equals(location.Authority, called.Authority, StringComparison.OrdinalIgnoreCase);

    /// <summary>Plain http would hand the secret to everybody on the way, so it is for a loopback stand-in portal only.</summary>
    internal static bool IsAllowedScheme(Uri address, bool allowInsecureLoopback) =>
        address.Scheme == Uri.UriSchemeHttps
        || (allowInsecureLoopback && address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
}
