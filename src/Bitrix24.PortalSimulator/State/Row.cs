namespace Bitrix24.PortalSimulator.State;

/// <summary>One record. Values are null, long, decimal, string, bool, DateTimeOffset, DateOnly, long[], string[] or JsonNode.</summary>
internal sealed class Row(long id)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    public long Id { get; } = id;

    /// <summary>True for what a new portal has by itself; the first timeline line about it may be an "add".</summary>
    public bool IsBuiltIn { get; init; }

    public object? this[string field]
    {
        get => _values.GetValueOrDefault(field);
        set => _values[field] = value;
    }

    public IEnumerable<string> FieldNames => _values.Keys;

    public object? Value(FieldSpec field) => _values.GetValueOrDefault(field.Name) ?? field.Default;

    public long Integer(string field) => _values.GetValueOrDefault(field) as long? ?? 0;

    public string? Text(string field) => _values.GetValueOrDefault(field) as string;

    public DateTimeOffset? Instant(string field) => _values.GetValueOrDefault(field) as DateTimeOffset?;

    public bool IsTrue(string field) => _values.GetValueOrDefault(field) is true;
}
