using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bitrix24.Client;

/// <summary>An incoming webhook: an address which acts with the rights of its owner within the chosen scopes.</summary>
/// <remarks>Source: local-integrations/local-webhooks.md.</remarks>
public sealed record WebhookCredentials : PortalCredentials
{
    private const string Remedy =
        "Copy the whole address of the incoming webhook from Bitrix24 (Developer resources, Other, Incoming webhook); it looks like "
        + "https://portal/rest/USER_ID/SECRET/.";

    private readonly string _secret;

    private WebhookCredentials(Uri origin, long userId, string secret, bool allowsInsecureLoopback)
    {
        (_secret, AllowsInsecureLoopback) = (secret, allowsInsecureLoopback);
        UserId = userId;
        ClassicRoot = new Uri(origin, $"/rest/{userId}/{secret}/");
        VersionThreeRoot = new Uri(origin, $"/rest/api/{userId}/{secret}/");
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        OperatingTimeKey = $"{origin.Authority}|webhook|{userId}|{Convert.ToHexString(digest, 0, 8)}";
    }

    /// <summary>The id of the user who owns the webhook; calls run with his rights.</summary>
    public long UserId { get; }

    internal override Uri ClassicRoot { get; }

    internal override Uri VersionThreeRoot { get; }

    internal override string OperatingTimeKey { get; }

    internal override bool AllowsInsecureLoopback { get; }

    /// <summary>Reads the address of an incoming webhook.</summary>
    /// <param name="address">The address <c>https://{portal}/rest/{userId}/{secret}/</c>; the last slash may be missing.</param>
    /// <param name="allowInsecureLoopback">Allows plain http to a loopback host; for tests and the demo.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="MalformedAddressException">The address has another form; the message tells which part is wrong.</exception>
    public static WebhookCredentials Parse(string address, bool allowInsecureLoopback = false)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!Uri.TryCreate(address.Trim(), UriKind.Absolute, out var uri))
        {
            throw new MalformedAddressException($"The webhook address is not an absolute address. {Remedy}");
        }

        if (!IsAllowedScheme(uri, allowInsecureLoopback))
        {
            throw new MalformedAddressException(
                $"The webhook address must begin with https:// (plain http is only for a loopback address with AllowInsecureLoopback). {Remedy}");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            throw new MalformedAddressException($"The webhook address must not have a query, a fragment or a user name. {Remedy}");
        }

        var parts = uri.AbsolutePath.Trim('/').Split('/');
        if (parts.Length != 3 || parts[0] != "rest")
        {
            throw new MalformedAddressException($"The path of the webhook address must have three parts: rest, user id, secret. {Remedy}");
        }

        if (!long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var userId) || userId <= 0)
        {
            throw new MalformedAddressException($"The second part of the webhook address must be the owner's user id. {Remedy}");
        }

        if (parts[2].Length == 0 || !parts[2].All(char.IsAsciiLetterOrDigit))
        {
            throw new MalformedAddressException($"The third part of the webhook address must be the secret, letters and digits only. {Remedy}");
        }

        return new WebhookCredentials(new Uri(uri.GetLeftPart(UriPartial.Authority)), userId, parts[2], allowInsecureLoopback);
    }

    /// <summary>The portal and the owner, never the secret.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => $"webhook of user {UserId} at {Portal}";

    internal override ValueTask<string?> GetAccessTokenAsync(CancellationToken cancellationToken) => new((string?)null);

    internal override ValueTask<string?> RenewAccessTokenAsync(string refusedToken, CancellationToken cancellationToken) =>
        new((string?)null);

    internal override string Redact(string text) => text.Replace(_secret, "***", StringComparison.Ordinal);
}
