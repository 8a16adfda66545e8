namespace Bitrix24.Client;

/// <summary>Where the client takes access tokens from; the owner of the tokens stores and refreshes them.</summary>
public interface IAccessTokenSource
{
    /// <summary>Gives the access token to call with. Called before every request, so it must be cheap.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The token.</returns>
    ValueTask<string> GetAsync(CancellationToken cancellationToken);

    /// <summary>Gives a fresh token after the portal answered <c>expired_token</c> or <c>invalid_token</c>. Never called on a timer.</summary>
    /// <param name="refusedToken">The refused token: when the source already holds another one, it need not refresh again.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The fresh token, or null when there is none; the call then fails with the portal's answer.</returns>
    /// <exception cref="Bitrix24Exception">There is none and the kind tells why; the call then fails with that kind.</exception>
    ValueTask<string?> RenewAsync(string refusedToken, CancellationToken cancellationToken);
}

/// <summary>An installed application's access to a portal.</summary>
/// <remarks>Source: settings/oauth/index.md. The portal is the host of <c>client_endpoint</c>.</remarks>
public sealed record OAuthCredentials : PortalCredentials
{
    private readonly IAccessTokenSource _tokens;

    // More renewals do not fit into the time of one request.
    private const int TokensUnderWay = 4;

    // Only what may have to be blotted out of a text, newest first; the source remains the owner of the tokens.
    private volatile string[] _lastTokens = [];
    private readonly Lock _remembering = new();

    /// <summary>Creates the credentials.</summary>
    /// <param name="clientEndpoint"><c>client_endpoint</c> of the OAuth server's answer, for example <c>https://portal/rest/</c>.</param>
    /// <param name="tokens">Where tokens come from.</param>
    /// <param name="allowInsecureLoopback">Allows plain http to a loopback host; for tests and the demo.</param>
    /// <exception cref="MalformedAddressException">The endpoint has another form.</exception>
    public OAuthCredentials(Uri clientEndpoint, IAccessTokenSource tokens, bool allowInsecureLoopback = false)
    {
        ArgumentNullException.ThrowIfNull(clientEndpoint);
        ArgumentNullException.ThrowIfNull(tokens);
        if (!clientEndpoint.IsAbsoluteUri
            || !IsAllowedScheme(clientEndpoint, allowInsecureLoopback)
            || clientEndpoint.AbsolutePath.TrimEnd('/') != "/rest"
            || clientEndpoint.Query.Length > 0
            || clientEndpoint.Fragment.Length > 0
            || clientEndpoint.UserInfo.Length > 0)
        {
            throw new MalformedAddressException(
                "The client endpoint must look like https://portal/rest/; take it from client_endpoint of the OAuth server's answer.");
        }

        (_tokens, AllowsInsecureLoopback) = (tokens, allowInsecureLoopback);
        ClassicRoot = new Uri(clientEndpoint, "/rest/");
        VersionThreeRoot = new Uri(clientEndpoint, "/rest/api/");
        OperatingTimeKey = $"{clientEndpoint.Authority}|application";
    }

    internal override Uri ClassicRoot { get; }

    internal override Uri VersionThreeRoot { get; }

    internal override string OperatingTimeKey { get; }

    internal override object? Tenant => _tokens;

    internal override bool AllowsInsecureLoopback { get; }

    /// <summary>The portal, never a token.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => $"application at {Portal}";

    internal override async ValueTask<string?> GetAccessTokenAsync(CancellationToken cancellationToken) =>
        Remember(await _tokens.GetAsync(cancellationToken));

    internal override async ValueTask<string?> RenewAccessTokenAsync(string refusedToken, CancellationToken cancellationToken) =>
        Remember(await _tokens.RenewAsync(refusedToken, cancellationToken));

    /// <summary>Blots out the older tokens as well: requests under way carry them.</summary>
    internal override string Redact(string text) =>
        _lastTokens.Aggregate(text, (blotted, token) => blotted.Replace(token, "***", StringComparison.Ordinal));

    private string? Remember(string? token)
    {
        if (token is { Length: > 0 } && !_lastTokens.Contains(token))
        {
            lock (_remembering)
            {
                _lastTokens = [token, .. _lastTokens.Except([token]).Take(TokensUnderWay - 1)];
            }
        }

        return token;
    }
}
