namespace Bitrix24.Client.Methods;

/// <summary>Facts about the portal and the application.</summary>
public static class CommonMethods
{
    /// <summary><c>server.time</c>: the portal's clock, an ISO 8601 text.</summary>
    public static readonly RestMethod ServerTimeMethod = new("server.time", "api-reference/common/system/server-time.md", "", IsRead: true);

    /// <summary><c>scope</c>: the granted scopes, a list of names.</summary>
    public static readonly RestMethod ScopeMethod = new("scope", "api-reference/common/system/scope.md", "", IsRead: true);

    /// <summary><c>app.info</c>: the application's state and the portal's plan; refused to webhooks. Result: <see cref="Rows.ApplicationInfo"/>.</summary>
    public static readonly RestMethod AppInfoMethod = new("app.info", "api-reference/common/system/app-info.md", "", IsRead: true);

    /// <summary>Asks for the portal's clock.</summary>
    /// <returns>The call.</returns>
    public static RestCall ServerTime() => new(ServerTimeMethod);

    /// <summary>Asks for the granted scopes.</summary>
    /// <returns>The call.</returns>
    public static RestCall Scope() => new(ScopeMethod);

    /// <summary>Asks for the application's state.</summary>
    /// <returns>The call.</returns>
    public static RestCall ApplicationInfo() => new(AppInfoMethod);
}
