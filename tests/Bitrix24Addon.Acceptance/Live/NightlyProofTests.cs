using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>The program at work counts the figures of the last months over each night.</summary>
public sealed class NightlyProofTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task The_close_of_the_day_mends_figures_that_do_not_agree_with_their_facts(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartAsync(
            kind, ("App:BackgroundWork", "true"), ("Bitrix24:WebhookUrl", null), ("App:PublicUrl", "https://addon.example.com/"));
        await addon.InstallAsync();
        await addon.UntilAsync(db => db.Portals.AnyAsync(p => p.HistoryCompleteAtMs != null, Stop));
        var portalId = (await addon.AccessAsync())!.PortalId;
        var past = new PortalDays(DateTimeZone.Utc).DayOf(TimeProvider.System.GetUtcNow().AddDays(-3).ToUnixTimeMilliseconds());
        await using (var db = addon.Storage.Open(portalId))
        {
            db.Figures.Add(new FigureRow { Day = past, UserId = 5, Metric = MetricCatalogue.CallsOut, Sum = 7, Count = 7 });
            await db.SaveChangesAsync(Stop);
        }

        await new Slots(addon.Storage, TimeProvider.System).AddAsync(portalId, CalendarJob.DailyClose, 1, Stop);

        await addon.UntilAsync(db => db.Slots.AnyAsync(s => s.ScheduledAtMs == 1 && s.DoneAtMs != null, Stop));
        await using var after = addon.Storage.Open(portalId);
        Assert.False(await after.Figures.AnyAsync(f => f.Day == past && f.UserId == 5, Stop));
    }
}
