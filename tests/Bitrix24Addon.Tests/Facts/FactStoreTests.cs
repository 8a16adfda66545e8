using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Facts;

public sealed class FactStoreTests
{
    private const long Monday = 1_774_857_600_000; // 2026-03-30 10:00 in Berlin

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task The_same_read_twice_makes_no_new_version(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);

        Assert.Equal(new Applied(1, 0, 0), await portal.ApplyAsync(1000, Call(7)));
        var figures = await portal.FiguresAsync(Stop);
        Assert.Equal(new Applied(0, 1, 0), await portal.ApplyAsync(2000, Call(7)));

        var only = Assert.Single(await portal.VersionsAsync(FactKind.Call, 7));
        Assert.Equal((1, 1000L, 2000L, true), (only.Version, only.KnownAtMs, only.ReadStartedAtMs, only.IsCurrent));
        Assert.NotEmpty(figures);
        Assert.Equal(figures, await portal.FiguresAsync(Stop));
    }

    [Theory, EveryDatabase]
    public async Task A_changed_field_makes_version_two_and_keeps_version_one(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);

        await portal.ApplyAsync(1000, Call(7, seconds: 20));
        Assert.Equal(new Applied(1, 0, 0), await portal.ApplyAsync(2000, Call(7, seconds: 50)));

        var versions = await portal.VersionsAsync(FactKind.Call, 7);
        Assert.Equal([(1, 20L, false), (2, 50L, true)], versions.Select(v => (v.Version, v.As<CallFact>().DurationSeconds, v.IsCurrent)));
        Assert.Equal(50, await portal.FigureAsync(MetricCatalogue.TalkSeconds, 5));
        Assert.Equal(1, await portal.FigureAsync(MetricCatalogue.CallsOver30S, 5));
    }

    [Theory, EveryDatabase]
    public async Task A_read_that_started_before_the_recorded_one_is_discarded(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);

        await portal.ApplyAsync(1000, Call(7, seconds: 20));
        await portal.ApplyAsync(3000, Call(7, seconds: 50));
        Assert.Equal(new Applied(0, 0, 1), await portal.ApplyAsync(2000, Call(7, seconds: 20)));

        // An unchanged read counts too: what it showed at 5000 is not undone by what was seen at 4000.
        await portal.ApplyAsync(5000, Call(7, seconds: 50));
        Assert.Equal(new Applied(0, 0, 1), await portal.ApplyAsync(4000, Gone(FactKind.Call, 7)));

        Assert.Equal(2, (await portal.VersionsAsync(FactKind.Call, 7)).Count);
        Assert.Equal(50, await portal.FigureAsync(MetricCatalogue.TalkSeconds, 5));
    }

    [Theory, EveryDatabase]
    public async Task What_was_gone_before_it_was_ever_seen_is_not_revived_by_an_older_read(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);

        Assert.Equal(new Applied(0, 1, 0), await portal.ApplyAsync(3000, Gone(FactKind.Call, 7)));
        Assert.Equal(new Applied(0, 1, 0), await portal.ApplyAsync(1000, Gone(FactKind.Call, 7)));
        Assert.Equal(new Applied(0, 0, 1), await portal.ApplyAsync(2000, Call(7)));
        Assert.Empty(await portal.VersionsAsync(FactKind.Call, 7));

        // What a later read sees is there, and a day later no read that old is under way.
        Assert.Equal(new Applied(1, 0, 0), await portal.ApplyAsync(4000, Call(7)));
        Assert.Equal(new Applied(0, 1, 0), await portal.ApplyAsync(4000 + (25 * 3_600_000), Gone(FactKind.Call, 8)));
        await using var db = portal.Storage.Open(portal.Row.Id);
        Assert.Equal([8L], await db.FactsGone.Select(g => g.SourceId).ToListAsync(Stop));
    }

    [Theory, EveryDatabase]
    public async Task A_deleted_record_leaves_the_figures_and_comes_back_as_the_next_version(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);
        await portal.ApplyAsync(1000, Call(7));
        var withCall = await portal.FiguresAsync(Stop);

        Assert.Equal(new Applied(1, 0, 0), await portal.ApplyAsync(2000, Gone(FactKind.Call, 7)));
        Assert.Empty(await portal.FiguresAsync(Stop));
        Assert.Equal(new Applied(0, 1, 0), await portal.ApplyAsync(3000, Gone(FactKind.Call, 7)));
        var tombstone = (await portal.VersionsAsync(FactKind.Call, 7))[^1];
        Assert.Equal((2, true, true, Monday), (tombstone.Version, tombstone.Deleted, tombstone.IsCurrent, tombstone.OccurredAtMs));

        Assert.Equal(new Applied(1, 0, 0), await portal.ApplyAsync(4000, Call(7)));
        Assert.Equal([(1, false, false), (2, true, false), (3, false, true)],
            (await portal.VersionsAsync(FactKind.Call, 7)).Select(v => (v.Version, v.Deleted, v.IsCurrent)));
        Assert.Equal(withCall, await portal.FiguresAsync(Stop));
    }

    [Theory, EveryDatabase]
    public async Task That_something_unknown_is_gone_is_no_fact(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);

        Assert.Equal(new Applied(0, 1, 0), await portal.ApplyAsync(1000, Gone(FactKind.Deal, 9)));

        Assert.Empty(await portal.VersionsAsync(FactKind.Deal, 9));
    }

    [Theory, EveryDatabase]
    public async Task A_call_that_moves_to_another_day_leaves_its_first_day(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);

        await portal.ApplyAsync(1000, Call(7));
        await portal.ApplyAsync(2000, Call(7) with { OccurredAtMs = Monday + 86_400_000 });

        Assert.Equal(1, await portal.FigureAsync(MetricCatalogue.CallsOut, 5));
        Assert.All(await portal.FiguresAsync(Stop), figure => Assert.Contains("\"Day\":20260331", figure, StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task A_transaction_that_fails_leaves_nothing(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);
        await portal.ApplyAsync(1000, Call(7));
        var figures = await portal.FiguresAsync(Stop);

        await using (var db = portal.Storage.Open(portal.Row.Id))
        await using (await db.Database.BeginTransactionAsync(Stop))
        {
            var applied = await new FactStore(db, portal.Context.Metrics).ApplyAsync([Call(7, seconds: 99), Call(8), Activity(3)], 2000, 2000, Stop);
            Assert.Equal(3, applied.Recorded);
        }

        Assert.Equal(figures, await portal.FiguresAsync(Stop));
        await using var after = portal.Storage.Open(portal.Row.Id);
        Assert.Equal((FactKind.Call, 7, 1, true), await after.Facts.Select(f => new ValueTuple<FactKind, long, int, bool>(f.Kind, f.SourceId, f.Version, f.IsCurrent)).SingleAsync(Stop));
        Assert.False(await after.FactLinks.AnyAsync(l => l.Kind == FactKind.Activity, Stop));
    }

    [Theory, EveryDatabase]
    public async Task Work_that_is_stopped_in_the_middle_leaves_nothing(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => portal.ApplyAsync([Call(7)], 1000, null, stop.Token));

        Assert.Empty(await portal.VersionsAsync(FactKind.Call, 7));
        Assert.Empty(await portal.FiguresAsync(Stop));
    }

    [Theory, EveryDatabase]
    public async Task An_amount_is_frozen_when_the_win_is_first_seen(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);

        await portal.ApplyAsync(1000, Deal(4, amountMinor: 1000), new Observation(FactKind.DealStage, 1, Monday, new StageFact(4, 3, "WON", "S", 0)));
        await portal.ApplyAsync(2000, Deal(4, amountMinor: 7777));

        Assert.Equal(900, await portal.FigureAsync(MetricCatalogue.WonSum, 5));
        Assert.Equal(1000, await portal.FigureAsync(MetricCatalogue.WonSumByCurrency, 5));
    }

    private static async Task<PortalUnderTest> StartAsync(DatabaseUnderTest database)
    {
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        return await PortalUnderTest.StartAsync(storage, "webhook:one", Stop);
    }

    private static Observation Call(long id, long seconds = 40) =>
        new(FactKind.Call, id, Monday, new CallFact($"call{id}", 5, 1, "200", seconds, null, "hash", 3));

    private static Observation Activity(long id) =>
        new(FactKind.Activity, id, Monday, new ActivityFact(1, "CRM_MEETING", 5, true, Monday, Monday, false, null, [FactKeys.Lead(2)]));

    private static Observation Deal(long id, long amountMinor) =>
        new(FactKind.Deal, id, Monday, new DealFact(5, 5, 0, "NEW", null, amountMinor, "USD"));

    private static Observation Gone(FactKind kind, long id) => new(kind, id, 0, null);
}
