using Bitrix24.Client;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>What cannot be read now, and what can never be read.</summary>
public sealed class OutageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task An_outage_of_the_portal_leaves_no_dead_letters(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        await live.MarkAsync(InboxKind.Deal, 1);
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");
        var clock = live.Synced.Fixture.Clock;
        var tries = 0;
        live.Portal.FailNext(PortalFault.ConnectionReset, 1000);
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            if (minute == 60)
            {
                // What is marked meanwhile does not call the portal in the stead of those that wait.
                await live.MarkAsync(InboxKind.Lead, 1);
            }

            var requests = live.Portal.Counters.Requests;
            var collected = await live.Addon.CollectAsync(Stop);
            Assert.Equal(collected.Outage is null ? 0 : 1, live.Portal.Counters.Requests - requests);
            if (collected.Outage is { } outage)
            {
                tries++;
                Assert.Equal((Bitrix24ErrorKind.Unreachable, 0), (outage.Kind, collected.Dead));
            }
        }

        // At first after minutes, then every ten minutes.
        Assert.InRange(tries, 140, 155);
        Assert.Equal(["Lead 1 g1 a0", "Deal 1 g1 a0"], await live.InboxAsync());

        await live.Synced.UseWebhookAsync(live.Portal.WebhookUrl);
        live.Portal.StopFailing();
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, (await live.Addon.CollectAsync(Stop)).Done);
        Assert.Empty(await live.InboxAsync());
    }

    [Theory, EveryDatabase]
    public async Task After_an_outage_everything_is_read(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        live.Portal.FailNext(PortalFault.InternalServerError);
        Assert.NotNull((await live.Addon.CollectAsync(Stop)).Outage);
        Assert.Equal(0, (await live.Addon.CollectAsync(Stop)).Taken);

        live.At("12:11:00");
        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((1, 1), (collected.Done, collected.Recorded));
        Assert.Empty(await live.InboxAsync());
    }

    [Theory, EveryDatabase]
    public async Task What_is_refused_again_and_again_becomes_a_dead_letter_and_hinders_nobody(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        await live.Synced.UseWebhookAsync(live.Portal.AddWebhook(1, ["crm", "user"]));
        await live.MarkAsync(InboxKind.Task, 1);
        var attempts = 0;
        for (var hour = 0; (await live.InboxAsync())[0] != "Task 1 g1 a12 InsufficientScope"; hour++)
        {
            Assert.True(hour < 20, string.Join(", ", await live.InboxAsync()));
            live.Synced.Fixture.Clock.Advance(TimeSpan.FromHours(1));
            live.Change("deal", 1, $$"""{"opportunity":{{1000 + hour}}}""");
            await live.MarkAsync(InboxKind.Deal, 1);
            var collected = await live.Addon.CollectAsync(Stop);
            Assert.Equal((1, 1, Bitrix24ErrorKind.InsufficientScope), (collected.Done, collected.Recorded, collected.Failures[InboxKind.Task].Kind));
            attempts++;
        }

        Assert.Equal(12, attempts);
        live.Synced.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, (await live.Addon.CollectAsync(Stop)).Taken);
        await live.Synced.UseWebhookAsync(live.Portal.WebhookUrl);
        live.Change("task", 1, """{"status":5}""");

        Assert.Equal(1, await new InboxWriter(live.Addon.Storage, live.Addon.Time).ReviveAsync(live.Addon.Portal.Id, Stop));

        Assert.Equal((1, 1), await live.Addon.CollectAsync(Stop) is var revived ? (revived.Done, revived.Recorded) : default);
        Assert.Empty(await live.InboxAsync());
        Assert.Equal(0, await new InboxWriter(live.Addon.Storage, live.Addon.Time).ReviveAsync(live.Addon.Portal.Id, Stop));
    }

    [Theory, EveryDatabase]
    public async Task A_new_post_brings_a_dead_letter_to_life(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        live.At("12:10:00");
        await live.Addon.MarkAsync(new InboxMark(InboxKind.Deal, "none"));
        Assert.Equal(1, (await live.Addon.CollectAsync(Stop)).Dead);
        await live.Addon.MarkAsync(new InboxMark(InboxKind.Deal, "none"));

        Assert.Equal(["Deal none g2 a0"], await live.InboxAsync());
    }
}
