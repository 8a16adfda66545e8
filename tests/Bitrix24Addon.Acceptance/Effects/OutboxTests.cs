using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Conformity;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Effects;

/// <summary>Order, batches, turns and refusals: what holds for every kind of effect.</summary>
public sealed class OutboxTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Effects_of_a_subject_keep_their_order_and_an_unknown_one_holds_the_later_back(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(NewTask("a", "user:101"), Notice("b", "user:101", 101), Notice("c", "user:102", 102));
        portal.Simulator.FailNext(PortalFault.ConnectionReset);

        await portal.RunAsync();

        Assert.Equal([EffectState.Unknown, EffectState.Pending, EffectState.Done], await StatesAsync(portal));
        Assert.Equal(102, Assert.Single(portal.Simulator.Notifications).UserId);
        await portal.RunAfterWaitAsync();
        Assert.Equal([EffectState.Done, EffectState.Done, EffectState.Done], await StatesAsync(portal));
        var methods = portal.Simulator.RecordedCalls.Select(call => call.Method).ToList();
        Assert.True(methods.LastIndexOf("tasks.task.add") < methods.LastIndexOf("im.notify.system.add"));
    }

    [Theory, EveryDatabase]
    public async Task A_parked_effect_lets_the_later_ones_of_its_subject_pass(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(NewTask("a", "user:101") with { ResponsibleId = 999 }, Notice("b", "user:101", 101));

        await portal.RunAsync();

        Assert.Equal([EffectState.Parked, EffectState.Done], await StatesAsync(portal));
        Assert.Equal("InvalidArgument", (await portal.RowsAsync())[0].Failure);
        var findings = await new Doctor(portal.Storage, portal.Registry, portal.Fixture.Clock).ExamineAsync("webhook:test", portal.Client, Stop);
        var finding = Assert.Single(findings, f => f.Text.Key == "Doctor.effects_parked");
        Assert.Equal(DoctorLevel.Warning, finding.Level);
        Assert.Contains("replay dead-letters", finding.Text.In(Texts.English), StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task What_may_share_a_request_goes_fifty_at_a_time(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync([.. Enumerable.Range(0, 60).Select(n => Notice($"n{n}", $"s{n}", 101) with { Tag = $"t{n}", IsAskedFor = true })]);
        await portal.AddAsync(NewTask("a", "x"), NewTask("b", "y"), Notice("c", "z", 102) with { Message = "$result[a][b]" });

        await portal.RunAsync();

        Assert.Equal((2 + 3, 61, 2), (portal.Simulator.Counters.Requests, portal.Simulator.Notifications.Count, (await portal.TasksAsync()).Count));
        Assert.Contains(portal.Simulator.Notifications, n => n.Text == "$result[a][b]");
    }

    [Theory, EveryDatabase]
    public async Task A_refused_command_does_not_concern_the_others_of_its_batch(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Notice("a", "a", 101), Notice("b", "b", 999), Notice("c", "c", 102));

        await portal.RunAsync();

        Assert.Equal([EffectState.Done, EffectState.Parked, EffectState.Done], await StatesAsync(portal));
    }

    [Theory, EveryDatabase]
    public async Task Two_processes_deliver_each_effect_once(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync([.. Enumerable.Range(0, 20).Select(n => NewTask($"task {n}", $"s{n % 7}"))]);

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(WorkAsync, Stop)));

        Assert.Equal(20, (await portal.TasksAsync()).Select(task => task.Title).Distinct().Count());
        Assert.Equal((20, 20), ((await portal.TasksAsync()).Count, portal.Executed("tasks.task.add")));
        Assert.All(await StatesAsync(portal), state => Assert.Equal(EffectState.Done, state));

        async Task WorkAsync()
        {
            while ((await StatesAsync(portal)).Any(state => state != EffectState.Done))
            {
                Stop.ThrowIfCancellationRequested();
                if (await portal.TakeAsync() is { } lease)
                {
                    await portal.RunAsync(lease);
                    await new Leases(portal.Storage, portal.Fixture.Clock).ReleaseAsync(lease);
                }
            }
        }
    }

    [Theory, EveryDatabase]
    public async Task A_passing_refusal_is_tried_again_later(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(NewTask("a", "x"));
        portal.Simulator.FailNext(PortalFault.QueryLimitExceeded);

        Assert.Equal((EffectState.Pending, "QueryLimit"), ((await portal.RunAsync())[0].State, (await portal.RowAsync()).Failure));
        Assert.Empty(await portal.RunAsync());

        await portal.RunAfterWaitAsync();
        Assert.Equal((EffectState.Done, null), ((await portal.RowAsync()).State, (await portal.RowAsync()).Failure));
        Assert.Single(await portal.TasksAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_day_without_the_portal_costs_few_requests_and_no_effect(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(
            new CreateTask("t:1", "user:101", "Поручение", "Описание", 101, portal.Fixture.Clock.GetUtcNow().AddDays(3).ToUnixTimeMilliseconds()),
            new Notify("n:1", "notify:101", 101, "Уведомление", "norm"), new SendMessage("m:1", "dialog:101", "101", "Сообщение"),
            new SendReport("r:1", "dialog:102", "102", "Отчёт", 20260301, 20260317));
        var there = portal.Webhook;

        // Nobody listens at this address.
        portal.Webhook = new Uri("http://127.0.0.1:9/rest/1/secret/");
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            portal.Fixture.Clock.Advance(TimeSpan.FromMinutes(1));
            await portal.RunAsync();
        }

        // Twice as long each time, up to an hour: no more than so often in a day.
        Assert.All(await portal.RowsAsync(), row => Assert.Equal(EffectState.Pending, row.State));
        Assert.All(await portal.RowsAsync(), row => Assert.InRange(row.Attempts, 20, 35));
        portal.Webhook = there;
        await portal.RunAfterWaitAsync(TimeSpan.FromHours(1));

        Assert.All(await portal.RowsAsync(), row => Assert.Equal((EffectState.Done, false), (row.State, row.MayBeDoubled)));
        Assert.Single(await portal.TasksAsync());
        Assert.Single(portal.Simulator.Notifications);
        Assert.Equal(["Отчёт", "Сообщение"], portal.Simulator.Messages.Select(m => m.Text).Order(StringComparer.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task A_revoked_webhook_parks_nothing(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        var revoked = portal.Webhook = portal.Simulator.AddWebhook(1);
        portal.Simulator.RevokeWebhook(revoked);
        await portal.AddAsync(NewTask("a", "x"), Notice("b", "y", 101));

        await portal.RunAsync();
        Assert.Equal([EffectState.Pending, EffectState.Pending], await StatesAsync(portal));

        portal.Webhook = portal.Simulator.WebhookUrl;
        await portal.RunAfterWaitAsync();
        Assert.Equal([EffectState.Done, EffectState.Done], await StatesAsync(portal));
    }

    [Fact]
    public async Task What_cannot_be_read_or_made_is_put_off_alone_and_parked_at_last()
    {
        await using var portal = await OutboxPortal.StartAsync(DatabaseKind.Sqlite);
        await portal.AddAsync(new SendReport("a", "x", "101", "Отчёт", 20260301, 20260302), NewTask("b", "y"), NewTask("c", "z"));
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            await db.Effects.Where(e => e.Key == "b").ExecuteUpdateAsync(set => set.SetProperty(e => e.Document, "{"), Stop);
        }

        await RunAsync();
        Assert.Equal([EffectState.Pending, EffectState.Parked, EffectState.Done], await StatesAsync(portal));
        Assert.Equal("c", Assert.Single(await portal.TasksAsync()).Title);
        Assert.Empty(await RunAsync());
        for (var hour = 0; hour < 7; hour++)
        {
            Assert.Equal(EffectState.Pending, (await StatesAsync(portal)).First());
            portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Single(await RunAsync());
        }

        Assert.Equal(
            [(EffectState.Parked, "DivideByZeroException"), (EffectState.Parked, "Unreadable"), (EffectState.Done, null)],
            (await portal.RowsAsync()).Select(row => (row.State, row.Failure)));

        var findings = await new Doctor(portal.Storage, portal.Registry, portal.Fixture.Clock).ExamineAsync("webhook:test", portal.Client, Stop);
        var parked = findings.Where(f => f.Text.Key == "Doctor.effects_parked").SelectMany(f => new[] { f.Text.In(Texts.English), f.Text.In(Texts.Russian) }).ToList();
        Assert.Equal(4, parked.Count);
        Assert.All(parked, text => Assert.DoesNotContain("Exception", text, StringComparison.Ordinal));

        // The report can be made again, and a person takes it up, however late. What cannot be read stops nobody, until a version comes that can.
        portal.Fixture.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(1, await ResumeAsync(portal));
        await portal.RunAsync();
        Assert.Equal([EffectState.Done, EffectState.Parked, EffectState.Done], await StatesAsync(portal));
        Assert.Equal("Unreadable", (await portal.RowsAsync())[1].Failure);
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            var readable = Outbox.Write(NewTask("b", "y"));
            await db.Effects.Where(e => e.Key == "b").ExecuteUpdateAsync(set => set.SetProperty(e => e.Document, readable), Stop);
        }

        Assert.Equal(1, await ResumeAsync(portal));
        await portal.RunAsync();
        Assert.Equal([EffectState.Done, EffectState.Done, EffectState.Done], await StatesAsync(portal));

        Task<IReadOnlyList<EffectOutcome>> RunAsync() => portal.RunAsync((_, _, _) => throw new DivideByZeroException());
    }

    [Fact]
    public async Task What_comes_up_after_more_than_three_days_is_not_sent_any_more()
    {
        await using var portal = await OutboxPortal.StartAsync(DatabaseKind.Sqlite);
        var revoked = portal.Webhook = portal.Simulator.AddWebhook(1);
        portal.Simulator.RevokeWebhook(revoked);
        await portal.AddAsync(NewTask("tried", "x"), NewTask("waiting", "x"));
        await portal.RunAsync();
        portal.Fixture.Clock.Advance(TimeSpan.FromDays(2));
        await portal.AddAsync(NewTask("younger", "x"));
        portal.Fixture.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        portal.Webhook = portal.Simulator.WebhookUrl;

        await portal.RunAsync();

        Assert.Equal("younger", Assert.Single(await portal.TasksAsync()).Title);
        Assert.Equal(
            [(EffectState.Parked, "Stale"), (EffectState.Parked, "Stale"), (EffectState.Done, null)],
            (await portal.RowsAsync()).Select(row => (row.State, row.Failure)));
        Assert.Equal(0, await ResumeAsync(portal));
        var findings = await new Doctor(portal.Storage, portal.Registry, portal.Fixture.Clock).ExamineAsync("webhook:test", portal.Client, Stop);
        Assert.Equal(DoctorLevel.Ok, Assert.Single(findings, f => f.Text.Key == "Doctor.effects_stale").Level);
        Assert.DoesNotContain(findings, f => f.Text.Key == "Doctor.effects_parked");
    }

    [Fact]
    public async Task Every_call_of_the_outbox_is_written_as_documented()
    {
        Assert.SkipUnless(SchemaJudgeTests.FactsFolder() is not null, "The documentation facts (../shared/bitrix24/spec beside the repository) are not here");
        await using var portal = await OutboxPortal.StartAsync(DatabaseKind.Sqlite);
        var all = portal.Webhook;
        foreach (var missing in new[] { "", "imbot", "tasks" })
        {
            portal.Webhook = all;
            portal.WithoutScopes(missing);
            await portal.AddAsync(
                NewTask($"a{missing}", $"1{missing}"), Notice($"b{missing}", $"2{missing}", 101),
                new SendMessage($"c{missing}", $"3{missing}", "101", "Текст"), new SendReport($"d{missing}", $"4{missing}", "chat5", "Отчёт", 20260301, 20260302));
            portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork, 4);
            await portal.RunAsync();
            await portal.RunAfterWaitAsync(TimeSpan.FromMinutes(5));
            await portal.RunAfterWaitAsync(TimeSpan.FromHours(2));
        }

        // A file whose answer was lost twice waits for a person.
        Assert.Empty((await portal.RowsAsync()).Where(row => row.State != EffectState.Done && row is not { State: EffectState.Parked, MayBeDoubled: true, Key: ['d', ..] })
            .Select(row => $"{row.Key} {row.State} {row.Failure}"));
        Assert.Superset(
            new HashSet<string>
            {
                "tasks.task.add", "tasks.task.list", "im.notify.system.add", "imbot.v2.Bot.register", "imbot.v2.Chat.Message.send", "imbot.v2.File.upload",
                "im.chat.user.add", "im.message.add", "im.v2.File.upload",
            },
            portal.Simulator.RecordedCalls.Select(call => call.Method).ToHashSet());
        var violations = new SchemaJudge(SchemaJudgeTests.FactsFolder()!).Judge(portal.Simulator.RecordedCalls);
        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void Every_kind_of_effect_has_its_means()
    {
        Effect[] effects =
        [
            NewTask("a", "x"), Notice("b", "x", 1), new SendMessage("c", "x", "1", ""), new SendReport("d", "x", "1", "", 20260301, 20260302),
            new SendReport("e", "x", "1", "", 20260301, 20260302, IsAskedFor: true),
        ];

        Assert.Equal(
            [new EffectMeans(Repetition.ByKey, true), new(Repetition.Replaces, false), new(Repetition.AfterLook, false), new(Repetition.OnceMore, true), new(Repetition.WhenAsked, true)],
            effects.Select(EffectMeans.Of));
        Assert.Equal(typeof(Effect).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Effect))).ToHashSet(), effects.Select(e => e.GetType()).ToHashSet());
    }

    private static async Task<int> ResumeAsync(OutboxPortal portal)
    {
        await using var db = portal.Storage.Open(portal.Portal.Id);
        return await Outbox.ResumeParkedAsync(db, portal.Fixture.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Stop);
    }

    private static CreateTask NewTask(string key, string subject) => new(key, subject, key, "", 101, 1_773_900_000_000);

    private static Notify Notice(string key, string subject, long userId) => new(key, subject, userId, "Текст", key);

    private static async Task<IEnumerable<EffectState>> StatesAsync(OutboxPortal portal) => (await portal.RowsAsync()).Select(row => row.State);
}
