using System.Net;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class EventBindingTests
{
    private const string User = """{"NAME":"Олег","ACTIVE":true}""";

    [Theory]
    [InlineData("event.bind", """{"event":"ONCRMLEADADD","handler":"http://127.0.0.1/e"}""")]
    [InlineData("event.unbind", """{"event":"ONCRMLEADADD","handler":"http://127.0.0.1/e"}""")]
    [InlineData("event.get", "{}")]
    [InlineData("events", "{}")]
    [InlineData("event.test", "{}")]
    public async Task A_webhook_may_not(string method, string json)
    {
        await using var fixture = await PortalFixture.StartAsync();
        await fixture.AssertErrorAsync(HttpStatusCode.Forbidden, "WRONG_AUTH_TYPE", method, json);
    }

    [Fact]
    public async Task Handlers_are_bound_listed_and_unbound()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("onCrmLeadAdd", "ONTASKADD");
        await live.CallAsync("event.bind", """{"event":"ONTASKADD","handler":"http://127.0.0.1/b?k=1","auth_type":1}""");
        var (_, bound) = await live.CallAsync("event.get");
        var handler = live.Listener.Address + "events";
        Assert.Equal(
            [("ONCRMLEADADD", handler, "0", 0), ("ONTASKADD", handler, "0", 0), ("ONTASKADD", "http://127.0.0.1/b?k=1", "1", 0)],
            bound["result"]!.AsArray().Select(row => ((string)row!["event"]!, (string)row["handler"]!, (string)row["auth_type"]!, (int)row["offline"]!)));
        async Task<int> UnbindAsync(string json) => (int)(await live.CallAsync("event.unbind", json)).Body["result"]!["count"]!;
        Assert.Equal(0, await UnbindAsync($$"""{"event":"ONTASKADD","handler":"{{handler}}","auth_type":1}"""));
        Assert.Equal(1, await UnbindAsync($$"""{"event":"ontaskadd","handler":"{{handler}}","auth_type":0}"""));
        Assert.Equal(1, await UnbindAsync("""{"event":"ONTASKADD","handler":"http://127.0.0.1/b?k=1"}"""));
        Assert.Single((await live.CallAsync("event.get")).Body["result"]!.AsArray());
    }

    [Fact]
    public async Task Binding_the_same_again_is_refused_with_the_documented_text()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONCRMLEADADD");
        var (status, body) = await live.CallAsync("event.bind", $$"""{"event":"OnCrmLeadAdd","handler":"{{live.Listener.Address}}events"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("Unable to set event handler", (string)body["error_description"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"event":"ONNOSUCH","handler":"http://127.0.0.1/e"}""", HttpStatusCode.BadRequest, "ERROR_EVENT_NOT_FOUND")]
    [InlineData("""{"event":"ONTASKADD","handler":"http://127.0.0.1/e"}""", HttpStatusCode.BadRequest, "ERROR_EVENT_NOT_FOUND")]
    [InlineData("""{"handler":"http://127.0.0.1/e"}""", HttpStatusCode.BadRequest, "100")]
    [InlineData("""{"event":"ONCRMLEADADD"}""", HttpStatusCode.BadRequest, "100")]
    [InlineData("""{"event":"ONCRMLEADADD","handler":"events"}""", HttpStatusCode.BadRequest, "ERROR_ARGUMENT")]
    [InlineData("""{"event":"ONCRMLEADADD","event_type":"offline"}""", HttpStatusCode.BadRequest, "ERROR_ARGUMENT")]
    public async Task A_binding_that_cannot_work_is_refused(string json, HttpStatusCode status, string code)
    {
        // The scope task is missing, so its events are unknown to the application.
        await using var live = await LivePortal.StartAsync(options => options.Scopes.Remove("task"));
        var (seen, body) = await live.CallAsync("event.bind", json);
        Assert.Equal((status, code), (seen, (string)body["error"]!));
        var (_, names) = await live.CallAsync("events");
        Assert.Contains("ONCRMDEALMOVETOCATEGORY", names["result"]!.AsArray().Select(name => (string)name!));
        Assert.DoesNotContain("ONTASKADD", names["result"]!.AsArray().Select(name => (string)name!));
    }

    [Fact]
    public async Task Who_is_no_administrator_binds_and_sees_only_his_own()
    {
        await using var live = await LivePortal.StartAsync(null, true, PortalFixture.Line("01T00:00:00", "add", "user", 7, User));
        await live.BindAsync("ONCRMLEADADD");
        var token = live.Portal.IssueToken(7);
        async Task<(HttpStatusCode, string?)> BindAsync(string more) =>
            await live.CallAsync("event.bind", $$"""{"event":"ONCRMDEALADD","handler":"http://127.0.0.1/e"{{more}}}""", token) is var (status, body) ? (status, (string?)body["error"]) : default;
        Assert.Equal((HttpStatusCode.Forbidden, "ACCESS_DENIED"), await BindAsync(""","auth_type":1"""));
        Assert.Equal((HttpStatusCode.Forbidden, "ACCESS_DENIED"), await BindAsync(""","event_type":"offline" """));
        Assert.Equal((HttpStatusCode.OK, null), await BindAsync(""));
        var own = Assert.Single((await live.CallAsync("event.get", "{}", token)).Body["result"]!.AsArray())!;
        Assert.Equal(("ONCRMDEALADD", "7"), ((string)own["event"]!, (string)own["auth_type"]!));
        var (_, count) = await live.CallAsync("event.unbind", $$"""{"event":"ONCRMLEADADD","handler":"{{live.Listener.Address}}events"}""", token);
        Assert.Equal(0, (int)count["result"]!["count"]!);
    }

    [Fact]
    public async Task An_application_can_test_its_handler()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONAPPTEST");
        Assert.Equal(1, (int)(await live.CallAsync("event.test", """{"ping":"pong"}""")).Body["result"]!);
        var post = Assert.Single(await live.DeliveredAsync());
        Assert.Equal(("ONAPPTEST", "pong"), (post.Event, post.Form["data[QUERY][ping]"]));
    }
}
