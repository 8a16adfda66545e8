using System.Globalization;

namespace Bitrix24Addon.Facts;

/// <summary>A page of the portal.</summary>
/// <param name="Path">From the portal's root, such as <c>/crm/deal/details/5/</c>.</param>
/// <param name="OpensInside">
/// The portal opens it over the add-on's page (<c>BX24.openPath</c> documents CRM cards); else it is opened in a tab of its own.
/// </param>
public sealed record PortalPath(string Path, bool OpensInside);

/// <summary>Where the portal shows a record.</summary>
public static class PortalPaths
{
    /// <summary>The record's own page; null for what has none.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Its id in Bitrix24.</param>
    /// <param name="userId">Whose it is: tasks and calendars are shown under a person; 0 for nobody's.</param>
    public static PortalPath? Of(FactKind kind, long id, long userId) => kind switch
    {
        FactKind.Lead => OfCrmObject(FactKeys.Lead(id)),
        FactKind.Deal => OfCrmObject(FactKeys.Deal(id)),
        FactKind.Quote => OfCrmObject(FactKeys.CrmObject(7, id)),
        FactKind.Invoice => OfCrmObject(FactKeys.CrmObject(31, id)),
        FactKind.Task when userId > 0 => new PortalPath($"/company/personal/user/{userId}/tasks/task/view/{id}/", OpensInside: false),
        FactKind.CalendarEvent when userId > 0 => new PortalPath($"/company/personal/user/{userId}/calendar/?EVENT_ID={id}", OpensInside: false),
        _ => null,
    };

    /// <summary>The card of a CRM object.</summary>
    /// <param name="key">As <c>D_7</c> (see <see cref="FactKeys.CrmObject"/>).</param>
    public static PortalPath? OfCrmObject(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var parts = key.Split('_');
        var section = parts[0] switch
        {
            "L" => "lead",
            "D" => "deal",
            "C" => "contact",
            "CO" => "company",
            "Q" => "type/7",
            "SI" => "type/31",
            ['T', .. var type] when long.TryParse(type, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) => $"type/{number}",
            _ => null,
        };
        return section is not null && parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new PortalPath($"/crm/{section}/details/{id}/", OpensInside: true)
            : null;
    }
}
