using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Facts;

/// <summary>One batch may show a record twice, when it changes between two pages: the last counts, in everything.</summary>
public sealed class TwiceInOneBatchTests
{
    private const long Monday = 1_774_857_600_000; // 2026-03-30 10:00 in Berlin

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task An_activity_that_went_to_another_lead_no_longer_belongs_to_the_first(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var portal = await PortalUnderTest.StartAsync(storage, "webhook:one", Stop);
        await portal.ApplyAsync(
            1000, Lead(2), Lead(3), new Observation(FactKind.Call, 7, Monday + 60_000, new CallFact("call7", 5, 1, "200", 40, null, null, null)));

        await portal.ApplyAsync(2000, CallOf(FactKeys.Lead(2)), CallOf(FactKeys.Lead(3)));

        var activity = Assert.Single(await portal.VersionsAsync(FactKind.Activity, 1)).As<ActivityFact>();
        Assert.Equal([FactKeys.Lead(3)], activity.Owners);
        await using (var db = storage.Open(portal.Row.Id))
        {
            Assert.Equal([FactKeys.Lead(3)], await db.FactLinks.Where(l => l.Kind == FactKind.Activity).Select(l => l.LinkKey).ToListAsync(Stop));
        }

        var firstActions = (await portal.FiguresAsync(Stop)).FindAll(f => f.Contains("first_action_minutes", StringComparison.Ordinal));
        Assert.Contains("\"Count\":1", Assert.Single(firstActions), StringComparison.Ordinal);
    }

    private static Observation Lead(long id) => new(FactKind.Lead, id, Monday, new LeadFact(5, 5, "NEW"));

    private static Observation CallOf(string owner) =>
        new(FactKind.Activity, 1, Monday, new ActivityFact(2, "VOXIMPLANT_CALL", 5, true, Monday, Monday, false, "call7", [owner]));
}
