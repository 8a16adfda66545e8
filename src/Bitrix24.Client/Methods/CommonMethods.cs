namespace Bitrix24.Client.Methods;

/// <summary>Facts about the portal and the application.</summary>
public static class CommonMethods
{
    /// <summary><c>server.time</c>: the portal's clock, an ISO 8601 text.</summary>
    public static readonly RestMethod ServerTimeMethod = new("server.time", "api-reference/common/system/server-time.md", "", IsRead: true);

    /// <summary><c>scope</c>: the granted scopes, a list of names.</summary>
    public static readonly RestMethod ScopeMethod = new("scope", "api-reference/common/system/scope.md", "", IsRead: true);

    /// <summary>
    /// <c>app.info</c>: the application's state and the portal's plan; refused to webhooks. Result: <see cref="Rows.ApplicationInfo"/>.
    /// Errors: <c>ACCESS_DENIED</c> (called by a webhook).
    /// </summary>
    public static readonly RestMethod AppInfoMethod = new("app.info", "api-reference/common/system/app-info.md", "", IsRead: true);

    /// <summary><c>feature.get</c>: whether the plan has a feature. Result: <see cref="Rows.FeatureState"/>.</summary>
    public static readonly RestMethod FeatureGet = new("feature.get", "api-reference/common/system/feature-get.md", "", IsRead: true);

    /// <summary><c>method.get</c>: whether the portal has a method and the caller may use it. Result: <see cref="Rows.MethodState"/>.</summary>
    public static readonly RestMethod MethodGet = new("method.get", "api-reference/common/system/method-get.md", "", IsRead: true);

    /// <summary>Asks for the portal's clock.</summary>
    /// <returns>The call.</returns>
    public static RestCall ServerTime() => new(ServerTimeMethod);

    /// <summary>Asks for the granted scopes.</summary>
    /// <returns>The call.</returns>
    public static RestCall Scope() => new(ScopeMethod);

    /// <summary>Asks for the application's state.</summary>
    /// <returns>The call.</returns>
    public static RestCall ApplicationInfo() => new(AppInfoMethod);

    /// <summary>Asks whether the plan has a feature.</summary>
    /// <param name="code"><c>rest_offline_extended</c> (events that are reserved) or <c>rest_auth_connector</c> (events without one's own).</param>
    /// <returns>The call.</returns>
    public static RestCall GetFeature(string code) => new(FeatureGet, Write.Parameters(("CODE", code)));

    /// <summary>Asks whether the portal has a method and the caller may use it.</summary>
    /// <param name="name">The method's name in lower case.</param>
    /// <returns>The call.</returns>
    public static RestCall GetMethod(string name) => new(MethodGet, Write.Parameters(("name", name)));
}
