using System.Text.Json.Nodes;

namespace Bitrix24.Client.Lists;

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

    /// <summary>For a list that is not <see cref="ListMethod.IsKeyed"/>: see <see cref="PageReader.AllowsChanges"/>.</summary>
    public bool AllowsChanges { get; init; }

    /// <summary>The command for the first page of a list that is not read by id; its order stands among the parameters.</summary>
    internal RestCall WholeList()
    {
        if (AfterId != 0)
        {
            throw new ArgumentException($"The list '{Key}' is not read by id, so AfterId cannot resume it.");
        }

        var parameters = (JsonObject)Parameters.DeepClone();
        if (Filter.Count > 0)
        {
            parameters[List.FilterName] = Filter.DeepClone();
        }

        if (List.SelectName is { } selectName && Select.Count > 0)
        {
            parameters[selectName] = new JsonArray([.. Select.Select(field => (JsonNode)field)]);
        }

        parameters[List.StartName] = 0;
        return new RestCall(List.Method, Sorted(parameters));
    }

    /// <summary>The command for a page of the rows after an id, or after the row a reference points at, up to an id if given.</summary>
    internal RestCall Page(JsonNode after, long? through, bool isNewestFirst = false, bool isCounted = false)
    {
        var direction = isNewestFirst ? "DESC" : "ASC";
        var filter = (JsonObject)Filter.DeepClone();
        if (!filter.TryAdd(">" + List.IdField, after) || (through is { } last && !filter.TryAdd("<=" + List.IdField, last)))
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

        parameters["start"] = isCounted ? 0 : List.Start;
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
