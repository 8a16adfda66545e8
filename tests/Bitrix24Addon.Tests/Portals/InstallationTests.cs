using System.Reflection;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Bitrix24Addon.Tests.Portals;

public sealed class InstallationTests
{
    private const string Handler = "https://addon.example.com/bitrix24/events";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Setting_up_subscribes_to_every_event_once(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        portal.Bitrix24.Handlers.AddRange(
            [$"onCrmLeadAdd|{Handler}", "ONCRMDEALADD|https://former.example.com/bitrix24/events", "ONCRMDEALADD|https://addon.example.com/elsewhere"]);

        var first = await portal.Process<Installation>().SetUpAsync(portal.Row, Stop);
        var second = await portal.Process<Installation>().SetUpAsync(portal.Row, Stop);

        Assert.Equal(Manifest.Current.Events.Select(e => e.Name).Except(["ONCRMLEADADD"]).Order(), first.Bound.Order());
        Assert.Equal(["ONCRMLEADADD"], first.AlreadyBound);
        Assert.Equal((0, 1), (first.LeftOut.Count, first.Unbound));
        Assert.Equal((0, Manifest.Current.Events.Count, 0), (second.Bound.Count, second.AlreadyBound.Count, second.Unbound));
        Assert.Equal(
            Manifest.Current.Events.Select(e => $"{e.Name}|{Handler}").Append("ONCRMDEALADD|https://addon.example.com/elsewhere").Order(),
            portal.Bitrix24.Handlers.Select(h => h.Replace("onCrmLeadAdd", "ONCRMLEADADD", StringComparison.Ordinal)).Order());
    }

    [Theory, EveryDatabase]
    public async Task Whoever_sets_up_at_the_same_time_binds_nothing_twice(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var processes = Enumerable.Range(0, 3)
            .Select(_ => new Installation(portal.Storage, portal.Process<PortalClients>(), portal.Process<ConnectionSettings>(), TimeProvider.System)).ToList();

        var results = await Task.WhenAll(processes.Select(p => Task.Run(() => p.SetUpAsync(portal.Row, Stop), Stop)));

        Assert.Equal(Manifest.Current.Events.Count, results.Sum(r => r.Bound.Count));
        Assert.All(results, r => Assert.Equal(Manifest.Current.Placements.Select(p => p.Code), r.Placements));
        Assert.Equal(Manifest.Current.Placements.Select(p => $"{p.Code}|https://addon.example.com/bitrix24/placements/{p.Code}"), portal.Bitrix24.Placements);
    }

    [Fact]
    public async Task Who_waits_in_vain_for_another_to_end_is_told()
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        Assert.NotNull(await new Leases(portal.Storage, portal.Clock).TryTakeAsync(portal.Row.Id, LeaseNames.Binding, NodaTime.Duration.FromDays(1000), Stop));

        var waiting = portal.Process<Installation>().SetUpAsync(portal.Row, Stop);
        while (await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop)) != waiting)
        {
            portal.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var refused = await Assert.ThrowsAsync<ProblemException>(() => waiting);

        Assert.Equal("Portals.binding_elsewhere", refused.TextKey);
        Assert.Empty(portal.Bitrix24.Placements);
    }

    [Fact]
    public async Task What_lacks_its_scope_is_left_out_and_told()
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        portal.Bitrix24.Scopes.Remove("calendar");
        portal.Bitrix24.Scopes.Remove("user");

        var result = await portal.Process<Installation>().SetUpAsync(portal.Row, Stop);

        Assert.Equal(["ONCALENDARENTRYADD", "ONCALENDARENTRYUPDATE", "ONCALENDARENTRYDELETE", "ONUSERADD"], result.LeftOut.Select(e => e.Name));
        Assert.DoesNotContain(portal.Bitrix24.Handlers, h => h.StartsWith("ONCALENDAR", StringComparison.Ordinal));
        Assert.Contains($"ONAPPUNINSTALL|{Handler}", portal.Bitrix24.Handlers);
    }

    [Fact]
    public async Task What_the_portal_does_not_know_is_left_out_and_the_rest_is_subscribed_to()
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        portal.Bitrix24.UnknownEvents.AddRange(["ONCRMDEALMOVETOCATEGORY", "ONUSERADD"]);

        var result = await portal.Process<Installation>().SetUpAsync(portal.Row, Stop);

        Assert.Equal(["ONCRMDEALMOVETOCATEGORY", "ONUSERADD"], result.LeftOut.Select(e => e.Name));
        Assert.Equal(Manifest.Current.Events.Select(e => e.Name).Except(portal.Bitrix24.UnknownEvents).Order(), result.Bound.Order());
        Assert.Equal(result.Bound.Select(name => $"{name}|{Handler}").Order(), portal.Bitrix24.Handlers.Order());
    }

    [Fact]
    public async Task What_the_portal_refuses_is_left_out_too()
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        portal.Bitrix24.RefusesEvents.Add("ONCRMLEADADD");

        var result = await portal.Process<Installation>().SetUpAsync(portal.Row, Stop);

        Assert.Equal(["ONCRMLEADADD"], result.LeftOut.Select(e => e.Name));
        Assert.Equal(Manifest.Current.Events.Count - 1, result.Bound.Count);
    }

    [Fact]
    public async Task A_missing_address_is_a_problem_with_a_remedy()
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        portal.Settings["App:PublicUrl"] = "http://addon.example.com/";
        Assert.Equal("Portals.public_url_malformed", await ProblemAsync());

        portal.Settings.Remove("App:PublicUrl");
        Assert.Equal("Portals.public_url_missing", await ProblemAsync());

        portal.Settings["App:PublicUrl"] = "https://addon.example.com/";
        await portal.Process<Admission>().DismissAsync(portal.Row, erases: false, Stop);
        Assert.Equal("Portals.no_access", await ProblemAsync());

        async Task<string> ProblemAsync() =>
            (await Assert.ThrowsAsync<ProblemException>(() => portal.Process<Installation>().SetUpAsync(portal.Row, Stop))).TextKey;
    }

    [Theory, EveryDatabase]
    public async Task Erasing_leaves_nothing_of_the_portal_in_any_table_and_all_of_the_others(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var other = await portal.Process<PortalRegistry>().RegisterAsync("webhook:other", "other", 1, Stop);
        foreach (var id in new[] { portal.Row.Id, other.Id })
        {
            await FillAsync(portal.Storage, id);
        }

        await portal.Process<Installation>().EraseAsync(portal.Row.Id, Stop);

        Assert.All(await CountsAsync(portal.Storage, portal.Row.Id), count => Assert.Equal(0, count.Value));
        Assert.All(await CountsAsync(portal.Storage, other.Id), count => Assert.True(count.Value > 0, count.Key));
        Assert.Null(await portal.Process<PortalRegistry>().FindAsync(portal.Bitrix24.MemberId, Stop));
        Assert.NotNull(await portal.Process<PortalRegistry>().FindAsync("webhook:other", Stop));
    }

    [Theory, EveryDatabase]
    public async Task An_installation_after_a_removal_with_data_begins_anew(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);

        await portal.Process<Admission>().DismissAsync(portal.Row, erases: true, Stop);
        Assert.Equal(AdmissionOutcome.Admitted, await portal.AdmitAsync());

        var fresh = await portal.Process<PortalRegistry>().FindAsync(portal.Bitrix24.MemberId, Stop);
        Assert.NotEqual(portal.Row.Id, fresh!.Id);
        await using var db = portal.Storage.Open(portal.Row.Id);
        Assert.Contains(await db.Inbox.ToListAsync(Stop), mark => mark.Kind == InboxKind.Erasure);
        await portal.Process<Installation>().EraseAsync(portal.Row.Id, Stop);
        Assert.NotNull(await portal.Process<PortalClients>().ForAsync(fresh, Stop));
    }

    /// <summary>A row in every table of the portal, whatever tables there are.</summary>
    private static async Task FillAsync(AddonStorage storage, int portalId)
    {
        await using var db = storage.Open(portalId);
        var present = await CountsAsync(storage, portalId);
        foreach (var type in Owned(db).Where(type => present[type.ClrType.Name] == 0))
        {
            var row = Activator.CreateInstance(type.ClrType)!;
            foreach (var property in type.GetProperties().Where(p => !p.IsNullable && p.PropertyInfo?.GetValue(row) is null))
            {
                property.PropertyInfo!.SetValue(row, property.ClrType == typeof(string) ? "x" : property.ClrType == typeof(byte[]) ? new byte[] { 1 } : null);
            }

            db.Add(row);
        }

        await db.SaveChangesAsync(Stop);
    }

    private static async Task<Dictionary<string, int>> CountsAsync(AddonStorage storage, int portalId)
    {
        await using var db = storage.Open(portalId);
        var count = typeof(InstallationTests).GetMethod(nameof(CountAsync), BindingFlags.NonPublic | BindingFlags.Static)!;
        var counts = new Dictionary<string, int>();
        foreach (var type in Owned(db))
        {
            counts[type.ClrType.Name] = await (Task<int>)count.MakeGenericMethod(type.ClrType).Invoke(null, [db])!;
        }

        Assert.True(counts.Count >= 10, string.Join(", ", counts.Keys));
        return counts;
    }

    private static Task<int> CountAsync<T>(AddonDbContext db)
        where T : class, IPortalOwned => db.Set<T>().CountAsync(Stop);

    private static IEnumerable<IEntityType> Owned(AddonDbContext db) => db.Model.GetEntityTypes().Where(t => typeof(IPortalOwned).IsAssignableFrom(t.ClrType));
}
