using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

/// <summary>Calls that may be repeated because they carry a key.</summary>
public sealed class IdempotencyTests
{
    private const string Created = """{"result":{"item":{"id":5}},"time":{"duration":0.1}}""";

    private static readonly RestCall Keyed = TaskMethods.AddTask("Title", "", 1, 2, DateTimeOffset.UnixEpoch, "key-1");

    [Fact]
    public async Task The_key_travels_as_a_header_and_a_first_answer_is_no_replay()
    {
        var keys = new List<string?>();
        await using var portal = await StartAsync(Noting(keys));

        var answer = await portal.Clock.RunAsync(portal.Client.CallAsync(Keyed));

        Assert.False(answer.IsReplayed);
        var request = Assert.Single(portal.Requests);
        Assert.Equal("key-1", Assert.Single(keys));
        Assert.StartsWith("/rest/api/", request.Path, StringComparison.Ordinal);
        Assert.Equal("1970-01-01T00:00:00+00:00", (string)request.Body["fields"]!["deadline"]!);
    }

    [Fact]
    public async Task A_call_without_a_key_has_no_header()
    {
        var keys = new List<string?>();
        await using var portal = await StartAsync(Noting(keys));

        await portal.Clock.RunAsync(portal.Client.CallAsync(Keyed with { IdempotencyKey = null }));

        Assert.Null(Assert.Single(keys));
    }

    [Fact]
    public async Task A_replayed_answer_says_so()
    {
        await using var portal = await StartAsync(request =>
        {
            request.Context.Response.Headers["Idempotent-Replayed"] = "true";
            return Answer(Created)(request);
        });

        Assert.True((await portal.Clock.RunAsync(portal.Client.CallAsync(Keyed))).IsReplayed);
    }

    [Fact]
    public async Task A_key_used_with_another_body_is_told()
    {
        await using var portal = await StartAsync(Answer("""{"error":{"code":"BITRIX_REST_V3_EXCEPTION_IDEMPOTENCYKEYREUSEDEXCEPTION","message":"Key reused"}}""", 422));

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(Keyed)));

        Assert.Equal((Bitrix24ErrorKind.IdempotencyKey, false), (failed.Error.Kind, failed.Error.IsRetryable));
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task A_lost_answer_is_not_repeated_at_once_because_two_at_the_same_moment_may_both_run()
    {
        await using var portal = await StartAsync(Break);

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(Keyed)));

        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, failed.Error.Kind);
        Assert.Single(portal.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ключ")]
    [InlineData("a\nb")]
    public async Task A_key_that_cannot_be_sent_is_refused(string key)
    {
        await using var portal = await StartAsync(Answer(Created));

        await Assert.ThrowsAsync<ArgumentException>(() => portal.Client.CallAsync(Keyed with { IdempotencyKey = key }));
        await Assert.ThrowsAsync<ArgumentException>(() => portal.Client.CallAsync(Keyed with { IdempotencyKey = new string('a', 256) }));
        Assert.Empty(portal.Requests);
    }

    [Fact]
    public async Task Classic_calls_and_batches_take_no_key()
    {
        await using var portal = await StartAsync(Answer(Created));
        var classic = MessengerMethods.AddMessage("5", "text") with { IdempotencyKey = "key-1" };

        await Assert.ThrowsAsync<ArgumentException>(() => portal.Client.CallAsync(classic));
        await Assert.ThrowsAsync<ArgumentException>(() => portal.Client.BatchAsync([new("a", classic)]));
        await Assert.ThrowsAsync<ArgumentException>(() => portal.Client.BatchV3Async([Keyed]));
        Assert.Empty(portal.Requests);
    }

    [Fact]
    public async Task Bot_calls_carry_the_token_only_when_there_is_one()
    {
        await using var portal = await StartAsync(Answer("""{"result":{"id":789,"uuidMap":{}}}"""));

        await portal.Clock.RunAsync(portal.Client.CallAsync(BotMethods.SendMessage(new BotIdentity(456, "secret"), "chat5", "text")));
        await portal.Clock.RunAsync(portal.Client.CallAsync(BotMethods.SendMessage(new BotIdentity(456, null), "chat5", "text")));

        Assert.Equal("secret", (string?)portal.Requests[0].Body["botToken"]);
        Assert.Null(portal.Requests[1].Body["botToken"]);
        Assert.All(portal.Requests, request => Assert.Equal(456, (long)request.Body["botId"]!));
        Assert.DoesNotContain("secret", new BotIdentity(456, "secret").ToString(), StringComparison.Ordinal);
    }

    private static Func<Received, Task> Noting(List<string?> keys) => request =>
    {
        keys.Add(request.Context.Request.Headers["Idempotency-Key"]);
        return Answer(Created)(request);
    };
}
