using Bitrix24.PortalSimulator.Methods;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>Every method the portal has.</summary>
internal static class MethodCatalogue
{
    // Method names are found without regard to case; the schema judge holds callers to the documented spelling.
    private static readonly Dictionary<(bool IsV3, string Name), RestMethod> Methods = new[]
    {
        SystemMethods.All, UserMethods.All, DirectoryMethods.All, CrmItemMethods.All, ActivityMethods.All,
        TelephonyMethods.All, TaskMethods.All, TaskWriting.All, TimemanMethods.All, ChatMethods.All, NotificationMethods.All, BotMethods.All,
        EventMethods.All, PlacementMethods.All, PaymentMethods.All, CalendarMethods.All,
    }.SelectMany(methods => methods).ToDictionary(method => (method.IsV3, method.Name.ToLowerInvariant()));

    public static IEnumerable<RestMethod> All => Methods.Values;

    public static RestMethod? Find(string name, bool isV3) => Methods.GetValueOrDefault((isV3, name.ToLowerInvariant()));

    public static bool IsAllowed(RestMethod method, Caller caller) => method.Scopes.Length == 0 || method.Scopes.Any(caller.Scopes.Contains);
}
