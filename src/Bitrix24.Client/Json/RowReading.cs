using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Bitrix24.Client.Json;

/// <summary>Turns results into typed rows.</summary>
public static class RowReading
{
    /// <summary>Reads one row; a PHP <c>[]</c> where an object belongs gives null.</summary>
    /// <typeparam name="T">The row's type.</typeparam>
    /// <param name="element">The row.</param>
    /// <param name="type">Its description, for example <c>Bitrix24JsonContext.Default.CrmItem</c>.</param>
    /// <returns>The row or null.</returns>
    public static T? As<T>(this JsonElement element, JsonTypeInfo<T> type)
        where T : class => element.ValueKind == JsonValueKind.Object ? element.Deserialize(type) : null;

    /// <summary>Reads a list of rows: the element itself, or its property when a name is given. Empty maps give no rows.</summary>
    /// <typeparam name="T">The rows' type.</typeparam>
    /// <param name="element">The result of a call.</param>
    /// <param name="type">The rows' description.</param>
    /// <param name="property">The property that holds the rows, for example <c>categories</c>; null for the element itself.</param>
    /// <returns>The rows.</returns>
    public static IReadOnlyList<T> AsList<T>(this JsonElement element, JsonTypeInfo<T> type, string? property = null)
        where T : class
    {
        var list = property is null ? element : AnswerReader.Property(element, property) ?? default;
        var items = list.ValueKind switch
        {
            JsonValueKind.Array => list.EnumerateArray(),
            JsonValueKind.Object => list.EnumerateObject().Select(item => item.Value),
            _ => Enumerable.Empty<JsonElement>(),
        };
        return [.. items.Select(item => item.As(type)).OfType<T>()];
    }
}
