using System.Collections.Concurrent;
using System.Globalization;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Bitrix24Addon.Tests.Schedule;

/// <summary>
/// Portals with timers of one kind. When a timer fires, an effect is written whose key is another each time, so that one that fired twice has two rows.
/// </summary>
internal sealed class TimerSite : IAsyncDisposable
{
    public const string Reminder = "reminder";

    private readonly DatabaseUnderTest _database;
    private readonly ConcurrentBag<DueTimers> _processes = [];

    private TimerSite(DatabaseUnderTest database, AddonStorage storage) => (_database, Storage) = (database, storage);

    public AddonStorage Storage { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddYears(55));

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public Leases Leases => new(Storage, Time);

    /// <summary>Called when timers fire, after their effects were written.</summary>
    public FireTimers OnFire { get; set; } = (_, _, _, _) => Task.CompletedTask;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<TimerSite> BuildAsync(DatabaseKind kind, int portals = 2)
    {
        var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        for (var id = 1; id <= portals; id++)
        {
            await new PortalRegistry(storage, TimeProvider.System).RegisterAsync($"webhook:{id}", $"{id}.bitrix24.ru", 1, Stop);
        }

        return new TimerSite(database, storage);
    }

    /// <summary>What a process fires timers with; kinds beside the reminder do nothing.</summary>
    public DueTimers Process(TimeProvider? time = null, WorkSignal? signal = null, params string[] otherKinds)
    {
        var process = new DueTimers(
            Storage, [new TimerKind(Reminder, FireAsync), .. otherKinds.Select(kind => new TimerKind(kind, (_, _, _, _) => Task.CompletedTask))],
            signal ?? new WorkSignal(), time ?? Time, NullLogger<DueTimers>.Instance);
        _processes.Add(process);
        return process;
    }

    public async Task<Lease> TakeAsync(int portalId, Duration? length = null) =>
        await Leases.TryTakeAsync(portalId, LeaseNames.Timers, length ?? Duration.FromMinutes(1), Stop) ?? throw new InvalidOperationException("Another has the lease.");

    /// <summary>One turn of one process.</summary>
    public async Task TurnAsync(int portalId = 1, params string[] otherKinds)
    {
        var lease = await TakeAsync(portalId);
        await Process(otherKinds: otherKinds).TurnAsync(portalId, lease, Stop);
        await Leases.ReleaseAsync(lease);
    }

    public Task SetAsync(int portalId, params SubjectTimer[] timers) => WriteAsync(portalId, db => Timers.SetAsync(db, timers, Stop));

    /// <summary>Sets so many reminders of different subjects for one instant.</summary>
    public Task SetAsync(int portalId, int count, long dueAtMs) => SetAsync(portalId, [.. Enumerable.Range(0, count).Select(n => At($"deal:{n}", dueAtMs))]);

    public static SubjectTimer At(string subject, long dueAtMs) => new(Reminder, subject, dueAtMs);

    public async Task<T> WriteAsync<T>(int portalId, Func<AddonDbContext, Task<T>> write)
    {
        await using var db = Storage.Open(portalId);
        await using var transaction = await db.BeginWriteAsync(Stop);
        var written = await write(db);
        await transaction.CommitAsync(Stop);
        return written;
    }

    public Task WriteAsync(int portalId, Func<AddonDbContext, Task> write) => WriteAsync(portalId, async db =>
    {
        await write(db);
        return true;
    });

    public async Task<List<TimerRow>> WaitingAsync(int portalId = 1)
    {
        await using var db = Storage.Open(portalId);
        return await db.Timers.AsNoTracking().OrderBy(t => t.Subject).ToListAsync(Stop);
    }

    /// <summary>Subjects whose timers fired, each as often as it did, with the instant for which it had been set.</summary>
    public async Task<List<(string Subject, long DueAtMs)>> FiredAsync(int portalId = 1)
    {
        await using var db = Storage.Open(portalId);
        var effects = await db.Effects.AsNoTracking().OrderBy(e => e.Id).Select(e => new { e.Subject, e.Document }).ToListAsync(Stop);
        return [.. effects.Select(e => (e.Subject, long.Parse(((Notify)Outbox.Read(e.Document)).Tag, CultureInfo.InvariantCulture)))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Dispose();
        }

        await _database.DisposeAsync();
    }

    private async Task FireAsync(AddonDbContext db, IReadOnlyList<TimerRow> timers, long nowMs, CancellationToken cancellationToken)
    {
        await Outbox.AddAsync(
            db, [.. timers.Select(t => new Notify($"{t.Kind}:{t.Subject}:{Guid.NewGuid()}", t.Subject, 1, "!", t.DueAtMs.ToString(CultureInfo.InvariantCulture)))], nowMs, cancellationToken);
        await OnFire(db, timers, nowMs, cancellationToken);
    }
}
