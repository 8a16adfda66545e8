using Bitrix24.Client;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>A source that may not be read is named; the others are complete; once it may be read, its history is.</summary>
public sealed class MissingRightsTests
{
    private const long Head = 2;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Without_the_right_to_call_statistics(DatabaseKind kind)
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().Seed = 7);
        await using var portal = await SyncedPortal.StartAsync(kind, fixture, p => p.AddWebhook(Head));

        var first = await portal.Addon.SyncAsync(Stop);

        // Who is no administrator sees the working days of others neither.
        Assert.Equal(["calls", "working_days"], first.Failures.Keys.Order());
        Assert.All(first.Failures.Values, error => Assert.Equal(Bitrix24ErrorKind.AccessDenied, error.Kind));
        Assert.Equal(0, await portal.CountAsync(FactKind.Call));
        await IsUnavailableAsync(portal, "AccessDenied", "calls");
        await AreOthersUnseenAsync(portal);

        fixture.Portal.GrantCallStatistics(Head);
        var second = await portal.Addon.SyncAsync(Stop);

        Assert.Equal(["working_days"], second.Failures.Keys);
        Assert.True(await portal.CountAsync(FactKind.Call) > 0);
        Assert.Empty(await portal.NewsAsync());
        await IsUnavailableAsync(portal, "AccessDenied");
        await AreOthersUnseenAsync(portal);
    }

    [Theory, EveryDatabase]
    public Task Without_the_scope_of_telephony(DatabaseKind kind) => WithoutScopeAsync(kind, "telephony", "calls", FactKind.Call);

    [Theory, EveryDatabase]
    public Task Without_the_scope_of_working_time(DatabaseKind kind) => WithoutScopeAsync(kind, "timeman", "working_days", FactKind.WorkDay);

    [Theory, EveryDatabase]
    public async Task A_right_that_is_lost_later_deletes_nothing(DatabaseKind kind)
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().Seed = 7);
        await using var portal = await SyncedPortal.StartAsync(kind, fixture);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        var (facts, figures) = (await portal.FactsAsync(), await portal.FiguresAsync());

        foreach (var scope in new[] { "telephony", "timeman", "crm", "task", "user", "department" })
        {
            fixture.Clock.Advance(TimeSpan.FromHours(1));
            await portal.UseWebhookAsync(fixture.Portal.AddWebhook(1, PortalSimulatorOptions.AllScopes.Except([scope])));

            var synced = await portal.Addon.SyncAsync(Stop);

            Assert.True(synced.Failures.Count > 0, scope);
            Assert.All(synced.Failures.Values, error => Assert.Equal((scope, Bitrix24ErrorKind.InsufficientScope), (scope, error.Kind)));
            Assert.Equal((scope, 0L, 0L), (scope, synced.Recorded, synced.Deleted));
            Assert.Equal(facts, await portal.FactsAsync());
        }

        fixture.Clock.Advance(TimeSpan.FromHours(1));
        await portal.UseWebhookAsync(fixture.Portal.WebhookUrl);
        var restored = await portal.Addon.SyncAsync(Stop);
        Assert.Empty(restored.Failures);
        Assert.Equal(0, restored.Recorded);
        Assert.Equal(figures, await portal.FiguresAsync());
        await IsUnavailableAsync(portal, "InsufficientScope");
    }

    private static async Task WithoutScopeAsync(DatabaseKind kind, string scope, string source, FactKind factKind)
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().Seed = 7);
        await using var complete = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, fixture);
        Assert.Empty((await complete.Addon.SyncAsync(Stop)).Failures);
        await using var portal = await SyncedPortal.StartAsync(kind, fixture, p => p.AddWebhook(1, PortalSimulatorOptions.AllScopes.Except([scope])));

        var first = await portal.Addon.SyncAsync(Stop);

        Assert.Equal((source, Bitrix24ErrorKind.InsufficientScope), first.Failures.Select(f => (f.Key, f.Value.Kind)).Single());
        Assert.Equal(0, await portal.CountAsync(factKind));
        await IsUnavailableAsync(portal, "InsufficientScope", source);
        var kindOfFact = $"\"Kind\":\"{factKind}\"";
        Assert.Equal((await complete.FactsAsync()).FindAll(f => !f.Contains(kindOfFact, StringComparison.Ordinal)), await portal.FactsAsync());

        await portal.UseWebhookAsync(fixture.Portal.WebhookUrl);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);

        Assert.Equal(await complete.FactsAsync(), await portal.FactsAsync());
        Assert.Equal(await complete.FiguresAsync(), await portal.FiguresAsync());
        await IsUnavailableAsync(portal, "InsufficientScope");
    }

    /// <summary>The working days of everybody else are named as unseen.</summary>
    private static async Task AreOthersUnseenAsync(SyncedPortal portal)
    {
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var others = await db.Facts.Where(f => f.Kind == FactKind.User && f.IsCurrent && f.SourceId != Head).Select(f => f.SourceId).Order().ToListAsync(Stop);
        Assert.Equal(others, (await db.Cursors.AsNoTracking().SingleAsync(c => c.Source == "working_days", Stop)).UnseenPeople);
        var report = await portal.Addon.ReportAsync(20260301, 20260317, Stop);
        Assert.Contains($"people_unseen:{others.Count}", report.GetProperty("completeness").GetProperty("working_days").GetString()!.Split(';'));
    }

    /// <summary>These sources and no others are named as unavailable.</summary>
    private static async Task IsUnavailableAsync(SyncedPortal portal, string reason, params string[] sources)
    {
        var report = await portal.Addon.ReportAsync(20260301, 20260317, Stop);
        var unavailable = report.GetProperty("completeness").EnumerateObject()
            .Where(source => source.Value.GetString()!.Contains("unavailable", StringComparison.Ordinal) || source.Value.GetString()!.Contains("being_read", StringComparison.Ordinal))
            .ToDictionary(source => source.Name, source => source.Value.GetString()!);
        Assert.Equal(sources, unavailable.Keys.Order());
        Assert.All(unavailable.Values, codes => Assert.Contains($"unavailable:{reason}", codes.Split(';')));
    }
}
