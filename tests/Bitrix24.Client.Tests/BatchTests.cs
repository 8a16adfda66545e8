using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

public sealed class BatchTests
{
    private static readonly KeyValuePair<string, RestCall>[] Two =
        [new("a", UserMethods.Profile()), new("b", UserMethods.ListDepartments())];

    [Fact]
    public async Task Each_command_has_its_own_outcome()
    {
        await using var portal = await StartAsync(Answer("""
            {"result":{"result":{"a":{"ID":"7"}},
             "result_error":{"b":{"error":"insufficient_scope","error_description":"No scope."}},
             "result_total":{"a":120},"result_next":{"a":50},
             "result_time":{"a":{"duration":0.2,"operating":"1.5","operating_reset_at":1790000600}}},"time":{}}
            """));

        var outcomes = await portal.Clock.RunAsync(portal.Client.BatchAsync(Two));

        Assert.Equal("7", outcomes["a"].Answer!.Result.GetProperty("ID").GetString());
        Assert.Equal(120, outcomes["a"].Answer!.Total);
        Assert.Equal(50, outcomes["a"].Answer!.Next);
        Assert.Equal(1.5, outcomes["a"].Answer!.Time!.Operating);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1790000600), outcomes["a"].Answer!.Time!.OperatingResetAt);
        Assert.Equal(Bitrix24ErrorKind.InsufficientScope, outcomes["b"].Error!.Kind);
        Assert.Equal("No scope.", outcomes["b"].Error!.Description);
        var exception = Assert.Throws<Bitrix24Exception>(() => outcomes["b"].Require(Two[1].Value.Method));
        Assert.Equal("department.get", exception.MethodName);
    }

    [Fact]
    public async Task Empty_maps_come_as_lists_and_a_stopped_batch_leaves_commands_out()
    {
        await using var portal = await StartAsync(Answer("""
            {"result":{"result":[],"result_error":{"a":{"error":"","error_description":"Access denied."}},
             "result_total":[],"result_next":[],"result_time":[]}}
            """));

        var outcomes = await portal.Clock.RunAsync(portal.Client.BatchAsync(Two, halt: true));

        Assert.Equal(Bitrix24ErrorKind.AccessDenied, outcomes["a"].Error!.Kind);
        Assert.True(outcomes["b"].IsNotRun);
        Assert.Equal(1, portal.Requests[0].Body["halt"]!.GetValue<int>());
    }

    [Fact]
    public async Task Maps_with_keys_from_zero_come_as_lists()
    {
        await using var portal = await StartAsync(Answer("""
            {"result":{"result":[{"ID":"7"},[{"ID":"1"}]],"result_error":[],"result_total":[0,5],"result_next":[],"result_time":[]}}
            """));

        var outcomes = await portal.Clock.RunAsync(portal.Client.BatchAsync([new("0", Two[0].Value), new("1", Two[1].Value)]));

        Assert.Equal("7", outcomes["0"].Answer!.Result.GetProperty("ID").GetString());
        Assert.Equal(1, outcomes["1"].Answer!.Result.GetArrayLength());
        Assert.Equal(5, outcomes["1"].Answer!.Total);
    }

    [Fact]
    public async Task A_portal_that_decodes_once_finds_names_values_and_references()
    {
        JsonObject? seen = null;
        var first = new JsonObject { ["ID"] = "42" };
        await using var portal = await StartAsync(request => Answer(PhpBatch.Run(request.Body, (method, parameters) =>
        {
            seen = method == "crm.item.list" ? parameters : seen;
            return new CommandReply(first.DeepClone());
        }).ToJsonString())(request));
        var call = new RestCall(CrmMethods.ItemList, new JsonObject
        {
            ["entityTypeId"] = 2,
            ["filter"] = new JsonObject
            {
                [">id"] = "$result[a][ID]",
                ["%title"] = "50% & = [x] + «Ромашка»?#",
                ["!=opened"] = true,
                ["@categoryId"] = new JsonArray(0, 1),
                ["<opportunity"] = 10.5m,
                ["=comments"] = null,
            },
        });

        await portal.Clock.RunAsync(portal.Client.BatchAsync([Two[0], new("items", call)]));

        var filter = seen!["filter"]!;
        Assert.Equal("2", seen["entityTypeId"]!.GetValue<string>());
        Assert.Equal("42", filter[">id"]!.GetValue<string>());
        Assert.Equal("50% & = [x] + «Ромашка»?#", filter["%title"]!.GetValue<string>());
        Assert.Equal("1", filter["!=opened"]!.GetValue<string>());
        Assert.Equal("1", filter["@categoryId"]!["1"]!.GetValue<string>());
        Assert.Equal("10.5", filter["<opportunity"]!.GetValue<string>());
        Assert.Equal("", filter["=comments"]!.GetValue<string>());
        Assert.Contains("=$result[a][ID]&", portal.Requests[0].Body["cmd"]!["items"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_breaks_the_rules_is_not_sent()
    {
        await using var portal = await StartAsync(Answer("{}"));
        var client = portal.Client;
        var many = Enumerable.Range(0, 51).Select(index => KeyValuePair.Create(index.ToString(CultureInfo.InvariantCulture), UserMethods.Profile()));
        var upload = MessengerMethods.UploadFile("chat5", "a.txt", "x"u8);

        await Assert.ThrowsAsync<ArgumentException>(() => client.BatchAsync([.. many]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.BatchAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.BatchAsync([new("a", upload)]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.BatchAsync([new("a", TimemanMethods.ListRecords(1, default, default))]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.BatchAsync([new("a b", UserMethods.Profile())]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.BatchV3Async([UserMethods.Profile()]));
        Assert.Empty(portal.Requests);
    }

    [Fact]
    public async Task A_batch_with_a_write_is_not_repeated_after_an_unknown_outcome()
    {
        await using var portal = await StartAsync(Break);

        var exception = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(
            portal.Client.BatchAsync([Two[0], new("m", MessengerMethods.AddMessage("5", "text"))])));

        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, exception.Error.Kind);
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task A_REST_3_batch_is_a_list_for_a_webhook_and_a_map_with_the_token_for_an_application()
    {
        await using var portal = await StartAsync(Answer("""{"result":[{"items":[]},{"items":[{"id":1}]}]}"""));
        var calls = new[] { TimemanMethods.ListRecords(1, default, default), TimemanMethods.ListRecords(2, default, default) };
        var application = portal.Factory.Create(
            new OAuthCredentials(new Uri($"{portal.Address}/rest/"), new Tokens("token"), allowInsecureLoopback: true));

        var outcomes = await portal.Clock.RunAsync(portal.Client.BatchV3Async(calls));
        await portal.Clock.RunAsync(application.BatchV3Async(calls));

        Assert.Equal(1, outcomes[1].Answer!.Result.GetProperty("items").GetArrayLength());
        Assert.Equal($"/rest/api/7/{Secret}/batch", portal.Requests[0].Path);
        Assert.Equal("timeman.record.list", portal.Requests[0].Body[0]!["method"]!.GetValue<string>());
        Assert.Equal("/rest/api/batch", portal.Requests[1].Path);
        Assert.Equal("token", portal.Requests[1].Body["auth"]!.GetValue<string>());
        Assert.Equal(2, portal.Requests[1].Body["1"]!["query"]!["filter"]![0]![1]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"result":[{"items":[]},{"error":{"code":"BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION","message":"No."}}]}""")]
    [InlineData("""{"result":{"0":{"items":[]},"1":{"error":"ACCESS_DENIED","error_description":"No."}}}""")]
    [InlineData("""{"result":{"result":{"0":{"items":[]}},"result_error":{"1":{"error":"ACCESS_DENIED","error_description":"No."}}}}""")]
    [InlineData("""{"result":{"result":[{"items":[]}],"result_error":{"1":{"error":{"code":"BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION","message":"No."}}}}}""")]
    public async Task A_failed_command_of_a_REST_3_batch_is_found_in_every_likely_form(string answer)
    {
        await using var portal = await StartAsync(Answer(answer));

        var outcomes = await portal.Clock.RunAsync(portal.Client.BatchV3Async(
            [TimemanMethods.ListRecords(1, default, default), TimemanMethods.ListRecords(2, default, default)]));

        Assert.NotNull(outcomes[0].Answer);
        Assert.Equal(Bitrix24ErrorKind.AccessDenied, outcomes[1].Error!.Kind);
        Assert.Equal("No.", outcomes[1].Error!.Description);
    }

    [Fact]
    public async Task A_REST_3_error_names_the_refused_fields()
    {
        await using var portal = await StartAsync(Answer("""
            {"error":{"code":"BITRIX_REST_V3_EXCEPTION_VALIDATION_REQUESTVALIDATIONEXCEPTION","message":"Bad request",
             "validation":[{"field":"filter","message":"userId is required"}]}}
            """, 400));

        var exception = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(
            portal.Client.CallAsync(TimemanMethods.ListRecords(1, default, default))));

        Assert.Equal(Bitrix24ErrorKind.InvalidArgument, exception.Error.Kind);
        Assert.Equal(["filter: userId is required"], exception.Error.Validation);
    }

    [Theory]
    [InlineData("""{"error":0,"error_description":"Wrong sort key"}""", "0", Bitrix24ErrorKind.MethodError)]
    [InlineData("""{"error":"100","error_description":"Could not find value"}""", "100", Bitrix24ErrorKind.InvalidArgument)]
    [InlineData("""{"error":"","error_description":"Access denied."}""", "", Bitrix24ErrorKind.AccessDenied)]
    [InlineData("""{"error":"NEW_CODE"}""", "NEW_CODE", Bitrix24ErrorKind.MethodError)]
    [InlineData("[]", "CLIENT_NO_RESULT", Bitrix24ErrorKind.NotAnAnswer)]
    public async Task Error_codes_come_as_texts_numbers_or_empty(string answer, string code, Bitrix24ErrorKind kind)
    {
        await using var portal = await StartAsync(Answer(answer, 400));

        var exception = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(Two[0].Value)));

        Assert.Equal(code, exception.Error.Code);
        Assert.Equal(kind, exception.Error.Kind);
    }
}
