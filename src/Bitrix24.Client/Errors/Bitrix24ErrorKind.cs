namespace Bitrix24.Client;

/// <summary>What an error means for the caller. Source: _includes/system-errors.md, error-codes.md, limits.md, api-reference/rest-v3.md.</summary>
public enum Bitrix24ErrorKind
{
    /// <summary>The method refused for a reason of its own; see the code.</summary>
    MethodError,

    /// <summary>Too many requests (<c>QUERY_LIMIT_EXCEEDED</c>, 503): slow down and repeat.</summary>
    QueryLimit,

    /// <summary>The method's operating time is used up (<c>OPERATION_TIME_LIMIT</c>, 429): repeat not before the given instant.</summary>
    OperatingLimit,

    /// <summary>Another limit answered with 429, for example of bots: wait and repeat.</summary>
    OtherLimit,

    /// <summary>The access token is out of date (<c>expired_token</c>).</summary>
    ExpiredToken,

    /// <summary>The access token cannot be read (<c>invalid_token</c>).</summary>
    InvalidToken,

    /// <summary>The webhook code or token is wrong or missing (<c>NO_AUTH_FOUND</c>).</summary>
    NotAuthorised,

    /// <summary>The refresh token is spent or out of date (<c>invalid_grant</c>): a person must authorise the application anew.</summary>
    AuthorisationNeeded,

    /// <summary>The application's paid or trial time is over (<c>PAYMENT_REQUIRED</c>).</summary>
    PaymentRequired,

    /// <summary>
    /// The application is not installed on the portal any more: the portal does not know its token (<c>NO_AUTH_FOUND</c>), there are no tokens, or the
    /// authorisation server does not know it there (<c>invalid_client</c>, <c>wrong_client</c>; a wrong id or secret looks the same).
    /// </summary>
    ApplicationRemoved,

    /// <summary>The token must be renewed and the authorisation server cannot be reached or is out of order: it may work later.</summary>
    AuthorisationUnavailable,

    /// <summary>The authorisation server refused to renew the token for a reason of its own; see the code.</summary>
    AuthorisationRefused,

    /// <summary>The application or webhook lacks the scope (<c>insufficient_scope</c>).</summary>
    InsufficientScope,

    /// <summary>The user, the portal's plan or the method's own rules do not allow it.</summary>
    AccessDenied,

    /// <summary>The method needs another kind of authorisation (<c>WRONG_AUTH_TYPE</c>), for example an application instead of a webhook.</summary>
    WrongAuthorisationType,

    /// <summary>The method waits for the administrator's confirmation (<c>METHOD_CONFIRM_WAITING</c>).</summary>
    ConfirmationAwaited,

    /// <summary>The administrator refused this method (<c>METHOD_CONFIRM_DENIED</c>).</summary>
    ConfirmationDenied,

    /// <summary>The request is malformed (<c>INVALID_REQUEST</c>, a manifest that is missing, bad JSON).</summary>
    InvalidRequest,

    /// <summary>There is no such method on this portal (<c>ERROR_METHOD_NOT_FOUND</c>).</summary>
    MethodNotFound,

    /// <summary>The batch broke the rules of batches: a forbidden method or too many commands.</summary>
    BatchRefused,

    /// <summary>A parameter has a value the method does not accept.</summary>
    InvalidArgument,

    /// <summary>There is no such object, or it may not be seen.</summary>
    NotFound,

    /// <summary>The idempotency key was used with another body or is malformed (REST 3.0).</summary>
    IdempotencyKey,

    /// <summary>A fault of the portal (<c>INTERNAL_SERVER_ERROR</c>, <c>ERROR_UNEXPECTED_ANSWER</c>): reads may be repeated twice, writes may have been carried out.</summary>
    ServerFault,

    /// <summary>The portal is closed (<c>PORTAL_DELETED</c>): stop calling it.</summary>
    PortalDeleted,

    /// <summary>The portal is blocked by hand (<c>OVERLOAD_LIMIT</c>): stop calling it and write to Bitrix24 support.</summary>
    PortalBlocked,

    /// <summary>
    /// The portal redirects, and the redirect is not that of a renamed portal or did not stand the checks: see <see cref="Bitrix24Error.MovedTo"/>.
    /// A rename that does is followed and reported by <see cref="PortalCredentials.Moved"/>.
    /// </summary>
    PortalMoved,

    /// <summary>The portal could not be reached: name, refusal, TLS, broken line or timeout.</summary>
    Unreachable,

    /// <summary>What came is not an answer of Bitrix24: HTML, truncated JSON, another content type.</summary>
    NotAnAnswer,

    /// <summary>
    /// A write was sent and nobody knows whether it was carried out: look before repeating it. Not the only kind that says so, see
    /// <see cref="Bitrix24Error.MayHaveBeenCarriedOut"/>.
    /// </summary>
    OutcomeUnknown,

    /// <summary>The portal left out a command of a batch.</summary>
    CommandNotRun,

    /// <summary>A list came with repeated or falling ids, so reading by id would never end.</summary>
    ListNotAdvancing,

    /// <summary>A list that is read by pages changed during every reading, so rows may be missing.</summary>
    ListChanging,
}
