using Bitrix24.PortalSimulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Effects;

/// <summary>Notifications, messages and files: in whose name they come, and how often.</summary>
public sealed class MessageEffectTests
{
    private const string Send = "imbot.v2.Chat.Message.send";

    private static readonly SendMessage Message = new("m:1", "dialog:101", "101", "[b]Норматив[/b]: 12 из 25");

    private static readonly SendReport Report = new("r:1", "dialog:101", "101", "Отчёт", 20260301, 20260317);

    private static readonly Notify Notice = new("n:1", "user:101", 101, "Норматив не выполнен", "norm");

    [Theory, EveryDatabase]
    public async Task Messages_and_files_come_from_the_bot(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Message, Report);

        await portal.RunAsync();

        Assert.Equal([("101", Message.Message, false), ("101", "Отчёт", true)], portal.Simulator.Messages.Select(m => (m.DialogId, m.Text, m.File is not null)));
        Assert.Single(portal.Simulator.Messages.Select(m => m.AuthorId).Distinct(), author => author != 1);
        Assert.Equal(portal.Simulator.Messages.Select(m => (long?)m.Id), (await portal.RowsAsync()).Select(row => row.ResultId));
        Assert.Equal(1, portal.Executed("imbot.v2.Bot.register"));
        await portal.AddAsync(Message with { Key = "m:2" });
        await portal.RunAsync();
        Assert.Equal(1, portal.Executed("imbot.v2.Bot.register"));
    }

    [Theory, EveryDatabase]
    public async Task Without_bots_they_come_from_the_owner_and_say_that_they_are_automatic(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        portal.WithoutScopes("imbot");
        await portal.AddAsync(Message, Report);

        await portal.RunAsync();

        Assert.All(portal.Simulator.Messages, m => Assert.Equal(1, m.AuthorId));
        Assert.All(portal.Simulator.Messages, m => Assert.Contains(Texts.Russian.Get("Effects.automatic"), m.Text, StringComparison.Ordinal));
        Assert.Equal(2, portal.Simulator.Messages.Count);
    }

    [Theory, EveryDatabase]
    public async Task A_scope_that_was_taken_away_leads_back_to_the_owner(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await StartBotAsync(portal);
        portal.WithoutScopes("imbot");
        await portal.AddAsync(Message);

        await portal.RunAsync();

        Assert.Equal(1, portal.Simulator.Messages[^1].AuthorId);
        Assert.All(await portal.RowsAsync(), row => Assert.Equal(EffectState.Done, row.State));
    }

    [Theory, EveryDatabase]
    public async Task A_bot_that_was_deleted_is_registered_anew(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Message);
        await portal.RunAsync();
        portal.Simulator.DeleteBots();

        await portal.AddAsync(Message with { Key = "m:2" });
        await portal.RunAsync();

        Assert.Equal(2, portal.Simulator.Messages.Select(m => m.AuthorId).Distinct().Count());
        Assert.All(await portal.RowsAsync(), row => Assert.Equal(EffectState.Done, row.State));
    }

    [Theory, EveryDatabase]
    public async Task A_group_chat_is_entered_first_and_one_that_is_not_there_parks_the_message(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Message with { DialogId = "chat5" }, Report with { DialogId = "chat99", Subject = "dialog:chat99" });

        await portal.RunAsync();

        Assert.Equal("chat5", Assert.Single(portal.Simulator.Messages).DialogId);
        Assert.Equal([EffectState.Done, EffectState.Parked], (await portal.RowsAsync()).Select(row => row.State));
    }

    [Theory, EveryDatabase]
    public async Task A_message_whose_answer_was_lost_is_found_and_not_repeated(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await StartBotAsync(portal);
        await portal.AddAsync(Message);
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        Assert.Equal(EffectState.Unknown, Assert.Single(await portal.RunAsync()).State);

        Assert.Equal(EffectState.Done, Assert.Single(await portal.RunAfterWaitAsync()).State);

        Assert.Equal(Message.Message, Assert.Single(portal.Simulator.Messages, m => m.DialogId == "101").Text);
        Assert.False((await portal.RowsAsync())[^1].MayBeDoubled);
    }

    [Theory, EveryDatabase]
    public async Task A_message_that_never_arrived_is_repeated_although_one_with_the_same_text_is_there(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Message);
        await portal.RunAsync();
        await portal.AddAsync(Message with { Key = "m:2" });
        portal.Simulator.FailNext(PortalFault.ConnectionReset);
        Assert.Equal(EffectState.Unknown, Assert.Single(await portal.RunAsync()).State);

        Assert.Equal(EffectState.Done, Assert.Single(await portal.RunAfterWaitAsync()).State);

        Assert.Equal(2, portal.Simulator.Messages.Count);
        Assert.Equal(2, (await portal.RowsAsync()).Select(row => row.ResultId).Distinct().Count());
    }

    [Theory, EveryDatabase]
    public async Task The_look_goes_on_past_a_page_of_messages(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await StartBotAsync(portal);
        await portal.AddAsync(Message);
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        await portal.RunAsync();
        await portal.AddAsync([.. Enumerable.Range(0, 120).Select(n => Message with { Key = $"later:{n}", Subject = $"s:{n}", Message = $"Другое {n}", IsAskedFor = true })]);

        await portal.RunAsync();
        await portal.RunAfterWaitAsync();

        Assert.Equal(121, portal.Simulator.Messages.Count(m => m.DialogId == "101"));
        Assert.All(await portal.RowsAsync(), row => Assert.Equal(EffectState.Done, row.State));
    }

    [Theory, EveryDatabase]
    public async Task A_message_of_the_owner_is_looked_for_too(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        portal.WithoutScopes("imbot");
        await portal.AddAsync(Message);
        portal.AfterNextAnswer(() =>
        {
            // The first request asks for the bot and is refused.
            portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
            return Task.CompletedTask;
        });
        Assert.Equal(EffectState.Unknown, Assert.Single(await portal.RunAsync()).State);

        Assert.Equal(EffectState.Done, Assert.Single(await portal.RunAfterWaitAsync()).State);
        Assert.Single(portal.Simulator.Messages);
    }

    [Theory, EveryDatabase]
    public async Task A_notification_whose_answer_was_lost_is_replaced_by_its_repetition(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Notice, Notice with { Key = "n:2", Subject = "user:102", UserId = 102 });
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        await portal.RunAsync();
        Assert.Equal(2, portal.Simulator.Notifications.Count);

        await portal.RunAfterWaitAsync();

        // One for each person: a tag belongs to the application, so it names the person too.
        Assert.Equal([101, 102], portal.Simulator.Notifications.Select(n => n.UserId));
        Assert.Equal(4, portal.Executed("im.notify.system.add"));
        Assert.Equal(portal.Simulator.Notifications.Select(n => (long?)n.Id), (await portal.RowsAsync()).Select(row => row.ResultId));
    }

    [Theory, EveryDatabase]
    public async Task A_later_notification_takes_the_place_of_an_earlier_one(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Notice, Notice with { Key = "n:2", Message = "Норматив выполнен" });

        await portal.RunAsync();

        Assert.Equal("Норматив выполнен", Assert.Single(portal.Simulator.Notifications).Text);
    }

    [Theory, EveryDatabase]
    public async Task A_file_is_sent_at_most_twice_and_the_possible_double_is_counted(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await StartBotAsync(portal);
        await portal.AddAsync(Report, Report with { Key = "r:2", Subject = "other" });
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        await portal.RunAsync();
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        await portal.RunAfterWaitAsync();
        Assert.Equal(3, portal.Simulator.Messages.Count(m => m.File is not null));

        await portal.RunAfterWaitAsync(TimeSpan.FromHours(2));
        await portal.RunAfterWaitAsync(TimeSpan.FromHours(2));

        Assert.Equal(3, portal.Simulator.Messages.Count(m => m.File is not null));
        var rows = (await portal.RowsAsync()).Where(row => row.Key[0] == 'r');
        Assert.Equal([(EffectState.Parked, true, 2), (EffectState.Done, false, 1)], rows.Select(row => (row.State, row.MayBeDoubled, row.Attempts)));
    }

    [Theory, EveryDatabase]
    public async Task A_report_that_cannot_be_made_is_parked(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Report);

        var outcome = Assert.Single(await portal.RunAsync((_, _, _) => throw new ProblemException("Reports.not_a_dialog", "x")));

        Assert.Equal((EffectState.Parked, "Reports.not_a_dialog"), (outcome.State, (await portal.RowAsync()).Failure));
        Assert.Empty(portal.Simulator.Messages);
    }

    [Fact]
    public async Task Where_a_bot_may_be_registered_but_not_upload_the_owner_does()
    {
        await using var portal = await OutboxPortal.StartAsync(DatabaseKind.Sqlite);
        portal.WithoutMethod("imbot.v2.File.upload");
        await portal.AddAsync(Report, Report with { Key = "r:2", Subject = "other" });

        await portal.RunAsync();

        Assert.Equal([1L, 1L], portal.Simulator.Messages.Select(m => m.AuthorId));
        Assert.All(await portal.RowsAsync(), row => Assert.Equal((EffectState.Done, 2), (row.State, row.Attempts)));
        Assert.Equal(1, portal.Executed("imbot.v2.Bot.register"));
    }

    [Fact]
    public async Task A_message_is_found_although_a_task_has_the_same_number()
    {
        await using var portal = await OutboxPortal.StartAsync(DatabaseKind.Sqlite);
        await StartBotAsync(portal);
        await portal.AddAsync(new CreateTask("t:1", "user:102", "Позвонить", "", 102, 1_773_900_000_000));
        await portal.RunAsync();
        await portal.AddAsync(Message);
        portal.Simulator.FailNext(PortalFault.ConnectionResetAfterWork);
        await portal.RunAsync();
        var arrived = portal.Simulator.Messages[^1].Id;
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            await db.Effects.Where(e => e.Key == "t:1").ExecuteUpdateAsync(set => set.SetProperty(e => e.ResultId, arrived), TestContext.Current.CancellationToken);
        }

        Assert.Equal((EffectState.Done, arrived), (Assert.Single(await portal.RunAfterWaitAsync()) is var outcome ? (outcome.State, outcome.ResultId!.Value) : default));

        Assert.Single(portal.Simulator.Messages, m => m.DialogId == "101");
    }

    private static async Task StartBotAsync(OutboxPortal portal)
    {
        await portal.AddAsync(Message with { Key = "first", Subject = "first", DialogId = "103" });
        await portal.RunAsync();
        Assert.Equal(1, portal.Executed(Send));
    }
}
