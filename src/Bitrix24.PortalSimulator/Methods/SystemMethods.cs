using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>profile, server.time, scope, method.get, app.info (api-reference/common).</summary>
internal static class SystemMethods
{
    public static IEnumerable<RestMethod> All { get; } =
    [
        new("profile", [], Profile),
        new("server.time", [], call => new MethodResult(JsonValue.Create(FieldValue.Iso(call.Now, call.State.ServerOffset)))),
        new("scope", [], Scope),
        new("method.get", [], Method),
        new("app.info", [], AppInfo),
    ];

    private static MethodResult Profile(CallContext call)
    {
        var user = call.State.Users.Find(call.Caller.UserId);
        if (user is null || user["ACTIVE"] is false)
        {
            return new MethodResult(new JsonArray());
        }
        var zone = user.Text("TIME_ZONE");
        return new MethodResult(new JsonObject
        {
            ["ID"] = user.Id.ToString(CultureInfo.InvariantCulture),
            ["ADMIN"] = user.IsTrue("IS_ADMIN"),
            ["NAME"] = user.Text("NAME") ?? "",
            ["LAST_NAME"] = user.Text("LAST_NAME") ?? "",
            ["PERSONAL_GENDER"] = user.Text("PERSONAL_GENDER") ?? "",
            ["TIME_ZONE"] = string.IsNullOrEmpty(zone) ? call.State.TimeZone : zone,
        });
    }

    private static MethodResult Scope(CallContext call)
    {
        var isFull = call.Parameters.Text("full") is "1" or "true" or "Y";
        var scopes = isFull ? PortalSimulatorOptions.AllScopes : call.Caller.Scopes;
        return new MethodResult(CallContext.Array(scopes.Order(StringComparer.Ordinal).Select(scope => (JsonNode)JsonValue.Create(scope)!)));
    }

    private static MethodResult Method(CallContext call)
    {
        var method = MethodCatalogue.Find(call.Parameters.Text("name") ?? throw RestException.MissingParameter("name"), false);
        return new MethodResult(new JsonObject
        {
            ["isExisting"] = method is not null,
            ["isAvailable"] = method is not null && MethodCatalogue.IsAllowed(method, call.Caller),
        });
    }

    private static MethodResult AppInfo(CallContext call) => call.Caller.IsApplication
        ? new MethodResult(call.Portal.Application.Info())
        : throw new RestException(400, "ACCESS_DENIED", "Access denied! Application context required");
}
