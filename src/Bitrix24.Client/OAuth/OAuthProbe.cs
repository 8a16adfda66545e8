namespace Bitrix24.Client;

/// <summary>Whether the authorisation server takes secrets in the body of a POST, which its documentation does not say.</summary>
public enum OAuthProbe
{
    /// <summary>It read the body: it complains of the refresh token in it, or of the payment.</summary>
    TakesBodies,

    /// <summary>It did not find the parameters, so it does not read the body (<c>invalid_request</c>).</summary>
    ParametersMissing,

    /// <summary>It does not accept the application's id and secret: they are wrong, or the body was not read.</summary>
    ClientRefused,

    /// <summary>It refused for another reason.</summary>
    Refused,

    /// <summary>It could not be reached, or failed.</summary>
    Unreachable,

    /// <summary>What answers there is not the authorisation server.</summary>
    NotAnAnswer,
}
