using System.Runtime.InteropServices;
using System.Text.Json;

namespace Bitrix24.Client.Lists;

/// <summary>The rows that one reading of a list by pages brought, and whether the list changed meanwhile.</summary>
internal sealed class PagedRows(string? rowsName, string? idRowField)
{
    private readonly List<JsonElement> _rows = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private JsonElement _lastResult;
    private int? _total;
    private bool _hasChanged;

    public IReadOnlyList<JsonElement> Rows => _rows;

    /// <summary>A row came twice, the total changed, or it is not the number of rows that came: rows may be missing.</summary>
    public bool HasChanged => _hasChanged || (_total is { } total && total != _rows.Count);

    /// <summary>Takes a page; false when it brought no new row, so that nothing is to be expected behind it.</summary>
    public bool Take(RestAnswer page)
    {
        _hasChanged |= page.Total is not null && _total is not null && page.Total != _total;
        _total ??= page.Total;
        var before = _rows.Count;

        // Without ids only a page that comes once more as a whole shows that the portal does not go on.
        if (IsLastAgain(page.Result))
        {
            _hasChanged = true;
            return false;
        }

        _lastResult = page.Result;
        foreach (var row in RowsOf(page.Result))
        {
            if (IdOf(row) is { } id && !_ids.Add(id))
            {
                _hasChanged = true;
            }
            else
            {
                _rows.Add(row);
            }
        }

        return _rows.Count > before;
    }

    private bool IsLastAgain(JsonElement result) => _rows.Count > 0
        && RowsOf(result).Any()
        && JsonMarshal.GetRawUtf8Value(result).SequenceEqual(JsonMarshal.GetRawUtf8Value(_lastResult));

    private string? IdOf(JsonElement row) => idRowField is null || AnswerReader.Property(row, idRowField) is not { } id
        ? null
        : id.ValueKind is JsonValueKind.String or JsonValueKind.Number ? id.ToString() : null;

    private IEnumerable<JsonElement> RowsOf(JsonElement result)
    {
        var rows = rowsName is null ? result : AnswerReader.Property(result, rowsName) ?? default;
        return rows.ValueKind switch
        {
            JsonValueKind.Array => rows.EnumerateArray(),
            JsonValueKind.Object => rows.EnumerateObject().Select(property => property.Value),
            _ => [],
        };
    }
}
