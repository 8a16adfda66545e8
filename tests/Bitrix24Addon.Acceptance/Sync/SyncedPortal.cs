using System.Globalization;
using System.Text.Json;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>A simulated portal on a still clock, and an add-on with a database of its own that reads it.</summary>
internal sealed class SyncedPortal : IAsyncDisposable
{
    // Hashes of phone numbers must be equal in databases that are compared.
    private static readonly byte[] PhoneKey = new byte[32];

    private readonly DatabaseUnderTest _database;
    private readonly PortalFixture _portal;
    private readonly bool _ownsPortal;

    private SyncedPortal(DatabaseUnderTest database, PortalFixture portal, bool ownsPortal, AddonUnderTest addon)
    {
        _database = database;
        _portal = portal;
        _ownsPortal = ownsPortal;
        Addon = addon;
    }

    public AddonUnderTest Addon { get; private set; }

    public SimulatedPortal Portal => _portal.Portal;

    public PortalFixture Fixture => _portal;

    public string ConnectionString => _database.ConnectionString;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<SyncedPortal> StartAsync(DatabaseKind kind, PortalFixture? portal = null, Func<SimulatedPortal, Uri>? webhook = null, params string[] lines)
    {
        var ownsPortal = portal is null;
        portal ??= await PortalFixture.StartAsync(options => options.WithoutLimits(), lines);
        var database = await DatabaseUnderTest.CreateAsync(kind);
        var addon = await ConnectAsync(database, portal, webhook?.Invoke(portal.Portal) ?? portal.Portal.WebhookUrl);
        await using var db = addon.Storage.Open(addon.Portal.Id);
        await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.PhoneKey, PhoneKey), Stop);
        return new SyncedPortal(database, portal, ownsPortal, addon);
    }

    /// <summary>Calls in the name of another webhook from now on, as after the administrator changed it.</summary>
    public async Task UseWebhookAsync(Uri webhook)
    {
        await Addon.DisposeAsync();
        Addon = await ConnectAsync(_database, _portal, webhook);
    }

    /// <summary>A second process of the add-on at work on the same database, whose answers a test can hold back.</summary>
    public Task<AddonUnderTest> AnotherProcessAsync(AnswerGate gate) => ConnectAsync(_database, _portal, _portal.Portal.WebhookUrl, gate.Handler);

    /// <summary>Every fact version with all that was recorded, one text a row.</summary>
    public async Task<List<string>> FactsAsync()
    {
        await using var db = Addon.Storage.Open(Addon.Portal.Id);
        var facts = await db.Facts.AsNoTracking().OrderBy(f => f.Kind).ThenBy(f => f.SourceId).ThenBy(f => f.Version).ToListAsync(Stop);
        return facts.ConvertAll(f => JsonSerializer.Serialize(
            new { Kind = f.Kind.ToString(), f.SourceId, f.Version, f.OccurredAtMs, f.EffectiveAtMs, f.KnownAtMs, f.IsCurrent, f.Deleted, f.GroupKey, f.LookupKey, f.Payload }));
    }

    public async Task<List<string>> FiguresAsync() => (await Addon.FiguresAsync(Stop)).ConvertAll(f => JsonSerializer.Serialize(f));

    /// <summary>Versions that were learned after the history: kind, id, version, and whether the record is gone.</summary>
    public async Task<List<string>> NewsAsync()
    {
        await using var db = Addon.Storage.Open(Addon.Portal.Id);
        var news = await db.Facts.AsNoTracking().Where(f => f.KnownAtMs != null).ToListAsync(Stop);
        return [.. news.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Kind} {f.SourceId} v{f.Version}{(f.Deleted ? " gone" : "")}")).Order(StringComparer.Ordinal)];
    }

    public async Task<int> CountAsync(FactKind kind)
    {
        await using var db = Addon.Storage.Open(Addon.Portal.Id);
        return await db.Facts.CountAsync(f => f.Kind == kind, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await Addon.DisposeAsync();
        await _database.DisposeAsync();
        if (_ownsPortal)
        {
            await _portal.DisposeAsync();
        }
    }

    /// <summary>Nobody moves the clock while a synchronisation runs, so the client must have no reason to wait on it, nor to repeat.</summary>
    private static Task<AddonUnderTest> ConnectAsync(DatabaseUnderTest database, PortalFixture portal, Uri webhook, Func<DelegatingHandler>? handler = null) => AddonUnderTest.StartAsync(
        database.ConnectionString, webhook, portal.Clock, options => (options.RequestThreshold, options.MaxRetries, options.MaxAdaptiveDelay) = (10_000, 0, TimeSpan.Zero), handler, Stop);
}
