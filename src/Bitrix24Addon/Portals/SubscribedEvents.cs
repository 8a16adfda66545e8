namespace Bitrix24Addon.Portals;

/// <summary>An event that the application subscribes to.</summary>
/// <param name="Name">The event.</param>
/// <param name="Scope">The scope it needs; empty when any will do.</param>
public sealed record SubscribedEvent(string Name, string Scope);

/// <summary>The events that the application subscribes to: the one list.</summary>
public static class SubscribedEvents
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SubscribedEvent> All { get; } =
    [
        new("ONAPPUPDATE", ""), new("ONAPPUNINSTALL", ""), new("ONAPPPAYMENT", ""),
        .. Of("ONCRMLEAD", "crm"), .. Of("ONCRMDEAL", "crm"), new("ONCRMDEALMOVETOCATEGORY", "crm"), .. Of("ONCRMQUOTE", "crm"),
        .. Of("ONCRMACTIVITY", "crm"), .. Of("ONCRMDYNAMICITEM", "crm"),
        .. Of("ONTASK", "task"),
        new("ONVOXIMPLANTCALLEND", "telephony"),
        .. Of("ONCALENDARENTRY", "calendar"),
        new("ONUSERADD", "user"),
    ];

    private static SubscribedEvent[] Of(string subject, string scope) =>
        [new(subject + "ADD", scope), new(subject + "UPDATE", scope), new(subject + "DELETE", scope)];
}
