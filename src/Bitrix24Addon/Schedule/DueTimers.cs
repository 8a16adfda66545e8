using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Bitrix24Addon.Schedule;

/// <summary>
/// Looks at the subjects whose timers are due, decides, and writes what follows, such as effects into the outbox or further timers, in the
/// transaction in which the timers are used up. What it throws undoes what it wrote; it is then called again with fewer timers, so it does nothing
/// but read and write through the context.
/// </summary>
/// <param name="db">A context of the portal with its writing transaction.</param>
/// <param name="timers">Timers of its kind, longest due first; they are gone already and may be set anew.</param>
/// <param name="nowMs">Now, Unix milliseconds.</param>
/// <param name="cancellationToken">Stops the work; nothing is written then.</param>
public delegate Task FireTimers(AddonDbContext db, IReadOnlyList<TimerRow> timers, long nowMs, CancellationToken cancellationToken);

/// <summary>What is done when timers are due.</summary>
/// <param name="Name">The kind, as it stands in the rows: stored, never rename.</param>
/// <param name="Fire">Does it.</param>
public sealed record TimerKind(string Name, FireTimers Fire);

/// <summary>
/// Fires due timers, each once: it is used up in the same transaction in which what follows is written, under the portal's turn and a lease that
/// is asked for there.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="kinds">What this process can fire; timers of other kinds are left to those that know them.</param>
/// <param name="signal">Woken when a timer comes due before the next look.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of timers that failed.</param>
/// <param name="timings">How often the loop looks; null for that of Bitrix24.</param>
public sealed partial class DueTimers(
    AddonStorage storage, IReadOnlyList<TimerKind> kinds, WorkSignal signal, TimeProvider time, ILogger<DueTimers> logger, WorkTimings? timings = null)
    : IDisposable
{
    // So many are one commit: few enough that others who write for the portal, and all others on SQLite, soon get their turn.
    private const int Bulk = 1000;

    // 30 s, a minute, two, … an hour: together some six hours.
    private const int MostAttempts = 12;

    // When so many of a bulk fail, it is the kind that is broken: the rest is not tried one by one.
    private const int MostAlone = 32;
    private const string BeforeFiring = "before_firing";
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(500);
    private static readonly Duration FirstDelay = Duration.FromSeconds(30);
    private static readonly Duration LongestDelay = Duration.FromHours(1);

    private readonly Dictionary<string, TimerKind> _kinds = kinds.ToDictionary(k => k.Name);
    private readonly string[] _names = [.. kinds.Select(k => k.Name)];
    private readonly TimeProvider _machine = time.OfTheMachine();
    private readonly long _lookMs = (long)time.Paced((timings ?? new WorkTimings()).Interval).TotalMilliseconds;
    private readonly ITimer _alarm = time.CreateTimer(_ => signal.Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Firing as a kind of work of the loop.</summary>
    public PortalWork Work => new(LeaseNames.Timers, DueAsync, TurnAsync);

    /// <summary>Portals that have due timers, longest waiting first. When one comes due before the next look, the loop is woken for it.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<IReadOnlyList<int>> DueAsync(long nowMs, CancellationToken cancellationToken)
    {
        if (_names.Length == 0)
        {
            return [];
        }

        await using var db = storage.Open();
        var first = await Due(db, db.Timers.IgnoreQueryFilters(), nowMs + _lookMs).GroupBy(t => t.PortalId)
            .Select(g => new { PortalId = g.Key, AtMs = g.Min(t => t.NotBeforeMs) }).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (first.Where(g => g.AtMs > nowMs).Min(g => (long?)g.AtMs) is { } next)
        {
            _alarm.Change(TimeSpan.FromMilliseconds(next - nowMs), Timeout.InfiniteTimeSpan);
        }

        // Many come due on the hour. Each process has its own order of those (hashes are seeded anew in each), so that not all begin with the same portal.
        return [.. first.Where(g => g.AtMs <= nowMs).OrderBy(g => g.AtMs).ThenBy(g => HashCode.Combine(g.PortalId)).Select(g => g.PortalId)];
    }

    /// <summary>Fires due timers of a portal, a bulk in a commit, until none is left or others should have their turn.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="lease">The turn, of the name <see cref="LeaseNames.Timers"/>.</param>
    /// <param name="cancellationToken">Stops the work; what was not committed is still due.</param>
    /// <returns>True: what is not fired now is put off, or another process was faster.</returns>
    /// <exception cref="LeaseLostException">Another process has taken over; nothing was written since.</exception>
    public async Task<bool> TurnAsync(int portalId, Lease lease, CancellationToken cancellationToken)
    {
        using var activity = AddonTelemetry.Begin("fire timers", portalId, []);
        var began = _machine.GetTimestamp();
        while (await FireBulkAsync(portalId, lease, cancellationToken).ConfigureAwait(false) == Bulk && _machine.GetElapsedTime(began) < Turn)
        {
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _alarm.Dispose();

    private IQueryable<TimerRow> Due(AddonDbContext db, IQueryable<TimerRow> timers, long nowMs) => timers
        .Where(t => t.NotBeforeMs <= nowMs && t.ParkedReason == null && _names.Contains(t.Kind))
        .Where(t => db.Portals.Any(p => p.Id == t.PortalId && p.UninstalledAtMs == null));

    /// <returns>How many were due, <see cref="Bulk"/> at most.</returns>
    private async Task<int> FireBulkAsync(int portalId, Lease lease, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var due = await Due(db, db.Timers, nowMs).AsNoTracking().OrderBy(t => t.NotBeforeMs).Take(Bulk).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var ofKind in due.GroupBy(t => t.Kind))
        {
            var failures = new List<(TimerRow Timer, Exception Failure)>();
            await FireAsync(db, transaction, _kinds[ofKind.Key], [.. ofKind], nowMs, failures, cancellationToken).ConfigureAwait(false);
            await PutOffAsync(db, failures, nowMs, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return due.Count;
    }

    /// <summary>Fires timers of one kind together; when that fails, by halves, until those that fail stand alone.</summary>
    private static async Task FireAsync(
        AddonDbContext db, IDbContextTransaction transaction, TimerKind kind, TimerRow[] timers, long nowMs,
        List<(TimerRow Timer, Exception Failure)> failures, CancellationToken cancellationToken)
    {
        // What fired before in this bulk may have moved or cancelled others of it.
        var subjects = timers.Select(t => t.Subject).ToArray();
        var still = db.Timers.Where(t => t.Kind == kind.Name && subjects.Contains(t.Subject) && t.NotBeforeMs <= nowMs);
        timers = await still.AsNoTracking().OrderBy(t => t.NotBeforeMs).ToArrayAsync(cancellationToken).ConfigureAwait(false);
        if (timers.Length == 0)
        {
            return;
        }

        await transaction.CreateSavepointAsync(BeforeFiring, cancellationToken).ConfigureAwait(false);
        Exception? failed = null;
        try
        {
            await still.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            await kind.Fire(db, timers, nowMs, cancellationToken).ConfigureAwait(false);
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // A connection that broke cannot go back to the savepoint: then the turn fails, and all stay due.
            await transaction.RollbackToSavepointAsync(BeforeFiring, cancellationToken).ConfigureAwait(false);
            failed = failure;
        }

        db.ChangeTracker.Clear();
        await transaction.ReleaseSavepointAsync(BeforeFiring, cancellationToken).ConfigureAwait(false);
        if (failed is not null && (timers.Length == 1 || failures.Count >= MostAlone))
        {
            failures.AddRange(timers.Select(timer => (timer, failed)));
        }
        else if (failed is not null)
        {
            var half = timers.Length / 2;
            await FireAsync(db, transaction, kind, timers[..half], nowMs, failures, cancellationToken).ConfigureAwait(false);
            await FireAsync(db, transaction, kind, timers[half..], nowMs, failures, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PutOffAsync(
        AddonDbContext db, List<(TimerRow Timer, Exception Failure)> failures, long nowMs, CancellationToken cancellationToken)
    {
        foreach (var alike in failures.GroupBy(f => (f.Timer.Kind, f.Timer.Attempts, Failure: f.Failure.GetType().Name)))
        {
            var (kind, attempts, failure) = alike.Key;
            var subjects = alike.Select(f => f.Timer.Subject).ToArray();
            var notBefore = nowMs + (long)Duration.Min(FirstDelay * Math.Pow(2, attempts), LongestDelay).TotalMilliseconds;
            var reason = attempts + 1 >= MostAttempts ? failure : null;
            await db.Timers.Where(t => t.Kind == kind && subjects.Contains(t.Subject) && t.NotBeforeMs <= nowMs).ExecuteUpdateAsync(
                set => set.SetProperty(t => t.Attempts, attempts + 1).SetProperty(t => t.NotBeforeMs, notBefore).SetProperty(t => t.ParkedReason, reason),
                cancellationToken).ConfigureAwait(false);
            Log.Failed(logger, subjects.Length, kind, db.PortalId, failure, reason is null ? "tried again" : "parked", alike.First().Failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} timers '{Kind}' of portal {PortalId} failed with {Failure} and are {End}; doctor counts the parked ones.")]
        public static partial void Failed(ILogger logger, int count, string kind, int portalId, string failure, string end, Exception exception);
    }
}
