using System.Security.Cryptography;
using System.Text;

namespace Bitrix24.Client;

/// <summary>What a return to the application's address means.</summary>
public enum RedirectOutcome
{
    /// <summary>A person authorised the application; the code waits to be exchanged.</summary>
    Granted,

    /// <summary>The <c>state</c> is missing or not the one that was given along: another person's or a forged return; the code must not be spent.</summary>
    ForeignState,

    /// <summary>Code, portal or <c>member_id</c> is missing.</summary>
    Incomplete,
}

/// <summary>
/// The parameters with which a person comes back from <see cref="OAuthServer.AuthoriseAddress"/>. They come through the person's browser: only what
/// <see cref="OAuthServer.ExchangeAsync"/> answers may be believed of portal and scopes.
/// </summary>
/// <param name="Outcome">What the return means; the other members are filled for <see cref="RedirectOutcome.Granted"/> only.</param>
/// <remarks>Source: settings/oauth/index.md.</remarks>
public sealed record AuthorisationRedirect(RedirectOutcome Outcome)
{
    /// <summary>The code; good for 30 seconds and once.</summary>
    public string Code { get; private init; } = "";

    /// <summary><c>domain</c>: the portal's host, as the browser tells it.</summary>
    public string Portal { get; private init; } = "";

    /// <summary><c>member_id</c>: the portal's id, as the browser tells it; refuse the exchange's answer when it names another.</summary>
    public string MemberId { get; private init; } = "";

    /// <summary><c>scope</c>: the scopes the application asks for.</summary>
    public IReadOnlyList<string> Scopes { get; private init; } = [];

    /// <summary>A <c>state</c> that nobody can guess; keep it with the person's session.</summary>
    /// <returns>32 random bytes in letters, digits, hyphens and underscores.</returns>
    public static string NewState() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Reads the parameters; the state is compared in constant time.</summary>
    /// <param name="parameter">The decoded value of a query parameter by its name, null where it is missing.</param>
    /// <param name="expectedState">The state that was given along.</param>
    /// <returns>What the return means.</returns>
    /// <exception cref="ArgumentException">The expected state is empty, so anybody's return would match.</exception>
    public static AuthorisationRedirect Read(Func<string, string?> parameter, string expectedState)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentException.ThrowIfNullOrEmpty(expectedState);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(parameter("state") ?? ""), Encoding.UTF8.GetBytes(expectedState)))
        {
            return new AuthorisationRedirect(RedirectOutcome.ForeignState);
        }

        return (parameter("code"), parameter("domain"), parameter("member_id")) is ({ Length: > 0 } code, { Length: > 0 } portal, { Length: > 0 } member)
            ? new AuthorisationRedirect(RedirectOutcome.Granted)
            {
                Code = code,
                Portal = portal,
                MemberId = member,
                Scopes = (parameter("scope") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries),
            }
            : new AuthorisationRedirect(RedirectOutcome.Incomplete);
    }

    /// <summary>The outcome and the portal, never the code.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => $"{Outcome} {(Portal.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' or ':') ? Portal : "(no host)")}";
}
