using System.Text.Json.Serialization;

namespace Bitrix24.Client;

/// <summary>What the authorisation server answers to a refresh token. Source: settings/oauth/index.md.</summary>
public sealed record RedeemedTokens
{
    /// <summary>The token to call the portal with.</summary>
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    /// <summary>The next refresh token; it replaces the one that was redeemed.</summary>
    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    /// <summary>Where the portal is called, for example <c>https://portal/rest/</c>; its host is the portal.</summary>
    [JsonPropertyName("client_endpoint")]
    public string? ClientEndpoint { get; init; }

    /// <summary>The authorisation server's own REST address; told, never used.</summary>
    [JsonPropertyName("server_endpoint")]
    public string? ServerEndpoint { get; init; }

    /// <summary>The portal's id, which outlives its address.</summary>
    [JsonPropertyName("member_id")]
    public string? MemberId { get; init; }

    /// <summary>For how long the access token holds, in seconds.</summary>
    [JsonPropertyName("expires_in")]
    public long? ExpiresInSeconds { get; init; }

    /// <summary>The granted scopes, separated by commas.</summary>
    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    /// <summary>The application's status: <c>L</c>, <c>F</c>, <c>S</c>, <c>D</c>, <c>T</c> or <c>P</c>.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>The user in whose name the tokens call.</summary>
    [JsonPropertyName("user_id")]
    public long? UserId { get; init; }

    /// <summary>The portal, never a token.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => $"tokens of {MemberId}";
}

/// <summary>What became of a refresh token at the authorisation server.</summary>
public enum RedeemOutcome
{
    /// <summary>There are new tokens.</summary>
    Redeemed,

    /// <summary>The refresh token is spent, expired or not of this application (<c>invalid_grant</c>): a person must authorise anew.</summary>
    InvalidGrant,

    /// <summary>The application's id or secret is wrong, or it is not installed there (<c>invalid_client</c>, <c>wrong_client</c>).</summary>
    InvalidClient,

    /// <summary>The paid or trial time is over (<c>PAYMENT_REQUIRED</c>).</summary>
    PaymentRequired,

    /// <summary>The server refused for another reason; see the code.</summary>
    Refused,

    /// <summary>The server could not be reached, or failed; whether the token was spent is unknown.</summary>
    Unreachable,

    /// <summary>What came is not an answer of the authorisation server, or lacks tokens.</summary>
    NotAnAnswer,
}

/// <summary>The answer to a refresh token.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Tokens">The new tokens, when there are any.</param>
/// <param name="Code">The server's error code, for developers; empty without one.</param>
public sealed record RedeemAnswer(RedeemOutcome Outcome, RedeemedTokens? Tokens = null, string Code = "");
