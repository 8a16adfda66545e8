using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client.Lists;

namespace Bitrix24.Client.Tests.Wrappers;

public sealed class ParameterTests
{
    public static TheoryData<string> Factories => [.. Wrapped.Factories.Keys];

    public static TheoryData<string> Lists => [.. Wrapped.Lists.Keys];

    [Theory]
    [MemberData(nameof(Factories))]
    public void A_factory_writes_the_documented_parameters(string factory) =>
        Assert.Equal(ParameterExceptions.Of(factory), SampleCalls.Of(factory).SelectMany(Violations).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_writes_the_documented_parameters(string list)
    {
        var query = new ListQuery("k", Wrapped.Lists[list]) { Select = ["ID"], Parameters = ParameterExceptions.OfList(list) };
        var call = query.List.IsKeyed ? query.Page(0, through: 100, isNewestFirst: false) : query.WholeList();

        Assert.Equal(ParameterExceptions.Of(list), Violations(call).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Task_methods_get_their_parameters_in_the_documented_order()
    {
        Wrapped.SkipUnlessHere();
        var calls = Wrapped.Factories.Keys.SelectMany(SampleCalls.Of).Where(call => call.Method is { Scope: "task", Version: RestVersion.Classic }).ToArray();

        Assert.NotEmpty(calls);
        Assert.All(calls, call =>
        {
            var documented = Wrapped.Schema(call.Method)!.Value.GetProperty("params").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()!);
            var given = call.Parameters.Select(parameter => parameter.Key).ToArray();
            Assert.Equal(documented.Where(given.Contains), given);
        });
    }

    [Fact]
    public void Every_exception_belongs_to_a_factory_or_a_list() => Assert.All(ParameterExceptions.Names, exception => Assert.Equal(
        Wrapped.Lists.TryGetValue(exception.Name, out var list) ? list.Method.Name : SampleCalls.Of(exception.Name)[0].Method.Name,
        exception.Method));

    [Fact]
    public void Every_condition_belongs_to_an_exception() =>
        Assert.All(ParameterExceptions.Conditional, violation => Assert.Contains(violation, ParameterExceptions.Violations));

    [Fact]
    public void What_stands_in_for_a_schema_is_needed_and_stands_in_the_facts()
    {
        Wrapped.SkipUnlessHere();
        Assert.All(ParameterExceptions.WithoutSchema, entry =>
        {
            var method = Wrapped.Methods.Values.Single(wrapped => wrapped.Name == entry.Method && wrapped.Version == entry.Version);

            Assert.Null(Wrapped.Schema(method));
            var facts = Wrapped.Facts(entry.File);
            Assert.Contains(entry.Method[(entry.Method.LastIndexOf('.') + 1)..], facts, StringComparison.Ordinal);
            Assert.All(entry.Parameters, parameter => Assert.Contains(parameter, facts, StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("""{"entityTypeId":2,"ID":5}""", "ID is not documented", "id is missing")]
    [InlineData("""{"entityTypeId":"deal","id":5}""", "entityTypeId is no integer")]
    [InlineData("""{"entityTypeId":2,"id":5}""")]
    public void The_schema_finds_a_misspelt_a_missing_and_a_wrong_parameter(string parameters, params string[] violations)
    {
        var schema = JsonElement.Parse("""
            {"params":[{"name":"entityTypeId","base":"integer","required":true},{"name":"id","base":"integer","required":true}]}
            """);

        Assert.Equal(violations, ParameterSchema.Violations(schema, JsonNode.Parse(parameters)!.AsObject()));
    }

    [Fact]
    public void The_schema_looks_into_lists_of_objects()
    {
        var schema = JsonElement.Parse("""
            {"params":[{"name":"rows","base":"array","required":true,"ref":"#/defs/row"}],
             "defs":{"row":{"fields":[{"name":"price","base":"number","required":true}]}}}
            """);

        Assert.Equal(
            ["rows.Price is not documented", "rows.price is missing"],
            ParameterSchema.Violations(schema, JsonNode.Parse("""{"rows":[{"price":1.5},{"Price":2}]}""")!.AsObject()));
    }

    private static IEnumerable<string> Violations(RestCall call) => Wrapped.Schema(call.Method) is { } schema
        ? ParameterSchema.Violations(schema, call.Parameters)
        : ParameterExceptions.Unschemed(call.Method.Name, call.Method.Version, call.Parameters);
}
