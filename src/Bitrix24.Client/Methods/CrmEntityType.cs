using System.Globalization;

namespace Bitrix24.Client.Methods;

/// <summary>Types of CRM items, and how methods that do not take their numbers call them (api-reference/crm/data-types.md#object_type).</summary>
public static class CrmEntityType
{
    /// <summary>Leads.</summary>
    public const int Lead = 1;

    /// <summary>Deals.</summary>
    public const int Deal = 2;

    /// <summary>Contacts.</summary>
    public const int Contact = 3;

    /// <summary>Companies.</summary>
    public const int Company = 4;

    /// <summary>Proposals.</summary>
    public const int Quote = 7;

    /// <summary>Smart invoices.</summary>
    public const int SmartInvoice = 31;

    /// <summary>Smart processes have this number or a greater one.</summary>
    public const int FirstSmartProcess = 128;

    /// <summary>The short code: in product rows, and before the id in bindings such as <c>D_5</c>.</summary>
    /// <param name="entityTypeId">The type.</param>
    /// <returns>For example <c>D</c>; <c>T80</c> for the smart process 128.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is no type of items.</exception>
    public static string ShortCode(int entityTypeId) => entityTypeId switch
    {
        Lead => "L",
        Deal => "D",
        Contact => "C",
        Company => "CO",
        Quote => "Q",
        SmartInvoice => "SI",
        >= FirstSmartProcess => string.Create(CultureInfo.InvariantCulture, $"T{entityTypeId:x}"),
        _ => throw NoItems(entityTypeId),
    };

    /// <summary>The name on the timeline.</summary>
    /// <param name="entityTypeId">The type.</param>
    /// <returns>For example <c>deal</c>; <c>dynamic_128</c> for the smart process 128.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is no type of items.</exception>
    public static string TimelineName(int entityTypeId) => entityTypeId switch
    {
        Lead => "lead",
        Deal => "deal",
        Contact => "contact",
        Company => "company",
        Quote => "quote",
        SmartInvoice => "smart_invoice",
        >= FirstSmartProcess => string.Create(CultureInfo.InvariantCulture, $"dynamic_{entityTypeId}"),
        _ => throw NoItems(entityTypeId),
    };

    private static ArgumentOutOfRangeException NoItems(int entityTypeId) => new(
        nameof(entityTypeId), entityTypeId, "CRM items are leads 1, deals 2, contacts 3, companies 4, proposals 7, smart invoices 31, smart processes from 128.");
}
