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
}
