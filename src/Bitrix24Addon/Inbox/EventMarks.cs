using System.Globalization;

namespace Bitrix24Addon.Inbox;

/// <summary>What events mean: which object is to be read. Pure; an event without meaning for us gives no marks.</summary>
/// <remarks>Source: api-reference/crm, tasks, telephony, calendar, common: the pages of events.</remarks>
public static class EventMarks
{
    // Smart invoices are dynamic items of this type; other dynamic items are not read.
    private const string InvoiceTypeId = "31";
    private const int MaxDigits = 18;
    private const int MaxCallIdLength = 128;

    private static readonly string[] Actions = ["ADD", "UPDATE", "DELETE"];

    private static readonly Dictionary<string, InboxKind> Objects = new(StringComparer.OrdinalIgnoreCase)
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
    /// <param name="form">The post.</param>
    /// <returns>What is to be read.</returns>
    /// <exception cref="FormatException">An event that we know lacks its id, or the id is none.</exception>
    public static IReadOnlyList<InboxMark> Of(PhpForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        var name = (form["event"] ?? "").ToUpperInvariant();
        return name switch
        {
            "ONVOXIMPLANTCALLEND" => [new InboxMark(InboxKind.Call, CallId(form["data[CALL_ID]"]))],
            "ONUSERADD" => [new InboxMark(InboxKind.User, Id(form["data[ID]"]))],
            "ONCRMDEALMOVETOCATEGORY" => [new InboxMark(InboxKind.Deal, Id(form["data[FIELDS][ID]"]))],
            _ => OfObject(name, form),
        };
    }

    private static IReadOnlyList<InboxMark> OfObject(string name, PhpForm form)
    {
        // One type of dynamic items may be subscribed by itself: ONCRMDYNAMICITEMADD_31.
        var end = name.IndexOf('_', StringComparison.Ordinal);
        var (verb, type) = end < 0 ? (name, null) : (name[..end], name[(end + 1)..]);
        var action = Array.Find(Actions, a => verb.EndsWith(a, StringComparison.Ordinal));
        if (action is null || !Objects.TryGetValue(verb[..^action.Length], out var kind))
        {
            return [];
        }

        if (kind == InboxKind.Invoice ? (form["data[FIELDS][ENTITY_TYPE_ID]"] ?? type) != InvoiceTypeId : type is not null)
        {
            return [];
        }

        return [new InboxMark(kind, IdOf(kind, form), IsDeletion: action == "DELETE")];
    }

    private static string IdOf(InboxKind kind, PhpForm form) => kind switch
    {
        InboxKind.CalendarEvent => Id(form["data[id]"] ?? form["data[ID]"]),

        // Of a new task there is nothing before, of a deleted one nothing after.
        InboxKind.Task => Id(Defined(form["data[FIELDS_AFTER][ID]"]) ?? form["data[FIELDS_BEFORE][ID]"]),
        _ => Id(form["data[FIELDS][ID]"]),
    };

    private static string? Defined(string? text) => text is null or "" or "undefined" ? null : text;

    private static string Id(string? text) =>
        text is { Length: > 0 and <= MaxDigits } && text.All(char.IsAsciiDigit) && long.Parse(text, CultureInfo.InvariantCulture) is > 0 and var id
            ? id.ToString(CultureInfo.InvariantCulture)
            : throw new FormatException("The event has no id that is a positive number.");

    private static string CallId(string? text) =>
        text is { Length: > 0 and <= MaxCallIdLength } && text.All(letter => letter is > ' ' and <= '~')
            ? text
            : throw new FormatException("The event has no CALL_ID that is a printable text.");
}
