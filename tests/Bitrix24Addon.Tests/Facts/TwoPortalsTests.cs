using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Facts;

/// <summary>Two portals in one database, with the same ids in both.</summary>
public sealed class TwoPortalsTests
{
    private const long Monday = 1_774_857_600_000; // 2026-03-30 10:00 in Berlin

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Facts_and_figures_of_the_same_ids_are_apart(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var (first, second) = await StartAsync(database);

        await first.ApplyAsync(1000, Call(40), Meeting());
        Assert.Equal(new Applied(2, 0, 0), await second.ApplyAsync(1000, Call(50), Meeting()));
        await second.ApplyAsync(2000, Call(60));

        Assert.Single(await first.VersionsAsync(FactKind.Call, 7));
        Assert.Equal(2, (await second.VersionsAsync(FactKind.Call, 7)).Count);
        Assert.Equal((40, 60), (await first.FigureAsync(MetricCatalogue.TalkSeconds, 5), await second.FigureAsync(MetricCatalogue.TalkSeconds, 5)));

        await first.ApplyAsync(3000, new Observation(FactKind.Call, 7, 0, null), new Observation(FactKind.Activity, 3, 0, null));

        Assert.Empty(await first.FiguresAsync(Stop));
        Assert.Equal(60, await second.FigureAsync(MetricCatalogue.TalkSeconds, 5));
        Assert.Equal(1, await second.FigureAsync(MetricCatalogue.Meetings, 5));
        await using var db = second.Storage.Open(second.Row.Id);
        Assert.Equal(FactKeys.Lead(2), (await db.FactLinks.SingleAsync(l => l.Kind == FactKind.Activity, Stop)).LinkKey);
    }

    [Theory, EveryDatabase]
    public async Task A_rebuild_of_one_leaves_the_other(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var (first, second) = await StartAsync(database);
        await first.ApplyAsync(1000, Call(40));
        await second.ApplyAsync(1000, Call(50), Meeting());
        var before = await second.FiguresAsync(Stop);

        await first.RebuildAsync(Stop);

        Assert.Equal(before, await second.FiguresAsync(Stop));
        Assert.NotEqual(before, await first.FiguresAsync(Stop));
    }

    [Theory, EveryDatabase]
    public async Task Settings_of_one_do_not_hold_for_the_other(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var (first, second) = await StartAsync(database);
        await first.ApplyAsync(1000, Call(40));
        await second.ApplyAsync(1000, Call(40));

        await first.Registry.PutSettingsAsync(first.Row, new PortalSettings { Language = "en", TimeZone = "Asia/Kamchatka", ServiceAccounts = [5] }, Stop);

        var (own, other) = (await first.Registry.ContextAsync(first.Row, Stop), await second.Registry.ContextAsync(second.Row, Stop));
        Assert.Equal(("en", "Asia/Kamchatka"), (own.Settings.Language, own.Zone.Id));
        Assert.Equal(("ru", PortalUnderTest.Zone), (other.Settings.Language, other.Zone.Id));
        Assert.Equal((0, 40), (await first.FigureAsync(MetricCatalogue.TalkSeconds, 5), await second.FigureAsync(MetricCatalogue.TalkSeconds, 5)));
        Assert.Equal(40, await first.FigureAsync(MetricCatalogue.TalkSeconds, 0));
    }

    [Theory, EveryDatabase]
    public async Task A_report_shows_its_own_portal_only_and_posts_are_apart(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var (first, second) = await StartAsync(database);
        await first.ApplyAsync(1000, Call(40), new Observation(FactKind.User, 5, 0, new UserFact(true, [10])));
        await second.ApplyAsync(1000, Call(50), new Observation(FactKind.User, 6, 0, new UserFact(true, [10])));
        await using (var db = first.Storage.Open(first.Row.Id))
        {
            db.Effects.Add(new EffectRow { Key = "report", Subject = "report", Document = "{}" });
            await db.SaveChangesAsync(Stop);
        }

        var report = await new ReportBuilder(second.Storage, second.Registry).BuildAsync(second.Row, new ReportRequest(20260330, 20260330), ReportAsker.Operator, Stop);

        Assert.Equal(50, report.Total.Total.ValueOf(MetricCatalogue.ByCode[MetricCatalogue.TalkSeconds]));
        Assert.Equal([5, 6], report.Users.Select(u => u.UserId).Order());
        await using var other = second.Storage.Open(second.Row.Id);
        Assert.False(await other.Effects.AnyAsync(Stop));
        other.Effects.Add(new EffectRow { Key = "report", Subject = "report", Document = "{}" });
        await other.SaveChangesAsync(Stop);
        Assert.Equal(second.Row.Id, (await other.Effects.SingleAsync(Stop)).PortalId);
    }

    [Theory, EveryDatabase]
    public async Task Without_a_portal_nothing_can_be_read_or_written(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var (first, _) = await StartAsync(database);
        await first.ApplyAsync(1000, Call(40), Meeting());

        await using var db = first.Storage.Open();
        Assert.Equal(2, await db.Portals.CountAsync(Stop));
        Assert.Equal((0, 0, 0, 0), (await db.Facts.CountAsync(Stop), await db.Figures.CountAsync(Stop), await db.FactLinks.CountAsync(Stop), await db.Settings.CountAsync(Stop)));
        db.Figures.Add(new FigureRow { Metric = "x" });
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(Stop));
    }

    private static async Task<(PortalUnderTest First, PortalUnderTest Second)> StartAsync(DatabaseUnderTest database)
    {
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        return (await PortalUnderTest.StartAsync(storage, "webhook:one", Stop), await PortalUnderTest.StartAsync(storage, "webhook:two", Stop));
    }

    private static Observation Call(long seconds) => new(FactKind.Call, 7, Monday, new CallFact("call7", 5, 1, "200", seconds, null, "hash", null));

    private static Observation Meeting() =>
        new(FactKind.Activity, 3, Monday, new ActivityFact(1, "CRM_MEETING", 5, true, Monday, Monday, false, null, [FactKeys.Lead(2)]));
}
