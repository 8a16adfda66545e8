using System.Diagnostics;
using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

public sealed class SecretTests
{
    [Fact]
    public async Task A_portal_that_repeats_the_secret_cannot_bring_it_into_an_exception_or_a_log()
    {
        await using var portal = await StartAsync(Replies(
            Error(503, "QUERY_LIMIT_EXCEEDED", $"Slow down {Secret}"), Error(401, "NO_AUTH_FOUND", $"Unknown code {Secret} in the address")));

        var exception = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(UserMethods.Profile())));

        Assert.Contains("Unknown code *** in the address", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);
        Assert.Contains(portal.Log.Lines, line => line.Contains("Repeating profile", StringComparison.Ordinal));
        Assert.DoesNotContain(portal.Log.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_a_command_repeats_is_blotted_out()
    {
        await using var portal = await StartAsync(Answer(
            """{"result":{"result":[],"result_error":{"a":{"error":"ERROR_CORE","error_description":"Bad tokenOfUser"}}}}"""));
        var client = portal.Factory.Create(
            new OAuthCredentials(new Uri($"{portal.Address}/rest/"), new Tokens("tokenOfUser"), allowInsecureLoopback: true));

        var outcomes = await portal.Clock.RunAsync(client.BatchAsync([new("a", UserMethods.Profile())]));

        Assert.Equal("Bad ***", outcomes["a"].Error!.Description);
    }

    [Fact]
    public async Task A_token_of_a_request_under_way_is_blotted_out_also_after_the_next_one_came()
    {
        var tokens = new Queue<string>(["tokenOne", "tokenTwo", "tokenTwo"]);
        var credentials = new OAuthCredentials(new Uri("https://acme.bitrix24.ru/rest/"), new Given(tokens));
        for (var call = 0; call < 3; call++)
        {
            await credentials.GetAccessTokenAsync(CancellationToken.None);
        }

        Assert.Equal("Bad ***, bad ***", credentials.Redact("Bad tokenOne, bad tokenTwo"));
    }

    [Fact]
    public async Task Tracing_does_not_record_the_address()
    {
        var recorded = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("System.Net.Http", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => recorded.AddRange(activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")),
        };
        ActivitySource.AddActivityListener(listener);
        await using var portal = await StartAsync(Answer("""{"result":{"ID":"7"}}"""));

        await portal.Clock.RunAsync(portal.Client.CallAsync(UserMethods.Profile()));

        Assert.DoesNotContain(recorded, tag => tag.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_is_addressed_and_introduced_as_documented()
    {
        await using var portal = await StartAsync(Answer("""{"result":{"ID":"7"}}"""), options => options.UserAgent = "Sample/2.0");

        await portal.Clock.RunAsync(portal.Client.CallAsync(CrmMethods.GetItem(2, 5)));

        var request = Assert.Single(portal.Requests);
        Assert.Equal($"/rest/7/{Secret}/crm.item.get", request.Path);
        Assert.Equal("Sample/2.0", request.UserAgent);
        Assert.Equal("""{"entityTypeId":2,"id":5}""", request.Body.ToJsonString());
    }

    private sealed class Given(Queue<string> tokens) : IAccessTokenSource
    {
        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new(tokens.Dequeue());

        public ValueTask<string?> RenewAsync(string refusedToken, CancellationToken cancellationToken) => new((string?)null);
    }
}
