namespace Bitrix24Addon.Portals;

/// <summary>What a post says of an installation. All of it is hearsay until the authorisation server confirms it.</summary>
/// <param name="MemberId">The portal's <c>member_id</c>.</param>
/// <param name="Domain">Its host, or null.</param>
/// <param name="ClientEndpoint">Its address for calls, or null.</param>
/// <param name="RefreshToken">The refresh token.</param>
/// <param name="ApplicationToken">What later posts will carry.</param>
/// <param name="PostedAt">When the portal sent it, by the portal's clock; null when it does not tell.</param>
/// <param name="NeedsAdministrator">The tokens are of whoever opened a page: only an administrator's may be kept.</param>
public sealed record InstallationClaim(
    string MemberId, string? Domain, string? ClientEndpoint, string RefreshToken, string ApplicationToken, DateTimeOffset? PostedAt = null, bool NeedsAdministrator = false)
{
    /// <summary>The claimed portal, never a token.</summary>
    /// <returns>A text without secrets.</returns>
    public override string ToString() => MemberId;
}

/// <summary>What became of a claim.</summary>
public enum AdmissionOutcome
{
    /// <summary>The portal is registered with its tokens.</summary>
    Admitted,

    /// <summary>No application is configured here.</summary>
    NotConfigured,

    /// <summary>The authorisation server could not be asked.</summary>
    ServerUnreachable,

    /// <summary>The authorisation server does not know the refresh token as one of our application.</summary>
    GrantRefused,

    /// <summary>The tokens belong to another portal than the post says.</summary>
    OtherPortal,

    /// <summary>The portal's address may not be called.</summary>
    ForbiddenAddress,

    /// <summary>The tokens belong to another application.</summary>
    OtherApplication,

    /// <summary>The tokens are no administrator's, and it is neither a first installation nor the one in whose name we call, with the application token.</summary>
    NotAdministrator,
}
