using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Collect;

/// <summary>What one reconciliation found that posts should have told, each object once.</summary>
/// <param name="time">The clock.</param>
internal sealed class Healing(TimeProvider time)
{
    // The post of a change that is younger may still be under way; and it takes machines their time, however fast the business's clock runs.
    private static readonly TimeSpan DeliveryTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TimeOfMachines = TimeSpan.FromSeconds(5);

    private readonly long _deliveryMs = (long)Math.Max(DeliveryTime.TotalMilliseconds, time.Paced(TimeOfMachines).TotalMilliseconds);
    private readonly HashSet<InboxMark> _counted = [];
    private readonly Dictionary<string, long> _bySource = [];

    /// <summary>Objects without a mark, by list.</summary>
    public IReadOnlyDictionary<string, long> BySource => _bySource;

    /// <summary>Counts new versions in the caller's transaction.</summary>
    public async Task CountAsync(AddonDbContext db, IReadOnlyList<FactChange> changes, int day, CancellationToken cancellationToken)
    {
        foreach (var polled in changes.Where(IsPolled).GroupBy(c => c.Kind))
        {
            await Deliveries.AddAsync(db, new DeliveryRow { Day = day, Kind = polled.Key, Polled = polled.Count() }, cancellationToken).ConfigureAwait(false);
        }

        var found = changes.Where(c => !IsPolled(c)).Select(c => (Change: c, Mark: MarkOf(c))).Where(c => c.Mark is not null && _counted.Add(c.Mark)).ToList();
        foreach (var ofKind in found.GroupBy(c => c.Mark!.Kind))
        {
            var keys = ofKind.Select(c => c.Mark!.Key).ToList();
            var marked = await db.Inbox.Where(i => i.Kind == ofKind.Key && keys.Contains(i.Key)).Select(i => i.Key)
                .ToHashSetAsync(cancellationToken).ConfigureAwait(false);
            var unmarked = ofKind.Where(c => !marked.Contains(c.Mark!.Key)).ToList();
            var reading = InboxReading.Of(ofKind.Key);
            _bySource[reading.SourceName] = _bySource.GetValueOrDefault(reading.SourceName) + unmarked.Count;
            var counts = new DeliveryRow { Day = day, Kind = reading.FactKind, Healed = keys.Count, Lost = unmarked.Count(c => IsOverdue(c.Change.After)) };
            await Deliveries.AddAsync(db, counts, cancellationToken).ConfigureAwait(false);
            CollectMetrics.Found(counts.Kind, counts.Healed, counts.Lost);
        }
    }

    /// <summary>
    /// Ends dead letters in the caller's transaction: what changed of their objects was read by a reconciliation that began after they were marked. One that
    /// names nothing, or whose list could not be read, stays; one of a deletion stays until deletions were looked for.
    /// </summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="beganAtMs">When the reconciliation began, Unix milliseconds.</param>
    /// <param name="unread">Lists that could not be read, or not to the end.</param>
    /// <param name="comparedSinceMs">When the looking for what was deleted began, Unix milliseconds; null when it was not looked for everywhere.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public static async Task EndDeadLettersAsync(
        AddonDbContext db, long beganAtMs, IReadOnlyCollection<string> unread, long? comparedSinceMs, CancellationToken cancellationToken)
    {
        var dead = await db.Inbox.AsNoTracking()
            .Where(i => i.DeadReason != null && i.FirstMarkedAtMs < beganAtMs && (!i.IsDeletion || i.FirstMarkedAtMs < comparedSinceMs))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var ofKind in dead.GroupBy(mark => mark.Kind).Where(g => InboxReading.All.Any(r => r.Kind == g.Key && !r.SourceNames.Any(unread.Contains))))
        {
            var keys = ofKind.Where(InboxReading.IsReadable).Select(mark => mark.Key).ToList();
            await db.Inbox.Where(i => i.Kind == ofKind.Key && i.DeadReason != null && i.FirstMarkedAtMs < beganAtMs && keys.Contains(i.Key))
                .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Votes and other things that come to a call after its end, people, departments, working days, payments and absences have no posts.
    /// A calendar event becomes a fact by being over, of which no post tells either.
    /// </summary>
    private static bool IsPolled(FactChange change) => change.Kind switch
    {
        FactKind.User or FactKind.Department or FactKind.WorkDay or FactKind.Payment or FactKind.Absence => true,
        FactKind.Call => change.Before is not null,
        FactKind.CalendarEvent => change.Before is null or { Deleted: true },
        _ => false,
    };

    private static InboxMark? MarkOf(FactChange change) => InboxReading.MarkOf(change.Kind, change.SourceId, change.Kind switch
    {
        FactKind.LeadStage or FactKind.DealStage or FactKind.InvoiceStage => change.After.As<StageFact>(),
        FactKind.Call => change.After.As<CallFact>(),
        _ => null,
    });

    /// <summary>Of a change in a calendar nobody tells when it was made, so that its post may still be under way.</summary>
    private bool IsOverdue(FactRow version)
    {
        if (version.Kind == FactKind.CalendarEvent)
        {
            return false;
        }

        var endedAtMs = version.EffectiveAtMs + (version.Kind == FactKind.Call ? version.As<CallFact>().DurationSeconds * 1000 : 0);
        return version.Deleted || endedAtMs + _deliveryMs < version.ReadStartedAtMs;
    }
}
