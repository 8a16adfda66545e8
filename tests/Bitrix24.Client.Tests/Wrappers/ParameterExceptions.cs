using System.Text.Json.Nodes;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>Where a call rightly disagrees with the documentation's schemas, and what stands in for a schema where there is none.</summary>
internal static class ParameterExceptions
{
    // What the schema is wrong about: the factory or list, its method, the violation, the reason. One that is no longer needed fails its test.
    private static readonly (string Name, string Method, string Violation, string Reason)[] Known =
    [
        ("UserMethods.Users", "user.get", "FILTER is no string", "The page types FILTER as string; its text and samples are an object of conditions."),
        ("UserMethods.SearchUsers", "user.search", "FILTER is no string", "As for Users."),
        ("CalendarMethods.ListBusy", "calendar.accessibility.get", "from is not documented", "The page's table of parameters was parsed wrongly; methods.md §12 has them."),
        ("CalendarMethods.ListBusy", "calendar.accessibility.get", "to is not documented", "As from."),
        ("CalendarMethods.ListBusy", "calendar.accessibility.get", "users is not documented", "As from."),
        ("CrmActivityMethods.CompleteActivity", "crm.activity.update", "fields.COMPLETED is not documented", "methods.md §5 and the allow-list of the schemas: the page leaves it out."),
        ("CrmActivityMethods.CompleteActivity", "crm.activity.update", "fields.COMMUNICATIONS is missing", "The page took its asterisks over from crm.activity.add; methods.md §5 changes one field."),
        ("CrmActivityMethods.CompleteActivity", "crm.activity.update", "fields.OWNER_ID is missing", "As COMMUNICATIONS."),
        ("CrmActivityMethods.CompleteActivity", "crm.activity.update", "fields.OWNER_TYPE_ID is missing", "As COMMUNICATIONS."),
        ("CrmActivityMethods.CompleteActivity", "crm.activity.update", "fields.RESPONSIBLE_ID is missing", "As COMMUNICATIONS."),
        ("CrmActivityMethods.CompleteActivity", "crm.activity.update", "fields.TYPE_ID is missing", "As COMMUNICATIONS."),
        ("ExternalCallMethods.RegisterCall", "telephony.externalCall.register", "USER_PHONE_INNER is missing", "The allow-list of the schemas: it or USER_ID is enough."),
        ("ExternalCallMethods.FinishCall", "telephony.externalCall.finish", "USER_PHONE_INNER is missing", "As when registering."),
        ("FeedMethods.AddPost", "log.blogpost.add", "UF_\\ is missing", "The allow-list of the schemas: the name of all user fields, parsed wrongly."),
        ("FeedMethods.UpdatePost", "log.blogpost.update", "UF_\\ is missing", "As for AddPost."),
        ("OfflineEventMethods.BindEvent", "event.bind", "handler is missing", "events.md §1: left out for events that are kept."),
        ("OfflineEventMethods.UnbindEvent", "event.unbind", "handler is missing", "events.md §1: left out for events that are kept."),
        ("OfflineEventMethods.TakeEvents", "event.offline.get", "auth_connector is not documented", "The page has a second table of parameters that the schema lost; events.md §1 has it."),
        ("OfflineEventMethods.TakeEvents", "event.offline.get", "clear is not documented", "As auth_connector."),
        ("OfflineEventMethods.ReserveEvents", "event.offline.get", "auth_connector is not documented", "As for TakeEvents."),
        ("OfflineEventMethods.ReserveEvents", "event.offline.get", "clear is not documented", "As for TakeEvents."),
        ("OfflineEventMethods.ReserveEvents", "event.offline.get", "error is not documented", "As for TakeEvents."),
        ("OfflineEventMethods.ReadReserved", "event.offline.get", "auth_connector is not documented", "As for TakeEvents."),
        ("OfflineEventMethods.ReadReserved", "event.offline.get", "clear is not documented", "As for TakeEvents."),
        ("OfflineEventMethods.ReadReserved", "event.offline.get", "process_id is not documented", "As for TakeEvents."),
        ("RobotMethods.AddRobot", "bizproc.robot.add", "PLACEMENT_HANDLER is missing", "The allow-list of the schemas: required only with USE_PLACEMENT."),
    ];

    // Methods without a schema: the names of their parameters, those that must be there with an asterisk, and where that stands.
    private static readonly Dictionary<(string Method, RestVersion Version), (string Parameters, string Source)> Elsewhere = new()
    {
        [("app.info", RestVersion.Classic)] = ("", "auth-and-install.md §4"),
        [("bizproc.robot.list", RestVersion.Classic)] = ("", "methods.md §14"),
        [("crm.automation.trigger.list", RestVersion.Classic)] = ("", "methods.md §14"),
        [("event.get", RestVersion.Classic)] = ("", "events.md §1"),
        [("placement.bind", RestVersion.Classic)] =
            ("PLACEMENT* HANDLER* TITLE DESCRIPTION GROUP_NAME LANG_ALL OPTIONS USER_ID", "methods.md §15"),
        [("profile", RestVersion.Classic)] = ("", "auth-and-install.md §9"),
        [("scope", RestVersion.Classic)] = ("", "auth-and-install.md §9"),
        [("server.time", RestVersion.Classic)] = ("", "auth-and-install.md §9"),
        [("tasks.task.add", RestVersion.V3)] = ("fields*", "methods.md §7, REST 3.0 tasks"),
        [("tasks.task.delete", RestVersion.V3)] = ("id*", "methods.md §7, REST 3.0 tasks"),
        [("tasks.task.get", RestVersion.V3)] = ("id* select", "methods.md §7, REST 3.0 tasks"),
        [("tasks.task.list", RestVersion.V3)] = ("select filter order pagination", "methods.md §7, REST 3.0 tasks"),
        [("tasks.task.update", RestVersion.V3)] = ("id* fields*", "methods.md §7, REST 3.0 tasks"),
    };

    // Violations that are right only of calls like these.
    private static readonly Dictionary<string, Predicate<JsonObject>> Conditions = new(StringComparer.Ordinal)
    {
        ["handler is missing"] = call => (string?)call["event_type"] == "offline",
        ["USER_PHONE_INNER is missing"] = call => call["USER_ID"] is not null,
        ["PLACEMENT_HANDLER is missing"] = call => (string?)call["USE_PLACEMENT"] != "Y",
        ["fields.COMMUNICATIONS is missing"] = IsCompletion,
        ["fields.OWNER_ID is missing"] = IsCompletion,
        ["fields.OWNER_TYPE_ID is missing"] = IsCompletion,
        ["fields.RESPONSIBLE_ID is missing"] = IsCompletion,
        ["fields.TYPE_ID is missing"] = IsCompletion,
    };

    private static readonly ILookup<string, string> ByMethod = Known.ToLookup(exception => exception.Method, exception => exception.Violation, StringComparer.Ordinal);

    /// <summary>The violations that are right somewhere.</summary>
    public static IEnumerable<string> Violations => Known.Select(exception => exception.Violation);

    /// <summary>Those of them that are right only of some calls.</summary>
    public static IEnumerable<string> Conditional => Conditions.Keys;

    /// <summary>The names the exceptions are for, with their methods.</summary>
    public static IEnumerable<(string Name, string Method)> Names => Known.Select(exception => (exception.Name, exception.Method)).Distinct();

    /// <summary>The methods without a schema: what they are, the names of their parameters, the file of the facts that has them.</summary>
    public static IEnumerable<(string Method, RestVersion Version, string[] Parameters, string File)> WithoutSchema => Elsewhere.Select(entry => (
        entry.Key.Method,
        entry.Key.Version,
        entry.Value.Parameters.Replace("*", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        entry.Value.Source.Split(' ')[0]));

    /// <summary>The violations that are right.</summary>
    public static IEnumerable<string> Of(string name) =>
        Known.Where(exception => exception.Name == name).Select(exception => exception.Violation).Order(StringComparer.Ordinal);

    /// <summary>The violations that are right in a call of a method, whoever makes it.</summary>
    public static IEnumerable<string> OfCall(string method, JsonObject parameters) =>
        ByMethod[method].Where(violation => !Conditions.TryGetValue(violation, out var isRight) || isRight(parameters));

    /// <summary>What a list wants beside filter, order, select and start.</summary>
    public static JsonObject OfList(string list) => list is "CrmMethods.Items" or "CrmMethods.StageHistory" ? new JsonObject { ["entityTypeId"] = 2 } : [];

    /// <summary>The violations of a call without a schema.</summary>
    public static IEnumerable<string> Unschemed(string method, RestVersion version, JsonObject parameters)
    {
        if (!Elsewhere.TryGetValue((method, version), out var documented))
        {
            return ["is not documented"];
        }

        var names = documented.Parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parameters.Select(parameter => parameter.Key).Except(names.Select(name => name.TrimEnd('*'))).Select(name => $"{name} is not documented")
            .Concat(names.Where(name => name[^1] == '*' && parameters[name[..^1]] is null).Select(name => $"{name[..^1]} is missing"));
    }

    private static bool IsCompletion(JsonObject call) => call["fields"] is JsonObject { Count: 1 } fields && fields.ContainsKey("COMPLETED");
}
