using System.Net;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

public sealed class OAuthServerTests
{
    private const string ClientSecret = "s3cretOfClient";
    private const string Refresh = "refreshOfPortal";

    private const string Granted =
        """
        {"access_token":"a2","refresh_token":"r2","client_endpoint":"https://acme.bitrix24.ru/rest/","server_endpoint":"https://elsewhere.example/rest/",
         "domain":"oauth.bitrix24.tech","member_id":"0a1b","expires_in":3600,"scope":"crm,user_brief","status":"L","user_id":7,"expires":1790003600}
        """;

    [Fact]
    public async Task A_refresh_token_is_redeemed_with_the_secret_in_the_body_only()
    {
        var query = "";
        await using var server = await StartAsync(request =>
        {
            query = request.Context.Request.QueryString.ToString();
            return Answer(Granted)(request);
        });

        var answer = await Server(server).RedeemAsync(Refresh);

        Assert.Equal(RedeemOutcome.Redeemed, answer.Outcome);
        var tokens = answer.Tokens!;
        Assert.Equal(("a2", "r2", "0a1b", "https://acme.bitrix24.ru/rest/"), (tokens.AccessToken, tokens.RefreshToken, tokens.MemberId, tokens.ClientEndpoint));
        Assert.Equal((3600, 7, "L", "crm,user_brief"), (tokens.ExpiresInSeconds, tokens.UserId, tokens.Status, tokens.Scope));
        var request = Assert.Single(server.Requests);
        Assert.Equal(("/oauth/token/", ""), (request.Path, query));
        Assert.Equal(
            $$"""{"grant_type":"refresh_token","client_id":"app.1","client_secret":"{{ClientSecret}}","refresh_token":"{{Refresh}}"}""",
            request.Body.ToJsonString());
        Assert.DoesNotContain("a2", tokens.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains(ClientSecret, StringComparison.Ordinal) || line.Contains(Refresh, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400, "invalid_grant", RedeemOutcome.InvalidGrant)]
    [InlineData(401, "bad_verification_code", RedeemOutcome.InvalidGrant)]
    [InlineData(401, "invalid_client", RedeemOutcome.InvalidClient)]
    [InlineData(400, "wrong_client", RedeemOutcome.InvalidClient)]
    [InlineData(402, "PAYMENT_REQUIRED", RedeemOutcome.PaymentRequired)]
    [InlineData(400, "invalid_scope", RedeemOutcome.Refused)]
    [InlineData(500, "INTERNAL_SERVER_ERROR", RedeemOutcome.Unreachable)]
    public async Task Each_refusal_is_an_outcome_of_its_own(int status, string code, RedeemOutcome outcome)
    {
        await using var server = await StartAsync(Error(status, code));

        var answer = await Server(server).RedeemAsync(Refresh);

        Assert.Equal(new RedeemAnswer(outcome, null, code), answer);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task What_is_no_answer_is_told_from_a_server_that_is_away()
    {
        await using var server = await StartAsync(Replies(
            Html(200), Html(502), Break, Answer("""{"access_token":"a2"}"""), Answer("[]"), Answer("{}", 503),
            Answer("""{"access_token":"a","refresh_token":"r","member_id":"m","client_endpoint":"acme"}""")));
        var oauth = Server(server);

        var outcomes = new List<RedeemOutcome>();
        for (var number = 0; number < 7; number++)
        {
            outcomes.Add((await oauth.RedeemAsync(Refresh)).Outcome);
        }

        Assert.Equal(
            [
                RedeemOutcome.NotAnAnswer, RedeemOutcome.Unreachable, RedeemOutcome.Unreachable, RedeemOutcome.NotAnAnswer, RedeemOutcome.NotAnAnswer,
                RedeemOutcome.Unreachable, RedeemOutcome.NotAnAnswer,
            ],
            outcomes);
        Assert.Equal(7, server.Requests.Count);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var other = await StartAsync(Answer(Granted));
        await using var server = await StartAsync(request =>
        {
            (request.Context.Response.StatusCode, request.Context.Response.Headers.Location) = (307, other.Address + "/oauth/token/");
            return Task.CompletedTask;
        });

        Assert.Equal(RedeemOutcome.NotAnAnswer, (await Server(server).RedeemAsync(Refresh)).Outcome);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_code_that_repeats_a_secret_is_blotted_out()
    {
        await using var server = await StartAsync(Error(400, $"bad {Refresh} of {ClientSecret}", $"{Refresh}"));

        Assert.Equal("bad *** of ***", (await Server(server).RedeemAsync(Refresh)).Code);
        var refused = await Assert.ThrowsAsync<Bitrix24Exception>(() => Server(server).AppInfoAsync(Refresh));
        Assert.DoesNotContain(Refresh, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_applications_state_is_asked_for_with_the_token_in_the_body()
    {
        await using var server = await StartAsync(Replies(
            Answer("""{"result":{"ID":"3","CODE":"local.5","VERSION":1,"STATUS":"L","INSTALLED":false,"DAYS":null},"time":{}}"""),
            Error(401, "expired_token"),
            Html(502)));

        var info = await Server(server).AppInfoAsync("a1");

        Assert.Equal(("local.5", "L", false), (info.Code, info.Status, info.Installed));
        Assert.Equal(("/rest/app.info", """{"auth":"a1"}"""), (server.Requests[0].Path, server.Requests[0].Body.ToJsonString()));
        Assert.Equal(Bitrix24ErrorKind.ExpiredToken, (await Assert.ThrowsAsync<Bitrix24Exception>(() => Server(server).AppInfoAsync("a1"))).Error.Kind);
        Assert.Equal(Bitrix24ErrorKind.Unreachable, (await Assert.ThrowsAsync<Bitrix24Exception>(() => Server(server).AppInfoAsync("a1"))).Error.Kind);
    }

    [Theory]
    [InlineData("http://oauth.bitrix24.tech", true)]
    [InlineData("https://oauth.bitrix24.tech/rest/", true)]
    [InlineData("https://oauth.bitrix24.tech/?a=b", true)]
    [InlineData("http://127.0.0.1:8080", false)]
    public async Task An_address_that_is_none_is_refused(string address, bool allowInsecureLoopback)
    {
        await using var server = await StartAsync(Answer("{}"));

        Assert.Throws<MalformedAddressException>(
            () => server.Factory.CreateOAuthServer(new Uri(address), new OAuthApplication("app.1", ClientSecret), allowInsecureLoopback));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_portal_of_an_application_is_called_only_at_addresses_that_may_be_called(bool mayConnect)
    {
        await using var portal = await StartAsync(
            Answer("""{"result":{"ID":"7"}}"""), options => (options.MayConnect, options.MaxRetries) = (address => mayConnect && IPAddress.IsLoopback(address), 0));
        var client = portal.Factory.Create(new OAuthCredentials(new Uri($"{portal.Address}/rest/"), new Tokens("a1"), allowInsecureLoopback: true));

        var call = portal.Clock.RunAsync(client.CallAsync(Methods.UserMethods.Profile()));

        if (mayConnect)
        {
            Assert.Equal("7", (await call).Result.GetProperty("ID").GetString());
        }
        else
        {
            Assert.Equal(Bitrix24ErrorKind.Unreachable, (await Assert.ThrowsAsync<Bitrix24Exception>(() => call)).Error.Kind);
            Assert.Empty(portal.Requests);
            Assert.Equal("7", (await portal.Clock.RunAsync(portal.Client.CallAsync(Methods.UserMethods.Profile()))).Result.GetProperty("ID").GetString());
        }
    }

    [Fact]
    public void The_application_does_not_print_its_secret() =>
        Assert.DoesNotContain(ClientSecret, new OAuthApplication("app.1", ClientSecret).ToString(), StringComparison.Ordinal);

    private static OAuthServer Server(TestPortal server) =>
        server.Factory.CreateOAuthServer(new Uri(server.Address), new OAuthApplication("app.1", ClientSecret), allowInsecureLoopback: true);
}
