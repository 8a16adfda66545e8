using System.Globalization;
using Bitrix24.Client.Incoming;

namespace Bitrix24Addon.Inbox;

/// <summary>What events mean: which object is to be read. Pure; an event without meaning for us gives no marks.</summary>
/// <remarks>Source: api-reference/crm, tasks, telephony, calendar, common: the pages of events.</remarks>
public static class EventMarks
{
    // Smart invoices are dynamic items of this type; other dynamic items are not read.
    private const long InvoiceTypeId = 31;
    private const int MaxCallIdLength = 128;

    private static readonly Dictionary<string, InboxKind> Objects = new(StringComparer.Ordinal)
    {
        ["ONCRMLEAD"] = InboxKind.Lead,
        ["ONCRMDEAL"] = InboxKind.Deal,
        ["ONCRMQUOTE"] = InboxKind.Quote,
        ["ONCRMACTIVITY"] = InboxKind.Activity,
        ["ONCRMDYNAMICITEM"] = InboxKind.Invoice,
        ["ONTASK"] = InboxKind.Task,
        ["ONCALENDARENTRY"] = InboxKind.CalendarEvent,
    };

    /// <summary>The marks of an event.</summary>
    /// <param name="happened">The event.</param>
    /// <returns>What is to be read.</returns>
    /// <exception cref="FormatException">An event that we know lacks its id, or the id is none.</exception>
    public static IReadOnlyList<InboxMark> Of(IncomingEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return happened is not ObjectEvent of ? [] : of.Name switch
        {
            "ONVOXIMPLANTCALLEND" => [new InboxMark(InboxKind.Call, CallId(of.CallId))],
            "ONUSERADD" => [new InboxMark(InboxKind.User, Id(of))],
            "ONCRMDEALMOVETOCATEGORY" => [new InboxMark(InboxKind.Deal, Id(of))],
            _ => OfObject(of),
        };
    }

    private static IReadOnlyList<InboxMark> OfObject(ObjectEvent of) =>
        of.Change == ObjectChange.Other
        || !Objects.TryGetValue(of.Kind, out var kind)
        || (kind == InboxKind.Invoice && of.EntityTypeId != InvoiceTypeId)
            ? []
            : [new InboxMark(kind, Id(of), IsDeletion: of.Change == ObjectChange.Delete)];

    private static string Id(ObjectEvent of) => of.ObjectId?.ToString(CultureInfo.InvariantCulture)
        ?? throw new FormatException("The event has no id that is a positive number.");

    private static string CallId(string? text) =>
        text is { Length: > 0 and <= MaxCallIdLength } && text.All(letter => letter is > ' ' and <= '~')
            ? text
            : throw new FormatException("The event has no CALL_ID that is a printable text.");
}
