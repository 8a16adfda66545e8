using Bitrix24.PortalSimulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Effects;

/// <summary>A task is created once, whatever happens between sending it and knowing that it is there.</summary>
public sealed class TaskEffectTests
{
    private const string Add = "tasks.task.add";

    private static readonly CreateTask Task1 = new("norm:1:101", "user:101", "Позвонить", "Норматив не выполнен", 101, 1_773_900_000_000);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task It_is_created_with_its_mark_and_once(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Task1);
        await portal.AddAsync(Task1 with { Title = "the same key is the same effect" });

        var outcome = Assert.Single(await portal.RunAsync());
        Assert.Empty(await portal.RunAsync());

        var task = Assert.Single(await portal.TasksAsync());
        Assert.Equal((EffectState.Done, task.Id, "Позвонить"), (outcome.State, outcome.ResultId, task.Title));
        var row = await portal.RowAsync();
        Assert.Equal((EffectState.Done, 1, task.Id, null, false), (row.State, row.Attempts, row.ResultId, row.Failure, row.MayBeDoubled));
        var shown = (await portal.Fixture.ResultAsync("tasks.task.get", $$"""{"taskId":{{task.Id}}}"""))["task"]!;
        Assert.NotNull(TaskMark.FindIn((string)shown["description"]!));
        Assert.Equal(("1", "101"), ((string)shown["createdBy"]!, (string)shown["responsibleId"]!));
        Assert.Equal(1_773_900_000_000, DateTimeOffset.Parse((string)shown["deadline"]!, null).ToUnixTimeMilliseconds());
    }

    [Theory, EveryDatabase]
    public async Task A_lost_answer_is_looked_for_after_ninety_seconds(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Task1);
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        Assert.Equal(EffectState.Unknown, Assert.Single(await portal.RunAsync()).State);
        portal.Simulator.Counters.Reset();

        portal.Fixture.Clock.Advance(EffectMeans.UnknownWait - TimeSpan.FromSeconds(1));
        Assert.Empty(await portal.RunAsync());
        Assert.Equal(0, portal.Simulator.Counters.Requests);

        Assert.Equal(EffectState.Done, Assert.Single(await portal.RunAfterWaitAsync(TimeSpan.FromSeconds(1))).State);
        Assert.Equal((Assert.Single(await portal.TasksAsync()).Id, 0), ((await portal.RowAsync()).ResultId, portal.Executed(Add)));
    }

    [Theory, EveryDatabase]
    public async Task A_request_that_never_arrived_is_repeated_after_the_look(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Task1);
        portal.Simulator.FailNext(PortalFault.ConnectionReset);
        Assert.Equal(EffectState.Unknown, Assert.Single(await portal.RunAsync()).State);
        Assert.Empty(await portal.TasksAsync());

        Assert.Equal(EffectState.Done, Assert.Single(await portal.RunAfterWaitAsync()).State);

        Assert.Single(await portal.TasksAsync());
        Assert.Equal(2, (await portal.RowAsync()).Attempts);
    }

    [Fact]
    public async Task A_request_that_never_arrived_and_is_looked_for_days_later_is_not_repeated()
    {
        await using var portal = await OutboxPortal.StartAsync(DatabaseKind.Sqlite);
        await portal.AddAsync(Task1);
        portal.Simulator.FailNext(PortalFault.ConnectionReset);
        Assert.Equal(EffectState.Unknown, Assert.Single(await portal.RunAsync()).State);

        await portal.RunAfterWaitAsync(TimeSpan.FromDays(3) + TimeSpan.FromSeconds(1));

        Assert.Equal((EffectState.Parked, "Stale"), ((await portal.RowAsync()).State, (await portal.RowAsync()).Failure));
        Assert.Empty(await portal.TasksAsync());
    }

    [Fact]
    public async Task What_an_attempt_was_refused_for_is_forgotten_when_the_next_is_sent()
    {
        await using var portal = await OutboxPortal.StartAsync(DatabaseKind.Sqlite);
        await portal.AddAsync(Task1);
        portal.Simulator.FailNext(PortalFault.QueryLimitExceeded);
        await portal.RunAsync();
        Assert.Equal((EffectState.Pending, "QueryLimit"), ((await portal.RowAsync()).State, (await portal.RowAsync()).Failure));
        string? whileSending = "nothing was sent";
        portal.AfterNextAnswer(async () => whileSending = (await portal.RowAsync()).Failure);

        await portal.RunAfterWaitAsync(TimeSpan.FromHours(1));

        Assert.Null(whileSending);
        Assert.Single(await portal.TasksAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_crash_before_sending_is_recovered(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Task1);
        await portal.RunAsync();
        await portal.AddAsync(Task1 with { Key = "norm:1:102" });
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            // As a process leaves it that died after noting that it would send.
            var now = portal.Fixture.Clock.GetUtcNow().ToUnixTimeMilliseconds();
            await db.Effects.Where(e => e.Key == "norm:1:102").ExecuteUpdateAsync(
                set => set.SetProperty(e => e.State, EffectState.Sending).SetProperty(e => e.Attempts, 1).SetProperty(e => e.FirstSentAtMs, now)
                    .SetProperty(e => e.LastSentAtMs, now).SetProperty(e => e.SentEpoch, 1L)
                    .SetProperty(e => e.NotBeforeMs, now + (long)(new WorkTimings().Sending + EffectMeans.UnknownWait).TotalMilliseconds),
                Stop);
        }

        portal.Fixture.Clock.Advance(new WorkTimings().OutboxLease.ToTimeSpan());
        await portal.RunAsync();

        Assert.Equal(2, (await portal.TasksAsync()).Count);
        Assert.All(await portal.RowsAsync(), row => Assert.Equal(EffectState.Done, row.State));
    }

    [Theory, EveryDatabase]
    public async Task A_process_that_froze_after_sending_writes_nothing_and_the_next_finds_the_task(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Task1, Task1 with { Key = "norm:1:102", Subject = "user:102" });
        var frozen = (await portal.TakeAsync())!;
        Lease? next = null;
        portal.AfterNextAnswer(async () =>
        {
            portal.Fixture.Clock.Advance(new WorkTimings().OutboxLease.ToTimeSpan());
            next = await portal.TakeAsync();
        });

        await Assert.ThrowsAsync<LeaseLostException>(() => portal.RunAsync(frozen));

        Assert.NotNull(next);
        Assert.Equal([(EffectState.Sending, 1), (EffectState.Pending, 0)], (await portal.RowsAsync()).Select(row => (row.State, row.Attempts)));
        Assert.Single(await portal.TasksAsync());
        await Assert.ThrowsAsync<LeaseLostException>(() => portal.RunAsync(frozen));
        await portal.RunAsync(next);
        Assert.All(await portal.RowsAsync(), row => Assert.Equal((EffectState.Done, 1), (row.State, row.Attempts)));
        Assert.Equal(2, (await portal.TasksAsync()).Count);
    }

    [Theory, EveryDatabase]
    public async Task Where_nobody_may_look_the_key_answers_for_23_hours(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        portal.WithoutScopes("task");
        await portal.AddAsync(Task1);
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        await portal.RunAsync();

        await portal.RunAfterWaitAsync(EffectMeans.KeyIsKept - TimeSpan.FromMinutes(1));

        // The portal answered from its store: the method ran once.
        Assert.Equal((Assert.Single(await portal.TasksAsync()).Id, 1), ((await portal.RowAsync()).ResultId, portal.Executed(Add)));
    }

    [Theory, EveryDatabase]
    public async Task After_23_hours_it_is_not_sent_without_a_look(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        var all = portal.Webhook;
        portal.WithoutScopes("task");
        await portal.AddAsync(Task1);
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        await portal.RunAsync();

        Assert.Equal(EffectState.Parked, Assert.Single(await portal.RunAfterWaitAsync(EffectMeans.KeyIsKept)).State);
        Assert.Equal(1, portal.Executed(Add));

        // The scope was given, and a person takes the effect up again: what had arrived is found.
        portal.Webhook = all;
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            Assert.Equal(1, await Outbox.ResumeParkedAsync(db, portal.Fixture.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Stop));
        }

        Assert.Equal(EffectState.Done, Assert.Single(await portal.RunAsync()).State);
        Assert.Equal(1, portal.Executed(Add));
        Assert.Single(await portal.TasksAsync());
    }

    [Theory, EveryDatabase]
    public async Task Long_after_the_key_is_forgotten_the_task_is_found_by_its_mark(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Task1);
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        await portal.RunAsync();

        await portal.RunAfterWaitAsync(TimeSpan.FromHours(30));

        Assert.Equal((Assert.Single(await portal.TasksAsync()).Id, 1), ((await portal.RowAsync()).ResultId, portal.Executed(Add)));
    }

    [Theory, EveryDatabase]
    public async Task Another_body_under_the_same_key_leads_to_what_the_first_made(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Task1);
        await portal.RunAsync();
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            // A database that was restored from before, and a text that was changed since.
            await db.Effects.ExecuteDeleteAsync(Stop);
        }

        await portal.AddAsync(Task1 with { Title = "Позвонить клиентам" });
        Assert.Equal(EffectState.Done, Assert.Single(await portal.RunAsync()).State);

        Assert.Equal(("Позвонить", (await portal.RowAsync()).ResultId), (Assert.Single(await portal.TasksAsync()).Title, (await portal.TasksAsync())[0].Id));
    }

    [Theory, EveryDatabase]
    public async Task Without_rest_3_it_is_created_the_classic_way(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        portal.WithoutScopes("tasks");
        await portal.AddAsync(Task1);
        await portal.RunAsync();
        Assert.Equal((EffectState.Done, Assert.Single(await portal.TasksAsync()).Id), ((await portal.RowAsync()).State, (await portal.RowAsync()).ResultId));

        await portal.AddAsync(Task1 with { Key = "norm:1:102", Subject = "user:102" });
        portal.AfterNextAnswer(() =>
        {
            // After the refusal of REST 3.0 the classic request loses its answer.
            portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
            return Task.CompletedTask;
        });
        Assert.Equal(EffectState.Unknown, Assert.Single(await portal.RunAsync()).State);
        Assert.Equal(EffectState.Done, Assert.Single(await portal.RunAfterWaitAsync()).State);
        Assert.Equal(2, (await portal.TasksAsync()).Count);
    }

    [Theory, EveryDatabase]
    public async Task Without_any_scope_for_tasks_it_is_parked_and_says_why(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        portal.WithoutScopes("tasks", "task");
        await portal.AddAsync(Task1);

        var outcome = Assert.Single(await portal.RunAsync());

        Assert.Equal((EffectState.Parked, "InsufficientScope"), (outcome.State, (await portal.RowAsync()).Failure));
        Assert.Equal("Problems.InsufficientScope", outcome.Problem!.Key);
        Assert.Empty(await portal.TasksAsync());
    }
}
