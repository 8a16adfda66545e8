using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>A task is the add-on's own when its outbox says so, whatever the description carries.</summary>
public sealed class OwnTaskTests
{
    private const string Key = "norm:1:20260318:101";

    private static readonly string Mark = TaskMark.Of(Key);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task The_task_of_an_effect_is_ours_and_one_with_its_pasted_mark_is_not(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        AddTask(live, 2, createdBy: 1, Mark);
        AddTask(live, 3, createdBy: 1, Mark);
        AddTask(live, 4, createdBy: 101, TaskMark.Of("norm:of nobody"));
        await SentAsync(live, EffectState.Done, taskId: 2);
        await live.MarkAsync(InboxKind.Task, 3);
        await live.Addon.CollectAsync(Stop);

        // The rest is found by the synchronisation.
        Assert.Empty((await live.Addon.SyncAsync(Stop)).Failures);

        Assert.Equal((true, false, false), (await IsOursAsync(live, 2), await IsOursAsync(live, 3), await IsOursAsync(live, 4)));
        foreach (var task in new[] { 2, 3 })
        {
            live.At($"12:2{task}:00");
            live.Change("task", task, """{"status":5,"closedDate":"2026-03-18T12:20:00+03:00"}""");
            await live.MarkAsync(InboxKind.Task, task);
        }

        await live.Addon.CollectAsync(Stop);
        Assert.Equal(1, await live.FigureAsync("tasks_closed", 101));
    }

    [Theory, EveryDatabase]
    public async Task A_task_that_the_outbox_cannot_tell_is_known_by_mark_and_owner(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        await SentAsync(live, EffectState.Unknown, taskId: null);
        live.At("12:10:00");
        AddTask(live, 2, createdBy: 1, Mark);
        AddTask(live, 3, createdBy: 101, Mark);
        AddTask(live, 4, createdBy: 1, TaskMark.Of("made with another database"));
        Assert.Empty((await live.Addon.SyncAsync(Stop)).Failures);

        Assert.Equal((true, false, true), (await IsOursAsync(live, 2), await IsOursAsync(live, 3), await IsOursAsync(live, 4)));
    }

    [Theory, EveryDatabase]
    public async Task What_was_recorded_as_ours_stays_so_without_its_effect(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        AddTask(live, 2, createdBy: 1, Mark);
        await SentAsync(live, EffectState.Done, taskId: 2);
        Assert.Empty((await live.Addon.SyncAsync(Stop)).Failures);
        await using (var db = live.Addon.Storage.Open(live.Addon.Portal.Id))
        {
            await db.Effects.ExecuteDeleteAsync(Stop);
        }

        live.At("12:20:00");
        live.Change("task", 2, """{"status":3}""");
        await live.MarkAsync(InboxKind.Task, 2);
        await live.Addon.CollectAsync(Stop);

        Assert.Equal([(2, true), (3, true)], (await live.VersionsAsync(FactKind.Task, 2)).Select(v => (v.As<TaskFact>().Status, v.As<TaskFact>().IsOurs)));
    }

    private static void AddTask(LivePortal live, long id, long createdBy, string mark) => live.Change(
        "task", id, $$"""{"title":"Позвонить","description":"Метка: {{mark}}","createdBy":{{createdBy}},"responsibleId":101}""", "add");

    private static async Task<bool> IsOursAsync(LivePortal live, long id) => (await live.VersionsAsync(FactKind.Task, id))[^1].As<TaskFact>().IsOurs;

    private static async Task SentAsync(LivePortal live, EffectState state, long? taskId)
    {
        await using var db = live.Addon.Storage.Open(live.Addon.Portal.Id);
        var task = new CreateTask(Key, "user:101", "Позвонить", "", 101, 0);
        db.Effects.Add(new EffectRow { Key = Key, Subject = task.Subject, Document = Outbox.Write(task), State = state, ResultId = taskId, FirstSentAtMs = 1 });

        // A message may have the number of a task.
        var message = new SendMessage("message", "dialog:101", "101", "Норматив");
        db.Effects.Add(new EffectRow { Key = message.Key, Subject = message.Subject, Document = Outbox.Write(message), State = EffectState.Done, ResultId = 3 });
        await db.SaveChangesAsync(Stop);
    }
}
