using System.Net;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class PlacementTests
{
    private const string Tab = "http://127.0.0.1/tab";

    [Theory]
    [InlineData("placement.bind", """{"PLACEMENT":"LEFT_MENU","HANDLER":"http://127.0.0.1/tab"}""")]
    [InlineData("placement.get", "{}")]
    [InlineData("placement.list", "{}")]
    [InlineData("placement.unbind", """{"PLACEMENT":"LEFT_MENU"}""")]
    public async Task A_webhook_may_not(string method, string json)
    {
        await using var fixture = await PortalFixture.StartAsync();
        await fixture.AssertErrorAsync(HttpStatusCode.Forbidden, "WRONG_AUTH_TYPE", method, json);
    }

    [Fact]
    public async Task Pages_are_bound_listed_and_unbound()
    {
        await using var live = await LivePortal.StartAsync();
        await BindAsync(live, "crm_deal_detail_tab");
        await BindAsync(live, "CRM_DYNAMIC_130_DETAIL_TAB");

        var (_, got) = await live.CallAsync("placement.get");
        Assert.Equal(
            [("CRM_DEAL_DETAIL_TAB", Tab, "Figures", "Показатели"), ("CRM_DYNAMIC_130_DETAIL_TAB", Tab, "Figures", "Показатели")],
            got["result"]!.AsArray().Select(row => ((string)row!["placement"]!, (string)row["handler"]!, (string)row["title"]!, (string)row["langAll"]!["ru"]!["TITLE"]!)));
        Assert.Contains("LEFT_MENU", (await live.CallAsync("placement.list")).Body["result"]!.AsArray().Select(code => (string)code!));
        Assert.Equal(2, (int)(await live.CallAsync("placement.unbind", """{"PLACEMENT":"CRM_DEAL_DETAIL_TAB"}""")).Body["result"]!["count"]!);
        Assert.Equal(0, (int)(await live.CallAsync("placement.unbind", """{"PLACEMENT":"CRM_DYNAMIC_130_DETAIL_TAB","HANDLER":"http://127.0.0.1/other"}""")).Body["result"]!["count"]!);

        // Both an update and a removal take them off.
        await live.Portal.UpdateAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty((await live.CallAsync("placement.get")).Body["result"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"PLACEMENT":"NO_SUCH","HANDLER":"http://127.0.0.1/tab"}""", HttpStatusCode.BadRequest, "ERROR_PLACEMENT_NOT_FOUND")]
    [InlineData("""{"PLACEMENT":"CALL_CARD","HANDLER":"http://127.0.0.1/tab"}""", HttpStatusCode.BadRequest, "ERROR_PLACEMENT_NOT_FOUND")]
    [InlineData("""{"PLACEMENT":"LEFT_MENU","HANDLER":"tab"}""", HttpStatusCode.BadRequest, "ERROR_WRONG_HANDLER_URL")]
    [InlineData("""{"PLACEMENT":"LEFT_MENU","HANDLER":"ftp://127.0.0.1/tab"}""", HttpStatusCode.BadRequest, "ERROR_UNSUPPORTED_PROTOCOL")]
    [InlineData("""{"PLACEMENT":"PAGE_BACKGROUND_WORKER","HANDLER":"http://127.0.0.1/tab"}""", HttpStatusCode.OK, "EMPTY_ERROR_HANDLER_URL")]
    [InlineData("""{"PLACEMENT":"REST_APP_URI","HANDLER":"http://127.0.0.1/other"}""", HttpStatusCode.OK, "ERROR_PLACEMENT_MAX_COUNT")]
    [InlineData("""{"HANDLER":"http://127.0.0.1/tab"}""", HttpStatusCode.BadRequest, "ERROR_ARGUMENT")]
    public async Task What_does_not_fit_is_refused_as_documented(string json, HttpStatusCode status, string code)
    {
        await using var live = await LivePortal.StartAsync(options => options.Scopes.Remove("telephony"));
        await BindAsync(live, "REST_APP_URI");

        var (seen, body) = await live.CallAsync("placement.bind", json);

        Assert.Equal((status, code), (seen, (string)body["error"]!));
    }

    [Fact]
    public async Task Only_an_administrator_binds()
    {
        await using var live = await LivePortal.StartAsync(null, true, PortalFixture.Line("01T09:00:00", "add", "user", 101, """{"NAME":"Пётр"}"""));
        var (status, body) = await live.CallAsync("placement.bind", $$"""{"PLACEMENT":"LEFT_MENU","HANDLER":"{{Tab}}"}""", live.Portal.IssueToken(101));
        Assert.Equal((HttpStatusCode.Forbidden, "ACCESS_DENIED"), (status, (string)body["error"]!));
    }

    private static async Task BindAsync(LivePortal live, string place)
    {
        var (status, body) = await live.CallAsync("placement.bind", $$$"""
            {"PLACEMENT":"{{{place}}}","HANDLER":"{{{Tab}}}","TITLE":"Figures","LANG_ALL":{"ru":{"TITLE":"Показатели"}},"OPTIONS":{"errorHandlerUrl":"{{{Tab}}}"}}
            """);
        Assert.True(status is HttpStatusCode.OK && (bool)body["result"]!, body.ToJsonString());
    }
}
