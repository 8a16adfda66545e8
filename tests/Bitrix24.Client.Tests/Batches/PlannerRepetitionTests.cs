using Bitrix24.Client.Batches;
using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests.Batches;

/// <summary>What the planner sends twice, and what never.</summary>
public sealed class PlannerRepetitionTests
{
    [Fact]
    public async Task A_group_is_not_asked_again_when_nobody_knows_whether_its_write_was_carried_out()
    {
        await using var portal = await StartAsync(PlannedPortal.Failing(id => id == 1 ? "INTERNAL_SERVER_ERROR" : "QUERY_LIMIT_EXCEEDED"));

        var outcomes = await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync([Pair(1, 2)]).ToListAsync().AsTask());

        Assert.Equal((Bitrix24ErrorKind.ServerFault, true), (outcomes[0]["write"].Error!.Kind, outcomes[0]["write"].Error!.MayHaveBeenCarriedOut));
        Assert.Equal(Bitrix24ErrorKind.QueryLimit, outcomes[0]["read"].Error!.Kind);
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task A_group_whose_write_ran_before_the_rest_was_one_too_many_ends_so()
    {
        await using var portal = await StartAsync(PlannedPortal.Taking(31));

        var outcomes = await portal.Clock.RunAsync(
            new BatchPlanner(portal.Client).RunAsync(Enumerable.Range(0, 25).Select(number => Pair(100 + number, 200 + number))).ToListAsync().AsTask());

        Assert.Equal(Enumerable.Range(100, 25), outcomes.Select(group => PlannedPortal.IdOf(group["write"])));

        // Sixteen ran; the nine that were refused are sent again.
        Assert.Equal(25 + 9, PlannedPortal.Sent(portal, CrmItemMethods.ItemDelete));
        Assert.Equal("ERROR_BATCH_LENGTH_EXCEEDED", outcomes[15]["read"].Error!.Code);
        Assert.Equal(24, outcomes.Count(group => group["read"].Answer is not null));
    }

    [Fact]
    public async Task A_refused_group_that_is_long_by_itself_does_not_make_the_next_batches_longer()
    {
        await using var portal = await StartAsync(request =>
            PlannedPortal.Size(request) > 12 ? Error(400, "ERROR_BATCH_LENGTH_EXCEEDED")(request) : PlannedPortal.Echo(request));
        var planner = new BatchPlanner(portal.Client);
        var group = new CallGroup([.. Enumerable.Range(0, 50).Select(index => KeyValuePair.Create($"k{index}", PlannedPortal.Read(index)))]);
        await portal.Clock.RunAsync(planner.RunAsync(Enumerable.Range(0, 50).Select(PlannedPortal.Read)).ToListAsync().AsTask());
        await portal.Clock.RunAsync(planner.RunAsync([group]).ToListAsync().AsTask());
        var before = portal.Requests.Count;

        await portal.Clock.RunAsync(planner.RunAsync(Enumerable.Range(0, 24).Select(PlannedPortal.Read)).ToListAsync().AsTask());

        // The run before came down to six.
        Assert.Equal([6, 6, 6, 6], portal.Requests.Skip(before).Select(PlannedPortal.Size));
    }

    [Fact]
    public async Task A_refused_group_that_is_large_by_itself_does_not_make_the_next_batches_larger()
    {
        await using var portal = await StartAsync(request =>
            request.Body.ToJsonString().Length > 15_000 ? Html(413)(request) : PlannedPortal.Echo(request));
        var planner = new BatchPlanner(portal.Client);
        RestCall[] calls = [.. Enumerable.Range(0, 20).Select(id => PlannedPortal.Read(id, new string('a', 2000)))];
        await portal.Clock.RunAsync(planner.RunAsync(calls).ToListAsync().AsTask());
        await portal.Clock.RunAsync(planner.RunAsync([PlannedPortal.Read(1, new string('a', 60_000))]).ToListAsync().AsTask());
        var before = portal.Requests.Count;

        await portal.Clock.RunAsync(planner.RunAsync(calls).ToListAsync().AsTask());

        Assert.All(portal.Requests.Skip(before), request => Assert.InRange(request.Body.ToJsonString().Length, 1, 15_000));
    }

    [Fact]
    public async Task A_read_beside_a_write_is_repeated_twice_at_most_after_a_fault_of_the_portal()
    {
        await using var portal = await StartAsync(Error(500, "INTERNAL_SERVER_ERROR"));
        var outcomes = new List<CommandOutcome>();

        await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(
            CollectAsync(outcomes, new BatchPlanner(portal.Client).RunAsync([PlannedPortal.Read(1), PlannedPortal.Write(2)]))));

        Assert.Equal([Bitrix24ErrorKind.ServerFault, Bitrix24ErrorKind.ServerFault], outcomes.Select(outcome => outcome.Error!.Kind));
        Assert.Equal((3, 1), (PlannedPortal.Sent(portal, CrmMethods.ItemGet), PlannedPortal.Sent(portal, CrmItemMethods.ItemDelete)));
    }

    [Fact]
    public async Task A_limit_met_before_takes_nothing_from_the_patience_with_faults()
    {
        var asked = 0;
        await using var portal = await StartAsync(request => asked++ switch
        {
            0 or 1 => PlannedPortal.Failing(_ => "QUERY_LIMIT_EXCEEDED")(request),
            2 or 3 => Error(500, "INTERNAL_SERVER_ERROR")(request),
            _ => PlannedPortal.Echo(request),
        });

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, [PlannedPortal.Read(1), PlannedPortal.Read(2)]));

        Assert.Equal([1, 2], outcomes.Select(PlannedPortal.IdOf));
    }

    [Fact]
    public async Task A_call_that_cannot_be_sent_costs_no_outcome_of_the_calls_before_it()
    {
        var asked = 0;
        await using var portal = await StartAsync(request =>
        {
            var isFirst = asked++ == 0;
            return PlannedPortal.Failing(id => isFirst && id == 1 ? "QUERY_LIMIT_EXCEEDED" : null)(request);
        });
        var outcomes = new List<CommandOutcome>();

        // The first call waits, the write behind it is carried out, and so is read on to the call with the key.
        RestCall[] calls =
        [
            PlannedPortal.Read(1), PlannedPortal.Write(2), .. Enumerable.Range(3, 298).Select(PlannedPortal.Read),
            PlannedPortal.Read(301) with { IdempotencyKey = "key-1" },
        ];
        await Assert.ThrowsAsync<ArgumentException>(() => portal.Clock.RunAsync(
            CollectAsync(outcomes, new BatchPlanner(portal.Client).RunAsync(calls))));

        Assert.Equal(Enumerable.Range(1, 300), outcomes.Select(PlannedPortal.IdOf));
        Assert.Equal(1, PlannedPortal.Sent(portal, CrmItemMethods.ItemDelete));
    }

    [Fact]
    public void A_call_whose_idempotency_key_cannot_be_sent_makes_no_group()
    {
        Assert.Throws<ArgumentException>(() => new CallGroup(PlannedPortal.Write(1) with { IdempotencyKey = "key-1" }));
        Assert.Throws<ArgumentException>(() => new CallGroup(PlannedPortal.ReadV3(1) with { IdempotencyKey = "" }));
        Assert.Single(new CallGroup(PlannedPortal.ReadV3(1) with { IdempotencyKey = "key-1" }).Commands);
    }

    private static CallGroup Pair(int write, int read) => new([new("write", PlannedPortal.Write(write)), new("read", PlannedPortal.Read(read))]);

    private static async Task CollectAsync(List<CommandOutcome> outcomes, IAsyncEnumerable<CommandOutcome> run)
    {
        await foreach (var outcome in run)
        {
            outcomes.Add(outcome);
        }
    }
}
