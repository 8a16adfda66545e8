using System.Net;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class OAuthServerTests
{
    private const string Client = "client_id=local.simulator&client_secret=simulatorclientsecret";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task Each_refresh_gives_a_new_refresh_token_and_spends_the_old()
    {
        await using var live = await LivePortal.StartAsync(options => options.Scopes = new HashSet<string> { "crm", "user" });
        var first = await RefreshTokenAsync(live);
        var (status, answer) = await TokenAsync(live, $"grant_type=refresh_token&{Client}&refresh_token={first}");
        Assert.Equal(HttpStatusCode.OK, status);
        var (second, access) = ((string)answer["refresh_token"]!, (string)answer["access_token"]!);
        var expires = (PortalFixture.Now + TimeSpan.FromHours(1)).ToUnixTimeSeconds();
        Assert.Equal(
            $$"""{"access_token":"{{access}}","client_endpoint":"{{live.Portal.BaseAddress}}rest/","domain":"{{live.Portal.OAuthServerAddress.Authority}}","expires_in":3600,"member_id":"{{live.Portal.Options.MemberId}}","refresh_token":"{{second}}","scope":"crm,user","server_endpoint":"{{live.Portal.OAuthServerAddress}}rest/","status":"L","expires":{{expires}},"user_id":1}""",
            answer.ToJsonString());
        Assert.NotEqual(live.Portal.BaseAddress.Authority, live.Portal.OAuthServerAddress.Authority);
        Assert.Equal(HttpStatusCode.OK, (await live.CallAsync("profile", "{}", access)).Status);
        await AssertRefusedAsync(live, $"grant_type=refresh_token&{Client}&refresh_token={first}", HttpStatusCode.BadRequest, "invalid_grant");
        Assert.Equal(HttpStatusCode.OK, (await TokenAsync(live, $"grant_type=refresh_token&{Client}&refresh_token={second}", isForm: true)).Status);
        Assert.Equal(2, live.Portal.Counters.TokenRefreshes);
    }

    [Fact]
    public async Task A_refresh_token_lives_180_days_and_an_access_token_an_hour()
    {
        await using var live = await LivePortal.StartAsync();
        var refresh = await RefreshTokenAsync(live);
        live.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        var (status, body) = await live.CallAsync("profile");
        Assert.Equal((HttpStatusCode.Unauthorized, "expired_token"), (status, (string)body["error"]!));
        live.Fixture.Clock.Advance(TimeSpan.FromDays(180));
        await AssertRefusedAsync(live, $"grant_type=refresh_token&{Client}&refresh_token={refresh}", HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task An_authorisation_code_is_good_once_and_for_thirty_seconds()
    {
        await using var live = await LivePortal.StartAsync();
        string Request() => $"grant_type=authorization_code&{Client}&code={live.Portal.IssueAuthorizationCode(1)}";
        var request = Request();
        var (status, answer) = await TokenAsync(live, request);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.False(answer.AsObject().ContainsKey("user_id"));
        Assert.Equal("1", (string)(await live.CallAsync("profile", "{}", (string)answer["access_token"]!)).Body["result"]!["ID"]!);
        await AssertRefusedAsync(live, request, HttpStatusCode.BadRequest, "invalid_grant");
        request = Request();
        live.Fixture.Clock.Advance(TimeSpan.FromSeconds(30));
        await AssertRefusedAsync(live, request, HttpStatusCode.BadRequest, "invalid_grant");
        Assert.Equal(0, live.Portal.Counters.TokenRefreshes);
    }

    [Theory]
    [InlineData("grant_type=refresh_token", HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData("grant_type=password&" + Client, HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData("grant_type=refresh_token&" + Client, HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData("grant_type=refresh_token&client_id=local.other&client_secret=simulatorclientsecret&refresh_token=a", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("grant_type=refresh_token&client_id=local.simulator&client_secret=guess&refresh_token=a", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("grant_type=refresh_token&" + Client + "&refresh_token=a", HttpStatusCode.BadRequest, "invalid_grant")]
    public async Task A_wrong_request_is_told_its_error(string parameters, HttpStatusCode status, string error)
    {
        await using var live = await LivePortal.StartAsync();
        await AssertRefusedAsync(live, parameters, status, error);
        await AssertRefusedAsync(live, parameters, status, error, isForm: true);
    }

    [Fact]
    public async Task The_server_knows_the_application_only_while_it_is_installed_and_paid_for()
    {
        await using var live = await LivePortal.StartAsync();
        var request = $"grant_type=refresh_token&{Client}&refresh_token={await RefreshTokenAsync(live)}";
        Assert.Equal(HttpStatusCode.OK, await live.Portal.PostPaymentAsync(true, -3, TestContext.Current.CancellationToken));
        await AssertRefusedAsync(live, request, HttpStatusCode.PaymentRequired, "PAYMENT_REQUIRED");
        await live.Portal.PostPaymentAsync(false, 30, TestContext.Current.CancellationToken);
        await live.Portal.UninstallAsync(false, TestContext.Current.CancellationToken);
        await AssertRefusedAsync(live, request, HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task App_info_is_answered_by_the_server_and_by_the_portal()
    {
        await using var live = await LivePortal.StartAsync(options => (options.AppCode, options.LicenseFamily) = ("acme.control", "ent"));
        var server = new Uri(live.Portal.OAuthServerAddress, "rest/app.info");
        var (status, answer) = await PortalFixture.PostAsync(server, $$"""{"auth":"{{live.Token}}"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            ("acme.control", "L", true, "N", "ent", "ru_ent"),
            ((string)answer["result"]!["CODE"]!, (string)answer["result"]!["STATUS"]!, (bool)answer["result"]!["INSTALLED"]!,
                (string)answer["result"]!["PAYMENT_EXPIRED"]!, (string)answer["result"]!["LICENSE_FAMILY"]!, (string)answer["result"]!["LICENSE"]!));
        Assert.Equal(answer["result"]!.ToJsonString(), (await live.CallAsync("app.info")).Body["result"]!.ToJsonString());
        await live.Fixture.AssertErrorAsync(HttpStatusCode.BadRequest, "ACCESS_DENIED", "app.info");
        Assert.Equal("NO_AUTH_FOUND", (string)(await PortalFixture.PostAsync(server, """{"auth":"forged"}""")).Body["error"]!);
        Assert.Equal("ERROR_METHOD_NOT_FOUND", (string)(await PortalFixture.PostAsync(new Uri(live.Portal.OAuthServerAddress, "rest/profile"), "{}")).Body["error"]!);
    }

    /// <summary>The refresh token of a repeated installation.</summary>
    private static async Task<string> RefreshTokenAsync(LivePortal live)
    {
        await live.Portal.InstallAsync(new Uri(live.Listener.Address, "install"), cancellationToken: TestContext.Current.CancellationToken);
        return live.Listener.Posts[^1].Form["auth[refresh_token]"];
    }

    private static async Task AssertRefusedAsync(LivePortal live, string parameters, HttpStatusCode status, string error, bool isForm = false)
    {
        var (seen, body) = await TokenAsync(live, parameters, isForm);
        Assert.Equal((status, error), (seen, (string)body["error"]!));
        Assert.NotEqual("", (string)body["error_description"]!);
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> TokenAsync(LivePortal live, string parameters, bool isForm = false)
    {
        var address = new Uri(live.Portal.OAuthServerAddress, "oauth/token/");
        using var form = new StringContent(parameters, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = isForm
            ? await Http.PostAsync(address, form, TestContext.Current.CancellationToken)
            : await Http.GetAsync(new Uri(address, "?" + parameters), TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }
}
