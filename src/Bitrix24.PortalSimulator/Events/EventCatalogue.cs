namespace Bitrix24.PortalSimulator.Events;

/// <summary>The documented events: which scope opens them and whether an outgoing webhook may have them.</summary>
internal static class EventCatalogue
{
    private const string AddUpdateDelete = "ADD UPDATE DELETE";

    private static readonly Dictionary<string, (string? Scope, bool ApplicationOnly)> Events = Build();

    /// <summary>Names of the events an application with these scopes may bind, in alphabetical order.</summary>
    public static IEnumerable<string> Available(IReadOnlySet<string> scopes) =>
        Events.Where(entry => entry.Value.Scope is null || scopes.Contains(entry.Value.Scope)).Select(entry => entry.Key).Order(StringComparer.Ordinal);

    public static bool IsAvailable(string name, IReadOnlySet<string> scopes) =>
        Events.TryGetValue(name, out var entry) && (entry.Scope is null || scopes.Contains(entry.Scope));

    public static bool IsForWebhooks(string name) => Events.TryGetValue(name, out var entry) && !entry.ApplicationOnly;

    private static Dictionary<string, (string? Scope, bool ApplicationOnly)> Build()
    {
        var events = new Dictionary<string, (string?, bool)>(StringComparer.OrdinalIgnoreCase);
        void Put(string? scope, bool applicationOnly, string subjects, string verbs = "")
        {
            foreach (var subject in subjects.Split(' '))
            {
                foreach (var verb in verbs.Split(' '))
                {
                    events["ON" + subject + verb] = (scope, applicationOnly);
                }
            }
        }
        Put("crm", false, "CRMLEAD CRMDEAL CRMQUOTE CRMCONTACT CRMCOMPANY CRMACTIVITY CRMDYNAMICITEM CRMTIMELINECOMMENT", AddUpdateDelete);
        Put("crm", false, "CRMDYNAMICITEM", "ADD_31 UPDATE_31 DELETE_31");
        Put("crm", true, "CRMDEALMOVETOCATEGORY");
        Put("task", false, "TASK TASKCOMMENT", AddUpdateDelete);
        Put("telephony", false, "VOXIMPLANTCALLINIT VOXIMPLANTCALLSTART VOXIMPLANTCALLEND EXTERNALCALLBACKSTART");
        Put("telephony", true, "EXTERNALCALLSTART");
        Put("calendar", false, "CALENDARENTRY CALENDARSECTION", AddUpdateDelete);
        Put("user", false, "USERADD");
        Put(null, true, "APPINSTALL APPUPDATE APPUNINSTALL APPPAYMENT APPMETHODCONFIRM APPTEST");
        return events;
    }
}
