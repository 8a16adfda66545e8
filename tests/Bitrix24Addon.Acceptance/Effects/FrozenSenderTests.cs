using System.Diagnostics;
using Bitrix24.Client;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Effects;

/// <summary>A process that freezes between writing down that it sends and sending.</summary>
public sealed class FrozenSenderTests
{
    private static readonly SendMessage Message = new("m:1", "dialog:101", "101", "Норматив: 12 из 25");

    [Theory, EveryDatabase]
    public async Task Who_froze_before_it_sent_does_not_send_when_it_wakes(DatabaseKind kind)
    {
        await using var portal = await OutboxPortal.StartAsync(kind);
        await portal.AddAsync(Message);
        var lease = await portal.TakeAsync();
        using (Freezing(portal, "batch"))
        {
            var woken = Assert.Single(await portal.RunAsync(lease!, time: new LateTimers(portal.Fixture.Clock)));
            Assert.Equal(EffectState.Unknown, woken.State);
        }

        Assert.Empty(portal.Simulator.Messages);

        await portal.RunAfterWaitAsync();

        Assert.Single(portal.Simulator.Messages);
        Assert.Equal(EffectState.Done, (await portal.RowAsync()).State);
    }

    /// <summary>Lets so much time pass that others take over, when the waits for limits are over and before the first request of the name is sent.</summary>
    private static ActivityListener Freezing(OutboxPortal portal, string name)
    {
        var isFrozen = false;
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClientStatistics.MeterName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity =>
            {
                if (!isFrozen && activity.OperationName == name && (string?)activity.GetTagItem("server.address") == portal.Simulator.BaseAddress.Authority)
                {
                    isFrozen = true;
                    portal.Fixture.Clock.Advance(new WorkTimings().OutboxLease.ToTimeSpan());
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>The clock of a process that has just woken: it shows the time, and its timers have not come round to fire yet.</summary>
    private sealed class LateTimers(TimeProvider shown) : TimeProvider
    {
        public override long TimestampFrequency => shown.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => shown.GetUtcNow();

        public override long GetTimestamp() => shown.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            shown.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
    }
}
