namespace Bitrix24.PortalSimulator;

/// <summary>Ways a portal fails on demand, see <see cref="SimulatedPortal.FailNext"/>.</summary>
public enum PortalFault
{
    /// <summary>502 with an HTML page, as a proxy in front of the portal sends.</summary>
    BadGatewayPage,

    /// <summary>The connection breaks before anything is answered; the call is not carried out.</summary>
    ConnectionReset,

    /// <summary>The call is carried out, then the connection breaks before the answer.</summary>
    ConnectionResetAfterWork,

    /// <summary>500 INTERNAL_SERVER_ERROR.</summary>
    InternalServerError,

    /// <summary>503 OVERLOAD_LIMIT: blocked by hand, no retry helps.</summary>
    OverloadLimit,

    /// <summary>503 QUERY_LIMIT_EXCEEDED although the bucket is not full (another program on the same address uses it up).</summary>
    QueryLimitExceeded,

    /// <summary>500 PORTAL_DELETED.</summary>
    PortalDeleted,
}
