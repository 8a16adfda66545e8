using System.Globalization;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>A pair of tokens of one user.</summary>
internal sealed record TokenPair(long UserId, string AccessToken, string RefreshToken, DateTimeOffset ExpiresAt);

/// <summary>Webhooks of the portal; access tokens, refresh tokens and authorisation codes of the application.</summary>
internal sealed class CredentialStore
{
    /// <summary>How long an access token lives.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromSeconds(3600);

    private static readonly TimeSpan RefreshTokenLife = TimeSpan.FromDays(180);
    private static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(30);

    private readonly PortalSimulatorOptions _options;
    private readonly Dictionary<string, (long UserId, HashSet<string>? Scopes)> _webhooks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long UserId, HashSet<string>? Scopes, DateTimeOffset ExpiresAt)> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long UserId, HashSet<string>? Scopes, DateTimeOffset ExpiresAt)> _refreshTokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long UserId, DateTimeOffset ExpiresAt)> _codes = new(StringComparer.Ordinal);
    private int _issued;

    public CredentialStore(PortalSimulatorOptions options)
    {
        _options = options;
        _webhooks[options.WebhookSecret] = (1, null);
    }

    public string AddWebhook(long userId, IEnumerable<string>? scopes)
    {
        var secret = string.Create(CultureInfo.InvariantCulture, $"simulator{userId}secret{_webhooks.Count + 1}");
        _webhooks[secret] = (userId, scopes?.ToHashSet(StringComparer.Ordinal));
        return secret;
    }

    public void RevokeWebhook(string secret) => _webhooks.Remove(secret);

    public string IssueToken(long userId, IEnumerable<string>? scopes)
    {
        var token = Name(userId, "token");
        _tokens[token] = (userId, scopes?.ToHashSet(StringComparer.Ordinal), Now + TokenLife);
        return token;
    }

    public TokenPair IssuePair(long userId, HashSet<string>? scopes = null)
    {
        var refreshToken = Name(userId, "refresh");
        _refreshTokens[refreshToken] = (userId, scopes, Now + RefreshTokenLife);
        return new TokenPair(userId, IssueToken(userId, scopes), refreshToken, Now + TokenLife);
    }

    public string IssueCode(long userId)
    {
        var code = Name(userId, "code");
        _codes[code] = (userId, Now + CodeLife);
        return code;
    }

    /// <summary>A new pair for a refresh token, which is spent by it; null when it is unknown, spent or too old.</summary>
    public TokenPair? Refresh(string refreshToken) =>
        _refreshTokens.Remove(refreshToken, out var issued) && issued.ExpiresAt > Now ? IssuePair(issued.UserId, issued.Scopes) : null;

    /// <summary>A pair for an authorisation code, which is spent by it; null when it is unknown, spent or too old.</summary>
    public TokenPair? Redeem(string code) => _codes.Remove(code, out var issued) && issued.ExpiresAt > Now ? IssuePair(issued.UserId) : null;

    /// <summary>Lets every access token of a user be over; his refresh tokens stay good.</summary>
    public void Expire(long userId)
    {
        foreach (var (token, issued) in _tokens.Where(token => token.Value.UserId == userId).ToList())
        {
            _tokens[token] = issued with { ExpiresAt = Now };
        }
    }

    /// <summary>Kills every token and code of the application.</summary>
    public void RevokeApplication()
    {
        _tokens.Clear();
        _refreshTokens.Clear();
        _codes.Clear();
    }

    public Caller ByWebhook(string userId, string secret) =>
        _webhooks.TryGetValue(secret, out var webhook) && webhook.UserId.ToString(CultureInfo.InvariantCulture) == userId
            ? new Caller(webhook.UserId, "webhook " + secret, false, Scopes(webhook.Scopes))
            : throw RestException.NoAuth();

    public Caller ByToken(string? token, DateTimeOffset now)
    {
        if (token is null || !_tokens.TryGetValue(token, out var issued))
        {
            throw RestException.NoAuth();
        }
        // The operating limit is counted per application, not per token.
        return issued.ExpiresAt > now
            ? new Caller(issued.UserId, "application", true, Scopes(issued.Scopes))
            : throw RestException.ExpiredToken();
    }

    private DateTimeOffset Now => _options.TimeProvider.GetUtcNow();

    // Numbered through, so that a revoked name is never given again.
    private string Name(long userId, string kind) => string.Create(CultureInfo.InvariantCulture, $"simulator{userId}{kind}{++_issued}");

    private HashSet<string> Scopes(HashSet<string>? own) => own ?? new HashSet<string>(_options.Scopes, StringComparer.Ordinal);
}
