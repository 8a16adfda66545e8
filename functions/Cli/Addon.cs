using System.Reflection;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Functions.Hosting;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Handoffs;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>The parts of the add-on as one run of the program needs them, made from the configuration when first asked for.</summary>
internal sealed class Addon : IAsyncDisposable
{
    private readonly Lazy<ServiceProvider> _services;

    /// <param name="terminal">Where the run speaks.</param>
    /// <param name="settings">Configuration that wins over environment and files.</param>
    /// <exception cref="ProblemException">A configuration file is damaged.</exception>
    /// <param name="time">The clock of the add-on; null for the system's.</param>
    /// <param name="timings">How long processes wait for each other; null for what Bitrix24 demands.</param>
    public Addon(Terminal terminal, IReadOnlyDictionary<string, string?>? settings, SharedClock? time = null, WorkTimings? timings = null)
    {
        Terminal = terminal;
        Configuration = ReadConfiguration(settings);
        Time = time ?? TimeProvider.System;
        _services = new Lazy<ServiceProvider>(() => new ServiceCollection()
            .AddSingleton(Time)
            .AddSingleton(timings ?? new WorkTimings())
            .AddSingleton<WorkSignal>()
            .AddLogging(log => log.AddSimpleConsole().AddFilter((_, level) => IsServing && level >= LowestLevel))
            .AddSingleton(_ => new AddonStorage(Configuration["Storage:ConnectionString"] is { Length: > 0 } text ? text : "Data Source=data/addon.db"))
            .AddSingleton(new ConnectionSettings(Configuration))
            .AddSingleton(services => KeyRing.Of(Configuration["Security:KeyRing"], services.GetRequiredService<AddonStorage>()))
            .AddSingleton<PortalRegistry>()
            .AddSingleton<PortalClients>()
            .AddSingleton<Admission>()
            .AddSingleton<PostAuthentication>()
            .AddSingleton<Sessions>()
            .AddSingleton<Installation>()
            .AddSingleton<InboxWriter>()
            .AddSingleton<InboxGroupCommit>()
            .AddSingleton<ReportBuilder>()
            .AddSingleton<ReportPoster>()
            .AddSingleton<RuleBook>()
            .AddSingleton<NormWhatIf>()
            .AddSingleton<HandoffWhatIf>()
            .AddSingleton<IRequestBucketStore, RequestBuckets>()
            .AddSingleton<RestLog>()
            .AddSingleton<Retention>()
            .AddSingleton<Erasure>()
            .AddSingleton<Preparation>()
            .AddBitrix24Client(options =>
            {
                options.UserAgent = "Bitrix24Addon/1.0";
                options.MayConnect = new PortalAddressGuard(Connection.AllowsInsecureLoopback).MayConnect;
                options.MachineTime = Time.OfTheMachine();

                // The portal of a clock that runs fast counts by it too.
                options.DrainPerSecond *= Time.Pace();
                options.EnterpriseDrainPerSecond *= Time.Pace();
            })
            .AddOptions<Bitrix24ClientOptions>().Configure<RestLog>((options, log) => options.Exchanged = log.Note).Services
            .BuildServiceProvider());
    }

    public Terminal Terminal { get; }

    /// <summary>The Functions host that started this process; null for none.</summary>
    public FunctionsHost? Host => FunctionsHost.Of(Configuration);

    /// <summary>
    /// Whether a server works off by itself what its doors note down; false where other processes do. Under a Functions host its ticks do, for whoever is
    /// frozen between invocations must hold no turn and no lock then.
    /// </summary>
    /// <exception cref="ProblemException">The setting is neither true nor false.</exception>
    public bool WorksInBackground => Configuration["App:BackgroundWork"] switch
    {
        null or "" => Host is null,
        { } text when bool.TryParse(text, out var works) => works,
        { } text => throw new ProblemException("Cli.not_true_or_false", "App__BackgroundWork", text),
    };

    /// <summary>The run is a server: what goes wrong in the background is logged.</summary>
    public bool IsServing { get; set; }

    public Texts Texts => Terminal.Texts;

    private LogLevel LowestLevel =>
        Enum.TryParse<LogLevel>(Configuration["Logging:LogLevel:Bitrix24"] ?? Configuration["Logging:LogLevel:Default"], ignoreCase: true, out var level)
            ? level
            : LogLevel.Information;

    public IConfiguration Configuration { get; }

    public TimeProvider Time { get; }

    /// <summary>How long processes wait for each other.</summary>
    public WorkTimings Timings => _services.Value.GetRequiredService<WorkTimings>();

    public AddonStorage Storage => _services.Value.GetRequiredService<AddonStorage>();

    /// <summary>What each way of running the program needs.</summary>
    public DoctorOfHosting Hosting => new(Configuration, Storage);

    /// <summary>What a server needs before it can touch the database.</summary>
    public Preparation Preparation => _services.Value.GetRequiredService<Preparation>();

    /// <summary>What was called and how it ended.</summary>
    public RestLog RestLog => _services.Value.GetRequiredService<RestLog>();

    public PortalRegistry Registry => _services.Value.GetRequiredService<PortalRegistry>();

    public ReportBuilder Reports => _services.Value.GetRequiredService<ReportBuilder>();

    public ReportPoster Poster => _services.Value.GetRequiredService<ReportPoster>();

    public ConnectionSettings Connection => _services.Value.GetRequiredService<ConnectionSettings>();

    public RuleBook Rules => _services.Value.GetRequiredService<RuleBook>();

    public HandoffWhatIf HandoffWhatIf => _services.Value.GetRequiredService<HandoffWhatIf>();

    public NormWhatIf WhatIf => _services.Value.GetRequiredService<NormWhatIf>();

    public Retention Retention => _services.Value.GetRequiredService<Retention>();

    public Erasure Erasure => _services.Value.GetRequiredService<Erasure>();

    public PortalClients Clients => _services.Value.GetRequiredService<PortalClients>();

    public Admission Admission => _services.Value.GetRequiredService<Admission>();

    public PostAuthentication Authentication => _services.Value.GetRequiredService<PostAuthentication>();

    public Sessions Sessions => _services.Value.GetRequiredService<Sessions>();

    /// <summary>Wakes the background work of this process.</summary>
    public WorkSignal Signal => _services.Value.GetRequiredService<WorkSignal>();

    public InboxWriter Inbox => _services.Value.GetRequiredService<InboxWriter>();

    /// <summary>Where the doors leave what they were told.</summary>
    public InboxGroupCommit GroupCommit => _services.Value.GetRequiredService<InboxGroupCommit>();

    public Installation Installation => _services.Value.GetRequiredService<Installation>();

    /// <summary>The portal that the person named, or null.</summary>
    public string? PortalHost { get; set; }

    /// <summary>Told the server's addresses once it listens.</summary>
    public Action<IReadOnlyCollection<string>>? Listening { get; init; }

    /// <summary>The portal that this run is about, once it is chosen; for messages.</summary>
    public string ChosenHost { get; private set; } = "";

    /// <summary>
    /// Makes sure that the portal answers, then that the database is ready and knows the portal: a wrong address leaves no trace.
    /// </summary>
    /// <exception cref="ProblemException">Address or database cannot be used.</exception>
    /// <exception cref="Bitrix24Exception">The portal cannot be called.</exception>
    public async Task<ConnectedPortal> ConnectAsync(CancellationToken cancellationToken)
    {
        var chosen = await ChooseAsync(cancellationToken);
        var client = await ClientAsync(chosen, cancellationToken);
        var outcomes = await client.BatchAsync(
            [new("time", CommonMethods.ServerTime()), new("profile", UserMethods.Profile())], cancellationToken: cancellationToken);
        var profile = outcomes["profile"].Require(UserMethods.ProfileMethod).Result.As(Bitrix24JsonContext.Default.Profile);
        if (profile?.Id is null)
        {
            throw new ProblemException("Problems.owner_dismissed", chosen.Host, chosen.OwnerUserId);
        }

        await Storage.MigrateAsync(cancellationToken);
        var portal = chosen.Row ?? await Registry.RegisterAsync(chosen.Key, chosen.Host, chosen.OwnerUserId, cancellationToken);
        await UseLanguageAsync(portal, cancellationToken);
        var time = outcomes["time"].Require(CommonMethods.ServerTimeMethod).Result.GetString();
        return new ConnectedPortal(client, portal, profile.TimeZone, DateTimeOffset.TryParse(time, null, out var now) ? now.Offset : TimeSpan.Zero);
    }

    /// <summary>The portal as our database knows it, without calling it.</summary>
    /// <exception cref="ProblemException">It was never read, or address or database cannot be used.</exception>
    public async Task<PortalRow> FindAsync(CancellationToken cancellationToken)
    {
        var chosen = await ChooseAsync(cancellationToken);
        await Storage.MigrateAsync(cancellationToken);
        var portal = await Registry.FindAsync(chosen.Key, cancellationToken) ?? throw new ProblemException("Reports.nothing_read", chosen.Host);
        await UseLanguageAsync(portal, cancellationToken);
        return portal;
    }

    /// <summary>
    /// All that our database knows of the portal that the run is about, also what stayed there when the application was removed or a webhook taken away:
    /// one host may have been connected in several ways.
    /// </summary>
    /// <exception cref="ProblemException">Nothing is known of it, or address or database cannot be used.</exception>
    public async Task<IReadOnlyList<PortalRow>> FindEveryAsync(CancellationToken cancellationToken)
    {
        var known = await KnownAsync(mayMigrate: true, cancellationToken);
        var portals = OfHost(PortalHost ?? "");
        if (portals.Count == 0)
        {
            portals = OfHost((await FindAsync(cancellationToken)).Host);
        }

        ChosenHost = portals[0].Host;
        foreach (var portal in portals)
        {
            await UseLanguageAsync(portal, cancellationToken);
        }

        return portals;

        List<PortalRow> OfHost(string host) => known.FindAll(p => string.Equals(p.Host, host, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The portal that the run is about: the one that the person named, else that of the webhook, else the only installed one.</summary>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <param name="mayMigrate">False where nothing may be changed.</param>
    /// <exception cref="ProblemException">There is none, or several, or the address cannot be one.</exception>
    public async Task<ChosenPortal> ChooseAsync(CancellationToken cancellationToken, bool mayMigrate = true)
    {
        if (Connection.Webhook is { } webhook && IsNamed(webhook.Portal))
        {
            ChosenHost = webhook.Portal;
            return new ChosenPortal(PortalClients.WebhookKey(webhook.Portal), webhook.Portal, webhook.UserId, null);
        }

        var installed = await InstalledAsync(mayMigrate, cancellationToken);
        var hosts = string.Join(", ", installed.Select(p => p.Host).DefaultIfEmpty(Texts.Get("Cli.no_portals")));
        switch (installed.Where(p => IsNamed(p.Host)).ToList())
        {
            case [var portal]:
                ChosenHost = portal.Host;
                return new ChosenPortal(portal.Key, portal.Host, portal.OwnerUserId, portal);
            case [] when PortalHost is { } host:
                throw new ProblemException("Cli.unknown_portal", host, hosts);
            case []:
                throw new ProblemException("Cli.webhook_missing");
            default:
                throw new ProblemException("Cli.several_portals", hosts);
        }

        bool IsNamed(string host) => PortalHost is null || string.Equals(PortalHost, host, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Calls a portal.</summary>
    /// <exception cref="ProblemException">The application has no access to it.</exception>
    public async Task<Bitrix24Client> ClientAsync(ChosenPortal portal, CancellationToken cancellationToken) => portal.Row is null
        ? Clients.For(Connection.Webhook!)
        : await Clients.ForAsync(portal.Row, cancellationToken) ?? throw new ProblemException("Portals.no_access", portal.Host);

    /// <summary>Speaks the language of the portal's settings from now on, when it has settings.</summary>
    public async Task UseLanguageAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        await using var db = Storage.Open(portal.Id);
        if (await db.Settings.AnyAsync(cancellationToken))
        {
            Terminal.Texts = Texts.For((await Registry.ContextAsync(portal, cancellationToken)).Settings.Language);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_services.IsValueCreated)
        {
            await _services.Value.DisposeAsync();
        }
    }

    private async Task<List<PortalRow>> InstalledAsync(bool mayMigrate, CancellationToken cancellationToken) =>
        (await KnownAsync(mayMigrate, cancellationToken)).FindAll(p => p is { UninstalledAtMs: null, IsByWebhook: false });

    private async Task<List<PortalRow>> KnownAsync(bool mayMigrate, CancellationToken cancellationToken)
    {
        await using var db = Storage.Open();
        if (!await db.Database.CanConnectAsync(cancellationToken) || !(await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Any())
        {
            return [];
        }

        if (mayMigrate)
        {
            await Storage.MigrateAsync(cancellationToken);
        }

        return await db.Portals.AsNoTracking().OrderBy(p => p.Host).ThenBy(p => p.Id).ToListAsync(cancellationToken);
    }

    private static IConfigurationRoot ReadConfiguration(IReadOnlyDictionary<string, string?>? settings)
    {
        try
        {
            return new ConfigurationBuilder()
                .SetBasePath(Directory.GetCurrentDirectory())
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddJsonFile("appsettings.json", optional: true)
                .AddUserSecrets(Assembly.GetExecutingAssembly(), optional: true)
                .AddEnvironmentVariables()
                .AddInMemoryCollection(settings ?? new Dictionary<string, string?>())
                .Build();
        }
        catch (Exception damaged) when (damaged is InvalidDataException or FormatException)
        {
            throw new ProblemException("Cli.configuration_damaged", damaged, (damaged.InnerException ?? damaged).Message);
        }
    }
}

/// <summary>A portal that a run is about.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Host">Its host.</param>
/// <param name="OwnerUserId">In whose name we call.</param>
/// <param name="Row">Its row when the application is installed there; null for the portal of the webhook.</param>
internal sealed record ChosenPortal(string Key, string Host, long OwnerUserId, PortalRow? Row);

/// <summary>A portal that answered.</summary>
/// <param name="Client">Calls it.</param>
/// <param name="Portal">Its row.</param>
/// <param name="OwnerTimeZone">The zone of the owner of webhook or token, or null.</param>
/// <param name="ServerOffset">The offset its server writes times in.</param>
internal sealed record ConnectedPortal(Bitrix24Client Client, PortalRow Portal, string? OwnerTimeZone, TimeSpan ServerOffset);
