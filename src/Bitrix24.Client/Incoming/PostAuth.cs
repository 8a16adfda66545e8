using System.Buffers;

namespace Bitrix24.Client.Incoming;

/// <summary>
/// Who posts, and with what the portal may be called. Nothing of it is true before <see cref="ApplicationToken"/> was compared with the
/// stored one of the portal, in constant time; never call an address from here before that.
/// </summary>
/// <remarks>
/// Source: api-reference/events/safe-event-handlers.md, api-reference/events/index.md, settings/oauth/simple-way.md. Every part may be missing: tokens
/// when a robot, an agent or an outgoing webhook acts or the application is gone, the application token with <c>ONAPPPAYMENT</c>.
/// </remarks>
public sealed record PostAuth
{
    private static readonly SearchValues<char> PlainLetters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-");

    /// <summary>The portal's id, which outlives its address.</summary>
    public string? MemberId { get; init; }

    /// <summary>The secret of this application in this portal, or of the outgoing webhook.</summary>
    public string? ApplicationToken { get; init; }

    /// <summary>The token to call the portal with, of the user who acted or opened; null when nobody did.</summary>
    public string? AccessToken { get; init; }

    /// <summary>The token that brings the next ones; with installations, updates, offline notices and page openings.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>For how long the access token holds, in seconds.</summary>
    public long? ExpiresInSeconds { get; init; }

    /// <summary>The granted scopes, whether commas or spaces stood between them.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The portal's host.</summary>
    public string? Domain { get; init; }

    /// <summary>Where the portal is called, for example <c>https://portal/rest/</c>.</summary>
    public string? ClientEndpoint { get; init; }

    /// <summary>The authorisation server's REST address; told, never to be used: the server is configuration.</summary>
    public string? ServerEndpoint { get; init; }

    /// <summary>The application's status: <c>L</c>, <c>F</c>, <c>S</c>, <c>D</c>, <c>T</c> or <c>P</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The user of the access token, where the portal tells.</summary>
    public long? UserId { get; init; }

    /// <summary>The portal's id, never a token.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => $"auth of {Plain(MemberId)}";

    /// <summary>A text that came from outside, fit for one line of a log.</summary>
    internal static string Plain(string? text) =>
        text is { Length: > 0 and <= 80 } && !text.AsSpan().ContainsAnyExcept(PlainLetters) ? text : "(unnamed)";

    /// <summary>Reads the <c>auth</c> block of events and robots.</summary>
    internal static PostAuth OfBlock(FormNode auth) => new()
    {
        MemberId = auth["member_id"].Defined,
        ApplicationToken = auth["application_token"].Defined,
        AccessToken = auth["access_token"].Defined,
        RefreshToken = auth["refresh_token"].Defined,
        ExpiresInSeconds = auth["expires_in"].ToInteger(),
        Scopes = ScopesOf(auth["scope"].Defined),
        Domain = auth["domain"].Defined,
        ClientEndpoint = auth["client_endpoint"].Defined,
        ServerEndpoint = auth["server_endpoint"].Defined,
        Status = auth["status"].Defined,
        UserId = auth["user_id"].ToId(),
    };

    /// <summary>Reads what a page is opened with; the host stands in the query.</summary>
    internal static PostAuth OfPage(FormNode body, FormNode query) => new()
    {
        MemberId = body["member_id"].Defined,
        ApplicationToken = body["APPLICATION_TOKEN"].Defined,
        AccessToken = body["AUTH_ID"].Defined,
        RefreshToken = body["REFRESH_ID"].Defined,
        ExpiresInSeconds = body["AUTH_EXPIRES"].ToInteger(),
        Scopes = ScopesOf(body["APPLICATION_SCOPE"].Defined),
        Domain = query["DOMAIN"].Defined ?? body["DOMAIN"].Defined,
        ServerEndpoint = body["SERVER_ENDPOINT"].Defined,
        Status = body["status"].Defined,
    };

    private static string[] ScopesOf(string? list) =>
        list?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [];
}
