namespace Bitrix24.PortalSimulator.Rest;

/// <summary>A documented refusal: HTTP status, code and description of the error envelope.</summary>
internal sealed class RestException(int status, string code, string description) : Exception(description)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>v3 only: field and message of a failed validation.</summary>
    public (string Field, string Message)? Validation { get; init; }

    public static RestException NoAuth() => new(401, "NO_AUTH_FOUND", "Wrong authorization data");

    public static RestException ExpiredToken() => new(401, "expired_token", "The access token provided has expired.");

    public static RestException MethodNotFound(bool isV3) => new(404, "ERROR_METHOD_NOT_FOUND", isV3 ? "Method not found in REST 3.0!" : "Method not found!");

    public static RestException Scope(bool isV3) => isV3
        ? new(403, "BITRIX_REST_V3_EXCEPTION_INSUFFICIENTSCOPEEXCEPTION", "The request requires higher privileges than provided by the token.")
        : new(403, "insufficient_scope", "The request requires higher privileges than provided by the access token");

    public static RestException MissingParameter(string name) => new(400, "100", $"Could not find value for parameter {{{name}}}");

    public static RestException InvalidArgument(string description) => new(400, "INVALID_ARG_VALUE", description);

    public static RestException Argument(string description) => new(400, "ERROR_ARGUMENT", description);

    public static RestException AccessDenied(int status = 400) => new(status, "ACCESS_DENIED", "Access denied!");

    public static RestException V3(string name, string description, (string Field, string Message)? validation = null) =>
        new(400, "BITRIX_REST_V3_EXCEPTION_" + name, description) { Validation = validation };
}
