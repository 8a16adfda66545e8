using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Bitrix24.Client.Tests.Wrappers;

public sealed class ResultExampleTests
{
    public static TheoryData<string> MethodsWithRows => [.. DocumentedResults.Rows.Select(entry => entry.Field)];

    public static TheoryData<string> MethodsWithoutRows => [.. DocumentedResults.Plain];

    [Fact]
    public void Every_documented_answer_of_a_wrapped_method_is_tried()
    {
        var documented = Wrapped.Methods.Where(method => Wrapped.Example(method.Value) is not null).Select(method => method.Key);
        var tried = DocumentedResults.Rows.Select(entry => entry.Field).Concat(DocumentedResults.Plain);

        Assert.Equal(documented.Order(StringComparer.Ordinal), tried.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(MethodsWithRows))]
    public void A_documented_answer_survives_the_round_trip(string field)
    {
        var (_, path, type) = DocumentedResults.Rows.Single(entry => entry.Field == field);
        var result = Wrapped.Example(Wrapped.Methods[field])!.Value;
        var holder = path is "" or "*" ? result : result.GetProperty(path);

        // What lies beside the rows is lost to whoever reads only them.
        var beside = path is "" or "*" ? [] : result.EnumerateObject().Where(property => property.Name != path).Select(property => $"beside: {property.Name}");
        var rows = path == "*" ? [.. holder.EnumerateObject().Select(property => property.Value)] : Rows(holder);
        var differences = rows.SelectMany(row => RoundTrip.Differences(row, Kept(row, type))).Concat(beside).Distinct();

        Assert.NotEmpty(rows);
        Assert.Equal(
            DocumentedResults.Exceptions.Where(exception => exception.Field == field).Select(exception => exception.Path).Order(StringComparer.Ordinal),
            differences.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(MethodsWithoutRows))]
    public void An_answer_without_a_row_is_a_scalar_a_list_of_scalars_or_nothing(string field)
    {
        var result = Wrapped.Example(Wrapped.Methods[field])!.Value;
        var scalars = result.ValueKind == JsonValueKind.Array ? result.EnumerateArray().ToArray() : [result];

        Assert.All(scalars, scalar => Assert.True(scalar.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)));
    }

    [Fact]
    public void Every_exception_belongs_to_a_method_that_is_tried() => Assert.All(
        DocumentedResults.Exceptions, exception => Assert.Contains(exception.Field, DocumentedResults.Rows.Select(entry => entry.Field)));

    // A list of rows, rows by their ids, or one row.
    private static JsonElement[] Rows(JsonElement holder) => holder.ValueKind switch
    {
        JsonValueKind.Array => [.. holder.EnumerateArray()],
        JsonValueKind.Object when holder.EnumerateObject().All(property => property.Name.All(char.IsAsciiDigit)) =>
            [.. holder.EnumerateObject().Select(property => property.Value)],
        _ => [holder],
    };

    private static JsonElement Kept(JsonElement row, JsonTypeInfo type) => JsonSerializer.SerializeToElement(row.Deserialize(type), type);
}
