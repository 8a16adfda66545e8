using System.Globalization;
using System.Text.RegularExpressions;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>One comparison of a field with the values of a filter.</summary>
internal static class FilterCondition
{
    public static Predicate<Row> Create(FieldSpec field, FilterOperator op, object?[] operands) => op switch
    {
        FilterOperator.Equal or FilterOperator.In => Among(field, operands),
        FilterOperator.NotEqual or FilterOperator.NotIn => row => !Any(row.Value(field), operands),
        FilterOperator.Greater => row => Ordered(row.Value(field), operands[0], sign => sign > 0),
        FilterOperator.GreaterOrEqual => row => Ordered(row.Value(field), operands[0], sign => sign >= 0),
        FilterOperator.Less => row => Ordered(row.Value(field), operands[0], sign => sign < 0),
        FilterOperator.LessOrEqual => row => Ordered(row.Value(field), operands[0], sign => sign <= 0),
        FilterOperator.Contains => Text(field, $".*{Regex.Escape((string)operands[0]!)}.*", true),
        FilterOperator.NotContains => Text(field, $".*{Regex.Escape((string)operands[0]!)}.*", false),
        FilterOperator.Like => Text(field, Wildcard((string)operands[0]!), true),
        FilterOperator.NotLike => Text(field, Wildcard((string)operands[0]!), false),
        FilterOperator.Between => row => Between(row.Value(field), operands),
        _ => row => !Between(row.Value(field), operands),
    };

    /// <summary>Lists are read by the keys of their rows again and again: what is no "empty" is looked up, not compared one by one.</summary>
    private static Predicate<Row> Among(FieldSpec field, object?[] operands)
    {
        if (Array.TrueForAll(operands, operand => operand is string { Length: > 0 }))
        {
            var texts = operands.Cast<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
            return row => row.Value(field) switch { string text => texts.Contains(text), string[] list => list.Any(texts.Contains), _ => false };
        }
        if (Array.TrueForAll(operands, operand => operand is long and not 0))
        {
            var numbers = operands.Cast<long>().ToHashSet();
            return row => row.Value(field) switch { long number => numbers.Contains(number), long[] list => list.Any(numbers.Contains), _ => false };
        }
        return row => Any(row.Value(field), operands);
    }

    private static bool Any(object? value, object?[] operands)
    {
        foreach (var operand in operands)
        {
            if (value switch
            {
                long[] list when operand is long wanted => Array.IndexOf(list, wanted) >= 0,
                string[] list when operand is string wanted => list.Contains(wanted, StringComparer.OrdinalIgnoreCase),
                _ => IsEmpty(value) && IsEmpty(operand) || (value is not null && operand is not null && FieldValue.Compare(value, operand) == 0),
            })
            {
                return true;
            }
        }
        return false;
    }

    // The database's "empty": no value, no text, and 0 for a relation that is not set.
    private static bool IsEmpty(object? value) => value is null or "" or 0L or long[] { Length: 0 } or string[] { Length: 0 };

    private static bool Ordered(object? value, object? operand, Func<int, bool> holds) =>
        value is not null && operand is not null && holds(FieldValue.Compare(value, operand));

    private static bool Between(object? value, object?[] operands) =>
        operands.Length == 2 && Ordered(value, operands[0], sign => sign >= 0) && Ordered(value, operands[1], sign => sign <= 0);

    private static string Wildcard(string pattern) => Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal);

    private static Predicate<Row> Text(FieldSpec field, string pattern, bool matches)
    {
        var expression = new Regex($"^{pattern}$", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return row => expression.IsMatch(Convert.ToString(row.Value(field), CultureInfo.InvariantCulture) ?? "") == matches;
    }
}
