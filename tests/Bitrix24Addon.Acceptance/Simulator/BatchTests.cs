using System.Net;
using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class BatchTests
{
    [Fact]
    public async Task References_reach_into_earlier_results_and_an_unknown_one_is_empty()
    {
        await using var fixture = await PortalFixture.StartAsync(null,
            PortalFixture.Line("01T00:00:00", "add", "department", 7, """{"NAME":"Sales"}"""),
            PortalFixture.Line("01T00:00:00", "add", "user", 1, """{"NAME":"A","UF_DEPARTMENT":[7],"IS_ADMIN":true}"""));
        var result = await fixture.ResultAsync("batch", """{"cmd":{"a":"user.current","b":"department.get?ID=$result[a][UF_DEPARTMENT][0]","c":"department.get?NAME=x%24result%5Ba%5D%5BNOSUCH%5D"}}""");
        Assert.Equal("Sales", (string)result["result"]!["b"]![0]!["NAME"]!);
        Assert.Equal("""{"b":1,"c":0}""", result["result_total"]!.ToJsonString());
        Assert.Equal("x", (string)fixture.Portal.RecordedCalls[^1].Parameters["NAME"]!);
        Assert.Equal(("[]", "[]"), (result["result_error"]!.ToJsonString(), result["result_next"]!.ToJsonString()));
    }

    [Fact]
    public async Task Without_halt_errors_are_collected_and_with_halt_the_rest_is_absent()
    {
        await using var fixture = await PortalFixture.StartAsync();
        const string commands = "\"cmd\":{\"a\":\"profile\",\"b\":\"nosuch\",\"c\":\"server.time\",\"d\":\"batch\",\"e\":\"im.v2.File.upload\"}";
        var all = await fixture.ResultAsync("batch", $"{{\"halt\":0,{commands}}}");
        Assert.Equal(["a", "c"], all["result"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(
            ["ERROR_METHOD_NOT_FOUND", "ERROR_BATCH_METHOD_NOT_ALLOWED", "ERROR_BATCH_METHOD_NOT_ALLOWED"],
            all["result_error"]!.AsObject().Select(pair => (string)pair.Value!["error"]!));
        var halted = await fixture.ResultAsync("batch", $"{{\"halt\":1,{commands}}}");
        Assert.Equal("a", Assert.Single(halted["result"]!.AsObject()).Key);
        Assert.Equal("b", Assert.Single(halted["result_error"]!.AsObject()).Key);
    }

    [Fact]
    public async Task A_list_of_commands_answers_lists_and_a_form_is_decoded_twice()
    {
        await using var fixture = await PortalFixture.StartAsync();
        var result = await fixture.ResultAsync("batch", """{"cmd":["profile","server.time"]}""");
        Assert.Equal(2, result["result"]!.AsArray().Count);
        var address = new Uri(fixture.Portal.WebhookUrl, "batch?cmd[a]=" + Uri.EscapeDataString("crm.status.list?filter[ENTITY_ID]=" + Uri.EscapeDataString("QUOTE_STATUS")));
        var (_, body) = await PortalFixture.GetAsync(address);
        Assert.Contains("\"result_total\":{\"a\":4}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_fifty_commands_are_refused()
    {
        await using var fixture = await PortalFixture.StartAsync();
        var commands = string.Join(',', Enumerable.Repeat("\"server.time\"", 51));
        await fixture.AssertErrorAsync(HttpStatusCode.BadRequest, "ERROR_BATCH_LENGTH_EXCEEDED", "batch", $"{{\"cmd\":[{commands}]}}");
    }

    [Theory]
    [InlineData("""[{"method":"timeman.record.list","query":{"filter":[["userId",1]]}},{"method":"nosuch"}]""")]
    [InlineData("""{"0":{"method":"timeman.record.list","query":{"filter":[["userId",1]]}},"1":{"method":"nosuch"}}""")]
    public async Task V3_takes_a_root_array_or_numeric_keys(string json)
    {
        await using var fixture = await PortalFixture.StartAsync();
        var (status, body) = await fixture.CallV3Async("batch", json);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"items":[]}""", body["result"]![0]!.ToJsonString());
        Assert.Equal("ERROR_METHOD_NOT_FOUND", (string)body["result"]![1]!["error"]!["code"]!);
    }

    [Theory]
    [InlineData("batch", """{"cmd":{"a":"profile"}}""", "INVALIDSELECTEXCEPTION")]
    [InlineData("timeman.record.list", """{"filter":[]}""", "VALIDATION_REQUESTVALIDATIONEXCEPTION")]
    [InlineData("timeman.record.list", """{"filter":[["userId","in",[1,2]]]}""", "VALIDATION_REQUESTVALIDATIONEXCEPTION")]
    [InlineData("timeman.record.list", """{"filter":[["userId",1],["nosuch",1]]}""", "UNKNOWNDTOPROPERTYEXCEPTION")]
    [InlineData("timeman.record.list", """{"filter":[["userId","~",1]]}""", "UNKNOWNFILTEROPERATOREXCEPTION")]
    [InlineData("timeman.record.list", """{"filter":[["userId",1]],"pagination":{"limit":5000}}""", "INVALIDPAGINATIONEXCEPTION")]
    [InlineData("timeman.record.list", "{broken", "INVALIDJSONEXCEPTION")]
    public async Task V3_errors_have_their_own_shape(string method, string json, string code)
    {
        await using var fixture = await PortalFixture.StartAsync();
        var (status, body) = await fixture.CallV3Async(method, json);
        Assert.Equal((HttpStatusCode.BadRequest, "BITRIX_REST_V3_EXCEPTION_" + code), (status, (string)body["error"]!["code"]!));
    }

    [Fact]
    public async Task Working_days_come_by_page_and_between()
    {
        await using var fixture = await PortalFixture.StartAsync(null, [.. Enumerable.Range(1, 9).Select(day => PortalFixture.Line(
            $"{day:00}T18:00:00", "add", "workday", day, $$"""{"userId":1,"start":"2026-03-{{day:00}}T09:00:00+03:00","finish":"2026-03-{{day:00}}T18:00:00+03:00","breakLength":1800}"""))]);
        fixture.Apply("10T09:00:00", "add", "workday", 10, """{"userId":1,"start":"2026-03-10T09:00:00+03:00","finish":null}""");
        var (_, body) = await fixture.CallV3Async("timeman.record.list",
            """{"filter":[["userId",1],["startTime","between",["2026-03-02T00:00:00+03:00","2026-03-11T00:00:00+03:00"]]],"order":{"id":"ASC"},"pagination":{"page":2,"limit":4},"select":["id","duration"]}""");
        Assert.Equal([6, 7, 8, 9], PortalFixture.Ids(body["result"]!["items"]));
        Assert.Equal(30_600, (int)body["result"]!["items"]![0]!["duration"]!);
        (_, body) = await fixture.CallV3Async("timeman.record.list", """{"filter":[["userId",1],["startTime",">=","2026-03-10T00:00:00+03:00"]]}""");
        Assert.Null(Assert.Single(body["result"]!["items"]!.AsArray())!["endTime"]);
    }
}
