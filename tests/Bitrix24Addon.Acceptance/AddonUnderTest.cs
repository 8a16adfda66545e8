using System.Text.Json;
using Bitrix24.Client;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Bitrix24Addon.Acceptance;

/// <summary>The add-on's own parts, put together as the program does it, against any portal by webhook.</summary>
public sealed class AddonUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly SentToPortal _sent;

    private AddonUnderTest(ServiceProvider services, SentToPortal sent, AddonStorage storage, PortalRegistry registry, Bitrix24Client client, PortalRow portal, TimeProvider time)
    {
        _services = services;
        _sent = sent;
        Storage = storage;
        Registry = registry;
        Client = client;
        Portal = portal;
        Time = time;
    }

    public AddonStorage Storage { get; }

    public PortalRegistry Registry { get; }

    public Bitrix24Client Client { get; }

    public PortalRow Portal { get; }

    public TimeProvider Time { get; }

    public ReportBuilder Reports => new(Storage, Registry);

    public static async Task<AddonUnderTest> StartAsync(
        string connectionString, Uri webhook, TimeProvider time, Action<Bitrix24ClientOptions>? configure = null, Func<DelegatingHandler>? handler = null,
        CancellationToken cancellationToken = default)
    {
        var sent = new SentToPortal();
        var collection = new ServiceCollection().AddSingleton(time).AddBitrix24Client(configure)
            .ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler(sent.Handler));
        if (handler is not null)
        {
            collection.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler(handler));
        }

        var services = collection.BuildServiceProvider();
        var storage = new AddonStorage(connectionString);
        await storage.MigrateAsync(cancellationToken);
        var credentials = WebhookCredentials.Parse(webhook.ToString(), allowInsecureLoopback: true);
        var registry = new PortalRegistry(storage, time);
        var portal = await registry.RegisterAsync($"webhook:{credentials.Portal}", credentials.Portal, credentials.UserId, cancellationToken);
        var client = services.GetRequiredService<Bitrix24ClientFactory>().Create(credentials);
        return new AddonUnderTest(services, sent, storage, registry, client, portal, time);
    }

    public async Task<SyncResult> SyncAsync(
        CancellationToken cancellationToken, long? sinceMs = null, IProgress<SyncProgress>? progress = null, bool acceptDeletions = false, bool findDeletions = true, long? goesOnSinceMs = null)
    {
        var lease = await TakeAsync(LeaseNames.Sync);
        try
        {
            return await new PortalSync(Storage, Client, Time, lease) { AcceptDeletions = acceptDeletions, FindDeletions = findDeletions, GoesOnSinceMs = goesOnSinceMs }
                .RunAsync(Portal, sinceMs, progress, cancellationToken);
        }
        finally
        {
            await new Leases(Storage, Time).ReleaseAsync(lease);
        }
    }

    /// <summary>Works off what is due in the inbox once.</summary>
    public async Task<CollectResult> CollectAsync(CancellationToken cancellationToken)
    {
        var lease = await TakeAsync(LeaseNames.Inbox);
        try
        {
            return await new InboxCollector(Storage, Time).RunAsync(Portal, Client, lease, cancellationToken);
        }
        finally
        {
            await new Leases(Storage, Time).ReleaseAsync(lease);
        }
    }

    public Task MarkAsync(params InboxMark[] marks) => new InboxWriter(Storage, Time).MarkAsync(Portal.Id, marks, CancellationToken.None);

    public async Task<Lease> TakeAsync(string name) =>
        await new Leases(Storage, Time).TryTakeAsync(Portal.Id, name, Duration.FromHours(1), CancellationToken.None)
        ?? throw new InvalidOperationException($"Somebody holds the lease {name}.");

    public async Task<JsonElement> ReportAsync(
        int fromDay, int toDay, CancellationToken cancellationToken, bool byDay = false, long? userId = null, long? departmentId = null)
    {
        var report = await Reports.BuildAsync(Portal, new ReportRequest(fromDay, toDay, userId, departmentId), ReportAsker.Operator, cancellationToken);
        return JsonDocument.Parse(ReportJson.Write(report, byDay)).RootElement;
    }

    /// <summary>Posts a report as the command line does.</summary>
    public async Task<IReadOnlyList<PostedReport>> PostAsync(
        ReportRequest request, CancellationToken cancellationToken, string? dialogId = null, bool again = false)
    {
        var poster = new ReportPoster(Storage, Registry, Time);
        var noted = await poster.NoteAsync(Portal, request, ReportAsker.Operator, dialogId, again, cancellationToken);
        var outcomes = await new EffectDelivery(Storage, new EffectRunner(Storage, Registry, poster.MakeFileAsync, Time), Time)
            .CarryOutAsync(Portal, Client, [.. noted.Select(n => n.Key)], progress: null, cancellationToken);
        return [.. noted.Select(n => PostedReport.Of(n, outcomes[n.Key]))];
    }

    public async Task<List<FigureRow>> FiguresAsync(CancellationToken cancellationToken)
    {
        await using var db = Storage.Open(Portal.Id);
        return await db.Figures.AsNoTracking().OrderBy(f => f.Day).ThenBy(f => f.UserId).ThenBy(f => f.Metric).ThenBy(f => f.Detail)
            .ToListAsync(cancellationToken);
    }

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        var context = await Registry.ContextAsync(Portal, cancellationToken);
        await using var db = Storage.Open(Portal.Id);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await new FigureCells(db, context.Metrics).RebuildAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _sent.MustBeDocumented();
    }
}
