using System.Text.Json;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
using RestSharp;

namespace Bitrix24.Client;

/// <summary>
/// The authorisation server of Bitrix24. Its host is given by the configuration and never taken from an answer or a post: whoever
/// names the host receives the application's secret. Redirects are not followed; nothing is repeated, because a refresh token can be
/// spent once. Made by <see cref="Bitrix24ClientFactory"/>.
/// </summary>
/// <remarks>Source: settings/oauth/index.md, settings/oauth/error-codes.md.</remarks>
public sealed class OAuthServer
{
    /// <summary>The documented server.</summary>
    public const string DefaultAddress = "https://oauth.bitrix24.tech";

    private readonly Uri _address;
    private readonly OAuthApplication _application;
    private readonly IHttpClientFactory _clients;
    private readonly Bitrix24ClientOptions _options;

    internal OAuthServer(
        Uri address, OAuthApplication application, bool allowInsecureLoopback, IHttpClientFactory clients, Bitrix24ClientOptions options)
    {
        if (!address.IsAbsoluteUri
            || !PortalCredentials.IsAllowedScheme(address, allowInsecureLoopback)
            || address.AbsolutePath != "/"
            || address.Query.Length > 0
            || address.UserInfo.Length > 0)
        {
            throw new MalformedAddressException($"The address of the authorisation server must look like {DefaultAddress}, without a path.");
        }

        (_address, _application, _clients, _options) = (address, application, clients, options);
    }

    /// <summary>The server's host, with its port if that is not the usual one.</summary>
    public string Host => _address.Authority;

    /// <summary>Where a person is sent to authorise the application; what comes back is read by <see cref="AuthorisationRedirect"/>.</summary>
    /// <param name="portal">The portal's host, with its port if that is not the usual one.</param>
    /// <param name="state">An unguessable text that must come back unchanged (see <see cref="AuthorisationRedirect.NewState"/>).</param>
    /// <returns><c>https://portal/oauth/authorize/</c> with id and state, never the secret.</returns>
    /// <exception cref="ArgumentException">The portal is no host, or the state is empty.</exception>
    public Uri AuthoriseAddress(string portal, string state)
    {
        ArgumentException.ThrowIfNullOrEmpty(portal);
        ArgumentException.ThrowIfNullOrEmpty(state);
        return Uri.TryCreate($"https://{portal}/", UriKind.Absolute, out var address) && string.Equals(address.Authority, portal, StringComparison.OrdinalIgnoreCase)
            ? new Uri(address, $"oauth/authorize/?client_id={Uri.EscapeDataString(_application.ClientId)}&state={Uri.EscapeDataString(state)}")
            : throw new ArgumentException("The portal must be given as a host, for example acme.bitrix24.ru.", nameof(portal));
    }

    /// <summary>Spends the code of a person who authorised the application; the secret travels in the body.</summary>
    /// <param name="code">The code (see <see cref="AuthorisationRedirect.Code"/>); good for 30 seconds and once.</param>
    /// <param name="cancellationToken">Stops the waiting; the code may be spent nevertheless.</param>
    /// <returns>The first tokens, or why there are none; <see cref="RedeemOutcome.InvalidGrant"/> for a code that is spent or too old.</returns>
    public Task<RedeemAnswer> ExchangeAsync(string code, CancellationToken cancellationToken = default) =>
        GrantAsync("authorization_code", "code", code, cancellationToken);

    /// <summary>Spends a refresh token. The secret travels in the body, so that no log of addresses holds it.</summary>
    /// <param name="refreshToken">The refresh token; afterwards only the answer's one may be used.</param>
    /// <param name="cancellationToken">Stops the waiting; the token may be spent nevertheless.</param>
    /// <returns>The new tokens, or why there are none.</returns>
    public Task<RedeemAnswer> RedeemAsync(string refreshToken, CancellationToken cancellationToken = default) =>
        GrantAsync("refresh_token", "refresh_token", refreshToken, cancellationToken);

    /// <summary>
    /// Finds out whether the server takes secrets in the body of a POST, by a refresh token that cannot be one: nothing is spent, and a server that
    /// complains of it has read the body.
    /// </summary>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>What the server made of it.</returns>
    public async Task<OAuthProbe> ProbeAsync(CancellationToken cancellationToken = default)
    {
        var answer = await RedeemAsync("probe", cancellationToken);
        return answer.Outcome switch
        {
            RedeemOutcome.InvalidGrant or RedeemOutcome.PaymentRequired => OAuthProbe.TakesBodies,
            RedeemOutcome.InvalidClient => OAuthProbe.ClientRefused,
            RedeemOutcome.Refused when answer.Code.Equals("invalid_request", StringComparison.OrdinalIgnoreCase) => OAuthProbe.ParametersMissing,
            RedeemOutcome.Refused => OAuthProbe.Refused,
            RedeemOutcome.Unreachable => OAuthProbe.Unreachable,
            _ => OAuthProbe.NotAnAnswer,
        };
    }

    private async Task<RedeemAnswer> GrantAsync(string grantType, string name, string grant, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(grant, name);
        var (status, root) = await PostAsync(
            "oauth/token/",
            cancellationToken,
            ("grant_type", grantType),
            ("client_id", _application.ClientId),
            ("client_secret", _application.ClientSecret),
            (name, grant));
        if (root is not { ValueKind: JsonValueKind.Object } answer)
        {
            return new RedeemAnswer(status is 0 or >= 500 ? RedeemOutcome.Unreachable : RedeemOutcome.NotAnAnswer);
        }

        if (AnswerReader.TryReadError(answer, status, out var error))
        {
            return new RedeemAnswer(OutcomeOf(error.Code, status), Code: Blot(error.Code, grant));
        }

        var tokens = status is >= 200 and < 300 ? answer.As(Bitrix24JsonContext.Default.RedeemedTokens) : null;
        return tokens is { AccessToken.Length: > 0, RefreshToken.Length: > 0, MemberId.Length: > 0 }
            && Uri.TryCreate(tokens.ClientEndpoint, UriKind.Absolute, out var endpoint) && (endpoint.Scheme == Uri.UriSchemeHttps || endpoint.Scheme == Uri.UriSchemeHttp)
            ? new RedeemAnswer(RedeemOutcome.Redeemed, tokens)
            : new RedeemAnswer(status >= 500 ? RedeemOutcome.Unreachable : RedeemOutcome.NotAnAnswer);
    }

    /// <summary>Asks for the application's state (<c>app.info</c>), which only this server tells truthfully.</summary>
    /// <param name="accessToken">An access token of the portal.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>The state.</returns>
    /// <exception cref="Bitrix24Exception">The server refused or could not be reached.</exception>
    /// <remarks>Source: api-reference/common/system/app-info.md.</remarks>
    public async Task<ApplicationInfo> AppInfoAsync(string accessToken, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(accessToken);
        var method = CommonMethods.AppInfoMethod.Name;
        var (status, root) = await PostAsync($"rest/{method}", cancellationToken, ("auth", accessToken));
        if (root is null)
        {
            throw new Bitrix24Exception(method, new Bitrix24Error(
                status is 0 or >= 500 ? Bitrix24ErrorKind.Unreachable : Bitrix24ErrorKind.NotAnAnswer,
                Bitrix24Error.BrokenCode, "The authorisation server did not answer.", status));
        }

        var outcome = AnswerReader.Read(root.Value, status);
        if (outcome.Error is { } error)
        {
            throw new Bitrix24Exception(method, error with { Code = Blot(error.Code, accessToken), Description = Blot(error.Description, accessToken) });
        }

        return outcome.Answer!.Result.As(Bitrix24JsonContext.Default.ApplicationInfo) ?? new ApplicationInfo();
    }

    /// <summary>The server, never a secret.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => $"authorisation server {_address.Authority}";

    private static RedeemOutcome OutcomeOf(string code, int status) => code.ToUpperInvariant() switch
    {
        "INVALID_GRANT" or "BAD_VERIFICATION_CODE" => RedeemOutcome.InvalidGrant,
        "INVALID_CLIENT" or "WRONG_CLIENT" => RedeemOutcome.InvalidClient,
        "PAYMENT_REQUIRED" => RedeemOutcome.PaymentRequired,
        _ => status >= 500 ? RedeemOutcome.Unreachable : RedeemOutcome.Refused,
    };

    private string Blot(string text, string token) =>
        text.Replace(token, "***", StringComparison.Ordinal).Replace(_application.ClientSecret, "***", StringComparison.Ordinal);

    /// <returns>The HTTP status, 0 without an answer, and the JSON, null when the answer is none.</returns>
    private async Task<(int Status, JsonElement? Root)> PostAsync(
        string path, CancellationToken cancellationToken, params (string Name, string Value)[] fields)
    {
        using var client = new RestClient(
            _clients.CreateClient(PortalTransport.HttpClientName),
            new RestClientOptions { UserAgent = _options.UserAgent, FollowRedirects = false, Timeout = _options.OAuthTimeout },
            disposeHttpClient: true);
        var message = new RestRequest(new Uri(_address, path), Method.Post).AddHeader("Accept", "application/json");
        foreach (var (name, value) in fields)
        {
            message.AddParameter(name, value, ParameterType.GetOrPost);
        }

        try
        {
            var response = await client.ExecuteAsync(message, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return ((int)response.StatusCode, Json(response.RawBytes));
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or IOException)
        {
            return (0, null);
        }
    }

    private static JsonElement? Json(byte[]? bytes)
    {
        try
        {
            return bytes is { Length: > 0 } ? ReadableJson.Parse(bytes) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
