using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>One page of a classic list. In fast mode (start −1) nothing is counted: no total, no next.</summary>
internal sealed record Page(IReadOnlyList<Row> Rows, int? Total, int? Next);

/// <summary>Filter, order and page of 50 (settings/how-to-call-rest-api/list-methods-pecularities.md).</summary>
internal static class ListQuery
{
    public const int PageSize = 50;

    public static Page Run(Table table, Filter filter, IReadOnlyList<(FieldSpec Field, bool Descending)> order, long start, Predicate<Row>? isVisible)
    {
        var isById = order.Count == 0 || order[0].Field.Name == table.IdField;
        var candidates = Candidates(table, filter, isById && order.Count > 0 && order[0].Descending)
            .Where(row => filter.Matches(row) && (isVisible is null || isVisible(row)));
        if (!isById)
        {
            candidates = Sort(candidates, order);
        }
        if (start < 0)
        {
            return new Page([.. candidates.Take(PageSize)], null, null);
        }
        var rows = new List<Row>();
        var total = 0;
        foreach (var row in candidates)
        {
            if (total >= start && rows.Count < PageSize)
            {
                rows.Add(row);
            }
            total++;
        }
        return new Page(rows, total, total > start + PageSize ? (int)start + PageSize : null);
    }

    /// <summary>Reads order {"FIELD":"ASC"}; an unknown field is refused by <paramref name="unknown"/>.</summary>
    public static List<(FieldSpec Field, bool Descending)> Order(JsonObject order, Table table, Func<string, string?> fieldName, Func<string, RestException> unknown)
    {
        var result = new List<(FieldSpec, bool)>();
        foreach (var (name, direction) in order)
        {
            var field = fieldName(name) is { } own ? table.Field(own) : null;
            result.Add((field ?? throw unknown(name), IsDescending(FieldValue.AsText(direction))));
        }
        return result;
    }

    public static bool IsDescending(string? direction) => string.Equals(direction, "DESC", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Row> Candidates(Table table, Filter filter, bool descending)
    {
        if (filter.Ids is { } ids)
        {
            return (descending ? ids.Reverse() : ids).Select(table.Find).OfType<Row>();
        }
        var first = table.LowerBound(filter.MinimumId);
        var end = filter.MaximumId == long.MaxValue ? table.Rows.Count : table.LowerBound(filter.MaximumId + 1);
        return descending
            ? Enumerable.Range(0, Math.Max(0, end - first)).Select(offset => table.Rows[end - 1 - offset])
            : Enumerable.Range(first, Math.Max(0, end - first)).Select(index => table.Rows[index]);
    }

    private static IOrderedEnumerable<Row> Sort(IEnumerable<Row> rows, IReadOnlyList<(FieldSpec Field, bool Descending)> order)
    {
        var comparer = Comparer<object?>.Create(FieldValue.Compare);
        IOrderedEnumerable<Row>? sorted = null;
        foreach (var (field, descending) in order)
        {
            sorted = (sorted, descending) switch
            {
                (null, false) => rows.OrderBy(row => row.Value(field), comparer),
                (null, true) => rows.OrderByDescending(row => row.Value(field), comparer),
                (_, false) => sorted.ThenBy(row => row.Value(field), comparer),
                (_, true) => sorted.ThenByDescending(row => row.Value(field), comparer),
            };
        }
        return sorted!.ThenBy(row => row.Id);
    }
}
