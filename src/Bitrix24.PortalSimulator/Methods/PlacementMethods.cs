using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bitrix24.PortalSimulator.Frame;
using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>placement.bind, placement.get, placement.list, placement.unbind (api-reference/widgets).</summary>
internal static partial class PlacementMethods
{
    // A few of the documented places, each with the scope it needs.
    private static readonly (string Code, string Scope)[] Places =
    [
        ("CRM_LEAD_DETAIL_TAB", "crm"), ("CRM_DEAL_DETAIL_TAB", "crm"), ("CRM_CONTACT_DETAIL_TAB", "crm"), ("CRM_COMPANY_DETAIL_TAB", "crm"),
        ("CRM_QUOTE_DETAIL_TAB", "crm"), ("CRM_SMART_INVOICE_DETAIL_TAB", "crm"), ("CRM_LEAD_LIST_TOOLBAR", "crm"), ("CRM_DEAL_LIST_TOOLBAR", "crm"),
        ("CRM_ANALYTICS_MENU", "crm"), ("CRM_ANALYTICS_TOOLBAR", "crm"), ("CALL_CARD", "telephony"), ("TELEPHONY_ANALYTICS_MENU", "telephony"),
        ("TASK_VIEW_TAB", "task"), ("TASK_VIEW_SIDEBAR", "task"), ("TASK_VIEW_TOP_PANEL", "task"), ("LEFT_MENU", ""), ("USER_PROFILE_MENU", "user"),
        ("USER_PROFILE_TOOLBAR", "user"), ("REST_APP_URI", ""), ("PAGE_BACKGROUND_WORKER", ""),
    ];

    public static IEnumerable<RestMethod> All { get; } =
    [
        new("placement.bind", ["placement"], EventMethods.InApplication(Bind)),
        new("placement.get", [], EventMethods.InApplication(Get)),
        new("placement.list", ["placement"], EventMethods.InApplication(call => new MethodResult(CallContext.Array(
            Places.Where(place => IsWithin(call, place.Scope)).Select(place => (JsonNode)JsonValue.Create(place.Code)!))))),
        new("placement.unbind", ["placement"], EventMethods.InApplication(Unbind)),
    ];

    private static MethodResult Bind(CallContext call)
    {
        RequireAdministrator(call);
        var code = Code(call);
        if (!DynamicTab().IsMatch(code) && !Array.Exists(Places, place => place.Code == code && IsWithin(call, place.Scope)))
        {
            throw new RestException(400, "ERROR_PLACEMENT_NOT_FOUND", "Placement not found");
        }
        var handler = call.Parameters.Text("HANDLER") ?? "";
        if (!Uri.TryCreate(handler, UriKind.Absolute, out var address))
        {
            throw new RestException(400, "ERROR_WRONG_HANDLER_URL", "Wrong handler url");
        }
        if (address.Scheme is not ("http" or "https"))
        {
            throw new RestException(400, "ERROR_UNSUPPORTED_PROTOCOL", "Unsupported event handler protocol");
        }
        var options = call.Parameters.Map("OPTIONS");
        if (code == "PAGE_BACKGROUND_WORKER" && options["errorHandlerUrl"] is null)
        {
            throw new RestException(200, "EMPTY_ERROR_HANDLER_URL", "Empty error handler url");
        }
        call.Portal.Application.Placements.Bind(new PlacementHandler(
            code, address, call.Parameters.Text("TITLE") ?? "", call.Parameters.Text("DESCRIPTION") ?? "",
            (JsonObject)call.Parameters.Map("LANG_ALL").DeepClone(), (JsonObject)options.DeepClone()));
        return new MethodResult(JsonValue.Create(true));
    }

    private static MethodResult Get(CallContext call)
    {
        RequireAdministrator(call);
        return new MethodResult(CallContext.Array(call.Portal.Application.Placements.Bound.Select(handler => (JsonNode)new JsonObject
        {
            ["placement"] = handler.Placement,
            ["userId"] = 0,
            ["handler"] = handler.Address.OriginalString,
            ["title"] = handler.Title,
            ["description"] = handler.Description,
            ["options"] = handler.Options.Count > 0 ? handler.Options.DeepClone() : new JsonArray(),
            ["langAll"] = handler.Languages.DeepClone(),
        })));
    }

    private static MethodResult Unbind(CallContext call)
    {
        RequireAdministrator(call);
        var (code, address) = (Code(call), call.Parameters.Text("HANDLER"));
        var removed = call.Portal.Application.Placements.Unbind(
            handler => handler.Placement == code && (address is null || handler.Address.OriginalString == address));

        // What was found and what was deleted are counted together.
        return new MethodResult(new JsonObject { ["count"] = removed * 2 });
    }

    private static string Code(CallContext call) => (call.Parameters.Text("PLACEMENT") ?? throw RestException.Argument("PLACEMENT is missing")).ToUpperInvariant();

    private static bool IsWithin(CallContext call, string scope) => scope.Length == 0 || call.Caller.Scopes.Contains(scope);

    private static void RequireAdministrator(CallContext call)
    {
        if (!call.IsAdministrator)
        {
            throw RestException.AccessDenied(403);
        }
    }

    [GeneratedRegex("^CRM_DYNAMIC_[0-9]+_DETAIL_TAB$")]
    private static partial Regex DynamicTab();
}
