using System.Text.Json.Nodes;
using Bitrix24.Client.Batches;
using Bitrix24.Client.Methods;
using WireMock.ResponseBuilders;
using static Bitrix24.Client.Bitrix24ErrorKind;

namespace Bitrix24.Client.Tests.Faults;

/// <summary>Each fault of a portal or of the way to it: what is sent how often, and what the caller gets; by itself and in a batch.</summary>
public sealed class FaultTests
{
    private static readonly RestCall Read = UserMethods.Profile();
    private static readonly RestCall Write = MessengerMethods.AddMessage("5", "text");

    private static readonly Dictionary<string, IResponseBuilder?> Faults = new(StringComparer.Ordinal)
    {
        ["500"] = FaultyPortal.Error(500, "INTERNAL_SERVER_ERROR"),
        ["502 page"] = FaultyPortal.Page(502),
        ["502 JSON of a gateway"] = FaultyPortal.Text("""{"message":"Bad Gateway"}""", 502),
        ["503 page"] = FaultyPortal.Page(503),
        ["503 limit"] = FaultyPortal.Error(503, "QUERY_LIMIT_EXCEEDED"),
        ["503 block"] = FaultyPortal.Error(503, "OVERLOAD_LIMIT"),
        ["429 operating time"] = FaultyPortal.Error(429, "OPERATION_TIME_LIMIT"),
        ["429 page"] = FaultyPortal.Page(429),
        ["reset"] = FaultyPortal.Text("").WithHeader(FaultyPortal.ResetHeader, "1"),
        ["garbage"] = FaultyPortal.Text("""{"result":{"ID":"7","NAME":"Anna","LAST_NAME":"Petrova"}}""").WithFault(FaultType.MALFORMED_RESPONSE_CHUNK),
        ["empty"] = FaultyPortal.Text("""{"result":5}""").WithFault(FaultType.EMPTY_RESPONSE),
        ["truncated"] = FaultyPortal.Text("""{"result":{"ID":"""),
        ["page as JSON"] = FaultyPortal.Page(200, "application/json"),
        ["answer to another question"] = FaultyPortal.Text("""{"status":"ok"}"""),
        ["broken gzip"] = FaultyPortal.Text("""{"result":5} is no gzip""").WithHeader("Content-Encoding", "gzip"),
        ["hang"] = null,
    };

    /// <summary>The fault; what a read ends with and how often it is sent; the same of a write.</summary>
    public static TheoryData<string, Bitrix24ErrorKind, int, Bitrix24ErrorKind, int> Table => new()
    {
        { "500", ServerFault, 3, ServerFault, 1 },
        { "502 page", NotAnAnswer, 4, OutcomeUnknown, 1 },
        { "502 JSON of a gateway", NotAnAnswer, 4, OutcomeUnknown, 1 },
        { "503 page", NotAnAnswer, 4, OutcomeUnknown, 1 },
        { "503 limit", QueryLimit, 4, QueryLimit, 4 },
        { "503 block", PortalBlocked, 1, PortalBlocked, 1 },
        { "429 operating time", OperatingLimit, 4, OperatingLimit, 4 },
        { "429 page", OtherLimit, 4, OtherLimit, 4 },
        { "reset", Unreachable, 4, OutcomeUnknown, 1 },
        { "garbage", NotAnAnswer, 4, OutcomeUnknown, 1 },
        { "empty", NotAnAnswer, 4, OutcomeUnknown, 1 },
        { "truncated", NotAnAnswer, 4, OutcomeUnknown, 1 },
        { "page as JSON", NotAnAnswer, 1, NotAnAnswer, 1 },
        { "answer to another question", NotAnAnswer, 1, NotAnAnswer, 1 },
        { "broken gzip", Unreachable, 4, OutcomeUnknown, 1 },
        { "hang", Unreachable, 4, OutcomeUnknown, 1 },
    };

    /// <summary>The faults that pass: what the second request of a read brings.</summary>
    public static TheoryData<string> Passing => [.. Table.Where(row => row.Data.Item3 > 1).Select(row => row.Data.Item1)];

    /// <summary>The faults that leave a write's outcome open.</summary>
    public static TheoryData<string> Open =>
        [.. Table.Where(row => row.Data.Item4 is OutcomeUnknown or ServerFault or NotAnAnswer).Select(row => row.Data.Item1)];

    [Fact]
    public void Every_fault_stands_in_the_table() => Assert.Equal(Faults.Keys.Order(), Table.Select(row => row.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_call_that_always_fails_so_ends(string fault, Bitrix24ErrorKind kindOfRead, int reads, Bitrix24ErrorKind kindOfWrite, int writes)
    {
        await ExpectAsync(fault, client => client.CallAsync(Read), kindOfRead, reads);
        await ExpectAsync(fault, client => client.CallAsync(Write), kindOfWrite, writes);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_batch_that_always_fails_so_ends(string fault, Bitrix24ErrorKind kindOfRead, int reads, Bitrix24ErrorKind kindOfWrite, int writes)
    {
        await ExpectAsync(fault, client => client.BatchAsync([new("a", Read), new("b", Read)]), kindOfRead, reads);
        await ExpectAsync(fault, client => client.BatchAsync([new("a", Read), new("b", Write)]), kindOfWrite, writes);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_read_gets_its_answer_when_the_fault_has_passed(string fault)
    {
        await using var alone = new FaultyPortal(Faults[fault], FaultyPortal.Good);
        await using var batch = new FaultyPortal(Faults[fault], FaultyPortal.Good);

        var answer = await alone.Clock.RunAsync(alone.Client.CallAsync(Read));
        var outcomes = await batch.Clock.RunAsync(batch.Client.BatchAsync([new("a", Read), new("b", Read)]));

        Assert.Equal(5, answer.Result.GetInt32());
        Assert.All(outcomes.Values, outcome => Assert.Equal(5, outcome.Answer!.Result.GetInt32()));
        Assert.Equal((2, 2), (alone.Requests.Count, batch.Requests.Count));
    }

    [Theory]
    [MemberData(nameof(Open))]
    public async Task A_planned_write_is_sent_once_and_said_to_be_unknown_while_the_reads_beside_it_are_answered(string fault)
    {
        await using var portal = new FaultyPortal(Faults[fault], FaultyPortal.Good);

        var outcomes = await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync([Read, Write, Read]).ToListAsync().AsTask());

        await using var single = new FaultyPortal(Faults[fault]);
        var alone = await Assert.ThrowsAsync<Bitrix24Exception>(() => single.Clock.RunAsync(single.Client.CallAsync(Write)));
        Assert.Equal((alone.Error.Kind, true), (outcomes[1].Error!.Kind, outcomes[1].Error!.MayHaveBeenCarriedOut));
        Assert.True(alone.Error.MayHaveBeenCarriedOut);
        Assert.All([outcomes[0], outcomes[2]], outcome => Assert.Equal(5, outcome.Answer!.Result.GetInt32()));
        Assert.Equal(2, portal.Requests.Count);
        Assert.Equal(1, portal.Holding(Write.Method));
    }

    [Theory]
    [InlineData("503 limit")]
    [InlineData("429 operating time")]
    [InlineData("429 page")]
    public async Task A_limit_refuses_before_anything_is_done_so_writes_are_sent_again(string fault)
    {
        await using var portal = new FaultyPortal(Faults[fault], FaultyPortal.Good);

        var outcomes = await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync([Read, Write]).ToListAsync().AsTask());

        Assert.All(outcomes, outcome => Assert.Equal(5, outcome.Answer!.Result.GetInt32()));
        Assert.Equal(2, portal.Requests.Count);
    }

    [Fact]
    public async Task Planned_reads_that_hang_are_halved()
    {
        await using var portal = new FaultyPortal(Faults["hang"], FaultyPortal.Good);

        var outcomes = await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync(Enumerable.Repeat(Read, 30)).ToListAsync().AsTask());

        Assert.Equal(30, outcomes.Count(outcome => outcome.Answer?.Result.GetInt32() == 5));
        Assert.Equal((3, 0L), (portal.Requests.Count, portal.Factory.Statistics.Retries));
    }

    [Fact]
    public async Task A_portal_that_hangs_for_good_is_left_after_a_bounded_time()
    {
        await using var portal = new FaultyPortal(Faults["hang"]);
        var began = portal.Clock.GetUtcNow();

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(
            new BatchPlanner(portal.Client).RunAsync(Enumerable.Repeat(Read, 50)).ToListAsync().AsTask()));

        // Halves of 25, 12, 6, 3 and 1, then two calls with their repetitions.
        Assert.Equal((Unreachable, "CLIENT_TIMEOUT"), (failed.Error.Kind, failed.Error.Code));
        Assert.InRange(portal.Requests.Count, 5, 16);
        Assert.InRange((portal.Clock.GetUtcNow() - began).TotalMinutes, 5, 20);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("application/octet-stream")]
    public async Task JSON_is_read_whatever_it_is_called(string contentType)
    {
        await using var portal = new FaultyPortal(FaultyPortal.Text("""{"result":5}""", contentType: contentType));

        Assert.Equal(5, (await portal.Clock.RunAsync(portal.Client.CallAsync(Write))).Result.GetInt32());
        Assert.Single(portal.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Operating_time_is_waited_for_until_the_reset_that_was_told(bool isBatch)
    {
        FaultyPortal? self = null;
        await using var portal = new FaultyPortal(
            FaultyPortal.Computed(_ => $$$"""{"result":5,"time":{"operating":100,"operating_reset_at":{{{self!.Clock.GetUtcNow().AddSeconds(200).ToUnixTimeSeconds()}}}}}"""),
            isBatch
                ? FaultyPortal.Computed(request => PhpBatch.Run(
                    JsonNode.Parse(request.Body!)!, (_, _) => new CommandReply(null, "OPERATION_TIME_LIMIT")).ToJsonString())
                : FaultyPortal.Error(429, "OPERATION_TIME_LIMIT"),
            FaultyPortal.Good);
        self = portal;
        await portal.Clock.RunAsync(portal.Client.CallAsync(Read));
        var began = portal.Clock.GetUtcNow();

        var outcome = isBatch
            ? (await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync([Read, Read]).ToListAsync().AsTask()))[0].Answer
            : await portal.Clock.RunAsync(portal.Client.CallAsync(Read));

        Assert.Equal(5, outcome!.Result.GetInt32());
        Assert.Equal(3, portal.Requests.Count);
        Assert.InRange((portal.Clock.GetUtcNow() - began).TotalSeconds, 199, 202);
    }

    private static async Task ExpectAsync(string fault, Func<Bitrix24Client, Task> call, Bitrix24ErrorKind kind, int requests)
    {
        await using var portal = new FaultyPortal(Faults[fault]);

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(call(portal.Client)));

        Assert.Equal((kind, requests), (failed.Error.Kind, portal.Requests.Count));
    }
}
