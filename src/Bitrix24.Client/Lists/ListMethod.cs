using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bitrix24.Client.Lists;

/// <summary>
/// How one list method is read by id: where filter, order and start go, in which letter case, and where rows and their ids lie.
/// Source: settings/how-to-call-rest-api/list-methods-pecularities.md and the method's own page.
/// </summary>
/// <param name="Method">The list method.</param>
public sealed record ListMethod(RestMethod Method)
{
    /// <summary>Rows of a full page; fixed by Bitrix24.</summary>
    public const int PageSize = 50;

    /// <summary>The parameter that holds the filter.</summary>
    public string FilterName { get; init; } = "filter";

    /// <summary>The id field in filter, order and select.</summary>
    public string IdField { get; init; } = "ID";

    /// <summary>The id field in rows.</summary>
    public string IdRowField { get; init; } = "ID";

    /// <summary>The property of the result that holds the rows, or null when the result is the list itself.</summary>
    public string? RowsName { get; init; }

    /// <summary>The parameter that holds the order: an object, or only the direction when <see cref="SortName"/> is given.</summary>
    public string OrderName { get; init; } = "order";

    /// <summary>The parameter that holds the field to sort by, for methods that take field and direction apart.</summary>
    public string? SortName { get; init; }

    /// <summary>The parameter that holds the fields to return, or null when the method has none.</summary>
    public string? SelectName { get; init; } = "select";

    /// <summary>
    /// Where a page begins. Default −1: the first rows, without counting all of them. 0 for methods of controllers, which count anyway
    /// and take −1 for everything at once.
    /// </summary>
    public int Start { get; init; } = -1;

    /// <summary>The order in which the method wants its parameters; empty when it does not matter.</summary>
    public IReadOnlyList<string> ParameterOrder { get; init; } = [];

    /// <summary>The path of the last row's id of a full page, as a reference to the command with the key.</summary>
    internal string LastIdReference(string key) =>
        $"$result[{key}]{(RowsName is null ? "" : $"[{RowsName}]")}[{PageSize - 1}][{IdRowField}]";

    /// <summary>The rows of an answer, or null when the answer has another shape. An empty map stands for no rows.</summary>
    internal IReadOnlyList<JsonElement>? Rows(JsonElement result)
    {
        if (RowsName is not null && result.ValueKind == JsonValueKind.Object)
        {
            return result.TryGetProperty(RowsName, out var rows) ? List(rows) : null;
        }

        return RowsName is null || (result.ValueKind == JsonValueKind.Array && result.GetArrayLength() == 0) ? List(result) : null;
    }

    private static JsonElement[]? List(JsonElement rows) => rows.ValueKind switch
    {
        JsonValueKind.Array => [.. rows.EnumerateArray()],

        // PHP writes a list whose keys have gaps as a map.
        JsonValueKind.Object => [.. rows.EnumerateObject().Select(property => property.Value)],
        JsonValueKind.Null => [],
        _ => null,
    };
}

/// <summary>One list to read: a method, what stays the same from page to page, and where to begin.</summary>
/// <param name="Key">The caller's name for the list; comes back with its pages.</param>
/// <param name="List">The list method.</param>
public sealed record ListQuery(string Key, ListMethod List)
{
    /// <summary>Parameters beside filter, order, select and start, for example <c>entityTypeId</c>.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>The filter without a condition on the id.</summary>
    public JsonObject Filter { get; init; } = [];

    /// <summary>The fields to return; empty for the method's default. The id is added when it is missing.</summary>
    public IReadOnlyList<string> Select { get; init; } = [];

    /// <summary>Only rows with greater ids are read; the last id of an earlier reading resumes it. 0 reads all.</summary>
    public long AfterId { get; init; }

    /// <summary>
    /// The filter lets no more rows through than one page holds, as a list of up to <see cref="ListMethod.PageSize"/> ids does: one
    /// command reads it, and nobody asks how long it is. Default false.
    /// </summary>
    public bool IsOnePage { get; init; }

    internal RestCall Page(JsonNode after, bool isNewestFirst)
    {
        var direction = isNewestFirst ? "DESC" : "ASC";
        var filter = (JsonObject)Filter.DeepClone();
        if (!filter.TryAdd(">" + List.IdField, after))
        {
            throw new ArgumentException($"The filter of list '{Key}' must leave the id to the reader; use AfterId.");
        }

        var parameters = (JsonObject)Parameters.DeepClone();
        if (List.SortName is { } sortName)
        {
            parameters[sortName] = List.IdField;
            parameters[List.OrderName] = direction;
        }
        else
        {
            parameters[List.OrderName] = new JsonObject { [List.IdField] = direction };
        }

        parameters[List.FilterName] = filter;
        if (List.SelectName is { } selectName && Select.Count > 0)
        {
            var fields = Select.Contains(List.IdField) || Select.Contains("*") ? Select : [List.IdField, .. Select];
            parameters[selectName] = new JsonArray([.. fields.Select(field => (JsonNode)field)]);
        }

        parameters["start"] = List.Start;
        return new RestCall(List.Method, Sorted(parameters));
    }

    private JsonObject Sorted(JsonObject parameters)
    {
        if (List.ParameterOrder.Count == 0)
        {
            return parameters;
        }

        var sorted = new JsonObject();
        foreach (var name in List.ParameterOrder.Concat(parameters.Select(parameter => parameter.Key)).Distinct(StringComparer.Ordinal))
        {
            if (parameters.TryGetPropertyValue(name, out var value))
            {
                sorted[name] = value?.DeepClone();
            }
        }

        return sorted;
    }
}

/// <summary>Rows that one batch brought for one list, in the order of their ids.</summary>
/// <param name="QueryKey">The list's key.</param>
/// <param name="Rows">The rows; empty at the end of a list or with an error.</param>
/// <param name="LastId">The greatest id read so far; store it after the rows, and pass it as <see cref="ListQuery.AfterId"/> to resume.</param>
/// <param name="IsLast">True when the list was read to its end.</param>
/// <param name="NewestId">The greatest id the list had when its reading began: how far it goes; 0 when it was read in one page.</param>
/// <param name="Error">Why the list cannot be read on, or null. Rows before <paramref name="LastId"/> are valid; no further page comes.</param>
public sealed record ListPage(
    string QueryKey, IReadOnlyList<JsonElement> Rows, long LastId, bool IsLast, long NewestId, Bitrix24Error? Error = null);

/// <summary>What one batch of the reader brought.</summary>
/// <param name="Pages">The pages, at most one for each list.</param>
/// <param name="Alongside">Outcomes of the calls that rode along, by their keys.</param>
public sealed record ListBatch(IReadOnlyList<ListPage> Pages, IReadOnlyDictionary<string, CommandOutcome> Alongside);
