using System.Text.Json.Nodes;

namespace Bitrix24.Client;

/// <summary>
/// A condition of a REST 3.0 filter. Those of a list hold all together. Which fields can be filtered by tells the method's
/// <c>*.field.list</c>; <c>tasks.task.list</c> can be filtered by <c>id</c> only. Source: api-reference/rest-v3.md.
/// </summary>
public sealed class Condition
{
    private readonly Func<JsonNode> _write;

    private Condition(Func<JsonNode> write) => _write = write;

    /// <summary>The field has the value.</summary>
    /// <param name="field">The field, camelCase.</param>
    /// <param name="value">A text, a number or a truth value.</param>
    public static Condition Equal(string field, JsonNode value) => Compare(field, "=", value);

    /// <summary>The field has another value.</summary>
    /// <param name="field">The field, camelCase.</param>
    /// <param name="value">A text, a number or a truth value.</param>
    public static Condition NotEqual(string field, JsonNode value) => Compare(field, "!=", value);

    /// <summary>The field is greater.</summary>
    /// <param name="field">The field, camelCase.</param>
    /// <param name="value">The bound.</param>
    public static Condition Greater(string field, JsonNode value) => Compare(field, ">", value);

    /// <summary>The field is greater or the same.</summary>
    /// <param name="field">The field, camelCase.</param>
    /// <param name="value">The bound.</param>
    public static Condition AtLeast(string field, JsonNode value) => Compare(field, ">=", value);

    /// <summary>The field is less.</summary>
    /// <param name="field">The field, camelCase.</param>
    /// <param name="value">The bound.</param>
    public static Condition Less(string field, JsonNode value) => Compare(field, "<", value);

    /// <summary>The field is less or the same.</summary>
    /// <param name="field">The field, camelCase.</param>
    /// <param name="value">The bound.</param>
    public static Condition AtMost(string field, JsonNode value) => Compare(field, "<=", value);

    /// <summary>The field has one of the values.</summary>
    /// <param name="field">The field, camelCase.</param>
    /// <param name="values">The values.</param>
    public static Condition In(string field, params IEnumerable<JsonNode> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        JsonNode[] copies = [.. values.Select(value => value.DeepClone())];
        return new(() => new JsonArray(field, "in", new JsonArray([.. copies.Select(value => value.DeepClone())])));
    }

    /// <summary>The field lies between two instants, both included; they are sent to the second and with their offset.</summary>
    /// <param name="field">The field, camelCase.</param>
    /// <param name="from">The first.</param>
    /// <param name="to">The last.</param>
    public static Condition Between(string field, DateTimeOffset from, DateTimeOffset to) => Between(field, Write.Instant(from), Write.Instant(to));

    /// <summary>The field lies between two values, both included.</summary>
    /// <param name="field">The field, camelCase.</param>
    /// <param name="from">The least.</param>
    /// <param name="to">The greatest.</param>
    public static Condition Between(string field, JsonNode from, JsonNode to) =>
        new(() => new JsonArray(field, "between", new JsonArray(from.DeepClone(), to.DeepClone())));

    /// <summary>At least one of the conditions holds.</summary>
    /// <param name="conditions">The conditions.</param>
    public static Condition Any(params IEnumerable<Condition> conditions)
    {
        Condition[] any = [.. conditions];
        return new(() => new JsonObject { ["logic"] = "or", ["conditions"] = Filter(any) });
    }

    /// <summary>The <c>filter</c> of conditions that hold all together.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <returns>The parameter; a new one each time.</returns>
    public static JsonArray Filter(params IEnumerable<Condition> conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return new([.. conditions.Select(condition => condition._write())]);
    }

    private static Condition Compare(string field, string operation, JsonNode value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(() => new JsonArray(field, operation, value.DeepClone()));
    }
}
