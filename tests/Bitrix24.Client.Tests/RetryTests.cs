using Bitrix24.Client.Methods;
using Microsoft.AspNetCore.Http;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

public sealed class RetryTests
{
    private const string Good = """{"result":{"ID":"7"},"time":{"duration":0.1}}""";
    private static readonly RestCall Read = UserMethods.Profile();
    private static readonly RestCall Write = MessengerMethods.AddMessage("5", "text");

    [Fact]
    public async Task Too_many_requests_are_repeated_with_growing_delay()
    {
        await using var portal = await StartAsync(Replies(
            Error(503, "QUERY_LIMIT_EXCEEDED"), Error(503, "QUERY_LIMIT_EXCEEDED"), Answer(Good)));
        var began = portal.Clock.GetUtcNow();

        var answer = await portal.Clock.RunAsync(portal.Client.CallAsync(Write));

        Assert.Equal("7", answer.Result.GetProperty("ID").GetString());
        Assert.Equal(3, portal.Requests.Count);
        Assert.Equal(2, portal.Factory.Statistics.QueryLimitRefusals);
        Assert.InRange((portal.Clock.GetUtcNow() - began).TotalSeconds, 2.7, 3.9);
    }

    [Fact]
    public async Task A_block_by_hand_is_not_repeated_although_its_status_is_503_too()
    {
        await using var portal = await StartAsync(Error(503, "OVERLOAD_LIMIT"));

        var error = await FailAsync(portal, Read);

        Assert.Equal(Bitrix24ErrorKind.PortalBlocked, error.Kind);
        Assert.False(error.IsRetryable);
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task Used_up_operating_time_is_waited_for_until_the_reset_of_the_last_good_answer()
    {
        TestPortal? self = null;
        await using var portal = await StartAsync(Replies(
            request => Answer($$"""{"result":1,"time":{"operating":100,"operating_reset_at":{{self!.Clock.GetUtcNow().AddSeconds(120).ToUnixTimeSeconds()}} } }""")(request),
            Error(429, "OPERATION_TIME_LIMIT"),
            Answer(Good)));
        self = portal;
        var began = portal.Clock.GetUtcNow();
        await portal.Clock.RunAsync(portal.Client.CallAsync(Read));

        await portal.Clock.RunAsync(portal.Client.CallAsync(Read));

        Assert.Equal(120, (portal.Clock.GetUtcNow() - began).TotalSeconds, 1.0);
        Assert.Equal(1, portal.Factory.Statistics.OperatingLimitRefusals);
    }

    [Fact]
    public async Task Used_up_operating_time_without_a_known_reset_is_waited_for_at_least_ten_seconds()
    {
        await using var portal = await StartAsync(Replies(Error(429, "OPERATION_TIME_LIMIT"), Answer(Good)));
        var began = portal.Clock.GetUtcNow();

        await portal.Clock.RunAsync(portal.Client.CallAsync(Read));

        Assert.InRange((portal.Clock.GetUtcNow() - began).TotalSeconds, 10, 11);
    }

    [Theory]
    [InlineData(500, "INTERNAL_SERVER_ERROR", true, 3)]
    [InlineData(500, "ERROR_UNEXPECTED_ANSWER", true, 3)]
    [InlineData(500, "INTERNAL_SERVER_ERROR", false, 1)]
    [InlineData(500, "PORTAL_DELETED", true, 1)]
    [InlineData(400, "100", true, 1)]
    [InlineData(403, "insufficient_scope", true, 1)]
    [InlineData(401, "NO_AUTH_FOUND", true, 1)]
    [InlineData(401, "expired_token", true, 1)]
    [InlineData(404, "ERROR_METHOD_NOT_FOUND", true, 1)]
    [InlineData(503, "QUERY_LIMIT_EXCEEDED", true, 4)]
    public async Task Coded_errors_are_repeated_by_their_code(int status, string code, bool isRead, int requests)
    {
        await using var portal = await StartAsync(Error(status, code));

        var error = await FailAsync(portal, isRead ? Read : Write);

        Assert.Equal(code, error.Code);
        Assert.Equal(status, error.HttpStatus);
        Assert.Equal(requests, portal.Requests.Count);
    }

    [Fact]
    public async Task A_gateway_error_page_is_repeated_for_a_read_and_is_an_unknown_outcome_of_a_write()
    {
        await using var portal = await StartAsync(Replies(Html(502), Answer(Good), Html(502)));

        await portal.Clock.RunAsync(portal.Client.CallAsync(Read));
        var error = await FailAsync(portal, Write);

        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, error.Kind);
        Assert.Equal(3, portal.Requests.Count);
    }

    [Fact]
    public async Task A_broken_line_is_repeated_for_a_read_and_is_an_unknown_outcome_of_a_write()
    {
        await using var portal = await StartAsync(Replies(Break, Answer(Good), Break));

        await portal.Clock.RunAsync(portal.Client.CallAsync(Read));
        var error = await FailAsync(portal, Write);

        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, error.Kind);
        Assert.Equal(3, portal.Requests.Count);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_repeated_for_a_read_and_is_an_unknown_outcome_of_a_write()
    {
        await using var portal = await StartAsync(Replies(BreakOff, Answer(Good), BreakOff));

        await portal.Clock.RunAsync(portal.Client.CallAsync(Read));
        var error = await FailAsync(portal, Write);

        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, error.Kind);
        Assert.Equal(3, portal.Requests.Count);
    }

    [Fact]
    public async Task A_cancelled_call_ends_at_once()
    {
        using var leaving = new CancellationTokenSource();
        await using var portal = await StartAsync(async request =>
        {
            await leaving.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.Context.RequestAborted);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => portal.Clock.RunAsync(portal.Client.CallAsync(Write, leaving.Token)));

        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task An_answer_cut_short_is_repeated_for_a_read_and_is_an_unknown_outcome_of_a_write()
    {
        await using var portal = await StartAsync(Replies(Answer("""{"result":{"ID":"""), Answer(Good), Answer("""{"result":{"ID":""")));

        await portal.Clock.RunAsync(portal.Client.CallAsync(Read));
        var error = await FailAsync(portal, Write);

        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, error.Kind);
        Assert.Equal(3, portal.Requests.Count);
    }

    [Fact]
    public async Task A_portal_nobody_answers_for_is_unreachable_and_even_a_write_is_repeated_because_nothing_was_sent()
    {
        var portal = await StartAsync(Answer(Good));
        var client = portal.Client;
        await using (portal)
        {
            await portal.Clock.RunAsync(client.CallAsync(Read));
        }

        await using var other = await StartAsync(Answer(Good));
        var orphan = other.Factory.Create(client.Credentials);
        var exception = await Assert.ThrowsAsync<Bitrix24Exception>(() => other.Clock.RunAsync(orphan.CallAsync(Write)));

        Assert.Equal(Bitrix24ErrorKind.Unreachable, exception.Error.Kind);
        Assert.Equal("CLIENT_NOT_CONNECTED", exception.Error.Code);
        Assert.Equal(4, other.Factory.Statistics.RequestsSent);
        Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_is_not_answered_in_time_has_an_unknown_outcome()
    {
        var arrived = new TaskCompletionSource();
        await using var portal = await StartAsync(async request =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.Context.RequestAborted);
        });
        var call = portal.Client.CallAsync(Write);
        await arrived.Task;
        portal.Clock.Advance(SteppingClock.RequestTimeout);

        var exception = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(call));

        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, exception.Error.Kind);
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task A_web_page_in_place_of_an_answer_is_told_apart()
    {
        await using var portal = await StartAsync(Html(200));

        var error = await FailAsync(portal, Read);

        Assert.Equal(Bitrix24ErrorKind.NotAnAnswer, error.Kind);
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task A_moved_portal_is_reported_and_never_followed()
    {
        await using var portal = await StartAsync(request =>
        {
            request.Context.Response.Redirect($"{request.Context.Request.Scheme}://{request.Context.Request.Host}{request.Path}");
            return Task.CompletedTask;
        });

        var error = await FailAsync(portal, Read);

        Assert.Equal(Bitrix24ErrorKind.PortalMoved, error.Kind);
        Assert.Equal(new Uri(portal.Address).Authority, error.MovedTo);
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task A_token_that_expires_and_expires_again_while_its_call_waits_is_renewed()
    {
        await using var portal = await StartAsync(Replies(Error(401, "expired_token"), Error(401, "expired_token"), Answer(Good)));
        var tokens = new Tokens("first", "second", "third");
        var client = portal.Factory.Create(new OAuthCredentials(new Uri($"{portal.Address}/rest/"), tokens, allowInsecureLoopback: true));

        await portal.Clock.RunAsync(client.CallAsync(Write));

        Assert.Equal(["first", "second", "third"], portal.Requests.Select(request => request.Body["auth"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_portal_that_refuses_every_token_is_not_asked_for_ever()
    {
        await using var portal = await StartAsync(Replies(Error(401, "expired_token")));
        var tokens = new Tokens("first", "second", "third", "fourth", "fifth");
        var client = portal.Factory.Create(new OAuthCredentials(new Uri($"{portal.Address}/rest/"), tokens, allowInsecureLoopback: true));

        var exception = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(client.CallAsync(Write)));

        Assert.Equal((4, 3), (portal.Requests.Count, tokens.Renewals));
        Assert.Equal(Bitrix24ErrorKind.ExpiredToken, exception.Error.Kind);
    }

    private static async Task BreakOff(Received request)
    {
        request.Context.Response.ContentType = "application/json";
        request.Context.Response.ContentLength = Good.Length;
        await request.Context.Response.WriteAsync(Good[..10]);
        await request.Context.Response.Body.FlushAsync();
        request.Context.Abort();
    }

    private static async Task<Bitrix24Error> FailAsync(TestPortal portal, RestCall call)
    {
        var exception = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(call)));
        Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(portal.Log.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
        return exception.Error;
    }
}
