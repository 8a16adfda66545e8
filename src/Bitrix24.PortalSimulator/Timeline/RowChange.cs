using Bitrix24.PortalSimulator.Events;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>An add (no row yet) or update on its way into a table. Nothing is written before <see cref="Store"/>.</summary>
internal sealed class RowChange(PortalState state, Table table, Row? row, long id, DateTimeOffset time, Dictionary<string, object?> values)
{
    public PortalState State => state;

    public Table Table => table;

    public long Id => id;

    public DateTimeOffset Time => time;

    public bool IsAdd => row is null;

    /// <summary>The record as it was before an update.</summary>
    public Row? Before => row;

    public bool Has(string field) => values.ContainsKey(field);

    /// <summary>The value after the change.</summary>
    public object? After(string field) => values.TryGetValue(field, out var value) ? value : row?[field];

    public long Integer(string field) => After(field) as long? ?? 0;

    public string? Text(string field) => After(field) as string;

    public bool Changes(string field) => values.TryGetValue(field, out var value) && (row is null || !Same(value, row[field]));

    public bool ChangesAnything => row is null || values.Keys.Any(Changes);

    public void Set(string field, object? value) => values[field] = value;

    /// <summary>Sets what the timeline line does not say itself.</summary>
    public void SetUnlessGiven(string field, object? value) => values.TryAdd(field, value);

    /// <summary>Demands that an add names the fields; null stands for a record that really has no value (a call of nobody).</summary>
    public void Require(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (IsAdd && !Has(field))
            {
                throw new TimelineException($"{table.Name} {id} has no \"{field}\"; an added {table.Name} needs it");
            }
        }
    }

    /// <summary>Writes the record and tells the state, which fires the events.</summary>
    public Row Store()
    {
        // Asked before the change is made; afterwards nothing differs any more.
        var (isChange, changesFunnel) = (ChangesAnything, table == state.Deals && row is not null && Changes("categoryId"));
        var target = row;
        if (target is null)
        {
            table.Remove(id);
            target = new Row(id);
        }
        foreach (var (name, value) in values)
        {
            target[name] = value;
        }
        if (row is null)
        {
            table.Add(target);
        }
        if (isChange)
        {
            state.Changed?.Invoke(new RecordChange(table.Name, row is null ? TimelineAction.Add : TimelineAction.Update, target, changesFunnel));
        }
        return target;
    }

    private static bool Same(object? left, object? right) => (left, right) switch
    {
        (long[] a, long[] b) => a.AsSpan().SequenceEqual(b),
        (string[] a, string[] b) => a.AsSpan().SequenceEqual(b),
        (System.Text.Json.Nodes.JsonNode a, System.Text.Json.Nodes.JsonNode b) => System.Text.Json.Nodes.JsonNode.DeepEquals(a, b),
        _ => Equals(left, right),
    };
}
