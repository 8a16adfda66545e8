using System.IO.Compression;
using System.Net;
using System.Text;
using Bitrix24.Client.Methods;
using Microsoft.AspNetCore.Http;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests.Faults;

/// <summary>The body of an answer on its way: long, packed, broken off, slow, or longer than anybody wants.</summary>
public sealed class BodyTests
{
    private const int Bound = 3_000_000;

    private static readonly RestCall Read = UserMethods.Profile();
    private static readonly RestCall Write = MessengerMethods.AddMessage("5", "text");

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_long_body_is_read_whole_and_outlives_the_next_one(bool isPacked, bool hasLength)
    {
        var texts = new[] { new string('a', 1_500_000), new string('b', 1_500_000) };
        await using var portal = await StartAsync(Replies(
            [.. texts.Select(text => Send(request => isPacked ? Pack(request, Json(text)) : Json(text), hasLength ? body => body.Length : null))]));

        var first = await portal.Clock.RunAsync(portal.Client.CallAsync(Read));
        var second = await portal.Clock.RunAsync(portal.Client.CallAsync(Read));

        Assert.Equal(texts[0], first.Result.GetString());
        Assert.Equal(texts[1], second.Result.GetString());
    }

    [Fact]
    public async Task A_body_of_just_the_longest_length_is_read()
    {
        await using var portal = await StartAsync(Send(_ => Json(new string('a', Bound - Json("").Length)), body => body.Length), Bounded);

        Assert.Equal(Bound - Json("").Length, (await portal.Clock.RunAsync(portal.Client.CallAsync(Read))).Result.GetString()!.Length);
    }

    [Theory]
    [InlineData("promised")]
    [InlineData("sent")]
    [InlineData("unpacked")]
    public async Task A_body_that_is_too_long_is_not_read(string length)
    {
        var tooLong = Json(new string('a', Bound));
        await using var portal = await StartAsync(
            length switch
            {
                "promised" => Send(_ => Json("a"), _ => 3_000_000_000_000),
                "sent" => Send(_ => tooLong, null),
                _ => Send(request => Pack(request, tooLong), body => body.Length),
            },
            Bounded);

        var read = await FailAsync(portal, Read);
        var write = await FailAsync(portal, Write);

        Assert.Equal((Bitrix24ErrorKind.NotAnAnswer, "CLIENT_TOO_LONG"), (read.Kind, read.Code));
        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, write.Kind);
        Assert.Equal(2, portal.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_breaks_off_is_no_answer(bool hasLength)
    {
        await using var portal = await StartAsync(async request =>
        {
            request.Context.Response.ContentLength = hasLength ? 1000 : null;
            await request.Context.Response.Body.WriteAsync(Json("a").AsMemory(0, 5));
            await request.Context.Response.Body.FlushAsync();
            request.Context.Abort();
        });

        var read = await FailAsync(portal, Read);
        var reads = portal.Requests.Count;
        var write = await FailAsync(portal, Write);

        Assert.Equal((Bitrix24ErrorKind.Unreachable, 4), (read.Kind, reads));
        Assert.Equal((Bitrix24ErrorKind.OutcomeUnknown, 5), (write.Kind, portal.Requests.Count));
    }

    [Fact]
    public async Task A_body_that_does_not_end_is_left_when_the_time_is_over()
    {
        TestPortal? self = null;
        await using var portal = await StartAsync(request => HangAsync(request, () => self!.Clock.Advance(SteppingClock.RequestTimeout)));
        self = portal;

        var read = await FailAsync(portal, Read);

        Assert.Equal((Bitrix24ErrorKind.Unreachable, "CLIENT_TIMEOUT"), (read.Kind, read.Code));
        Assert.Equal(4, portal.Requests.Count);
    }

    [Fact]
    public async Task The_caller_can_leave_while_a_body_comes()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var portal = await StartAsync(request => HangAsync(request, stop.Cancel));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => portal.Clock.RunAsync(portal.Client.CallAsync(Read, stop.Token)));

        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task What_an_answer_promises_is_not_allocated_before_it_comes()
    {
        using var message = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new MemoryStream(Json("a"))) };
        message.Content.Headers.ContentLength = 900_000_000;
        using var receiver = new AnswerReceiver(1_000_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var received = receiver.AfterHttpRequest(message, TestContext.Current.CancellationToken);

        Assert.True(received.IsCompletedSuccessfully);
        await received;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        Assert.Equal(Json("a"), receiver.Body.ToArray());
    }

    private static void Bounded(Bitrix24ClientOptions options) => options.AnswerBytes = Bound;

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes($$"""{"result":"{{text}}"}""");

    private static byte[] Pack(Received request, byte[] body)
    {
        request.Context.Response.Headers.ContentEncoding = "gzip";
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }

    private static Func<Received, Task> Send(Func<Received, byte[]> body, Func<byte[], long>? length) => async request =>
    {
        var bytes = body(request);
        request.Context.Response.ContentType = "application/json";
        request.Context.Response.ContentLength = length?.Invoke(bytes);
        await request.Context.Response.Body.WriteAsync(bytes);
    };

    /// <summary>Sends the beginning of a body, lets the test do something once it is on its way, and sends nothing more.</summary>
    private static async Task HangAsync(Received request, Action then)
    {
        await request.Context.Response.Body.WriteAsync(Json("a").AsMemory(0, 5));
        await request.Context.Response.Body.FlushAsync();
        then();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.Context.RequestAborted);
    }

    private static async Task<Bitrix24Error> FailAsync(TestPortal portal, RestCall call) =>
        (await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(call)))).Error;
}
