using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Facts;

/// <summary>Figures follow their facts change by change; what went wrong with them all the same is found and mended.</summary>
public sealed class FigureProofTests
{
    private const long Noon = 1_762_858_800_000;
    private const int Day = 20251111;

    [Theory, EveryDatabase]
    public async Task What_was_counted_wrongly_is_found_and_counted_over(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await WithCallsAsync(database);
        var right = await portal.FiguresAsync(Stop);
        Assert.Equal(0, await ProveAsync(portal));

        await SpoilAsync(portal, figures => figures.Where(f => f.Metric == MetricCatalogue.CallsOut).ExecuteUpdateAsync(set => set.SetProperty(f => f.Sum, 7L), Stop));
        await SpoilAsync(portal, figures => figures.Where(f => f.Metric == MetricCatalogue.MissedCalls).ExecuteDeleteAsync(Stop));
        Assert.NotEqual(right, await portal.FiguresAsync(Stop));
        Assert.Equal(2, await ProveAsync(portal));
        Assert.Equal(right, await portal.FiguresAsync(Stop));
        Assert.Equal(0, await ProveAsync(portal));
    }

    [Theory, EveryDatabase]
    public async Task A_cell_that_lacks_what_is_to_be_taken_from_it_is_counted_over(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await WithCallsAsync(database);
        await SpoilAsync(portal, figures => figures.Where(f => f.Metric == MetricCatalogue.CallsOut || f.Metric == MetricCatalogue.MissedCalls).ExecuteDeleteAsync(Stop));

        await portal.ApplyAsync(Noon + 2000, Call(1, user: 6, type: 1, "200"), Call(3, user: 6, type: 2, "304"));

        var stored = await portal.FiguresAsync(Stop);
        await portal.RebuildAsync(Stop);
        Assert.Equal(await portal.FiguresAsync(Stop), stored);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<PortalUnderTest> WithCallsAsync(DatabaseUnderTest database)
    {
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var portal = await PortalUnderTest.StartAsync(storage, "proof.bitrix24.ru", Stop);
        await portal.ApplyAsync(Noon + 1000, Call(1, user: 5, type: 1, "200"), Call(2, user: 5, type: 1, "486"), Call(3, user: 5, type: 2, "304"));
        return portal;
    }

    private static Observation Call(long id, long user, int type, string code) =>
        new(FactKind.Call, id, Noon, new CallFact($"call.{id}", user, type, code, 40, null, null, null));

    private static async Task<int> ProveAsync(PortalUnderTest portal)
    {
        await using var db = portal.Storage.Open(portal.Row.Id);
        await using var transaction = await db.BeginWriteAsync(Stop);
        var wrong = await new FigureCells(db, portal.Context.Metrics).ProveAsync(Day, Stop);
        await transaction.CommitAsync(Stop);
        return wrong;
    }

    private static async Task SpoilAsync(PortalUnderTest portal, Func<DbSet<FigureRow>, Task<int>> spoil)
    {
        await using var db = portal.Storage.Open(portal.Row.Id);
        Assert.NotEqual(0, await spoil(db.Figures));
    }
}
