using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

public sealed class AuthorisationTests
{
    private const string ClientSecret = "s3cretOfClient";
    private const string State = "stateOfSession";

    [Fact]
    public async Task A_person_is_sent_to_his_portal_with_id_and_state_and_without_the_secret()
    {
        await using var server = await StartAsync(Answer("{}"));

        var address = Server(server).AuthoriseAddress("acme.bitrix24.ru", "a&b=c");

        Assert.Equal("https://acme.bitrix24.ru/oauth/authorize/?client_id=app.1&state=a%26b%3Dc", address.AbsoluteUri);
        Assert.Equal("https://box.acme.ru:8443/oauth/authorize/?client_id=app.1&state=s", Server(server).AuthoriseAddress("box.acme.ru:8443", "s").AbsoluteUri);
    }

    [Theory]
    [InlineData("", "s")]
    [InlineData("acme.bitrix24.ru", "")]
    [InlineData("https://acme.bitrix24.ru", "s")]
    [InlineData("acme.bitrix24.ru/path", "s")]
    [InlineData("me@acme.bitrix24.ru", "s")]
    [InlineData("acme.bitrix24.ru?a", "s")]
    [InlineData("acme bitrix24", "s")]
    public async Task What_is_no_host_and_no_state_is_refused(string portal, string state)
    {
        await using var server = await StartAsync(Answer("{}"));

        Assert.ThrowsAny<ArgumentException>(() => Server(server).AuthoriseAddress(portal, state));
    }

    [Fact]
    public void States_cannot_be_guessed()
    {
        var (one, other) = (AuthorisationRedirect.NewState(), AuthorisationRedirect.NewState());

        Assert.NotEqual(one, other);
        Assert.Equal(43, one.Length);
        Assert.Equal(one, Uri.EscapeDataString(one));
    }

    [Theory]
    [InlineData("stateOfSession", "c1", "acme.bitrix24.ru", "m1", RedirectOutcome.Granted)]
    [InlineData("another", "c1", "acme.bitrix24.ru", "m1", RedirectOutcome.ForeignState)]
    [InlineData("stateOfSession2", "c1", "acme.bitrix24.ru", "m1", RedirectOutcome.ForeignState)]
    [InlineData(null, "c1", "acme.bitrix24.ru", "m1", RedirectOutcome.ForeignState)]
    [InlineData("stateOfSession", null, "acme.bitrix24.ru", "m1", RedirectOutcome.Incomplete)]
    [InlineData("stateOfSession", "c1", "", "m1", RedirectOutcome.Incomplete)]
    [InlineData("stateOfSession", "c1", "acme.bitrix24.ru", null, RedirectOutcome.Incomplete)]
    public void A_return_is_read(string? state, string? code, string? domain, string? member, RedirectOutcome outcome)
    {
        var query = new Dictionary<string, string?> { ["state"] = state, ["code"] = code, ["domain"] = domain, ["member_id"] = member, ["scope"] = "crm,user_basic" };

        var redirect = AuthorisationRedirect.Read(query.GetValueOrDefault, State);

        Assert.Equal(outcome, redirect.Outcome);
        Assert.Equal(
            outcome == RedirectOutcome.Granted ? ("c1", "acme.bitrix24.ru", "m1", "crm user_basic") : ("", "", "", ""),
            (redirect.Code, redirect.Portal, redirect.MemberId, string.Join(' ', redirect.Scopes)));
        Assert.DoesNotContain("c1", redirect.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_is_none_does_not_come_into_a_log()
    {
        var redirect = AuthorisationRedirect.Read(name => name == "state" ? State : "acme\nGranted other.bitrix24.ru", State);

        Assert.Equal("Granted (no host)", redirect.ToString());
    }

    [Fact]
    public void Without_an_expected_state_nothing_is_read() =>
        Assert.ThrowsAny<ArgumentException>(() => AuthorisationRedirect.Read(name => name == "state" ? "" : "x", ""));

    [Fact]
    public async Task A_code_is_exchanged_in_the_body_of_a_post()
    {
        var sent = "";
        await using var server = await StartAsync(request =>
        {
            sent = $"{request.Context.Request.Method} {request.Context.Request.Path}{request.Context.Request.QueryString}";
            return Answer(
                """{"access_token":"a1","refresh_token":"r1","client_endpoint":"https://acme.bitrix24.ru/rest/","domain":"oauth.bitrix24.tech","member_id":"m1","expires_in":3600}""")(request);
        });

        var answer = await Server(server).ExchangeAsync("c1");

        Assert.Equal((RedeemOutcome.Redeemed, "a1", "m1"), (answer.Outcome, answer.Tokens!.AccessToken, answer.Tokens.MemberId));
        var request = Assert.Single(server.Requests);
        Assert.Equal("POST /oauth/token/", sent);
        Assert.Equal(
            $$"""{"grant_type":"authorization_code","client_id":"app.1","client_secret":"{{ClientSecret}}","code":"c1"}""", request.Body.ToJsonString());
    }

    [Theory]
    [InlineData(400, "invalid_grant", RedeemOutcome.InvalidGrant, OAuthProbe.TakesBodies)]
    [InlineData(401, "bad_verification_code", RedeemOutcome.InvalidGrant, OAuthProbe.TakesBodies)]
    [InlineData(402, "PAYMENT_REQUIRED", RedeemOutcome.PaymentRequired, OAuthProbe.TakesBodies)]
    [InlineData(401, "wrong_client", RedeemOutcome.InvalidClient, OAuthProbe.ClientRefused)]
    [InlineData(400, "invalid_request", RedeemOutcome.Refused, OAuthProbe.ParametersMissing)]
    [InlineData(400, "invalid_scope", RedeemOutcome.Refused, OAuthProbe.Refused)]
    [InlineData(500, "x", RedeemOutcome.Unreachable, OAuthProbe.Unreachable)]
    public async Task Each_refusal_of_a_code_is_an_outcome_and_of_the_probe_a_finding(int status, string code, RedeemOutcome outcome, OAuthProbe probe)
    {
        var queries = new List<string>();
        await using var server = await StartAsync(request =>
        {
            queries.Add(request.Context.Request.Method + request.Context.Request.QueryString);
            return Error(status, code)(request);
        });

        Assert.Equal(new RedeemAnswer(outcome, null, code), await Server(server).ExchangeAsync("c1"));
        Assert.Equal(probe, await Server(server).ProbeAsync());
        Assert.Equal(["POST", "POST"], queries);
    }

    [Fact]
    public async Task A_page_is_no_answer_to_the_probe()
    {
        await using var server = await StartAsync(Replies(Html(405), Html(200)));

        Assert.Equal(OAuthProbe.NotAnAnswer, await Server(server).ProbeAsync());
        Assert.Equal(OAuthProbe.NotAnAnswer, await Server(server).ProbeAsync());
    }

    private static OAuthServer Server(TestPortal server) =>
        server.Factory.CreateOAuthServer(new Uri(server.Address), new OAuthApplication("app.1", ClientSecret), allowInsecureLoopback: true);
}
