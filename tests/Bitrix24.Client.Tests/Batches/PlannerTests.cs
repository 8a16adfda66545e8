using System.Text.Json.Nodes;
using Bitrix24.Client.Batches;
using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests.Batches;

/// <summary>How the planner fills its batches, and in which order its outcomes come.</summary>
public sealed class PlannerTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(50, 1)]
    [InlineData(51, 2)]
    [InlineData(1234, 25)]
    public async Task Calls_fill_batches_of_fifty_and_their_outcomes_come_in_order(int calls, int requests)
    {
        await using var portal = await StartAsync(PlannedPortal.Echo);

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, Enumerable.Range(0, calls).Select(PlannedPortal.Read)));

        Assert.Equal(Enumerable.Range(0, calls), outcomes.Select(PlannedPortal.IdOf));
        Assert.Equal(requests, portal.Requests.Count);
    }

    [Fact]
    public async Task Both_kinds_of_REST_have_batches_of_their_own()
    {
        await using var portal = await StartAsync(PlannedPortal.Echo);
        var calls = Enumerable.Range(0, 100).Select(id => id % 2 == 0 ? PlannedPortal.Read(id) : PlannedPortal.ReadV3(id));

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, calls));

        Assert.Equal(Enumerable.Range(0, 100), outcomes.Select(PlannedPortal.IdOf));
        Assert.Equal(2, portal.Requests.Count);
        Assert.Equal(1, portal.Requests.Count(request => request.Path.Contains("/rest/api/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Slow_methods_make_batches_smaller()
    {
        await using var portal = await StartAsync(request => PlannedPortal.Echo(request, seconds: 10));
        var planner = new BatchPlanner(portal.Client);
        await portal.Clock.RunAsync(planner.RunAsync([PlannedPortal.Read(0)]).ToListAsync().AsTask());

        await portal.Clock.RunAsync(planner.RunAsync(Enumerable.Range(1, 10).Select(PlannedPortal.Read)).ToListAsync().AsTask());

        // 50 seconds a batch hold five calls of ten.
        Assert.Equal([1, 5, 5], portal.Requests.Select(PlannedPortal.Size));
    }

    [Fact]
    public async Task Long_parameters_make_batches_smaller()
    {
        await using var portal = await StartAsync(PlannedPortal.Echo, options => options.BatchBytes = 10_000);
        var calls = Enumerable.Range(0, 8).Select(id => PlannedPortal.Read(id, new string('д', 500)));

        await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, calls));

        // A letter is six characters in an address: three calls of 3,000 characters go in 10,000.
        Assert.Equal([3, 3, 2], portal.Requests.Select(PlannedPortal.Size));
        Assert.All(portal.Requests, request => Assert.InRange(request.Body.ToJsonString().Length, 1, 10_000));
    }

    [Fact]
    public async Task Groups_with_the_same_keys_share_a_batch_and_keep_their_references()
    {
        await using var portal = await StartAsync(PlannedPortal.Echo);
        CallGroup Group(int id) => new(
            [new("a", PlannedPortal.Read(id)), new("b", new RestCall(CrmMethods.ItemGet, new JsonObject { ["entityTypeId"] = 2, ["id"] = "$result[a][id]" }))]);

        var outcomes = await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync([Group(7), Group(8), Group(9)]).ToListAsync().AsTask());

        Assert.Equal([7, 8, 9], outcomes.Select(group => PlannedPortal.IdOf(group["b"])));
        Assert.Throws<KeyNotFoundException>(() => outcomes[0]["c"]);
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task A_group_is_never_torn()
    {
        await using var portal = await StartAsync(PlannedPortal.Echo);
        var groups = Enumerable.Range(0, 4).Select(number => new CallGroup(
            [.. Enumerable.Range(0, 20).Select(index => KeyValuePair.Create($"k{index}", PlannedPortal.Read(100 * number + index)))]));

        var outcomes = await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync(groups).ToListAsync().AsTask());

        Assert.Equal([40, 40], portal.Requests.Select(PlannedPortal.Size));
        Assert.Equal(Enumerable.Range(0, 4), outcomes.Select(group => PlannedPortal.IdOf(group.Outcomes[0]) / 100));
    }

    [Fact]
    public async Task A_group_that_stops_at_its_error_stops_no_other()
    {
        await using var portal = await StartAsync(PlannedPortal.Failing(id => id == 21 ? "ACCESS_DENIED" : null));
        CallGroup Group(int number) => new(
            [.. Enumerable.Range(0, 3).Select(index => KeyValuePair.Create($"k{index}", PlannedPortal.Read((10 * number) + index)))], halt: true);

        var outcomes = await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync([Group(1), Group(2), Group(3)]).ToListAsync().AsTask());

        Assert.All(outcomes[0].Outcomes, outcome => Assert.NotNull(outcome.Answer));
        Assert.Equal(20, PlannedPortal.IdOf(outcomes[1]["k0"]));
        Assert.Equal(Bitrix24ErrorKind.AccessDenied, outcomes[1]["k1"].Error!.Kind);
        Assert.True(outcomes[1]["k2"].IsNotRun);
        Assert.All(outcomes[2].Outcomes, outcome => Assert.NotNull(outcome.Answer));
        Assert.Equal([9, 3], portal.Requests.Select(PlannedPortal.Size));
    }

    [Fact]
    public async Task What_batches_do_not_take_is_called_by_itself()
    {
        await using var portal = await StartAsync(PlannedPortal.Echo);
        RestCall[] calls =
        [
            PlannedPortal.Read(1),
            MessengerMethods.UploadFile("chat5", "a.txt", "x"u8),
            TaskMethods.AddTask("Title", "", 1, 2, DateTimeOffset.UnixEpoch, "key-1"),
            MessengerMethods.AddMessage("5", "Say $result[a][id] literally"),
            PlannedPortal.Read(2),
        ];

        var outcomes = await portal.Clock.RunAsync(PlannedPortal.RunAsync(portal, calls));

        Assert.All(outcomes, outcome => Assert.NotNull(outcome.Answer));
        Assert.Equal(["batch", "im.v2.File.upload", "tasks.task.add", "im.message.add"], portal.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task Input_is_read_as_it_is_needed_and_outcomes_come_while_it_is_read()
    {
        await using var portal = await StartAsync(PlannedPortal.Echo);
        var read = 0;
        await using var outcomes = new BatchPlanner(portal.Client).RunAsync(Enumerable.Range(0, 1_000_000).Select(id =>
        {
            read++;
            return PlannedPortal.Read(id);
        })).GetAsyncEnumerator();

        Assert.True(await portal.Clock.RunAsync(outcomes.MoveNextAsync().AsTask()));

        Assert.Single(portal.Requests);
        Assert.InRange(read, 50, 200);
    }

    [Fact]
    public async Task Nothing_more_is_sent_after_a_cancellation()
    {
        using var leaving = new CancellationTokenSource();
        await using var portal = await StartAsync(async request =>
        {
            await PlannedPortal.Echo(request);
            await leaving.CancelAsync();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => portal.Clock.RunAsync(
            new BatchPlanner(portal.Client).RunAsync(Enumerable.Range(0, 500).Select(PlannedPortal.Read), leaving.Token).ToListAsync().AsTask()));

        Assert.Single(portal.Requests);
    }

    [Fact]
    public void A_group_that_breaks_the_rules_cannot_be_made()
    {
        var read = PlannedPortal.Read(1);
        var upload = MessengerMethods.UploadFile("chat5", "a.txt", "x"u8);

        Assert.Throws<ArgumentException>(() => new CallGroup([]));
        Assert.Throws<ArgumentException>(() => new CallGroup([.. Enumerable.Range(0, 51).Select(index => KeyValuePair.Create($"k{index}", read))]));
        Assert.Throws<ArgumentException>(() => new CallGroup([new("a", read), new("a", read)]));
        Assert.Throws<ArgumentException>(() => new CallGroup([new("a", read), new("b b", read)]));
        Assert.Throws<ArgumentException>(() => new CallGroup([new("a", read), new("b", upload)]));
        Assert.Throws<ArgumentException>(() => new CallGroup([new("a", read), new("b", PlannedPortal.ReadV3(1))]));
        Assert.Throws<ArgumentException>(() => new CallGroup([new("a", PlannedPortal.ReadV3(1))], halt: true));
    }
}
