using Bitrix24.Client;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Portals;

/// <summary>How well a portal is read and served, in numbers.</summary>
public sealed record DataHealth
{
    /// <summary>The portal, with the instants of its readings.</summary>
    public required PortalRow Portal { get; init; }

    /// <summary>What is read, and how far, by name.</summary>
    public required IReadOnlyList<SourceHealth> Sources { get; init; }

    /// <summary>What posts told of and is not read yet.</summary>
    public required BacklogHealth Backlog { get; init; }

    /// <summary>How well posts told of changes, the last days first.</summary>
    public required IReadOnlyList<DeliveryHealth> Deliveries { get; init; }

    /// <summary>Requests of the last 24 hours.</summary>
    public required RestHealth Rest { get; init; }

    /// <summary>What cannot be read however often it is tried; at most <see cref="DataHealthReader.MostListed"/>.</summary>
    public required IReadOnlyList<DeadLetter> DeadLetters { get; init; }

    /// <summary>What the portal refuses to have done; at most <see cref="DataHealthReader.MostListed"/>.</summary>
    public required IReadOnlyList<ParkedEffect> ParkedEffects { get; init; }
}

/// <summary>How far a source is read.</summary>
/// <param name="Name">The source's name (see <see cref="Collect.Sources"/>).</param>
/// <param name="IsComplete">Its history was read to the end.</param>
/// <param name="Fraction">The share of its history that is read, 0 to 1, as far as its ids tell.</param>
/// <param name="ReadThroughMs">Everything that changed before was read, Unix milliseconds; null before the end of the history.</param>
/// <param name="Unreadable">Rows that could not be understood.</param>
/// <param name="Failure">Why it could not be read last time, with the remedy; null when it could.</param>
public sealed record SourceHealth(string Name, bool IsComplete, double Fraction, long? ReadThroughMs, int Unreadable, DoctorText? Failure);

/// <summary>What waits in inbox and outbox.</summary>
/// <param name="Waiting">Objects that posts told of and that are not read yet.</param>
/// <param name="OldestWaitingMs">When the first of them was told of, Unix milliseconds; null when nothing waits.</param>
/// <param name="Dead">Objects that cannot be read.</param>
/// <param name="EffectsPending">Tasks, messages and reports still to be delivered.</param>
/// <param name="EffectsParked">Those that the portal refuses.</param>
public sealed record BacklogHealth(long Waiting, long? OldestWaitingMs, long Dead, long EffectsPending, long EffectsParked);

/// <summary>Deliveries of a day over all kinds of records (see <see cref="DeliveryRow"/>).</summary>
/// <param name="Day">The day, yyyymmdd.</param>
/// <param name="Received">Posts.</param>
/// <param name="Read">Objects read because of posts.</param>
/// <param name="Healed">Changes that reconciliation found.</param>
/// <param name="Lost">Of these, those whose post never came.</param>
public sealed record DeliveryHealth(int Day, long Received, long Read, long Healed, long Lost);

/// <summary>Requests to the portal.</summary>
/// <param name="Hours">By hour, the last one last; hours without requests are left out.</param>
/// <param name="AllowedAnHour">As many as the portal's plan lets through in an hour.</param>
/// <param name="Methods">The methods that took the most time.</param>
/// <param name="Errors">What failed, the last first; at most <see cref="DataHealthReader.MostListed"/>.</param>
public sealed record RestHealth(
    IReadOnlyList<RestHour> Hours, int AllowedAnHour, IReadOnlyList<RestMethodHealth> Methods, IReadOnlyList<RestErrorHealth> Errors);

/// <summary>An hour of requests.</summary>
/// <param name="FromMs">Its start, Unix milliseconds.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Failed">Those that failed wholly or in part.</param>
public sealed record RestHour(long FromMs, int Requests, int Failed);

/// <summary>Requests of one kind.</summary>
/// <param name="Methods">The methods in it.</param>
/// <param name="Requests">How often it was sent.</param>
/// <param name="Seconds">How long its answers took in all.</param>
/// <param name="OperatingSeconds">The most that the portal counted of the method's operating time, of <see cref="DataHealthReader.OperatingLimitSeconds"/>; null where it does not tell.</param>
public sealed record RestMethodHealth(string Methods, int Requests, double Seconds, double? OperatingSeconds);

/// <summary>An error of the portal.</summary>
/// <param name="LastAtMs">When it happened last, Unix milliseconds.</param>
/// <param name="Method">What failed.</param>
/// <param name="Code">The portal's code.</param>
/// <param name="Count">How often.</param>
/// <param name="Remedy">What it means and what to do.</param>
public sealed record RestErrorHealth(long LastAtMs, string Method, string Code, int Count, DoctorText Remedy);

/// <summary>Something that posts told of and that cannot be read.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its id.</param>
/// <param name="SinceMs">When the post came, Unix milliseconds.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">Why not, with the remedy.</param>
public sealed record DeadLetter(InboxKind Kind, string Key, long SinceMs, int Attempts, DoctorText Reason);

/// <summary>Something that the portal refuses to have done.</summary>
/// <param name="Subject">Whom it is about, such as <c>user:101</c>.</param>
/// <param name="SinceMs">When it was wanted, Unix milliseconds.</param>
/// <param name="Failure">The error's kind, or a code of ours.</param>
/// <param name="Reason">Why not, with the remedy.</param>
public sealed record ParkedEffect(string Subject, long SinceMs, string Failure, DoctorText Reason);

/// <summary>Reads <see cref="DataHealth"/>; the portal is not called.</summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class DataHealthReader(AddonStorage storage, TimeProvider time)
{
    /// <summary>So many are listed of what may be many.</summary>
    public const int MostListed = 50;

    /// <summary>What a method may take in ten minutes, in seconds (limits.md).</summary>
    public const int OperatingLimitSeconds = 480;

    private const int Days = 14;
    private const long HourMs = 3_600_000;

    /// <summary>Reads it.</summary>
    /// <param name="context">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<DataHealth> ReadAsync(PortalContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var host = context.Portal.Host;
        await using var db = storage.Open(context.Portal.Id);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new DataHealth
        {
            Portal = await db.Portals.AsNoTracking().SingleAsync(p => p.Id == context.Portal.Id, cancellationToken).ConfigureAwait(false),
            Sources = await SourcesAsync(db, host, cancellationToken).ConfigureAwait(false),
            Backlog = await BacklogAsync(db, cancellationToken).ConfigureAwait(false),
            Deliveries = await DeliveriesAsync(db, context, nowMs, cancellationToken).ConfigureAwait(false),
            Rest = await RestAsync(db, host, nowMs, cancellationToken).ConfigureAwait(false),
            DeadLetters =
            [
                .. (await db.Inbox.AsNoTracking().Where(i => i.DeadReason != null).OrderByDescending(i => i.FirstMarkedAtMs).Take(MostListed)
                    .ToListAsync(cancellationToken).ConfigureAwait(false))
                .Select(i => new DeadLetter(i.Kind, i.Key, i.FirstMarkedAtMs, i.Attempts, Explain(i.DeadReason!, host, i.Key) ?? DoctorText.Of(new Bitrix24Error(default, i.DeadReason!, ""), host, i.Key))),
            ],
            ParkedEffects =
            [
                .. (await db.Effects.AsNoTracking().Where(e => e.State == EffectState.Parked).OrderByDescending(e => e.CreatedAtMs).Take(MostListed)
                    .Select(e => new { e.Subject, e.CreatedAtMs, e.Failure }).ToListAsync(cancellationToken).ConfigureAwait(false))
                .Select(e => new ParkedEffect(e.Subject, e.CreatedAtMs, e.Failure ?? "", e.Failure == EffectEnd.Stale ? new DoctorText("Pages.effect_stale") : EffectEnd.ProblemOf(e.Failure ?? "", host))),
            ],
        };
    }

    /// <summary>How far the sources are read, and nothing else.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<SourceHealth>> SourcesAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        return await SourcesAsync(db, portal.Host, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was read before the start that a person chose counts with the source it belongs to.</summary>
    private static async Task<IReadOnlyList<SourceHealth>> SourcesAsync(AddonDbContext db, string host, CancellationToken cancellationToken)
    {
        var cursors = await db.Cursors.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. cursors.GroupBy(c => c.Source.Split(':')[0]).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new SourceHealth(
                g.Key,
                g.All(c => c.Complete),
                g.Average(FractionOf),
                g.All(c => c.ReadThroughMs is not null) ? g.Min(c => c.ReadThroughMs) : null,
                g.Sum(c => c.Unreadable),
                g.Select(c => c.Failure).FirstOrDefault(f => f is not null) is { } failure ? Explain(failure, host, new DoctorText($"Sources.{g.Key}")) ?? new DoctorText($"Completeness.{failure}") : null)),
        ];
    }

    private static double FractionOf(Collect.SourceCursorRow cursor) =>
        cursor.Complete ? 1 : cursor.NewestId > 0 ? Math.Min(1, (double)cursor.AfterId / cursor.NewestId) : 0;

    private static async Task<BacklogHealth> BacklogAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        var inbox = db.Inbox.AsNoTracking();
        return new BacklogHealth(
            await inbox.LongCountAsync(i => i.DeadReason == null, cancellationToken).ConfigureAwait(false),
            await inbox.Where(i => i.DeadReason == null).MinAsync(i => (long?)i.FirstMarkedAtMs, cancellationToken).ConfigureAwait(false),
            await inbox.LongCountAsync(i => i.DeadReason != null, cancellationToken).ConfigureAwait(false),
            await db.Effects.LongCountAsync(e => e.State == EffectState.Pending || e.State == EffectState.Sending || e.State == EffectState.Unknown, cancellationToken).ConfigureAwait(false),
            await db.Effects.LongCountAsync(e => e.State == EffectState.Parked, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IReadOnlyList<DeliveryHealth>> DeliveriesAsync(AddonDbContext db, PortalContext context, long nowMs, CancellationToken cancellationToken)
    {
        var days = context.Metrics.Days;
        var from = PortalDays.ToDay(PortalDays.ToDate(days.DayOf(nowMs)).PlusDays(1 - Days));
        return await db.Deliveries.AsNoTracking().Where(d => d.Day >= from).GroupBy(d => d.Day).OrderByDescending(g => g.Key)
            .Select(g => new DeliveryHealth(g.Key, g.Sum(d => d.Received), g.Sum(d => d.Read), g.Sum(d => d.Healed), g.Sum(d => d.Lost)))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<RestHealth> RestAsync(AddonDbContext db, string host, long nowMs, CancellationToken cancellationToken)
    {
        var fromMs = nowMs - (24 * HourMs);
        var log = db.RestLog.AsNoTracking().Where(l => l.SentAtMs > fromMs);
        var hours = await log.GroupBy(l => l.SentAtMs / HourMs).OrderBy(g => g.Key)
            .Select(g => new RestHour(g.Key * HourMs, g.Count(), g.Count(l => l.Errors != null))).ToListAsync(cancellationToken).ConfigureAwait(false);
        var methods = await log.GroupBy(l => l.Methods)
            .Select(g => new { g.Key, Requests = g.Count(), Ms = g.Sum(l => l.DurationMs), Operating = g.Max(l => l.OperatingSeconds) })
            .OrderByDescending(m => m.Ms).Take(10).ToListAsync(cancellationToken).ConfigureAwait(false);
        var failed = await log.Where(l => l.Errors != null).OrderByDescending(l => l.SentAtMs).Take(1000).ToListAsync(cancellationToken).ConfigureAwait(false);
        var family = await db.Access.AsNoTracking().Select(a => a.LicenseFamily).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var limits = new Bitrix24ClientOptions();
        return new RestHealth(
            hours,
            (int)((string.Equals(family, "ent", StringComparison.OrdinalIgnoreCase) ? limits.EnterpriseDrainPerSecond : limits.DrainPerSecond) * 3600),
            methods.ConvertAll(m => new RestMethodHealth(m.Key, m.Requests, m.Ms / 1000d, m.Operating)),
            [
                .. failed.SelectMany(row => RestLog.ErrorsOf(row).Select(e => (e.Method, e.Code, e.Count, row.SentAtMs, row.HttpStatus)))
                    .GroupBy(e => (e.Method, e.Code)).OrderByDescending(g => g.Max(e => e.SentAtMs)).Take(MostListed)
                    .Select(g => new RestErrorHealth(
                        g.Max(e => e.SentAtMs), g.Key.Method, g.Key.Code, g.Sum(e => e.Count),
                        DoctorText.Of(new Bitrix24Error(Bitrix24Error.KindOf(g.Key.Code, g.First().HttpStatus), g.Key.Code, ""), host, g.Key.Method))),
            ]);
    }

    /// <summary>What is kept as the kind of an error; null for a code of ours.</summary>
    private static DoctorText? Explain(string failure, string host, object subject) => Enum.TryParse<Bitrix24ErrorKind>(failure, out var kind)
        ? new DoctorText($"Problems.{kind}", host, subject, "", "", "", "")
        : null;
}
