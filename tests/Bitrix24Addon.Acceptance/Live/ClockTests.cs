using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>Several machines have several clocks.</summary>
public sealed class ClockTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_door_whose_clock_is_ahead_holds_up_nothing_but_its_own_mark(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        var ahead = new FakeTimeProvider(live.Addon.Time.GetUtcNow() + TimeSpan.FromMinutes(5));
        await new InboxWriter(live.Addon.Storage, ahead).MarkAsync(live.Addon.Portal.Id, [new InboxMark(InboxKind.Deal, "2")], Stop);
        await live.MarkAsync(InboxKind.Deal, 1);

        Assert.Equal(1, (await live.Addon.CollectAsync(Stop)).Done);

        Assert.Equal(["Deal 2 g1 a0"], await live.InboxAsync());
    }

    /// <summary>What was read while the clock was an hour ahead counts as the latest reading, and a mark of that hour waits; both pass with the hour.</summary>
    [Theory, EveryDatabase]
    public async Task A_clock_that_jumps_ahead_and_back_loses_nothing(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        var clock = new JumpingClock(live.Synced.Fixture.Clock);
        await using var addon = await AddonUnderTest.StartAsync(
            live.Synced.ConnectionString, live.Portal.WebhookUrl, clock, options => (options.RequestThreshold, options.MaxAdaptiveDelay) = (10_000, TimeSpan.Zero), cancellationToken: Stop);
        live.At("12:10:00");
        clock.Ahead = TimeSpan.FromHours(1);
        live.Change("deal", 1, """{"opportunity":300}""");
        await addon.MarkAsync(new InboxMark(InboxKind.Deal, "1"));
        Assert.Equal(1, (await addon.CollectAsync(Stop)).Recorded);
        await addon.MarkAsync(new InboxMark(InboxKind.Deal, "2"));

        clock.Ahead = TimeSpan.Zero;
        live.At("12:15:00");
        live.Change("deal", 1, """{"opportunity":400}""");
        await addon.MarkAsync(new InboxMark(InboxKind.Deal, "1"));
        Assert.Equal(0, (await addon.CollectAsync(Stop)).Recorded);
        for (var minute = 0; minute < 90; minute += 5)
        {
            live.Synced.Fixture.Clock.Advance(TimeSpan.FromMinutes(5));
            await addon.CollectAsync(Stop);
        }

        Assert.Empty(await live.InboxAsync());
        Assert.Equal([10_000, 30_000, 40_000], (await live.VersionsAsync(FactKind.Deal, 1)).Select(f => f.As<DealFact>().AmountMinor));
    }

    [Theory, EveryDatabase]
    public async Task Doctor_warns_when_the_clock_of_the_database_server_is_another(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        foreach (var seconds in new[] { 0, 60, -60 })
        {
            var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds));

            var findings = await new Doctor(live.Addon.Storage, live.Addon.Registry, clock).ExamineAsync(live.Addon.Portal.Key, live.Addon.Client, Stop);

            // SQLite has no clock of its own.
            Assert.Equal(
                kind == DatabaseKind.Postgres && seconds != 0 ? [DoctorLevel.Warning] : [],
                findings.Where(f => f.Text.Key == "Doctor.storage_clock_skewed").Select(f => f.Level));
        }
    }

    private sealed class JumpingClock(TimeProvider shown) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => shown.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => shown.GetUtcNow() + Ahead;

        public override long GetTimestamp() => shown.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => shown.CreateTimer(callback, state, dueTime, period);
    }
}
