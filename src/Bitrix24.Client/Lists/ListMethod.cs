using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Lists;

/// <summary>
/// How one list method is read, by id unless <see cref="IsKeyed"/> is false: where filter, order and start go, in which letter case, and where rows and their ids lie.
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

    /// <summary>
    /// Whether rows can be filtered and ordered by their ids. Default true. Without it a list is read by pages of the portal's own, which
    /// suits short lists: all rows come at the end, each once, and nothing resumes it.
    /// </summary>
    public bool IsKeyed { get; init; } = true;

    /// <summary>The parameter for rows to skip, for methods that are not <see cref="IsKeyed"/>.</summary>
    public string StartName { get; init; } = "start";

    /// <summary>The order in which the method wants its parameters; empty when it does not matter.</summary>
    public IReadOnlyList<string> ParameterOrder { get; init; } = [];

    /// <summary>
    /// Whether the filter understands <c>&lt;=</c> on the id. Default true: every method wrapped here does. Without it rows behind a range
    /// may come with it, and a list that goes on behind very many hidden rows ends there with an error.
    /// </summary>
    public bool HasRanges { get; init; } = true;

    /// <summary>The path of the id of the row that ends a page of so many rows, as a reference to the command with the key.</summary>
    internal string LastIdReference(string key, int pageSize) =>
        string.Create(CultureInfo.InvariantCulture, $"$result[{key}]{(RowsName is null ? "" : $"[{RowsName}]")}[{pageSize - 1}][{IdRowField}]");

    /// <summary>Adds the rows of an answer; false when the answer has another shape. An empty map stands for no rows.</summary>
    internal bool TryRead(JsonElement result, List<JsonElement> rows)
    {
        var list = result;
        if (RowsName is not null && result.ValueKind == JsonValueKind.Object)
        {
            if (!result.TryGetProperty(RowsName, out list))
            {
                return false;
            }
        }
        else if (RowsName is not null && (result.ValueKind != JsonValueKind.Array || result.GetArrayLength() > 0))
        {
            return false;
        }

        switch (list.ValueKind)
        {
            case JsonValueKind.Array:
                rows.EnsureCapacity(rows.Count + list.GetArrayLength());
                foreach (var row in list.EnumerateArray())
                {
                    rows.Add(row);
                }

                return true;
            case JsonValueKind.Object:
                // PHP writes a list whose keys have gaps as a map.
                foreach (var property in list.EnumerateObject())
                {
                    rows.Add(property.Value);
                }

                return true;
            default:
                return list.ValueKind == JsonValueKind.Null;
        }
    }

    /// <summary>The id of a row, or null when it has none. Read for each row, hence without a text in between.</summary>
    internal long? Id(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty(IdRowField, out var id))
        {
            return null;
        }

        if (id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number))
        {
            return number;
        }

        var text = JsonMarshal.GetRawUtf8Value(id);
        return id.ValueKind == JsonValueKind.String && Utf8Parser.TryParse(text[1..^1], out number, out var length) && length == text.Length - 2
            ? number
            : Lenient.ReadInteger(id);
    }
}
