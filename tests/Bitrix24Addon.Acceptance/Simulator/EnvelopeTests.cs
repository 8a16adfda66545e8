using System.Net;
using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class EnvelopeTests
{
    [Fact]
    public async Task A_success_has_result_and_every_time_key()
    {
        await using var fixture = await PortalFixture.StartAsync();
        var (status, body) = await fixture.CallAsync("profile");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("1", (string)body["result"]!["ID"]!);
        Assert.True((bool)body["result"]!["ADMIN"]!);
        Assert.Equal(
            ["date_finish", "date_start", "duration", "finish", "operating", "operating_reset_at", "processing", "start"],
            body["time"]!.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal("2026-03-18T12:00:00+03:00", (string)body["time"]!["date_start"]!);
    }

    [Theory]
    [InlineData("nosuch.method", 404, "ERROR_METHOD_NOT_FOUND")]
    [InlineData("timeman.record.list", 404, "ERROR_METHOD_NOT_FOUND")]
    [InlineData("app.info", 400, "ACCESS_DENIED")]
    [InlineData("crm.item.list", 400, "100")]
    public async Task An_error_has_its_documented_status_and_code(string method, int status, string code)
    {
        await using var fixture = await PortalFixture.StartAsync();
        await fixture.AssertErrorAsync((HttpStatusCode)status, code, method);
    }

    [Fact]
    public async Task Wrong_revoked_and_foreign_secrets_are_refused_alike()
    {
        await using var fixture = await PortalFixture.StartAsync();
        var revoked = fixture.Portal.AddWebhook(1);
        fixture.Portal.RevokeWebhook(revoked);
        var foreign = new Uri(fixture.Portal.BaseAddress, $"rest/2/{fixture.Portal.Options.WebhookSecret}/");
        foreach (var address in new[] { new Uri(fixture.Portal.BaseAddress, "rest/1/wrong/"), revoked, foreign })
        {
            await fixture.AssertErrorAsync(HttpStatusCode.Unauthorized, "NO_AUTH_FOUND", "profile", "{}", address);
        }
    }

    [Fact]
    public async Task A_method_outside_the_scopes_is_refused()
    {
        await using var fixture = await PortalFixture.StartAsync();
        var webhook = fixture.Portal.AddWebhook(1, ["task"]);
        await fixture.AssertErrorAsync(HttpStatusCode.Forbidden, "insufficient_scope", "crm.status.list", "{}", webhook);
    }

    [Fact]
    public async Task A_token_is_taken_from_query_form_and_json_and_expires_after_an_hour()
    {
        await using var fixture = await PortalFixture.StartAsync();
        var token = fixture.Portal.IssueToken(1);
        var address = new Uri(fixture.Portal.BaseAddress, "rest/app.info");
        Assert.Equal(HttpStatusCode.OK, (await PortalFixture.GetAsync(new Uri(address, "?auth=" + token))).Status);
        var (status, body) = await PortalFixture.PostAsync(address, $$"""{"auth":"{{token}}"}""");
        Assert.Equal((HttpStatusCode.OK, "local.simulator"), (status, (string)body["result"]!["CODE"]!));
        fixture.Clock.Advance(TimeSpan.FromSeconds(3601));
        (status, body) = await PortalFixture.PostAsync(address, $$"""{"auth":"{{token}}"}""");
        Assert.Equal((HttpStatusCode.Unauthorized, "expired_token"), (status, (string)body["error"]!));
        (status, body) = await PortalFixture.PostAsync(address, "{}");
        Assert.Equal((HttpStatusCode.Unauthorized, "NO_AUTH_FOUND"), (status, (string)body["error"]!));
    }

    [Fact]
    public async Task V3_reads_the_token_from_the_body_only()
    {
        await using var fixture = await PortalFixture.StartAsync();
        var token = fixture.Portal.IssueToken(1);
        var address = new Uri(fixture.Portal.BaseAddress, "rest/api/timeman.record.list");
        const string filter = "\"filter\":[[\"userId\",1]]";
        var (status, body) = await PortalFixture.PostAsync(address, $"{{\"auth\":\"{token}\",{filter}}}");
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        (status, body) = await PortalFixture.PostAsync(new Uri(address, "?auth=" + token), $"{{{filter}}}");
        Assert.Equal((HttpStatusCode.Unauthorized, "NO_AUTH_FOUND"), (status, (string)body["error"]!["code"]!));
    }

    [Theory]
    [InlineData(PortalFault.OverloadLimit, 503, "OVERLOAD_LIMIT")]
    [InlineData(PortalFault.InternalServerError, 500, "INTERNAL_SERVER_ERROR")]
    [InlineData(PortalFault.QueryLimitExceeded, 503, "QUERY_LIMIT_EXCEEDED")]
    [InlineData(PortalFault.PortalDeleted, 500, "PORTAL_DELETED")]
    public async Task Injected_faults_come_once_and_then_the_portal_works(PortalFault fault, int status, string code)
    {
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Portal.FailNext(fault);
        await fixture.AssertErrorAsync((HttpStatusCode)status, code, "profile");
        Assert.Equal("1", (string)(await fixture.ResultAsync("profile"))["ID"]!);
    }

    [Fact]
    public async Task A_gateway_page_is_html_and_a_reset_breaks_the_connection()
    {
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Portal.FailNext(PortalFault.BadGatewayPage);
        var address = new Uri(fixture.Portal.WebhookUrl, "profile");
        var (status, body) = await PortalFixture.GetAsync(address);
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.StartsWith("<html>", body, StringComparison.Ordinal);
        fixture.Portal.FailNext(PortalFault.ConnectionReset);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => PortalFixture.GetAsync(address));
    }

    [Fact]
    public async Task Query_form_and_json_mean_the_same()
    {
        await using var fixture = await PortalFixture.StartAsync(null, [.. Enumerable.Range(1, 3).Select(id =>
            PortalFixture.Line("02T10:00:00", "add", "deal", id, $$"""{"title":"T{{id}}","assignedById":1}"""))]);
        var fromQuery = await PortalFixture.GetAsync(new Uri(fixture.Portal.WebhookUrl, "crm.item.list.json?entityTypeId=2&filter[%3Eid]=1&select[]=id"));
        var fromJson = await fixture.ResultAsync("crm.item.list", """{"entityTypeId":2,"filter":{">id":1},"select":["id"]}""");
        Assert.Contains(fromJson["items"]!.ToJsonString(), fromQuery.Body, StringComparison.Ordinal);
        Assert.Equal([2, 3], PortalFixture.Ids(fromJson["items"]));
    }
}
