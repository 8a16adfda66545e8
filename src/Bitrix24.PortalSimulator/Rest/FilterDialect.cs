namespace Bitrix24.PortalSimulator.Rest;

internal enum FilterOperator
{
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    In,
    NotIn,
    Contains,
    NotContains,
    Like,
    NotLike,
    Between,
    NotBetween,
}

/// <summary>The key prefixes a method knows; the longest fitting one counts.</summary>
internal sealed class FilterDialect
{
    private readonly (string Prefix, FilterOperator Operator)[] _prefixes;

    private FilterDialect(params (string Prefix, FilterOperator Operator)[] prefixes) =>
        _prefixes = [.. prefixes.OrderByDescending(prefix => prefix.Prefix.Length)];

    /// <summary>The prefixes of most list methods (settings/how-to-call-rest-api/list-methods-pecularities.md).</summary>
    public static FilterDialect Standard { get; } = new(
        ("=", FilterOperator.Equal), ("!", FilterOperator.NotEqual), ("!=", FilterOperator.NotEqual),
        (">", FilterOperator.Greater), (">=", FilterOperator.GreaterOrEqual), ("<", FilterOperator.Less), ("<=", FilterOperator.LessOrEqual),
        ("@", FilterOperator.In), ("!@", FilterOperator.NotIn), ("%", FilterOperator.Contains), ("!%", FilterOperator.NotContains),
        ("=%", FilterOperator.Like), ("%=", FilterOperator.Like), ("!=%", FilterOperator.NotLike), ("!%=", FilterOperator.NotLike));

    /// <summary>voximplant.statistic.get: between and "?" besides, but no "@".</summary>
    public static FilterDialect CallStatistics { get; } = new(
        ("=", FilterOperator.Equal), ("!", FilterOperator.NotEqual), ("!=", FilterOperator.NotEqual),
        (">", FilterOperator.Greater), (">=", FilterOperator.GreaterOrEqual), ("<", FilterOperator.Less), ("<=", FilterOperator.LessOrEqual),
        ("><", FilterOperator.Between), ("!><", FilterOperator.NotBetween), ("?", FilterOperator.Contains),
        ("%", FilterOperator.Contains), ("!%", FilterOperator.NotContains));

    /// <summary>tasks.task.list.</summary>
    public static FilterDialect Tasks { get; } = new(
        ("!", FilterOperator.NotEqual), ("<", FilterOperator.Less), ("<=", FilterOperator.LessOrEqual),
        (">", FilterOperator.Greater), (">=", FilterOperator.GreaterOrEqual));

    /// <summary>Plain equality (department.get).</summary>
    public static FilterDialect EqualityOnly { get; } = new();

    public (FilterOperator Operator, string Field) Split(string key)
    {
        foreach (var (prefix, op) in _prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                return (op, key[prefix.Length..]);
            }
        }
        return (FilterOperator.Equal, key);
    }
}
