using static Bitrix24.Client.Bitrix24ErrorKind;

namespace Bitrix24.Client;

/// <summary>The documented error codes and what each means. The code decides, not the status: two unlike errors come with 503.</summary>
internal static class ErrorTable
{
    private const string VersionThreePrefix = "BITRIX_REST_V3_EXCEPTION_";

    private static readonly Dictionary<string, Bitrix24ErrorKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["QUERY_LIMIT_EXCEEDED"] = QueryLimit,
        ["OPERATION_TIME_LIMIT"] = OperatingLimit,
        ["expired_token"] = ExpiredToken,
        ["invalid_token"] = InvalidToken,
        ["NO_AUTH_FOUND"] = NotAuthorised,
        ["insufficient_scope"] = InsufficientScope,
        ["INVALID_CREDENTIALS"] = AccessDenied,
        ["ACCESS_DENIED"] = AccessDenied,
        ["user_access_error"] = AccessDenied,
        ["allowed_only_intranet_user"] = AccessDenied,

        // Methods of the sale module (api-reference/sale/payment, api-reference/crm/universal/order-entity).
        ["200040300010"] = AccessDenied,
        ["WRONG_AUTH_TYPE"] = WrongAuthorisationType,
        ["INVALID_REQUEST"] = InvalidRequest,
        ["ERROR_MANIFEST_IS_NOT_AVAILABLE"] = InvalidRequest,
        ["ERROR_METHOD_NOT_FOUND"] = MethodNotFound,
        ["ERROR_BATCH_METHOD_NOT_ALLOWED"] = BatchRefused,
        ["ERROR_BATCH_LENGTH_EXCEEDED"] = BatchRefused,
        ["INTERNAL_SERVER_ERROR"] = ServerFault,
        ["ERROR_UNEXPECTED_ANSWER"] = ServerFault,
        ["PORTAL_DELETED"] = PortalDeleted,
        ["OVERLOAD_LIMIT"] = PortalBlocked,
        ["METHOD_CONFIRM_WAITING"] = ConfirmationAwaited,
        ["METHOD_CONFIRM_DENIED"] = ConfirmationDenied,
        ["NOT_FOUND"] = NotFound,
        ["ERROR_NOT_FOUND"] = NotFound,
        ["INVALID_ARG_VALUE"] = InvalidArgument,
        ["ERROR_ARGUMENT"] = InvalidArgument,
        ["CRM_FIELD_ERROR_VALUE_NOT_VALID"] = InvalidArgument,
        ["ENTITY_TYPE_NOT_SUPPORTED"] = InvalidArgument,
        ["100"] = InvalidArgument,
        [VersionThreePrefix + "VALIDATION_REQUESTVALIDATIONEXCEPTION"] = InvalidArgument,
        [VersionThreePrefix + "VALIDATION_DTOVALIDATIONEXCEPTION"] = InvalidArgument,
        [VersionThreePrefix + "INVALIDJSONEXCEPTION"] = InvalidRequest,
        [VersionThreePrefix + "UNKNOWNDTOPROPERTYEXCEPTION"] = InvalidArgument,
        [VersionThreePrefix + "UNKNOWNFILTEROPERATOREXCEPTION"] = InvalidArgument,
        [VersionThreePrefix + "INVALIDFILTEREXCEPTION"] = InvalidArgument,
        [VersionThreePrefix + "INVALIDSELECTEXCEPTION"] = InvalidArgument,
        [VersionThreePrefix + "INVALIDORDEREXCEPTION"] = InvalidArgument,
        [VersionThreePrefix + "INVALIDPAGINATIONEXCEPTION"] = InvalidArgument,
        [VersionThreePrefix + "ENTITYNOTFOUNDEXCEPTION"] = NotFound,
        [VersionThreePrefix + "ACCESSDENIEDEXCEPTION"] = AccessDenied,
        [VersionThreePrefix + "INSUFFICIENTSCOPEEXCEPTION"] = InsufficientScope,
        [VersionThreePrefix + "IDEMPOTENCYKEYREUSEDEXCEPTION"] = IdempotencyKey,
        [VersionThreePrefix + "INVALIDIDEMPOTENCYKEYEXCEPTION"] = IdempotencyKey,
    };

    /// <summary>Classifies an error the portal reported.</summary>
    public static Bitrix24ErrorKind Classify(string code, string description, int httpStatus)
    {
        if (Kinds.TryGetValue(code, out var kind))
        {
            return kind;
        }

        // Old CRM methods report a refusal as a text without a code.
        if (code.Length == 0 && description.StartsWith("Access denied", StringComparison.OrdinalIgnoreCase))
        {
            return AccessDenied;
        }

        return httpStatus switch
        {
            429 => OtherLimit,
            >= 500 => ServerFault,
            _ => MethodError,
        };
    }

    /// <summary>What a developer or administrator should do; empty when only the method's page can tell.</summary>
    public static string Remedy(Bitrix24ErrorKind kind) => kind switch
    {
        NotAuthorised => "Check that the webhook still exists and that its address was copied whole.",
        ExpiredToken or InvalidToken => "Have a person authorise the application anew; the portal refuses renewed tokens too.",
        AuthorisationNeeded => "Have a person open or install the application anew: only that gives new tokens.",
        PaymentRequired => "Pay for the application or prolong its trial in the portal.",
        ApplicationRemoved => "Install the application on the portal anew; if it is installed there, check its client_id and client_secret.",
        AuthorisationUnavailable => "Check that the authorisation server can be reached, and repeat the call later.",
        AuthorisationRefused => "See the code in settings/oauth/error-codes.md and check the application's settings.",
        InsufficientScope => "Add the method's scope to the webhook or the application.",
        AccessDenied => "Give the user behind the webhook or token the needed rights, or check the portal's plan.",
        WrongAuthorisationType => "Call the method as an installed application, not through a webhook.",
        ConfirmationAwaited => "The portal's administrator must confirm the method first.",
        PortalDeleted => "Stop calling the portal.",
        PortalBlocked => "Stop calling the portal and write to Bitrix24 support, who alone can lift the block.",
        PortalMoved => "If the new address is the portal's, configure it; the redirect alone is no proof.",
        Unreachable => "Check the portal's address and the network.",
        OutcomeUnknown => "Look whether the change was made before repeating it.",
        ListNotAdvancing => "The portal ignores the filter or the order by id; the list was left where it stood.",
        ListChanging => "Read the list when nobody changes it, or allow changes (AllowsChanges) and take what comes.",
        _ => "",
    };
}
