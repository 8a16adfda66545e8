namespace Bitrix24.Client.Tests;

public sealed class CredentialsTests
{
    [Theory]
    [InlineData("https://acme.bitrix24.ru/rest/7/s3cretCode/")]
    [InlineData("https://acme.bitrix24.ru/rest/7/s3cretCode")]
    [InlineData("  https://acme.bitrix24.ru/rest/7/s3cretCode/ ")]
    public void A_webhook_address_gives_portal_and_owner(string address)
    {
        var credentials = WebhookCredentials.Parse(address);

        Assert.Equal("acme.bitrix24.ru", credentials.Portal);
        Assert.Equal(7, credentials.UserId);
        Assert.Equal("https://acme.bitrix24.ru/rest/7/s3cretCode/", credentials.ClassicRoot.AbsoluteUri);
        Assert.Equal("https://acme.bitrix24.ru/rest/api/7/s3cretCode/", credentials.VersionThreeRoot.AbsoluteUri);
    }

    [Theory]
    [InlineData("")]
    [InlineData("acme.bitrix24.ru/rest/7/s3cretCode/")]
    [InlineData("http://acme.bitrix24.ru/rest/7/s3cretCode/")]
    [InlineData("http://127.0.0.1:8080/rest/7/s3cretCode/")]
    [InlineData("ftp://acme.bitrix24.ru/rest/7/s3cretCode/")]
    [InlineData("https://acme.bitrix24.ru/rest/7/s3cretCode/profile.json")]
    [InlineData("https://acme.bitrix24.ru/rest/s3cretCode/7/")]
    [InlineData("https://acme.bitrix24.ru/rest/0/s3cretCode/")]
    [InlineData("https://acme.bitrix24.ru/rest/7/s3cret%2FCode/")]
    [InlineData("https://acme.bitrix24.ru/7/s3cretCode/")]
    [InlineData("https://acme.bitrix24.ru/rest/7/s3cretCode/?x=1")]
    [InlineData("https://me:s3cretCode@acme.bitrix24.ru/rest/7/s3cretCode/")]
    public void A_malformed_webhook_address_is_refused_with_a_remedy_and_without_the_secret(string address)
    {
        var exception = Assert.Throws<MalformedAddressException>(() => WebhookCredentials.Parse(address));

        Assert.Contains("https://portal/rest/USER_ID/SECRET/", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/rest/7/s3cretCode/", true)]
    [InlineData("http://localhost/rest/7/s3cretCode/", true)]
    [InlineData("http://10.0.0.1/rest/7/s3cretCode/", false)]
    public void Plain_http_is_allowed_for_loopback_only(string address, bool isAllowed)
    {
        if (isAllowed)
        {
            Assert.Equal(7, WebhookCredentials.Parse(address, allowInsecureLoopback: true).UserId);
        }
        else
        {
            Assert.Throws<MalformedAddressException>(() => WebhookCredentials.Parse(address, allowInsecureLoopback: true));
        }
    }

    [Theory]
    [InlineData("http://acme.bitrix24.ru/rest/")]
    [InlineData("https://acme.bitrix24.ru/")]
    [InlineData("https://acme.bitrix24.ru/rest/?x=1")]
    public void A_malformed_client_endpoint_is_refused(string address) =>
        Assert.Throws<MalformedAddressException>(() => new OAuthCredentials(new Uri(address), new Tokens("a")));

    [Fact]
    public void Credentials_do_not_print_their_secret()
    {
        Assert.Equal("webhook of user 7 at acme.bitrix24.ru", WebhookCredentials.Parse("https://acme.bitrix24.ru/rest/7/s3cretCode/").ToString());
        Assert.Equal("application at acme.bitrix24.ru", new OAuthCredentials(new Uri("https://acme.bitrix24.ru/rest/"), new Tokens("a")).ToString());
    }
}

/// <summary>Hands out the given tokens one after the other, a new one whenever it is asked to renew.</summary>
internal sealed class Tokens(params string?[] tokens) : IAccessTokenSource
{
    public int Renewals { get; private set; }

    public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new(tokens[Renewals]!);

    public ValueTask<string?> RenewAsync(string refusedToken, CancellationToken cancellationToken) => new(tokens[++Renewals]);
}
