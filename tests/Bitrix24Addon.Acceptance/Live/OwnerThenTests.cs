using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>What only live reading tells: who owned it then, when a proposal was sent.</summary>
public sealed class OwnerThenTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("assigned,won", 102)]
    [InlineData("won,assigned", 101)]
    [InlineData("won,edited,assigned", 101)]
    [InlineData("assigned,won,assigned back", 102)]
    public async Task Who_owned_the_deal_when_it_was_won_has_the_win(string changes, long owner)
    {
        await using var live = await LivePortal.StartAsync(DatabaseKind.Sqlite);
        var minute = 10;
        foreach (var change in changes.Split(','))
        {
            live.At($"12:{minute}:00");
            live.Change("deal", 1, change switch
            {
                "assigned" => """{"assignedById":102}""",
                "assigned back" => """{"assignedById":101}""",
                "edited" => """{"opportunity":300}""",
                _ => """{"stageId":"WON"}""",
            });
            live.At($"12:{minute++}:02");
            await live.MarkAsync(InboxKind.Deal, 1);
            await live.Addon.CollectAsync(Stop);
        }

        Assert.Equal(1, await live.FigureAsync("deals_won", owner));
        Assert.Equal(100, await live.FigureAsync("won_sum", owner));
        await live.Addon.RebuildAsync(Stop);
        Assert.Equal(1, await live.FigureAsync("deals_won", owner));
    }

    [Theory, EveryDatabase]
    public async Task A_proposal_counts_when_it_was_sent_by_whom_it_belonged_to_then(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("19T15:00:00");
        live.Change("quote", 1, """{"stageId":"SENT"}""");
        live.At("20T10:00:00");
        await live.MarkAsync(InboxKind.Quote, 1);
        await live.Addon.CollectAsync(Stop);
        live.Change("quote", 1, """{"stageId":"APPROVED","assignedById":102}""");
        live.At("20T10:00:02");
        await live.MarkAsync(InboxKind.Quote, 1);
        await live.Addon.CollectAsync(Stop);

        var sent = (await live.Addon.FiguresAsync(Stop)).FindAll(f => f.Metric == "proposals_sent");

        Assert.Equal([(20260319, 101L)], sent.ConvertAll(f => (f.Day, f.UserId)));
    }

    [Theory, EveryDatabase]
    public async Task A_meeting_counts_from_when_its_completion_was_seen(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        await live.MarkAsync(InboxKind.Activity, 1);
        await live.Addon.CollectAsync(Stop);
        Assert.DoesNotContain(await live.Addon.FiguresAsync(Stop), f => f.Metric == "meetings");
        live.Change("activity", 1, """{"COMPLETED":"Y"}""");
        live.At("12:10:02");
        await live.MarkAsync(InboxKind.Activity, 1);
        await live.Addon.CollectAsync(Stop);

        Assert.Equal(1, await live.FigureAsync("meetings", 101));
        var versions = await live.VersionsAsync(FactKind.Activity, 1);
        Assert.Equal([false, true], versions.ConvertAll(v => v.As<ActivityFact>().Completed));
        Assert.Equal(live.Synced.Fixture.Clock.GetUtcNow().AddSeconds(-2).ToUnixTimeMilliseconds(), versions[1].EffectiveAtMs);
    }
}
