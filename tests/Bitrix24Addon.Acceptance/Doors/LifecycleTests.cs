using System.Net;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>The application's life in one portal: installed, updated, removed, installed again, removed with its data.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed class LifecycleTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Installed_updated_removed_installed_again_and_removed_with_its_data(DatabaseKind kind)
    {
        await using var fixture = await PortalFixture.StartAsync(
            options => (options.WithoutLimits().TimeProvider) = TimeProvider.System,
            PortalFixture.Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна"}"""),
            PortalFixture.Line("02T09:00:00", "add", "deal", 1, """{"title":"Сделка","assignedById":101}"""));
        var portal = fixture.Portal;
        await using var addon = await ServedAddon.StartHeardAsync(
            kind, ("App:BackgroundWork", "true"), ("Bitrix24:WebhookUrl", null), ("Bitrix24:OutgoingWebhookToken", null), ("Bitrix24:ClientId", portal.Options.ClientId),
            ("Bitrix24:ClientSecret", portal.Options.ClientSecret), ("Bitrix24:OAuthServer", portal.OAuthServerAddress.ToString()),
            ("App:PublicUrl", ServedAddon.OwnUrl));
        var install = new Uri(addon.Address, "bitrix24/install");

        Assert.Equal(HttpStatusCode.OK, await portal.InstallAsync(install, cancellationToken: Stop));
        await UntilAsync(async db => await db.Facts.AnyAsync(f => f.Kind == FactKind.Deal, Stop) && !await db.Inbox.AnyAsync(Stop));
        var (first, events) = (await PortalAsync(), await BoundAsync());
        Assert.Contains("ONCRMDEALUPDATE", events);
        Assert.Contains("ONAPPUNINSTALL", events);

        Assert.Equal((HttpStatusCode.Forbidden, ""), await addon.PostAsync("events", $"event=ONAPPUNINSTALL&data[CLEAN]=1&auth[member_id]={portal.Options.MemberId}&auth[application_token]=wrong"));

        // The update wipes what is bound, and posts with the token of before are refused from then on.
        Assert.Equal(HttpStatusCode.OK, await portal.UpdateAsync(newApplicationToken: true, Stop));
        await UntilAsync(async db => !await db.Inbox.AnyAsync(Stop) && (await BoundAsync()).SequenceEqual(events));
        fixture.Apply("18T12:10:00", "update", "deal", 1, """{"opportunity":500}""");
        await portal.WaitForDeliveryAsync(Stop);
        await UntilAsync(db => db.Facts.AnyAsync(f => f.Kind == FactKind.Deal && f.Version == 2, Stop));

        // Over what is there.
        Assert.Equal(HttpStatusCode.OK, await portal.InstallAsync(install, cancellationToken: Stop));
        await UntilAsync(async db => !await db.Inbox.AnyAsync(Stop));
        Assert.Equal(events, await BoundAsync());
        Assert.Equal(first.Id, (await PortalAsync()).Id);

        Assert.Equal(HttpStatusCode.OK, await portal.UninstallAsync(clean: false, Stop));
        Assert.Null(await addon.AccessAsync());
        Assert.NotNull((await PortalAsync()).UninstalledAtMs);
        Assert.True(await FactsAsync() > 0);

        Assert.Equal(HttpStatusCode.OK, await portal.InstallAsync(install, cancellationToken: Stop));
        await UntilAsync(async db => !await db.Inbox.AnyAsync(Stop) && (await BoundAsync()).SequenceEqual(events));
        Assert.Equal((first.Id, null), ((await PortalAsync()).Id, (await PortalAsync()).UninstalledAtMs));

        Assert.Equal(HttpStatusCode.OK, await portal.UninstallAsync(clean: true, Stop));
        Assert.Null(await addon.AccessAsync());
        await ServedAddon.WaitAsync(async () => !(await addon.RowsAsync()).Exists(row => row.StartsWith("portal", StringComparison.Ordinal)));
        Assert.Equal(0, await FactsAsync());

        async Task UntilAsync(Func<AddonDbContext, Task<bool>> isReached) => await ServedAddon.WaitAsync(async () =>
        {
            await using var db = addon.Storage.Open((await PortalAsync()).Id);
            return await isReached(db);
        });

        async Task<PortalRow> PortalAsync()
        {
            await using var db = addon.Storage.Open();
            return await db.Portals.AsNoTracking().SingleAsync(p => p.Key == portal.Options.MemberId, Stop);
        }

        async Task<int> FactsAsync()
        {
            await using var db = addon.Storage.Open();
            return await db.Facts.IgnoreQueryFilters().CountAsync(Stop);
        }

        async Task<List<string>> BoundAsync()
        {
            var (_, body) = await PortalFixture.PostAsync(new Uri(portal.BaseAddress, "rest/event.get"), $$"""{"auth":"{{portal.IssueToken(1)}}"}""");
            return [.. body["result"]!.AsArray().Select(h => (string)h!["event"]!).Order(StringComparer.Ordinal)];
        }
    }
}
