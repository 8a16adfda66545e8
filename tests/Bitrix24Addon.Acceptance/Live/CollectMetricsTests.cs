using System.Diagnostics.Metrics;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>What operators see of the way from posts to facts.</summary>
public sealed class CollectMetricsTests
{
    // Other tests use the same meter at the same time.
    private static readonly AsyncLocal<bool> IsOurs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Lag_dead_letters_and_heals_are_metered(DatabaseKind kind)
    {
        var told = new List<string>();
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == AddonTelemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meter.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Tell(instrument, value, tags));
        meter.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Tell(instrument, value, tags));
        meter.Start();
        await using var live = await LivePortal.StartAsync(kind);
        IsOurs.Value = true;
        live.At("12:10:00");
        live.Change("deal", 1, """{"opportunity":300}""");
        live.Change("deal", 2, """{"opportunity":300}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        await live.Addon.MarkAsync(new InboxMark(InboxKind.Deal, "none"));
        live.At("12:10:05");
        await live.Addon.CollectAsync(Stop);
        live.At("12:30:00");
        await live.Addon.SyncAsync(Stop);

        Assert.Equal(
            ["bitrix24addon.inbox.lag 5 Deal", "bitrix24addon.inbox.dead 1 InvalidArgument", "bitrix24addon.reconcile.healed 1 Deal", "bitrix24addon.reconcile.lost 1 Deal"],
            told);

        void Tell(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (IsOurs.Value)
            {
                told.Add(FormattableString.Invariant($"{instrument.Name} {value} {tags[0].Value}"));
            }
        }
    }
}
