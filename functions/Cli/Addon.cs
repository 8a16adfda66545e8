using System.Reflection;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Rules;
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
    public Addon(Terminal terminal, IReadOnlyDictionary<string, string?>? settings)
    {
        Terminal = terminal;
        Configuration = ReadConfiguration(settings);
        _services = new Lazy<ServiceProvider>(() => new ServiceCollection()
            .AddSingleton(_ => new AddonStorage(Configuration["Storage:ConnectionString"] is { Length: > 0 } text ? text : "Data Source=data/addon.db"))
            .AddSingleton<PortalRegistry>()
            .AddSingleton<ReportBuilder>()
            .AddSingleton<RuleBook>()
            .AddSingleton<NormWhatIf>()
            .AddBitrix24Client()
            .BuildServiceProvider());
    }

    public Terminal Terminal { get; }

    public Texts Texts => Terminal.Texts;

    public IConfiguration Configuration { get; }

    public TimeProvider Time => _services.Value.GetRequiredService<TimeProvider>();

    public AddonStorage Storage => _services.Value.GetRequiredService<AddonStorage>();

    public PortalRegistry Registry => _services.Value.GetRequiredService<PortalRegistry>();

    public ReportBuilder Reports => _services.Value.GetRequiredService<ReportBuilder>();

    public RuleBook Rules => _services.Value.GetRequiredService<RuleBook>();

    public NormWhatIf WhatIf => _services.Value.GetRequiredService<NormWhatIf>();

    /// <summary>Calls the portal of the configured webhook.</summary>
    /// <exception cref="ProblemException">The address is missing or cannot be one.</exception>
    public Bitrix24Client Client => _services.Value.GetRequiredService<Bitrix24ClientFactory>().Create(WebhookAddress.Read(Configuration));

    /// <summary>The key under which the portal of a webhook is kept.</summary>
    public static string KeyOf(Bitrix24Client client) => $"webhook:{client.Credentials.Portal}";

    /// <summary>
    /// Makes sure that the portal answers, then that the database is ready and knows the portal: a wrong address leaves no trace.
    /// </summary>
    /// <exception cref="ProblemException">Address or database cannot be used.</exception>
    /// <exception cref="Bitrix24Exception">The portal cannot be called.</exception>
    public async Task<ConnectedPortal> ConnectAsync(CancellationToken cancellationToken)
    {
        var client = Client;
        var outcomes = await client.BatchAsync(
            [new("time", CommonMethods.ServerTime()), new("profile", UserMethods.Profile())], cancellationToken: cancellationToken);
        var profile = outcomes["profile"].Require(UserMethods.ProfileMethod).Result.As(Bitrix24JsonContext.Default.Profile);
        var owner = ((WebhookCredentials)client.Credentials).UserId;
        if (profile?.Id is null)
        {
            throw new ProblemException("Problems.owner_dismissed", client.Credentials.Portal, owner);
        }

        await Storage.MigrateAsync(cancellationToken);
        var portal = await Registry.RegisterAsync(KeyOf(client), client.Credentials.Portal, owner, cancellationToken);
        await UseLanguageAsync(portal, cancellationToken);
        var time = outcomes["time"].Require(CommonMethods.ServerTimeMethod).Result.GetString();
        return new ConnectedPortal(client, portal, profile.TimeZone, DateTimeOffset.TryParse(time, null, out var now) ? now.Offset : TimeSpan.Zero);
    }

    /// <summary>The portal as our database knows it, without calling it.</summary>
    /// <exception cref="ProblemException">It was never read, or address or database cannot be used.</exception>
    public async Task<PortalRow> FindAsync(CancellationToken cancellationToken)
    {
        var client = Client;
        await Storage.MigrateAsync(cancellationToken);
        var portal = await Registry.FindAsync(KeyOf(client), cancellationToken)
            ?? throw new ProblemException("Reports.nothing_read", client.Credentials.Portal);
        await UseLanguageAsync(portal, cancellationToken);
        return portal;
    }

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

/// <summary>A portal that answered.</summary>
/// <param name="Client">Calls it.</param>
/// <param name="Portal">Its row.</param>
/// <param name="OwnerTimeZone">The zone of the webhook's owner, or null.</param>
/// <param name="ServerOffset">The offset its server writes times in.</param>
internal sealed record ConnectedPortal(Bitrix24Client Client, PortalRow Portal, string? OwnerTimeZone, TimeSpan ServerOffset);
