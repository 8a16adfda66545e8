using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>How one method reads its filter.</summary>
internal sealed record FilterRules(FilterDialect Dialect)
{
    /// <summary>Name in the request to name in the table; null when the method does not filter by it.</summary>
    public Func<string, string?> FieldName { get; init; } = name => name;

    /// <summary>Groups with logic OR (crm.item.list only).</summary>
    public bool AllowsLogic { get; init; }

    /// <summary>Conditions that are no plain field (BINDINGS, STATUS of tasks): key without prefix, operator, value.</summary>
    public Func<string, FilterOperator, JsonNode?, Predicate<Row>?>? Special { get; init; }

    /// <summary>user.get: a date that cannot be read makes the condition match nothing instead of an error.</summary>
    public bool UnreadableMatchesNothing { get; init; }

    /// <summary>The refusal of a field the method does not know. Where the documentation is silent it is refused too: an ignored condition would hide a mistake.</summary>
    public Func<string, RestException> UnknownField { get; init; } =
        name => RestException.Argument($"The documentation names no filter field '{name}' for this method");
}

/// <summary>A compiled filter: a condition and the bounds it sets on the id.</summary>
internal sealed class Filter
{
    private readonly List<Predicate<Row>> _conditions = [];

    /// <summary>Ids below this cannot match.</summary>
    public long MinimumId { get; private set; }

    /// <summary>Ids above this cannot match.</summary>
    public long MaximumId { get; private set; } = long.MaxValue;

    /// <summary>The only ids that can match, ascending; null when any can.</summary>
    public IReadOnlyList<long>? Ids { get; private set; }

    public bool Matches(Row row)
    {
        foreach (var condition in _conditions)
        {
            if (!condition(row))
            {
                return false;
            }
        }
        return true;
    }

    public void Add(Predicate<Row> condition) => _conditions.Add(condition);

    public static Filter Compile(JsonObject filter, Table table, FilterRules rules, TimeSpan serverOffset)
    {
        var result = new Filter();
        foreach (var (key, value) in filter)
        {
            if (rules.AllowsLogic && key.All(char.IsAsciiDigit) && value is JsonObject or JsonArray)
            {
                result.Add(Group(Parameters.AsMap(value), table, rules, serverOffset));
            }
            else if (key != "logic")
            {
                result.AddCondition(key, value, table, rules, serverOffset);
            }
        }
        return result;
    }

    private static Predicate<Row> Group(JsonObject group, Table table, FilterRules rules, TimeSpan serverOffset)
    {
        var isOr = string.Equals(FieldValue.AsText(group["logic"]), "OR", StringComparison.OrdinalIgnoreCase);
        if (!isOr)
        {
            return Compile(group, table, rules, serverOffset).Matches;
        }
        var alternatives = group.Where(pair => pair.Key != "logic")
            .Select(pair => Compile(
                pair.Key.All(char.IsAsciiDigit) ? Parameters.AsMap(pair.Value) : new JsonObject { [pair.Key] = pair.Value?.DeepClone() },
                table, rules, serverOffset))
            .ToArray();
        return row => alternatives.Any(alternative => alternative.Matches(row));
    }

    private void AddCondition(string key, JsonNode? value, Table table, FilterRules rules, TimeSpan serverOffset)
    {
        var (op, name) = rules.Dialect.Split(key);
        if (rules.Special?.Invoke(name, op, value) is { } special)
        {
            _conditions.Add(special);
            return;
        }
        var field = rules.FieldName(name) is { } own ? table.Field(own) : null;
        if (field is null)
        {
            throw rules.UnknownField(name);
        }
        var isLike = op is FilterOperator.Like or FilterOperator.NotLike or FilterOperator.Contains or FilterOperator.NotContains;
        object?[] operands;
        try
        {
            operands = [.. FieldValue.Elements(value).Select(element => isLike
                ? FieldValue.AsText(element)
                : FieldValue.ParseScalar(FieldValue.AsText(element), field, serverOffset))];
        }
        catch (FormatException exception)
        {
            if (!rules.UnreadableMatchesNothing)
            {
                throw RestException.InvalidArgument(exception.Message);
            }
            _conditions.Add(_ => false);
            return;
        }
        if (value is JsonArray or JsonObject && op is FilterOperator.Equal or FilterOperator.NotEqual)
        {
            op = op is FilterOperator.Equal ? FilterOperator.In : FilterOperator.NotIn;
        }
        if (field.Name == table.IdField)
        {
            BoundId(op, operands);
        }
        _conditions.Add(FilterCondition.Create(field, op, operands.Length == 0 ? [isLike ? "" : null] : operands));
    }

    private void BoundId(FilterOperator op, object?[] operands)
    {
        var first = operands.FirstOrDefault() as long?;
        switch (op)
        {
            case FilterOperator.Greater when first is { } value:
                MinimumId = Math.Max(MinimumId, value == long.MaxValue ? value : value + 1);
                break;
            case FilterOperator.GreaterOrEqual when first is { } value:
                MinimumId = Math.Max(MinimumId, value);
                break;
            case FilterOperator.Less when first is { } value:
                MaximumId = Math.Min(MaximumId, value - 1);
                break;
            case FilterOperator.LessOrEqual when first is { } value:
                MaximumId = Math.Min(MaximumId, value);
                break;
            case FilterOperator.Equal or FilterOperator.In:
                Ids = [.. operands.OfType<long>().Distinct().Order()];
                break;
            default:
                break;
        }
    }
}
