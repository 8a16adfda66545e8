using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Walls;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Bitrix24Addon.Tests.Storage;

/// <summary>One portal cannot reach another's rows because of how the model is made, whatever tables are added later.</summary>
public sealed class TenantModelTests
{
    // Rows of no portal: the portals themselves, and the pace of an address, which holds nothing of a customer.
    private static readonly string[] OfNobody = [nameof(PortalRow), nameof(RequestBucketRow)];

    // Rows with a running number of their own, which nothing looks up without the filter.
    private static readonly string[] NumberedThroughout = ["EffectRow", nameof(RestLogRow)];

    // Who works for all portals in turn, or finds out of which one a post is.
    private static readonly string[] LookAcross =
    [
        "functions/Work/BackgroundWork.cs", "src/Bitrix24Addon.Demo/DemoAddon.cs", "src/Bitrix24Addon/Inbox/InboxClaim.cs",
        "src/Bitrix24Addon/Portals/Admission.Registering.cs", "src/Bitrix24Addon/Portals/PortalRegistry.cs", "src/Bitrix24Addon/Portals/PostAuthentication.cs",
        "src/Bitrix24Addon/Portals/Sessions.cs", "src/Bitrix24Addon/Schedule/DueTimers.cs",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Every_row_belongs_to_a_portal_has_a_filter_and_a_key_that_begins_with_the_portal(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var db = new AddonStorage(database.ConnectionString).Open();
        var types = db.Model.GetEntityTypes().Where(t => t.ClrType.Assembly == typeof(PortalRow).Assembly).ToList();
        Assert.True(types.Count >= 15, string.Join(", ", types.Select(t => t.Name)));

        foreach (var type in types.Where(t => !OfNobody.Contains(t.ClrType.Name)))
        {
            var name = type.ClrType.Name;
            Assert.True(typeof(IPortalOwned).IsAssignableFrom(type.ClrType), $"{name} belongs to no portal.");
            Assert.True(type.GetDeclaredQueryFilters().Any(f => f.Expression!.ToString().Contains(nameof(IPortalOwned.PortalId), StringComparison.Ordinal)), $"{name} is not filtered.");
            if (!NumberedThroughout.Contains(name))
            {
                Assert.True(BeginsWithPortal(type.FindPrimaryKey()!.Properties), $"{name}'s key does not begin with the portal.");
            }

            Assert.All(
                type.GetIndexes().Where(i => i.IsUnique), index => Assert.True(BeginsWithPortal(index.Properties), $"Two portals of {name} share the values of {index.DisplayName()}."));
            Assert.Empty(type.GetForeignKeys());
        }
    }

    [Fact]
    public void Only_who_works_for_all_portals_looks_past_the_filter()
    {
        var sources = new[] { "src", "functions" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Where(file => !file.Contains("/obj/", StringComparison.Ordinal));

        var looking = sources.Where(file => File.ReadAllText(Path.Combine(Repository.Root, file)).Contains("IgnoreQueryFilters", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

        Assert.Equal(LookAcross, looking);
    }

    [Theory, EveryDatabase]
    public async Task A_row_of_a_portal_is_stamped_with_it_whatever_it_says_itself(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        await using (var db = storage.Open(2))
        {
            db.Settings.Add(new SettingsRow { PortalId = 1, Version = 1, Document = "{}" });
            await db.SaveChangesAsync(Stop);
            Assert.Throws<InvalidOperationException>(() => db.ChoosePortal(1));
        }

        await using var first = storage.Open(1);
        await using var second = storage.Open(2);
        Assert.Equal((0, 1), (await first.Settings.CountAsync(Stop), await second.Settings.CountAsync(Stop)));
        Assert.Equal(0, await first.Settings.ExecuteDeleteAsync(Stop));
        Assert.Equal(1, await second.Settings.CountAsync(Stop));
    }

    private static bool BeginsWithPortal(IReadOnlyList<IReadOnlyProperty> properties) => properties[0].Name == nameof(IPortalOwned.PortalId);
}
