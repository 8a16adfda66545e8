using System.Net;
using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Generator;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>A simulated portal with a made-up sales department and the program itself beside it, both over HTTP on this machine and on one clock.</summary>
public sealed class ServedPortal : IAsyncDisposable
{
    /// <summary>The people of the department: its administrator, the head of sales, an operator of the call centre, a client manager.</summary>
    public const long Administrator = 1, Head = 2, Operator = 11, ClientManager = 31;

    /// <summary>A Wednesday afternoon in Moscow, six weeks into the department's history.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 18, 15, 0, 0, TimeSpan.FromHours(3));

    private const int Seed = 1;

    private readonly CancellationTokenSource _stop = new();
    private readonly string _keys = Directory.CreateTempSubdirectory("addon-keys-").FullName;
    private readonly DatabaseUnderTest _database;
    private readonly Uri _address;
    private readonly Dictionary<string, string?> _settings;
    private Task<int> _program = Task.FromResult(0);

    private ServedPortal(SimulatedPortal portal, SimulatedClock clock, DatabaseUnderTest database, Uri address)
    {
        (Portal, Clock, _database, _address) = (portal, clock, database, address);
        Storage = new AddonStorage(database.ConnectionString);
        Registry = new PortalRegistry(Storage, clock);
        _settings = new Dictionary<string, string?>
        {
            ["urls"] = address.ToString(),
            ["App:PublicUrl"] = address.ToString(),
            ["Storage:ConnectionString"] = database.ConnectionString,
            ["Security:KeyRing"] = _keys,
            ["Bitrix24:ClientId"] = portal.Options.ClientId,
            ["Bitrix24:ClientSecret"] = portal.Options.ClientSecret,
            ["Bitrix24:OAuthServer"] = portal.OAuthServerAddress.ToString(),
            ["Bitrix24:AllowInsecureLoopback"] = "true",
            ["Bitrix24:WebhookUrl"] = "",
            ["Bitrix24:OutgoingWebhookToken"] = "",
            ["App:BackgroundWork"] = "true",
            ["Logging:LogLevel:Default"] = "None",
        };
    }

    public SimulatedPortal Portal { get; }

    public SimulatedClock Clock { get; }

    public AddonStorage Storage { get; }

    public PortalRegistry Registry { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts both; the application may be installed, nobody has done so.</summary>
    public static async Task<ServedPortal> StartAsync(int managers = 12)
    {
        var clock = new SimulatedClock(Now, 1);
        var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { TimeProvider = clock }.WithoutLimits(), Stop);
        portal.Apply(DepartmentGenerator.Generate(Seed, Now, managers));
        var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        ServedAddon.FreeUrl(out var address);
        (portal.Options.ApplicationUrl, portal.Options.InstallationUrl) = (new Uri(address, "bitrix24/app"), new Uri(address, "bitrix24/install"));
        var served = new ServedPortal(portal, clock, database, address);
        await served.ServeAsync();
        return served;
    }

    /// <summary>Installs the application without a visitor, sets it up, and waits until it has read the history.</summary>
    public async Task InstallAsync(PortalSettings? settings = null)
    {
        Assert.Equal(HttpStatusCode.OK, await Portal.InstallAsync(Portal.Options.InstallationUrl!, cancellationToken: Stop));
        await Registry.PutSettingsAsync(await PortalAsync(), settings ?? new PortalSettings(), Stop);
        await UntilHistoryAsync();
    }

    /// <summary>Puts the demonstration's norm in force.</summary>
    public async Task PutNormAsync() =>
        Assert.Equal(0, await AddonProgram.RunAsync(
            ["rules", "put", Path.Combine(RepositoryRoot.Folder, "examples", "norm-calls-demo.json")], _settings, clock: new SharedClock(Clock, 1), cancellationToken: Stop));

    /// <summary>Waits until the history is read.</summary>
    public Task UntilHistoryAsync() => ServedAddon.WaitAsync(async () => (await PortalAsync()).HistoryCompleteAtMs is not null);

    /// <summary>The portal as the add-on knows it.</summary>
    public async Task<PortalRow> PortalAsync()
    {
        await using var db = Storage.Open();
        return await db.Portals.AsNoTracking().SingleAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _program;
        _stop.Dispose();
        await Portal.DisposeAsync();
        Clock.Dispose();
        await _database.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }

    private async Task ServeAsync()
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _program = Task.Run(() => AddonProgram.RunAsync(["serve"], _settings, _ => listening.TrySetResult(), new SharedClock(Clock, 1), cancellationToken: _stop.Token));
        Assert.True(await Task.WhenAny(listening.Task, _program) == listening.Task, "The program ended before it listened.");
    }
}

/// <summary>One portal with the application set up, its history read and a norm in force, for tests that change nothing in it; started when the first needs it.</summary>
public sealed class SharedPortal : IAsyncDisposable
{
    private readonly Lazy<Task<ServedPortal>> _started = new(async () =>
    {
        var portal = await ServedPortal.StartAsync();
        await portal.InstallAsync();
        await portal.PutNormAsync();
        return portal;
    });

    public Task<ServedPortal> StartedAsync() => _started.Value;

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _started.Value).DisposeAsync();
        }
    }
}
