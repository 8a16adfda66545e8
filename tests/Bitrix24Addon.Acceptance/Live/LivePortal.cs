using System.Globalization;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Acceptance.Sync;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>A synchronised portal whose changes are marked as posts would, on a clock that the test moves.</summary>
internal sealed class LivePortal : IAsyncDisposable
{
    private static readonly string[] Department =
    [
        PortalFixture.Line("02T08:00:00", "add", "department", 1, """{"NAME":"Компания"}"""),
        PortalFixture.Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна","UF_DEPARTMENT":[1]}"""),
        PortalFixture.Line("02T08:00:00", "add", "user", 102, """{"NAME":"Пётр","UF_DEPARTMENT":[1]}"""),
        PortalFixture.Line("02T09:00:00", "add", "deal", 1, """{"title":"Сделка","assignedById":101,"opportunity":100,"currencyId":"RUB"}"""),
        PortalFixture.Line("02T09:00:00", "add", "deal", 2, """{"title":"Сделка","assignedById":101,"opportunity":200,"currencyId":"RUB"}"""),
        PortalFixture.Line("02T09:00:00", "add", "lead", 1, """{"title":"Заявка","assignedById":101}"""),
        PortalFixture.Line("02T09:00:00", "add", "quote", 1, """{"title":"КП","assignedById":101}"""),
        PortalFixture.Line("02T09:00:00", "add", "task", 1, """{"title":"Позвонить","responsibleId":101}"""),
        PortalFixture.Line("02T09:00:00", "add", "activity", 1, """{"OWNER_TYPE_ID":2,"OWNER_ID":1,"TYPE_ID":1,"PROVIDER_ID":"CRM_MEETING","SUBJECT":"Встреча","START_TIME":"2026-03-18T10:00:00+03:00","COMPLETED":"N","RESPONSIBLE_ID":101}"""),
    ];

    private LivePortal(SyncedPortal synced) => Synced = synced;

    public SyncedPortal Synced { get; }

    public AddonUnderTest Addon => Synced.Addon;

    public SimulatedPortal Portal => Synced.Portal;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A portal that has been read once; now it is 2026-03-18 12:00:00.</summary>
    public static async Task<LivePortal> StartAsync(DatabaseKind kind, bool isRead = true, Func<SimulatedPortal, Uri>? webhook = null, params string[] lines)
    {
        var live = new LivePortal(await SyncedPortal.StartAsync(kind, webhook: webhook, lines: [.. Department, .. lines]));
        if (isRead)
        {
            await live.Addon.SyncAsync(Stop);
        }

        return live;
    }

    /// <summary>Moves the clock to a time of 2026-03-18 or of another day of the month, <c>19T12:00:00</c>.</summary>
    public void At(string time) => Synced.Fixture.Clock.SetUtcNow(
        DateTimeOffset.Parse($"2026-03-{(time.Contains('T', StringComparison.Ordinal) ? time : "18T" + time)}+03:00", CultureInfo.InvariantCulture));

    /// <summary>Changes the portal at the moment.</summary>
    public void Change(string table, long id, string fields, string op = "update") => Synced.Fixture.Apply(
        Synced.Fixture.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(3)).ToString("dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture), op, table, id, fields);

    public Task MarkAsync(InboxKind kind, long id, bool isDeletion = false) =>
        Addon.MarkAsync(new InboxMark(kind, id.ToString(CultureInfo.InvariantCulture), isDeletion));

    public async Task<List<FactRow>> VersionsAsync(FactKind kind, long id)
    {
        await using var db = Addon.Storage.Open(Addon.Portal.Id);
        return await db.Facts.AsNoTracking().Where(f => f.Kind == kind && f.SourceId == id).OrderBy(f => f.Version).ToListAsync(Stop);
    }

    /// <summary>Puts the portal back to where its history is still being read.</summary>
    public async Task HistoryIsStillReadAsync()
    {
        await using var db = Addon.Storage.Open(Addon.Portal.Id);
        await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.HistoryCompleteAtMs, (long?)null), Stop);
    }

    /// <summary>What the inbox holds: kind, key, generation, attempts, and why it is dead.</summary>
    public async Task<List<string>> InboxAsync()
    {
        await using var db = Addon.Storage.Open(Addon.Portal.Id);
        var rows = await db.Inbox.AsNoTracking().OrderBy(i => i.Kind).ThenBy(i => i.Key).ToListAsync(Stop);
        return rows.ConvertAll(i => string.Create(CultureInfo.InvariantCulture, $"{i.Kind} {i.Key} g{i.Generation} a{i.Attempts}{(i.DeadReason is { } reason ? " " + reason : "")}"));
    }

    public async Task<List<string>> DeliveriesAsync()
    {
        await using var db = Addon.Storage.Open(Addon.Portal.Id);
        var rows = await db.Deliveries.AsNoTracking().OrderBy(d => d.Day).ThenBy(d => d.Kind).ToListAsync(Stop);
        return rows.ConvertAll(d => string.Create(
            CultureInfo.InvariantCulture, $"{d.Kind} received {d.Received} read {d.Read} healed {d.Healed} lost {d.Lost} polled {d.Polled}"));
    }

    /// <summary>A figure of a person for March 2026; null where he has no row.</summary>
    public async Task<decimal?> FigureAsync(string metric, long userId)
    {
        var report = await Addon.ReportAsync(20260301, 20260331, Stop);
        return report.GetProperty("rows").EnumerateArray().Where(r => r.GetProperty("userId").GetInt64() == userId)
            .Select(r => (decimal?)r.GetProperty("metrics").GetProperty(metric).GetDecimal()).SingleOrDefault();
    }

    public ValueTask DisposeAsync() => Synced.DisposeAsync();
}
