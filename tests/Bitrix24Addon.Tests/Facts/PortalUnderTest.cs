using System.Text.Json;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Tests.Facts;

/// <summary>One portal in a migrated database, with the add-on's own store of facts. Days are those of Berlin, user 1 is the service account.</summary>
internal sealed class PortalUnderTest
{
    public const string Zone = "Europe/Berlin";

    private PortalUnderTest(AddonStorage storage, PortalContext context)
    {
        Storage = storage;
        Context = context;
    }

    public AddonStorage Storage { get; }

    public PortalContext Context { get; }

    public PortalRow Row => Context.Portal;

    public PortalRegistry Registry => RegistryOf(Storage);

    public static async Task<PortalUnderTest> StartAsync(AddonStorage storage, string key, CancellationToken cancellationToken)
    {
        var row = await RegistryOf(storage).RegisterAsync(key, key, 1, cancellationToken);
        var directory = new PortalDirectory
        {
            BaseCurrency = "EUR",
            RatesToBase = new Dictionary<string, decimal> { ["EUR"] = 1, ["USD"] = 0.9m },
            Statuses =
            [
                new("QUOTE_STATUS", "DRAFT", "", 10, null), new("QUOTE_STATUS", "SENT", "", 20, null), new("QUOTE_STATUS", "APPROVED", "", 30, "S"),
                new("QUOTE_STATUS", "DECLAINED", "", 40, "F"),
            ],
        };
        await using (var db = storage.Open(row.Id))
        {
            await db.Portals.Where(p => p.Id == row.Id).ExecuteUpdateAsync(
                set => set.SetProperty(p => p.Directory, directory.ToDocument()).SetProperty(p => p.HistoryStartedAtMs, 0L).SetProperty(p => p.HistoryCompleteAtMs, 0L), cancellationToken);
        }

        await RegistryOf(storage).PutSettingsAsync(row, new PortalSettings { TimeZone = Zone, ContractStages = ["SIGNED"] }, cancellationToken);
        return new PortalUnderTest(storage, await RegistryOf(storage).ContextAsync(row, cancellationToken));
    }

    public Task<Applied> ApplyAsync(long readStartedAtMs, params Observation[] observations) =>
        ApplyAsync(observations, readStartedAtMs, readStartedAtMs, TestContext.Current.CancellationToken);

    /// <summary>Records one batch in a transaction of its own, as a synchronisation does.</summary>
    public async Task<Applied> ApplyAsync(
        IReadOnlyList<Observation> observations, long readStartedAtMs, long? knownAtMs, CancellationToken cancellationToken)
    {
        await using var db = Storage.Open(Row.Id);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var applied = await new FactStore(db, Context.Metrics).ApplyAsync(observations, readStartedAtMs, knownAtMs, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Applied(applied.Recorded, applied.Unchanged, applied.Stale.Count);
    }

    public async Task<List<FactRow>> VersionsAsync(FactKind kind, long id)
    {
        await using var db = Storage.Open(Row.Id);
        return await db.Facts.AsNoTracking().Where(f => f.Kind == kind && f.SourceId == id).OrderBy(f => f.Version)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The stored figures, one text a row.</summary>
    public async Task<List<string>> FiguresAsync(CancellationToken cancellationToken)
    {
        await using var db = Storage.Open(Row.Id);
        var figures = await db.Figures.AsNoTracking().OrderBy(f => f.Day).ThenBy(f => f.UserId).ThenBy(f => f.Metric).ThenBy(f => f.Detail)
            .ToListAsync(cancellationToken);
        return figures.ConvertAll(f => JsonSerializer.Serialize(new { f.Day, f.UserId, f.Metric, f.Detail, f.Sum, f.Count, f.Cases }));
    }

    public async Task<long> FigureAsync(string metric, long userId)
    {
        await using var db = Storage.Open(Row.Id);
        return await db.Figures.Where(f => f.Metric == metric && f.UserId == userId).SumAsync(f => f.Sum, TestContext.Current.CancellationToken);
    }

    /// <summary>How many figures of a day differ from its facts.</summary>
    public async Task<int> DifferingAsync(int day, CancellationToken cancellationToken)
    {
        await using var db = Storage.Open(Row.Id);
        return await new FigureCells(db, Context.Metrics).DifferingAsync(day, cancellationToken);
    }

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        await using var db = Storage.Open(Row.Id);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await new FigureCells(db, Context.Metrics).RebuildAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static PortalRegistry RegistryOf(AddonStorage storage) => new(storage, new FakeTimeProvider());
}

/// <summary>How many observations became what.</summary>
internal sealed record Applied(int Recorded, int Unchanged, int Stale);
