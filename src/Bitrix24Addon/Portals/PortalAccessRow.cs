using Bitrix24.Client;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Portals;

/// <summary>An installed application's access to its portal. Tokens are encrypted for this portal alone (see <see cref="KeyRing"/>).</summary>
public sealed class PortalAccessRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>Where the portal is called, for example <c>https://portal/rest/</c>; told by the authorisation server.</summary>
    public required string ClientEndpoint { get; set; }

    /// <summary>The access token, encrypted.</summary>
    public required string AccessToken { get; set; }

    /// <summary>The refresh token, encrypted.</summary>
    public required string RefreshToken { get; set; }

    /// <summary>When the access token ends, Unix milliseconds.</summary>
    public long ExpiresAtMs { get; set; }

    /// <summary>The granted scopes, as the authorisation server wrote them.</summary>
    public string Scope { get; set; } = "";

    /// <summary>SHA-256 of the <c>application_token</c> that posts of this portal carry.</summary>
    public required byte[] ApplicationTokenHash { get; set; }

    /// <summary>When the portal sent the post that brought the access, by the portal's clock, Unix milliseconds; 0 when unknown. What it sent before is over.</summary>
    public long InstallationPostedAtMs { get; set; }

    /// <summary>The application's status letter: F, D, T, P, L or S.</summary>
    public string Status { get; set; } = "";

    /// <summary>The portal's plan, <c>LICENSE_FAMILY</c> of app.info, which decides its limits; null while nobody has told it.</summary>
    public string? LicenseFamily { get; set; }

    /// <summary>
    /// Nobody has told yet whether the tokens belong to our application: until then the portal is not called and not set up.
    /// </summary>
    public bool AwaitsConfirmation { get; set; }

    /// <summary>Since when no token can be had until a person authorises anew, Unix milliseconds; null while all is well.</summary>
    public long? ReauthoriseSinceMs { get; set; }

    /// <summary>After a failed renewal not to be tried again before this instant, Unix milliseconds.</summary>
    public long RenewNotBeforeMs { get; set; }

    /// <summary>Why the last renewal failed, as <see cref="Bitrix24ErrorKind"/>; empty while all is well.</summary>
    public string NotRenewed { get; set; } = "";

    /// <summary>Why the tokens could not be renewed; null while all is well.</summary>
    internal RenewalFailure? Failure => ReauthoriseSinceMs is not null ? new RenewalFailure(Bitrix24ErrorKind.AuthorisationNeeded, null)
        : RenewNotBeforeMs > 0 ? new RenewalFailure(
            Enum.TryParse<Bitrix24ErrorKind>(NotRenewed, out var kind) ? kind : Bitrix24ErrorKind.AuthorisationUnavailable,
            DateTimeOffset.FromUnixTimeMilliseconds(RenewNotBeforeMs))
        : null;

    /// <summary>Takes over new tokens: all is well again.</summary>
    /// <param name="tokens">What the authorisation server answered.</param>
    /// <param name="keys">Encrypts.</param>
    /// <param name="memberId">The portal's <c>member_id</c>.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    internal void Take(RedeemedTokens tokens, KeyRing keys, string memberId, long nowMs)
    {
        ClientEndpoint = tokens.ClientEndpoint!;
        AccessToken = keys.Protect(memberId, tokens.AccessToken!);
        RefreshToken = keys.Protect(memberId, tokens.RefreshToken!);
        ExpiresAtMs = nowMs + ((tokens.ExpiresInSeconds ?? 0) * 1000);
        Scope = tokens.Scope ?? Scope;
        Status = tokens.Status ?? Status;
        ReauthoriseSinceMs = null;
        RenewNotBeforeMs = 0;
        NotRenewed = "";
    }

    /// <summary>Writes down why the tokens could not be renewed: with an instant there is a pause, without one a person must authorise anew.</summary>
    /// <param name="failure">Why not.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    internal void Note(RenewalFailure failure, long nowMs)
    {
        NotRenewed = failure.Kind.ToString();
        if (failure.NotBefore is { } notBefore)
        {
            RenewNotBeforeMs = notBefore.ToUnixTimeMilliseconds();
        }
        else
        {
            ReauthoriseSinceMs = nowMs;
        }
    }
}
