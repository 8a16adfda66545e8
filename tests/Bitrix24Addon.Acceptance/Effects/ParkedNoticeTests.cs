using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Effects;

/// <summary>What the administrator is told of effects that were parked.</summary>
public sealed class ParkedNoticeTests
{
    // The owner of the webhook.
    private const long Administrator = 1;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task The_administrator_is_told_once_of_a_cause_how_many_why_and_what_to_do(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Refused("a"), Refused("b"), Refused("c"), new SendMessage("d", "d", "chat77", "Текст"));

        await portal.RunAsync();

        var told = portal.Simulator.Notifications.Where(n => n.UserId == Administrator).Select(n => n.Text).ToList();
        var reasons = (await portal.RowsAsync()).GroupBy(row => row.Failure!).ToDictionary(g => g.Key, g => g.ToList());
        Assert.Equal(3, reasons["InvalidArgument"].Count);
        Assert.Equal(
            reasons.Values.Select(r => Texts.Russian.Count("Effects.parked", r.Count, BbCode.Plain(EffectOutcome.Of(r[0], "test").Problem!.In(Texts.Russian)))).Order(),
            told.Order());
        Assert.All(await portal.RowsAsync(), row => Assert.NotNull(row.ToldById));
        Assert.All(await portal.ParkedNoticesAsync(), row => Assert.Equal(EffectState.Done, row.State));
    }

    [Theory, EveryDatabase]
    public async Task What_is_parked_after_that_is_told_on_the_next_day_in_one(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        foreach (var key in new[] { "a", "b", "c" })
        {
            await portal.AddAsync(Refused(key));
            await portal.RunAsync();
            portal.Fixture.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.StartsWith("1 ", Assert.Single(portal.Simulator.Notifications).Text, StringComparison.Ordinal);
        portal.Fixture.Clock.Advance(TimeSpan.FromDays(1));
        await portal.RunAsync();

        Assert.StartsWith("2 ", Assert.Single(portal.Simulator.Notifications).Text, StringComparison.Ordinal);
        Assert.Equal(["parked:InvalidArgument:20260318", "parked:InvalidArgument:20260319"], (await portal.ParkedNoticesAsync()).Select(row => row.Key));
    }

    [Theory, EveryDatabase]
    public async Task What_is_parked_in_the_run_that_tells_him_is_counted_too(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.Registry.PutSettingsAsync(portal.Portal, new PortalSettings { TimeZone = "Europe/Moscow" }, Stop);
        portal.Fixture.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 18, 22, 30, 0, TimeSpan.FromHours(3)));
        await portal.AddAsync(Refused("a"));
        await portal.RunAsync();
        Assert.Empty(portal.Simulator.Notifications);
        portal.Fixture.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 19, 8, 0, 0, TimeSpan.FromHours(3)));
        await portal.AddAsync(Refused("b"));

        await portal.RunAsync();

        Assert.StartsWith("2 ", Assert.Single(portal.Simulator.Notifications).Text, StringComparison.Ordinal);
        Assert.Equal((EffectState.Done, 1), Assert.Single(await portal.ParkedNoticesAsync()) is var row ? (row.State, row.Attempts) : default);
    }

    [Theory, EveryDatabase]
    public async Task Its_own_failure_and_what_somebody_asked_for_are_told_to_nobody(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.OwnerUserId, 999), Stop);
        }

        await portal.AddAsync(Refused("a"), new Notify("asked", "asked", 998, "Текст", "asked", IsAskedFor: true));
        await portal.RunAsync();
        portal.Fixture.Clock.Advance(TimeSpan.FromDays(2));
        await portal.RunAsync();

        Assert.All(await portal.RowsAsync(), row => Assert.Equal(EffectState.Parked, row.State));
        var own = Assert.Single(await portal.ParkedNoticesAsync());
        Assert.Equal((EffectState.Parked, "parked:InvalidArgument:20260318"), (own.State, own.Key));
        Assert.Empty(portal.Simulator.Notifications);
    }

    [Theory, EveryDatabase]
    public async Task It_is_told_in_the_language_of_the_portal(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.Registry.PutSettingsAsync(portal.Portal, new PortalSettings { Language = "en" }, Stop);
        await portal.AddAsync(Refused("a"));

        await portal.RunAsync();

        Assert.StartsWith("1 task or message could not be delivered", Assert.Single(portal.Simulator.Notifications).Text, StringComparison.Ordinal);
    }

    private static CreateTask Refused(string key) => new(key, key, key, "", 999, 1_773_900_000_000);
}
