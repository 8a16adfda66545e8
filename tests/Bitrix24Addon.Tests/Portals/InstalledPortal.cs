using Bitrix24.Client;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Tests.Portals;

/// <summary>A portal in which the application was installed, with the parts that keep and use its tokens.</summary>
internal sealed class InstalledPortal : IAsyncDisposable
{
    public const string ApplicationToken = "applicationToken1";

    private readonly DatabaseUnderTest _database;
    private readonly string _keys = Directory.CreateTempSubdirectory("addon-keys-").FullName;
    private readonly List<ServiceProvider> _processes = [];

    private InstalledPortal(DatabaseUnderTest database, FakeBitrix24 bitrix24)
    {
        _database = database;
        Bitrix24 = bitrix24;
        Storage = new AddonStorage(database.ConnectionString);
    }

    public FakeBitrix24 Bitrix24 { get; }

    public AddonStorage Storage { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 18, 9, 0, 0, TimeSpan.Zero));

    public PortalRow Row { get; private set; } = null!;

    public Dictionary<string, string?> Settings { get; } = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<InstalledPortal> StartAsync(DatabaseKind kind)
    {
        var portal = new InstalledPortal(await DatabaseUnderTest.CreateAsync(kind), await FakeBitrix24.StartAsync());
        portal.Settings["Bitrix24:ClientId"] = FakeBitrix24.ClientId;
        portal.Settings["Bitrix24:ClientSecret"] = FakeBitrix24.ClientSecret;
        portal.Settings["Bitrix24:OAuthServer"] = portal.Bitrix24.Address.ToString();
        portal.Settings["Bitrix24:AllowInsecureLoopback"] = "true";
        portal.Settings["App:PublicUrl"] = "https://addon.example.com/";
        await portal.Storage.MigrateAsync(Stop);
        Assert.Equal(AdmissionOutcome.Admitted, await portal.AdmitAsync());
        portal.Row = (await new PortalRegistry(portal.Storage, portal.Clock).FindAsync(portal.Bitrix24.MemberId, Stop))!;
        return portal;
    }

    /// <summary>The parts as one process of the program has them.</summary>
    public T Process<T>()
        where T : class
    {
        var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(Storage)
            .AddSingleton(new KeyRing(_keys))
            .AddSingleton(new ConnectionSettings(new ConfigurationBuilder().AddInMemoryCollection(Settings).Build()))
            .AddSingleton<PortalRegistry>().AddSingleton<PortalClients>().AddSingleton<Admission>().AddSingleton<PostAuthentication>().AddSingleton<Installation>()
            .AddBitrix24Client(options => (options.RequestThreshold, options.MaxRetries, options.MaxAdaptiveDelay) = (10_000, 0, TimeSpan.Zero))
            .BuildServiceProvider();
        _processes.Add(services);
        return services.GetRequiredService<T>();
    }

    public Task<AdmissionOutcome> AdmitAsync(string applicationToken = ApplicationToken) => Process<Admission>().AdmitAsync(
        new InstallationClaim(Bitrix24.MemberId, Bitrix24.Host, $"{Bitrix24.Address}rest/", Bitrix24.Grant(), applicationToken), Stop);

    /// <summary>The tokens as one process of the program has them.</summary>
    public StoredTokens Tokens() => Process<Bitrix24ClientFactory>().CreateTokens(
        Store(),
        () => Process<Bitrix24ClientFactory>().CreateOAuthServer(
            Bitrix24.Address, new OAuthApplication(FakeBitrix24.ClientId, FakeBitrix24.ClientSecret), allowInsecureLoopback: true));

    /// <summary>Where the tokens lie.</summary>
    public PortalTokens Store() => new(Storage, new KeyRing(_keys), Clock, Row);

    public async Task<PortalAccessRow?> AccessAsync()
    {
        await using var db = Storage.Open(Row.Id);
        return await db.Access.AsNoTracking().SingleOrDefaultAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Bitrix24.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }
}
