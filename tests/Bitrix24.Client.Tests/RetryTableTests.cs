using System.Globalization;
using Bitrix24.Client.Methods;
using static Bitrix24.Client.Bitrix24ErrorKind;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

/// <summary>Every documented error: what it is taken for, and how often and after how long a read and a write are sent again.</summary>
public sealed class RetryTableTests
{
    private const string Good = """{"result":true,"time":{"duration":0.1}}""";

    // Growing delays of 1, 2 and 4 seconds with a tenth up or down; those of the operating time are 10, 20 and 40.
    private const string Growing = "1 2 4";
    private const string Fault = "1 2";
    private const string Operating = "10 20 40";

    /// <summary>HTTP status, code, what it means, the delays before the repetitions of a read and of a write that always fails so.</summary>
    public static TheoryData<int, string, Bitrix24ErrorKind, string, string> Table => new()
    {
        { 503, "QUERY_LIMIT_EXCEEDED", QueryLimit, Growing, Growing },
        { 429, "OPERATION_TIME_LIMIT", OperatingLimit, Operating, Operating },
        { 429, "", OtherLimit, Growing, Growing },
        { 429, "TOO_MANY_REQUESTS", OtherLimit, Growing, Growing },
        { 401, "expired_token", ExpiredToken, "", "" },
        { 401, "NO_AUTH_FOUND", NotAuthorised, "", "" },
        { 401, "invalid_token", InvalidToken, "", "" },
        { 403, "insufficient_scope", InsufficientScope, "", "" },
        { 403, "INVALID_CREDENTIALS", AccessDenied, "", "" },
        { 403, "ACCESS_DENIED", AccessDenied, "", "" },
        { 400, "ACCESS_DENIED", AccessDenied, "", "" },
        { 403, "user_access_error", AccessDenied, "", "" },
        { 403, "allowed_only_intranet_user", AccessDenied, "", "" },
        { 403, "WRONG_AUTH_TYPE", WrongAuthorisationType, "", "" },
        { 400, "INVALID_REQUEST", InvalidRequest, "", "" },
        { 404, "ERROR_METHOD_NOT_FOUND", MethodNotFound, "", "" },
        { 404, "ERROR_MANIFEST_IS_NOT_AVAILABLE", InvalidRequest, "", "" },
        { 405, "ERROR_BATCH_METHOD_NOT_ALLOWED", BatchRefused, "", "" },
        { 400, "ERROR_BATCH_LENGTH_EXCEEDED", BatchRefused, "", "" },
        { 500, "INTERNAL_SERVER_ERROR", ServerFault, Fault, "" },
        { 500, "ERROR_UNEXPECTED_ANSWER", ServerFault, Fault, "" },
        { 500, "NEW_FAULT", ServerFault, Fault, "" },
        { 500, "PORTAL_DELETED", PortalDeleted, "", "" },
        { 503, "OVERLOAD_LIMIT", PortalBlocked, "", "" },
        { 401, "METHOD_CONFIRM_WAITING", ConfirmationAwaited, "", "" },
        { 403, "METHOD_CONFIRM_DENIED", ConfirmationDenied, "", "" },
        { 400, "NOT_FOUND", NotFound, "", "" },
        { 400, "ERROR_NOT_FOUND", NotFound, "", "" },
        { 400, "INVALID_ARG_VALUE", InvalidArgument, "", "" },
        { 400, "ENTITY_TYPE_NOT_SUPPORTED", InvalidArgument, "", "" },
        { 400, "ERROR_CORE", MethodError, "", "" },
        { 400, "ERROR_ARGUMENT", InvalidArgument, "", "" },
        { 400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", InvalidArgument, "", "" },
        { 400, "100", InvalidArgument, "", "" },
        { 400, "0", MethodError, "", "" },
        { 408, "", MethodError, "", "" },
    };

    /// <summary>The errors of REST 3.0 without their common beginning.</summary>
    public static TheoryData<int, string, Bitrix24ErrorKind> VersionThreeTable => new()
    {
        { 400, "VALIDATION_REQUESTVALIDATIONEXCEPTION", InvalidArgument },
        { 400, "VALIDATION_DTOVALIDATIONEXCEPTION", InvalidArgument },
        { 400, "INVALIDJSONEXCEPTION", InvalidRequest },
        { 400, "UNKNOWNDTOPROPERTYEXCEPTION", InvalidArgument },
        { 400, "UNKNOWNFILTEROPERATOREXCEPTION", InvalidArgument },
        { 400, "INVALIDFILTEREXCEPTION", InvalidArgument },
        { 400, "INVALIDSELECTEXCEPTION", InvalidArgument },
        { 400, "INVALIDORDEREXCEPTION", InvalidArgument },
        { 400, "INVALIDPAGINATIONEXCEPTION", InvalidArgument },
        { 400, "ENTITYNOTFOUNDEXCEPTION", NotFound },
        { 403, "ACCESSDENIEDEXCEPTION", AccessDenied },
        { 403, "INSUFFICIENTSCOPEEXCEPTION", InsufficientScope },
        { 422, "IDEMPOTENCYKEYREUSEDEXCEPTION", IdempotencyKey },
        { 400, "INVALIDIDEMPOTENCYKEYEXCEPTION", IdempotencyKey },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task An_error_is_repeated_as_the_table_says(int status, string code, Bitrix24ErrorKind kind, string delaysOfRead, string delaysOfWrite)
    {
        await ExpectAsync(UserMethods.Profile(), Error(status, code), status, code, kind, delaysOfRead);
        await ExpectAsync(MessengerMethods.AddMessage("5", "text"), Error(status, code), status, code, kind, delaysOfWrite);
    }

    [Theory]
    [MemberData(nameof(VersionThreeTable))]
    public async Task An_error_of_REST_3_is_known_and_not_repeated(int status, string code, Bitrix24ErrorKind kind)
    {
        var answer = Answer($$$"""{"error":{"code":"BITRIX_REST_V3_EXCEPTION_{{{code}}}","message":"Some text."}}""", status);

        await ExpectAsync(TaskCardMethods.GetTask(5), answer, status, "BITRIX_REST_V3_EXCEPTION_" + code, kind, "");
    }

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("Retry-After", "Mon, 03 Nov 2025 09:00:12 GMT", 12)]
    [InlineData("Retry-After", "soon", 1)]
    public async Task The_portal_may_say_when_to_come_back(string header, string value, int seconds)
    {
        await using var portal = await StartAsync(Replies(
            request =>
            {
                request.Context.Response.Headers[header] = value;
                return Html(503)(request);
            },
            Answer(Good)));
        var began = portal.Clock.GetUtcNow();

        await portal.Clock.RunAsync(portal.Client.CallAsync(UserMethods.Profile()));

        Assert.Equal(seconds, (portal.Clock.GetUtcNow() - began).TotalSeconds, seconds * 0.11);
    }

    [Fact]
    public async Task An_answer_that_asks_for_too_long_a_wait_is_given_to_the_caller()
    {
        await using var portal = await StartAsync(request =>
        {
            request.Context.Response.Headers.RetryAfter = "601";
            return Error(503, "QUERY_LIMIT_EXCEEDED")(request);
        });

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(UserMethods.Profile())));

        Assert.Single(portal.Requests);
        Assert.Equal(portal.Clock.GetUtcNow().AddSeconds(601), failed.Error.RetryAt);
    }

    [Fact]
    public async Task Delays_end_growing_at_half_a_minute()
    {
        await using var portal = await StartAsync(Error(503, "QUERY_LIMIT_EXCEEDED"), options => options.MaxRetries = 8);
        var began = portal.Clock.GetUtcNow();

        await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(UserMethods.Profile())));

        // 1, 2, 4, 8 and 16 seconds, then three times at most 30.
        Assert.InRange((portal.Clock.GetUtcNow() - began).TotalSeconds, 0.9 * 31 + 3 * 27, 1.1 * 31 + 3 * 30 + 0.1);
    }

    private static async Task ExpectAsync(
        RestCall call, Func<Received, Task> answer, int status, string code, Bitrix24ErrorKind kind, string delays)
    {
        var sentAt = new List<DateTimeOffset>();
        SteppingClock? clock = null;
        await using var portal = await StartAsync(request =>
        {
            sentAt.Add(clock!.GetUtcNow());
            return answer(request);
        }, options => options.InteractiveRequests = 0);
        clock = portal.Clock;

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(call)));

        Assert.Equal((kind, code, status), (failed.Error.Kind, failed.Error.Code, failed.Error.HttpStatus));
        var expected = delays.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(expected.Length + 1, sentAt.Count);
        Assert.All(expected.Zip(sentAt.Zip(sentAt.Skip(1), (before, after) => (after - before).TotalSeconds)), delay =>
            Assert.InRange(delay.Second, delay.First * 0.89, delay.First * 1.11));
    }
}
