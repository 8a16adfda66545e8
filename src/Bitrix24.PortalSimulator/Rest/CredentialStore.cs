using System.Globalization;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>Webhooks and access tokens of the portal.</summary>
internal sealed class CredentialStore
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromSeconds(3600);

    private readonly PortalSimulatorOptions _options;
    private readonly Dictionary<string, (long UserId, HashSet<string>? Scopes)> _webhooks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long UserId, HashSet<string>? Scopes, DateTimeOffset ExpiresAt)> _tokens = new(StringComparer.Ordinal);

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
        var token = string.Create(CultureInfo.InvariantCulture, $"simulator{userId}token{_tokens.Count + 1}");
        _tokens[token] = (userId, scopes?.ToHashSet(StringComparer.Ordinal), _options.TimeProvider.GetUtcNow() + TokenLife);
        return token;
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

    private HashSet<string> Scopes(HashSet<string>? own) => own ?? new HashSet<string>(_options.Scopes, StringComparer.Ordinal);
}
