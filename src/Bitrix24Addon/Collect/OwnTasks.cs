using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Collect;

/// <summary>
/// Tells the add-on's own tasks: the outbox says which it made. A mark proves it only on a task that was created in whose name we call, where
/// the outbox does not know it yet, or no more; anybody else can paste it.
/// </summary>
internal static class OwnTasks
{
    private const int KeysPerQuery = 1000;

    /// <summary>The observations, with the add-on's own tasks named as such.</summary>
    /// <param name="db">A context of the portal.</param>
    /// <param name="portal">The portal.</param>
    /// <param name="observations">What a read said.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<IReadOnlyList<Observation>> TellAsync(
        AddonDbContext db, PortalRow portal, IReadOnlyList<Observation> observations, CancellationToken cancellationToken)
    {
        var tasks = observations.Where(o => o.Payload is TaskFact).ToList();
        var own = new HashSet<long>();
        foreach (var ids in tasks.Select(o => (long?)o.SourceId).Chunk(KeysPerQuery))
        {
            // Messages and notifications have numbers of their own, which may be the same.
            var made = await db.Effects.AsNoTracking().Where(e => ids.Contains(e.ResultId)).Select(e => new { e.ResultId, e.Document })
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            own.UnionWith(made.Where(e => Outbox.TryRead(e.Document) is CreateTask).Select(e => e.ResultId!.Value));
        }

        var claimed = tasks.FindAll(o => o.TaskMark is not null && !own.Contains(o.SourceId));
        if (claimed.Count > 0)
        {
            own.UnionWith(await OfTheOwnerAsync(db, portal, claimed, cancellationToken).ConfigureAwait(false));
            own.UnionWith(await KnownAsync(db, claimed, cancellationToken).ConfigureAwait(false));
        }

        return own.Count == 0
            ? observations
            : [.. observations.Select(o => o.Payload is TaskFact task && own.Contains(o.SourceId) ? o with { Payload = task with { IsOurs = true } } : o)];
    }

    /// <summary>
    /// Marked tasks that were created in whose name we call: sent and not written down yet, or made with another database. A mark whose
    /// task is known here was copied.
    /// </summary>
    private static async Task<IEnumerable<long>> OfTheOwnerAsync(
        AddonDbContext db, PortalRow portal, List<Observation> claimed, CancellationToken cancellationToken)
    {
        var made = await db.Effects.Where(e => e.ResultId != null).Select(e => e.Key).ToListAsync(cancellationToken).ConfigureAwait(false);
        var known = made.Select(TaskMark.Of).ToHashSet(StringComparer.Ordinal);
        return claimed.Where(o => !known.Contains(o.TaskMark!) && o.Payload is TaskFact task && task.CreatedById == portal.OwnerUserId).Select(o => o.SourceId);
    }

    /// <summary>What was once recorded as ours stays so, also when its effect is kept no longer.</summary>
    private static async Task<IEnumerable<long>> KnownAsync(AddonDbContext db, List<Observation> claimed, CancellationToken cancellationToken)
    {
        var known = new List<long>();
        foreach (var ids in claimed.Select(o => o.SourceId).Chunk(KeysPerQuery))
        {
            var facts = await db.Facts.AsNoTracking().Where(f => f.Kind == FactKind.Task && f.IsCurrent && !f.Deleted && ids.Contains(f.SourceId))
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            known.AddRange(facts.Where(f => f.As<TaskFact>().IsOurs).Select(f => f.SourceId));
        }

        return known;
    }
}
