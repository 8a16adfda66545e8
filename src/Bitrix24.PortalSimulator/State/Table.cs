namespace Bitrix24.PortalSimulator.State;

/// <summary>Records of one kind, kept in the order of their ids so that a condition on the id is a binary search.</summary>
internal sealed class Table(string name, string idField, Dictionary<string, FieldSpec> fields, string? dynamicPrefix = null)
{
    private readonly List<Row> _rows = [];

    public string Name { get; } = name;

    public string IdField { get; } = idField;

    public IReadOnlyDictionary<string, FieldSpec> Fields => fields;

    public IReadOnlyList<Row> Rows => _rows;

    public long LastId => _rows.Count == 0 ? 0 : _rows[^1].Id;

    /// <summary>The field's description, or null when neither the documentation nor the portal (user fields) has such a field.</summary>
    public FieldSpec? Field(string field)
    {
        if (fields.TryGetValue(field, out var spec))
        {
            return spec;
        }
        return dynamicPrefix is not null && field.StartsWith(dynamicPrefix, StringComparison.Ordinal) && field.Length > dynamicPrefix.Length
            ? new FieldSpec(field, FieldKind.Text, null, false)
            : null;
    }

    public Row? Find(long id)
    {
        var index = LowerBound(id);
        return index < _rows.Count && _rows[index].Id == id ? _rows[index] : null;
    }

    public void Add(Row row)
    {
        row[IdField] = row.Id;
        if (_rows.Count == 0 || _rows[^1].Id < row.Id)
        {
            _rows.Add(row);
            return;
        }
        var index = LowerBound(row.Id);
        if (_rows[index].Id == row.Id)
        {
            throw new InvalidOperationException($"{Name} {row.Id} exists already");
        }
        _rows.Insert(index, row);
    }

    public void Remove(long id)
    {
        var index = LowerBound(id);
        if (index < _rows.Count && _rows[index].Id == id)
        {
            _rows.RemoveAt(index);
        }
    }

    public void RemoveWhere(Predicate<Row> condition) => _rows.RemoveAll(condition);

    /// <summary>Index of the first record whose id is not less than <paramref name="id"/>.</summary>
    public int LowerBound(long id)
    {
        int low = 0, high = _rows.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_rows[middle].Id < id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }
}
