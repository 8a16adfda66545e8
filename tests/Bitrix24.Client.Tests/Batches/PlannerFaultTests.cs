using System.Text.Json.Nodes;
using Bitrix24.Client.Batches;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests.Batches;

/// <summary>What the planner does when a batch, or a command of it, is refused or lost.</summary>
public sealed class PlannerFaultTests
{
    [Fact]
    public async Task A_portal_that_takes_shorter_batches_gets_them()
    {
        await using var portal = await StartAsync(request =>
            PlannedPortal.Size(request) > 20 ? Error(400, "ERROR_BATCH_LENGTH_EXCEEDED")(request) : PlannedPortal.Echo(request));

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, Enumerable.Range(0, 100).Select(PlannedPortal.Read)));

        Assert.Equal(Enumerable.Range(0, 100), outcomes.Select(PlannedPortal.IdOf));
        Assert.Equal([50, 25, 12, 13, 25, 12, 13, 12, 12, 12, 12, 2], portal.Requests.Select(PlannedPortal.Size));
    }

    [Fact]
    public async Task Commands_refused_because_there_are_too_many_are_sent_with_the_next_batch()
    {
        await using var portal = await StartAsync(PlannedPortal.Taking(25));

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, Enumerable.Range(0, 100).Select(PlannedPortal.Read)));

        Assert.Equal(Enumerable.Range(0, 100), outcomes.Select(PlannedPortal.IdOf));
        Assert.Equal([50, 25, 25, 25], portal.Requests.Select(PlannedPortal.Size));
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_halved_and_the_next_ones_are_smaller()
    {
        await using var portal = await StartAsync(request =>
            request.Body.ToJsonString().Length > 15_000 ? Html(413)(request) : PlannedPortal.Echo(request));
        var calls = Enumerable.Range(0, 20).Select(id => PlannedPortal.Read(id, new string('a', 2000)));

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, calls));

        Assert.Equal(Enumerable.Range(0, 20), outcomes.Select(PlannedPortal.IdOf));
        Assert.Equal(7, portal.Requests.Count);
    }

    [Fact]
    public async Task A_call_that_is_too_large_by_itself_fails_by_itself()
    {
        await using var portal = await StartAsync(request =>
            request.Body.ToJsonString().Length > 15_000 ? Html(413)(request) : PlannedPortal.Echo(request));

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(
            portal, [PlannedPortal.Read(1), PlannedPortal.Read(2, new string('a', 20_000)), PlannedPortal.Read(3)]));

        Assert.Equal([1, 3], new[] { outcomes[0], outcomes[2] }.Select(PlannedPortal.IdOf));
        Assert.Equal((Bitrix24ErrorKind.NotAnAnswer, 413), (outcomes[1].Error!.Kind, outcomes[1].Error!.HttpStatus));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_method_that_batches_do_not_take_is_called_by_itself_and_the_rest_together(bool isWholeRefused)
    {
        await using var portal = await StartAsync(request => request.Method != "batch" || !Holds(request, "crm.item.delete")
            ? PlannedPortal.Echo(request)
            : isWholeRefused
                ? Error(405, "ERROR_BATCH_METHOD_NOT_ALLOWED")(request)
                : Answer(PhpBatch.Run(request.Body, (method, parameters) => method == "crm.item.delete"
                    ? new CommandReply(null, "ERROR_BATCH_METHOD_NOT_ALLOWED")
                    : new CommandReply(new JsonObject { ["id"] = int.Parse((string)parameters["id"]!, null) })).ToJsonString())(request));
        var planner = new BatchPlanner(portal.Client);
        RestCall[] calls = [.. Enumerable.Range(0, 8).Select(PlannedPortal.Read), PlannedPortal.Write(8)];

        var outcomes = await portal.Clock.RunAsync(planner.RunAsync(calls).ToListAsync().AsTask());
        var first = portal.Requests.Count;
        await portal.Clock.RunAsync(planner.RunAsync(calls).ToListAsync().AsTask());

        Assert.Equal(Enumerable.Range(0, 9), outcomes.Select(PlannedPortal.IdOf));
        Assert.Equal(1, portal.Requests.Take(first).Count(request => request.Method == "crm.item.delete"));
        Assert.Equal(["batch", "crm.item.delete"], portal.Requests.Skip(first).Select(request => request.Method));
    }

    [Fact]
    public async Task A_gateway_that_gives_up_on_reads_gets_halves_at_once()
    {
        await using var portal = await StartAsync(request => PlannedPortal.Size(request) > 20 ? Html(504)(request) : PlannedPortal.Echo(request));

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, Enumerable.Range(0, 50).Select(PlannedPortal.Read)));

        Assert.Equal(Enumerable.Range(0, 50), outcomes.Select(PlannedPortal.IdOf));
        Assert.Equal([50, 25, 12, 13, 25, 12, 13], portal.Requests.Select(PlannedPortal.Size));
        Assert.Equal(0, portal.Factory.Statistics.Retries);
    }

    [Fact]
    public async Task After_a_lost_batch_its_writes_are_unknown_and_its_reads_are_asked_again()
    {
        await using var portal = await StartAsync(Replies(Break, PlannedPortal.Echo));
        CallGroup[] groups =
        [
            new(PlannedPortal.Read(1)),
            new(PlannedPortal.Write(2)),
            new([new("a", PlannedPortal.Read(3)), new("b", PlannedPortal.Write(4))]),
            new(PlannedPortal.Read(5)),
        ];

        var outcomes = await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync(groups).ToListAsync().AsTask());

        Assert.Equal(1, PlannedPortal.IdOf(outcomes[0].Outcomes[0]));
        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, outcomes[1].Outcomes[0].Error!.Kind);
        Assert.Equal(Bitrix24ErrorKind.Unreachable, outcomes[2]["a"].Error!.Kind);
        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, outcomes[2]["b"].Error!.Kind);
        Assert.Equal(5, PlannedPortal.IdOf(outcomes[3].Outcomes[0]));
        Assert.Equal([5, 2], portal.Requests.Select(PlannedPortal.Size));
    }

    [Fact]
    public async Task A_portal_that_answers_nothing_gets_no_third_batch_of_writes()
    {
        await using var portal = await StartAsync(Break);
        var outcomes = new List<CommandOutcome>();

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(CollectAsync()));

        async Task CollectAsync()
        {
            await foreach (var outcome in new BatchPlanner(portal.Client).RunAsync(Enumerable.Range(0, 120).Select(PlannedPortal.Write)))
            {
                outcomes.Add(outcome);
            }
        }

        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, failed.Error.Kind);
        Assert.Equal([50, 50], portal.Requests.Select(PlannedPortal.Size));
        Assert.All(outcomes.Take(100), outcome => Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, outcome.Error!.Kind));
        Assert.Equal([true, true], outcomes.Skip(100).Select(outcome => outcome.IsNotRun).Distinct().Append(outcomes.Count == 120));
    }

    [Fact]
    public async Task Commands_refused_by_a_limit_or_left_out_are_asked_again_after_a_while()
    {
        var asked = 0;
        await using var portal = await StartAsync(request =>
        {
            var isFirst = asked++ == 0;
            return PlannedPortal.Failing(id => !isFirst ? null : id switch { 1 => "QUERY_LIMIT_EXCEEDED", 2 => "OPERATION_TIME_LIMIT", 3 => "", 4 => "INTERNAL_SERVER_ERROR", _ => null })(request);
        });
        var began = portal.Clock.GetUtcNow();

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, Enumerable.Range(0, 6).Select(PlannedPortal.Read)));

        Assert.Equal(Enumerable.Range(0, 6), outcomes.Select(PlannedPortal.IdOf));
        Assert.Equal(4, portal.Requests.Skip(1).Sum(PlannedPortal.Size));
        Assert.InRange((portal.Clock.GetUtcNow() - began).TotalSeconds, 10, 12);
    }

    [Theory]
    [InlineData("QUERY_LIMIT_EXCEEDED", 4, 4)]
    [InlineData("OPERATION_TIME_LIMIT", 4, 4)]
    [InlineData("INTERNAL_SERVER_ERROR", 3, 1)]
    [InlineData("ACCESS_DENIED", 1, 1)]
    [InlineData("", 4, 4)]
    public async Task A_command_that_is_always_refused_is_not_asked_for_ever(string code, int reads, int writes)
    {
        await using var portal = await StartAsync(PlannedPortal.Failing(id => id == 2 ? null : code));

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, [PlannedPortal.Read(1), PlannedPortal.Read(2), PlannedPortal.Write(3)]));

        Assert.Equal(2, PlannedPortal.IdOf(outcomes[1]));
        Assert.All([outcomes[0], outcomes[2]], outcome => Assert.True(outcome.IsNotRun ? code.Length == 0 : outcome.Error!.Code == code));
        Assert.Equal(reads, portal.Requests.Count(request => Holds(request, "crm.item.get")));
        Assert.Equal(writes, portal.Requests.Count(request => Holds(request, "crm.item.delete")));
    }

    [Fact]
    public async Task A_group_is_not_asked_again_once_a_write_of_it_was_carried_out()
    {
        await using var portal = await StartAsync(PlannedPortal.Failing(id => id == 2 ? "QUERY_LIMIT_EXCEEDED" : null));

        var outcomes = await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync(
            [new CallGroup([new("a", PlannedPortal.Write(1)), new("b", PlannedPortal.Read(2))])]).ToListAsync().AsTask());

        Assert.NotNull(outcomes[0]["a"].Answer);
        Assert.Equal(Bitrix24ErrorKind.QueryLimit, outcomes[0]["b"].Error!.Kind);
        Assert.Single(portal.Requests);
    }

    [Theory]
    [InlineData("insufficient_scope")]
    [InlineData("ERROR_METHOD_NOT_FOUND")]
    public async Task What_is_missing_for_one_call_of_a_method_is_not_asked_for_the_others(string code)
    {
        await using var portal = await StartAsync(PlannedPortal.Failing(_ => code));

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, Enumerable.Range(0, 500).Select(PlannedPortal.Read)));

        Assert.Equal((500, code), (outcomes.Count, outcomes.Select(outcome => outcome.Error!.Code).Distinct().Single()));
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task Where_batches_of_REST_3_are_refused_its_calls_are_made_one_by_one_from_then_on()
    {
        await using var portal = await StartAsync(request => request.Method == "batch"
            ? Answer("""{"error":{"code":"BITRIX_REST_V3_EXCEPTION_INVALIDSELECTEXCEPTION","message":"No."}}""", 400)(request)
            : PlannedPortal.Failing(id => id == 2 ? "ACCESS_DENIED" : null)(request));
        var planner = new BatchPlanner(portal.Client);

        var outcomes = await portal.Clock.RunAsync(planner.RunAsync(Enumerable.Range(1, 3).Select(PlannedPortal.ReadV3)).ToListAsync().AsTask());
        await portal.Clock.RunAsync(planner.RunAsync([PlannedPortal.ReadV3(4)]).ToListAsync().AsTask());

        Assert.Equal([1, 3], new[] { outcomes[0], outcomes[2] }.Select(PlannedPortal.IdOf));
        Assert.Equal(Bitrix24ErrorKind.AccessDenied, outcomes[1].Error!.Kind);
        Assert.Equal(["batch", "tasks.task.get", "tasks.task.get", "tasks.task.get", "tasks.task.get"], portal.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task A_portal_without_REST_3_is_asked_for_one_call_only()
    {
        await using var portal = await StartAsync(Html(404));

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, Enumerable.Range(1, 30).Select(PlannedPortal.ReadV3)));

        Assert.All(outcomes, outcome => Assert.Equal(Bitrix24ErrorKind.MethodNotFound, outcome.Error!.Kind));
        Assert.Equal(["batch", "tasks.task.get"], portal.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task A_portal_that_cannot_be_called_ends_the_run_after_what_is_known()
    {
        await using var portal = await StartAsync(Replies(PlannedPortal.Echo, Error(401, "NO_AUTH_FOUND")));
        var outcomes = new List<CommandOutcome>();

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(CollectAsync()));

        async Task CollectAsync()
        {
            await foreach (var outcome in new BatchPlanner(portal.Client).RunAsync(Enumerable.Range(0, 150).Select(PlannedPortal.Read)))
            {
                outcomes.Add(outcome);
            }
        }

        Assert.Equal(Bitrix24ErrorKind.NotAuthorised, failed.Error.Kind);
        Assert.Equal(2, portal.Requests.Count);
        Assert.Equal(
            (50, 50, 50),
            (outcomes.Count(o => o.Answer is not null), outcomes.Count(o => o.Error?.Kind == Bitrix24ErrorKind.NotAuthorised), outcomes.Count(o => o.IsNotRun)));
    }

    private static bool Holds(Received request, string method) => request.Method == method || request.Body.ToJsonString().Contains(method, StringComparison.Ordinal);
}
