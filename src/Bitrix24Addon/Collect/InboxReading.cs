using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client.Lists;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;

namespace Bitrix24Addon.Collect;

/// <summary>How marks of one kind are read.</summary>
/// <param name="Kind">The kind of mark.</param>
/// <param name="SourceName">The source whose facts what is marked becomes.</param>
internal sealed record InboxReading(InboxKind Kind, string SourceName)
{
    private const int OwnersPerQuery = 200;

    // Most calls have one row or two: their rows still fit the first page that is asked for.
    private const int KeysPerQuery = 40;

    /// <summary>The kind of the facts that what is marked becomes.</summary>
    public FactKind FactKind => Sources.KindOf(SourceName);

    /// <summary>The list that holds what is marked; null for calendars, whose entries are read one by one.</summary>
    public Source? Source { get; } = Sources.All.SingleOrDefault(s => s.Name == SourceName);

    /// <summary>The field that holds the marked key where it is not the row's id; several rows may share a key then.</summary>
    public string? KeyField { get; init; }

    /// <summary>The list of what happened to the marked objects, such as moves between stages, and the field that holds their ids.</summary>
    public (Source Source, string OwnerField)? History { get; init; }

    /// <summary>The lists in which a reconciliation finds what changed of what is marked.</summary>
    public IEnumerable<string> SourceNames
    {
        get
        {
            yield return SourceName;
            if (History is { } history)
            {
                yield return history.Source.Name;
            }

            if (PaymentsOfType is not null)
            {
                yield return Sources.Payments;
            }
        }
    }

    /// <summary>The type of item whose payments are read with it; null for none.</summary>
    public long? PaymentsOfType { get; init; }

    /// <summary>A mark that is not found is asked for again a few times: the post comes before the row can be read.</summary>
    public bool IsAwaited { get; init; }

    /// <summary>All kinds that are read by their marks; what else stands in the inbox is others' work.</summary>
    public static IReadOnlyList<InboxReading> All { get; } =
    [
        new(InboxKind.Lead, Sources.Leads) { History = (Sources.Named(Sources.LeadStages), "OWNER_ID") },
        new(InboxKind.Deal, Sources.Deals) { History = (Sources.Named(Sources.DealStages), "OWNER_ID"), PaymentsOfType = 2 },
        new(InboxKind.Quote, Sources.Quotes),
        new(InboxKind.Invoice, Sources.Invoices) { History = (Sources.Named(Sources.InvoiceStages), "OWNER_ID"), PaymentsOfType = 31 },
        new(InboxKind.Activity, Sources.Activities),
        new(InboxKind.Task, Sources.Tasks),
        new(InboxKind.User, Sources.Users),
        new(InboxKind.CalendarEvent, Sources.Calendar),
        new(InboxKind.Call, Sources.Calls) { KeyField = "CALL_ID", IsAwaited = true },
    ];

    /// <summary>The mark names something its list can be asked for; what does not was never an object of the portal.</summary>
    public static bool IsReadable(InboxRow mark) =>
        Of(mark.Kind).KeyField is not null || long.TryParse(mark.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>The id of what is marked.</summary>
    public static long IdOf(InboxRow mark) => long.Parse(mark.Key, CultureInfo.InvariantCulture);

    /// <summary>The reading of a kind of mark.</summary>
    public static InboxReading Of(InboxKind kind) => All.Single(r => r.Kind == kind);

    /// <summary>The mark whose reading brings a fact of the kind, or null where posts bring none.</summary>
    /// <param name="kind">The kind of fact.</param>
    /// <param name="sourceId">The record's id.</param>
    /// <param name="payload">What is known of it; null when it is gone.</param>
    public static InboxMark? MarkOf(FactKind kind, long sourceId, FactPayload? payload)
    {
        var payment = payload as PaymentFact;
        var reading = All.FirstOrDefault(r => r.FactKind == kind || r.History?.Source.Kind == kind || (r.PaymentsOfType is { } type && type == payment?.OwnerTypeId));
        var key = payload switch
        {
            StageFact stage => Text(stage.OwnerId),
            CallFact call => call.CallId.StartsWith('#') ? null : call.CallId,
            PaymentFact => Text(payment!.OwnerId ?? 0),
            _ => Text(FactKeys.RecordId(kind, sourceId)),
        };
        return reading is null || key is null ? null : new InboxMark(reading.Kind, key);
    }

    /// <summary>The key of the mark that a row of the source answers; null where a row has none.</summary>
    public string? KeyOf(JsonElement row) => KeyField is null
        ? Text(Rows.Id(row, Source!.List.List.IdRowField))
        : row.TryGetProperty(KeyField, out var key) ? key.ToString() : null;

    /// <summary>The lists that together read the marks, each with the marks it answers.</summary>
    public IEnumerable<(ListQuery Query, IReadOnlyList<InboxRow> Marks)> Queries(IReadOnlyList<InboxRow> marks)
    {
        if (Source is null)
        {
            yield break;
        }

        var filter = KeyField ?? Source.IdsFilter;
        var chunks = marks.Chunk(KeyField is null ? ListMethod.PageSize : KeysPerQuery);
        foreach (var (chunk, index) in chunks.Select((chunk, index) => (chunk, index)))
        {
            yield return (Query(Source, index, filter, chunk) with { IsOnePage = KeyField is null }, chunk);
        }

        if (History is { } history)
        {
            foreach (var (chunk, index) in marks.Chunk(OwnersPerQuery).Select((chunk, index) => (chunk, index)))
            {
                yield return (Query(history.Source, index, "@" + history.OwnerField, chunk), chunk);
            }
        }
    }

    private ListQuery Query(Source source, int index, string filter, InboxRow[] marks) => source.List with
    {
        Key = $"{source.Name}{Sources.MarkedKey}{index}",
        Filter = new JsonObject { [filter] = new JsonArray([.. marks.Select(KeyNode)]) },
    };

    private JsonNode KeyNode(InboxRow mark) =>
        KeyField is null ? IdOf(mark) : JsonValue.Create(mark.Key);

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
