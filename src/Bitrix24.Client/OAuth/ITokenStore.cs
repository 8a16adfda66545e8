namespace Bitrix24.Client;

/// <summary>
/// Where the tokens of one portal lie, shared by all processes that call it. Its lease keeps the renewals of several processes apart:
/// whoever holds it may write; who lost it, because his process froze until the lease lapsed, may not.
/// </summary>
public interface ITokenStore
{
    /// <summary>Reads the pair. Asked before every request, so it must be cheap.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The pair, or null when there is none: the application was removed.</returns>
    ValueTask<TokenPair?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Takes the lease for a renewal unless another holds it. It must hold for a minute longer than <see cref="Bitrix24ClientOptions.OAuthTimeout"/>, during which storing is tried again.</summary>
    /// <param name="cancellationToken">Stops the taking; a renewal never does.</param>
    /// <returns>The lease, or null while another holds it. Disposing of it gives it back; one that could not store what it got is kept until the next attempt.</returns>
    ValueTask<ITokenLease?> TryLeaseAsync(CancellationToken cancellationToken);
}

/// <summary>The right to renew a pair and to write it down. What it writes is durable when its task ends.</summary>
public interface ITokenLease : IAsyncDisposable
{
    /// <summary>
    /// Writes the renewed pair down, if the lease is still held and the pair that was spent still stands there: an installation in the
    /// meantime counts for more.
    /// </summary>
    /// <param name="spent">The pair whose refresh token was spent.</param>
    /// <param name="tokens">What came for it.</param>
    /// <returns>False when it was not written.</returns>
    Task<bool> StoreAsync(TokenPair spent, RedeemedTokens tokens);

    /// <summary>Writes down why the pair could not be renewed, under the same conditions.</summary>
    /// <param name="refused">The pair.</param>
    /// <param name="failure">Why not.</param>
    /// <returns>False when it was not written.</returns>
    Task<bool> NoteAsync(TokenPair refused, RenewalFailure failure);
}

/// <summary>An access token with the refresh token that replaces it.</summary>
/// <param name="MemberId">The portal's <c>member_id</c>.</param>
/// <param name="AccessToken">The token to call the portal with.</param>
/// <param name="RefreshToken">The token that is spent for the next pair.</param>
/// <param name="Failure">Why the pair could not be renewed last time; null while all is well.</param>
public sealed record TokenPair(string MemberId, string AccessToken, string RefreshToken, RenewalFailure? Failure = null)
{
    /// <summary>The portal, never a token.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => $"tokens of {MemberId}";
}

/// <summary>Why a pair could not be renewed.</summary>
/// <param name="Kind">
/// <see cref="Bitrix24ErrorKind.AuthorisationNeeded"/>, <see cref="Bitrix24ErrorKind.PaymentRequired"/>, <see cref="Bitrix24ErrorKind.ApplicationRemoved"/>,
/// <see cref="Bitrix24ErrorKind.AuthorisationUnavailable"/>, or what else the authorisation server refused for.
/// </param>
/// <param name="NotBefore">Before this instant it is not tried again; null when only a person can mend it.</param>
public sealed record RenewalFailure(Bitrix24ErrorKind Kind, DateTimeOffset? NotBefore);
