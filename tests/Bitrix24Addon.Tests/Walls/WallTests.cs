using System.Reflection;
using Bitrix24.Client;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using NetArchTest.Rules;

namespace Bitrix24Addon.Tests.Walls;

/// <summary>What may know what. Beside each wall stands the proof that it can fall: the same question with a known answer.</summary>
public sealed class WallTests
{
    private const string Client = "Bitrix24.Client";
    private const string ClientParser = $"{Client}.Incoming";
    private const string Product = "Bitrix24Addon";
    private const string EntityFramework = "Microsoft.EntityFrameworkCore";

    private static readonly string[] Capabilities = ["Handoffs", "Norms", "Deadlines", "Reports", "Clients", "Proposals", "Economics", "Playbook"];

    private static readonly string[] ClientRooms = [$"{Product}.Collect", $"{Product}.Effects", $"{Product}.Portals"];

    // Reading what was posted calls nobody: of the client, Inbox knows the parser and nothing else.
    private const string ParserRoom = $"{Product}.Inbox";

    private static readonly string[] ClientWithoutParser =
        [.. typeof(Bitrix24Client).Assembly.GetExportedTypes().Where(t => t.Namespace != ClientParser).Select(t => t.FullName!)];

    private static readonly Assembly ProductAssembly = typeof(AddonDbContext).Assembly;

    public static TheoryData<string> EveryCapability => [.. Capabilities];

    [Theory, MemberData(nameof(EveryCapability))]
    public void A_capability_does_not_reach_into_another(string capability) =>
        Assert.Empty(Knowing(In(ProductAssembly, $"{Product}.{capability}"), [.. Capabilities.Where(c => c != capability).Select(c => $"{Product}.{c}")]));

    [Fact]
    public void That_a_capability_is_reached_into_would_be_seen() =>
        Assert.Contains(typeof(ReportPoster).FullName, Knowing(In(ProductAssembly, $"{Product}.Reports"), $"{Product}.Reports"));

    [Fact]
    public void Only_collect_effects_and_portals_use_the_client() => Assert.Empty(Strangers(ClientWithoutParser, ClientRooms));

    [Fact]
    public void Besides_them_only_the_inbox_uses_its_parser_of_posts() => Assert.Empty(Strangers([ClientParser], [.. ClientRooms, ParserRoom]));

    [Fact]
    public void That_the_client_is_used_would_be_seen()
    {
        Assert.All(ClientRooms, room => Assert.NotEmpty(Knowing(In(ProductAssembly, room), ClientWithoutParser)));
        Assert.NotEmpty(Knowing(In(ProductAssembly, ParserRoom), ClientParser));
    }

    [Fact]
    public void Metrics_are_calculated_without_database_network_schedule_and_clock() =>
        Assert.Empty(Knowing(In(ProductAssembly, $"{Product}.Facts.Metrics"), EntityFramework, "RestSharp", "Quartz", "System.TimeProvider"));

    [Theory]
    [InlineData("Norms.Deciding")]
    [InlineData("Rules.Documents")]
    [InlineData("Effects.Deciding")]
    public void What_decides_sees_no_database_network_schedule_and_clock(string room)
    {
        Assert.NotEmpty(In(ProductAssembly, $"{Product}.{room}").GetTypes());
        Assert.Empty(Knowing(In(ProductAssembly, $"{Product}.{room}"), EntityFramework, "RestSharp", "Quartz", "System.TimeProvider", $"{Product}.Storage"));
    }

    [Theory]
    [InlineData("Norms")]
    [InlineData("Rules")]
    public void Judging_cannot_reach_what_carries_effects_out(string room)
    {
        // Of the effects it knows their description, the markup of texts, and the outbox that keeps them.
        var harmless = new[] { typeof(Effect).FullName, typeof(CreateTask).FullName, typeof(Notify).FullName, typeof(SendMessage).FullName, typeof(SendReport).FullName, typeof(BbCode).FullName, typeof(Outbox).FullName, typeof(EffectRow).FullName, typeof(EffectState).FullName };
        var carriers = WrittenTypes(ProductAssembly).Where(t => t.Namespace!.StartsWith($"{Product}.Effects", StringComparison.Ordinal)).Select(t => t.FullName!).Except(harmless).ToArray();

        Assert.Contains(typeof(EffectRunner).FullName, carriers);
        Assert.Empty(Knowing(In(ProductAssembly, $"{Product}.{room}"), [.. carriers!, Client]));
        Assert.NotEmpty(Knowing(In(ProductAssembly, $"{Product}.Reports"), carriers!));
    }

    [Fact]
    public void What_if_does_not_even_reach_the_outbox()
    {
        Assert.Empty(Knowing(Types.InAssembly(ProductAssembly).That().HaveName(nameof(NormWhatIf), "NormFactsReader", "NormValues", "NormSession"), typeof(Outbox).FullName!));
        Assert.NotEmpty(Knowing(Types.InAssembly(ProductAssembly).That().HaveName(nameof(NormClose)), typeof(Outbox).FullName!));
    }

    [Fact]
    public void That_database_and_clock_are_used_would_be_seen()
    {
        Assert.NotEmpty(Knowing(In(ProductAssembly, $"{Product}.Facts"), EntityFramework));
        Assert.NotEmpty(Knowing(In(ProductAssembly, $"{Product}.Collect"), "System.TimeProvider"));
        Assert.NotEmpty(Knowing(In(typeof(Bitrix24Client).Assembly, Client), "RestSharp"));
    }

    [Fact]
    public void The_client_knows_neither_the_product_nor_a_database() =>
        Assert.Empty(Knowing(In(typeof(Bitrix24Client).Assembly, Client), Product, EntityFramework, "Bitrix24.PortalSimulator"));

    [Fact]
    public void Reading_posts_sees_no_network_file_and_clock()
    {
        string[] world = ["RestSharp", "System.Net.Http", "System.IO", "System.TimeProvider", "Microsoft.Extensions"];

        Assert.Empty(Knowing(In(typeof(Bitrix24Client).Assembly, ClientParser), world));
        Assert.NotEmpty(Knowing(In(typeof(Bitrix24Client).Assembly, Client), world));
    }

    [Fact]
    public void The_simulator_knows_neither_the_client_nor_the_product()
    {
        var simulator = typeof(SimulatedPortal).Assembly;

        Assert.Empty(Knowing(In(simulator, "Bitrix24.PortalSimulator"), Client, Product));
        Assert.DoesNotContain(simulator.GetReferencedAssemblies(), a => a.Name!.StartsWith(Client, StringComparison.Ordinal) || a.Name.StartsWith(Product, StringComparison.Ordinal));
        Assert.NotEmpty(Knowing(In(simulator, "Bitrix24.PortalSimulator"), "Microsoft.AspNetCore"));
    }

    [Theory]
    [InlineData("Bitrix24Addon.Storage.Sqlite")]
    [InlineData("Bitrix24Addon.Storage.Postgres")]
    public void Storage_assemblies_hold_migrations_only(string name)
    {
        var types = WrittenTypes(Assembly.Load(name));

        Assert.Contains(types, type => type.IsSubclassOf(typeof(Migration)));
        Assert.All(types, type => Assert.True(IsOfMigrations(type), $"{type} does not belong into {name}"));
        Assert.Contains(WrittenTypes(ProductAssembly), type => !IsOfMigrations(type));
    }

    private static List<string> Strangers(string[] parts, string[] rooms) =>
        [.. Knowing(In(ProductAssembly, Product), parts).Where(type => !rooms.Any(room => type.StartsWith(room + ".", StringComparison.Ordinal)))];

    private static bool IsOfMigrations(Type type) => type.IsSubclassOf(typeof(Migration)) || type.IsSubclassOf(typeof(ModelSnapshot))
        || typeof(IDesignTimeDbContextFactory<AddonDbContext>).IsAssignableFrom(type);

    private static List<Type> WrittenTypes(Assembly assembly) =>
        [.. assembly.GetTypes().Where(t => !t.IsNested && t.Namespace?.StartsWith(Product, StringComparison.Ordinal) == true)];

    private static PredicateList In(Assembly assembly, string room) => Types.InAssembly(assembly).That().ResideInNamespace(room);

    private static List<string> Knowing(PredicateList types, params string[] others) =>
        [.. types.ShouldNot().HaveDependencyOnAny(others).GetResult().FailingTypeNames?.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()];
}
