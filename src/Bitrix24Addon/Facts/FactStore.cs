using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Facts;

/// <summary>What became of a batch of observations.</summary>
/// <param name="Recorded">New versions written.</param>
/// <param name="Unchanged">Observations that said nothing new.</param>
/// <param name="Stale">Observations discarded because a later read is already recorded: they are to be read again.</param>
/// <param name="Changes">The new versions with those before them.</param>
public sealed record ApplyResult(int Recorded, int Unchanged, IReadOnlyList<Observation> Stale, IReadOnlyList<FactChange> Changes);

/// <summary>Turns observations into facts: append-only versions, links, frozen wins and the figures they touch.</summary>
/// <param name="db">A context opened for the portal.</param>
/// <param name="context">What the metrics depend on besides facts.</param>
public sealed partial class FactStore(AddonDbContext db, MetricContext context)
{
    private const int KeysPerQuery = 1000;

    // Milliseconds by which our clock may be ahead of the portal's; times of the portal are whole seconds besides.
    private const long ClockTolerance = 60_000;

    private readonly FigureCells _cells = new(db, context);

    /// <summary>Records what a read said, in the caller's transaction.</summary>
    /// <param name="observations">What the read said; of several about one record the last counts.</param>
    /// <param name="readStartedAtMs">When the read started, Unix milliseconds.</param>
    /// <param name="knownAtMs">When we learned it, Unix milliseconds; null for history at the first synchronisation.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    /// <param name="leaveFigures">The caller rebuilds the figures afterwards, as at the end of a first synchronisation.</param>
    public async Task<ApplyResult> ApplyAsync(
        IReadOnlyList<Observation> observations, long readStartedAtMs, long? knownAtMs, CancellationToken cancellationToken,
        bool leaveFigures = false)
    {
        observations = await WithoutErasedAsync(observations, cancellationToken).ConfigureAwait(false);
        var changes = new List<FactChange>();
        var unchanged = 0;
        var stale = new List<Observation>();
        foreach (var ofKind in observations.GroupBy(o => o.Kind))
        {
            var latest = ofKind.GroupBy(o => o.SourceId).ToDictionary(g => g.Key, g => g.Last());
            var current = await CurrentAsync(ofKind.Key, latest.Keys, cancellationToken).ConfigureAwait(false);
            var gone = await GoneAsync(ofKind.Key, latest.Keys.Except(current.Keys), cancellationToken).ConfigureAwait(false);
            var same = new List<long>();
            foreach (var observed in latest.Values)
            {
                var before = current.GetValueOrDefault(observed.SourceId);
                var observation = WithKnownPseudonym(before, observed);
                if (before?.ReadStartedAtMs > readStartedAtMs || (observation.Payload is not null && gone.GetValueOrDefault(observation.SourceId) > readStartedAtMs))
                {
                    stale.Add(observation);
                }
                else if (Same(before, observation))
                {
                    unchanged++;
                    same.Add(observation.SourceId);
                }
                else
                {
                    changes.Add(new FactChange(before, NextVersion(before, observation, readStartedAtMs, knownAtMs)));
                }
            }

            await TouchAsync(ofKind.Key, same, readStartedAtMs, cancellationToken).ConfigureAwait(false);
            await NoteGoneAsync(ofKind.Key, [.. same.Where(id => !current.ContainsKey(id) && gone.GetValueOrDefault(id) < readStartedAtMs)], readStartedAtMs, cancellationToken).ConfigureAwait(false);
        }

        await WriteAsync(changes, [.. observations.GroupBy(o => (o.Kind, o.SourceId)).Select(g => g.Last())], cancellationToken).ConfigureAwait(false);
        var wins = await FreezeWinsAsync(changes, observations, readStartedAtMs, knownAtMs, cancellationToken).ConfigureAwait(false);
        var payments = await FreezePaymentsAsync(changes, readStartedAtMs, knownAtMs, cancellationToken).ConfigureAwait(false);
        var invoices = await FreezeInvoicesAsync(changes, observations, readStartedAtMs, knownAtMs, cancellationToken).ConfigureAwait(false);
        if (!leaveFigures)
        {
            await _cells.RecomputeAsync([.. changes, .. wins, .. payments, .. invoices], cancellationToken).ConfigureAwait(false);
        }

        return new ApplyResult(changes.Count, unchanged, stale, changes);
    }

    private static bool Same(FactRow? before, Observation observation) => before is null
        ? observation.Payload is null
        : before.Deleted == observation.Payload is null
            && (before.Deleted || (before.OccurredAtMs == observation.OccurredAtMs && before.Payload == observation.PayloadText()));

    private static FactRow NextVersion(FactRow? before, Observation observation, long readStartedAtMs, long? knownAtMs) => new()
    {
        Kind = observation.Kind,
        SourceId = observation.SourceId,
        Version = (before?.Version ?? 0) + 1,
        OccurredAtMs = observation.Payload is null ? before!.OccurredAtMs : observation.OccurredAtMs,

        // Nobody tells when a record was deleted; it is gone as of the read that missed it.
        EffectiveAtMs = observation.Payload is null ? readStartedAtMs : observation.EffectiveAtMs ?? observation.OccurredAtMs,

        // Whatever is read, a second version was seen to come after the first.
        KnownAtMs = before is null ? knownAtMs : knownAtMs ?? readStartedAtMs,
        ReadStartedAtMs = readStartedAtMs,
        IsCurrent = true,
        Deleted = observation.Payload is null,
        GroupKey = observation.Payload is null ? before!.GroupKey : observation.GroupKey,
        LookupKey = observation.Payload is null ? before!.LookupKey : observation.LookupKey,
        Payload = observation.Payload is null ? before!.Payload : observation.PayloadText(),
    };

    private async Task<Dictionary<long, FactRow>> CurrentAsync(
        FactKind kind, IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        var current = new Dictionary<long, FactRow>();
        foreach (var chunk in ids.Chunk(KeysPerQuery))
        {
            var rows = await db.Facts.AsNoTracking().Where(f => f.Kind == kind && f.IsCurrent && chunk.Contains(f.SourceId))
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            rows.ForEach(row => current.Add(row.SourceId, row));
        }

        return current;
    }

    private async Task TouchAsync(FactKind kind, List<long> ids, long readStartedAtMs, CancellationToken cancellationToken)
    {
        foreach (var chunk in ids.Chunk(KeysPerQuery))
        {
            await db.Facts.Where(f => f.Kind == kind && f.IsCurrent && chunk.Contains(f.SourceId))
                .ExecuteUpdateAsync(set => set.SetProperty(f => f.ReadStartedAtMs, readStartedAtMs), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(
        List<FactChange> changes, IReadOnlyList<Observation> observations, CancellationToken cancellationToken)
    {
        foreach (var replaced in changes.Where(c => c.Before is not null).GroupBy(c => c.Kind))
        {
            foreach (var chunk in replaced.Select(c => c.SourceId).Chunk(KeysPerQuery))
            {
                await db.Facts.Where(f => f.Kind == replaced.Key && f.IsCurrent && chunk.Contains(f.SourceId))
                    .ExecuteUpdateAsync(set => set.SetProperty(f => f.IsCurrent, false), cancellationToken).ConfigureAwait(false);
            }
        }

        if (changes.Count == 0)
        {
            return;
        }

        // The caller's transaction holds the portal's turn, so no number is given twice.
        await db.Portals.Where(p => p.Id == db.PortalId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.FactSequence, p => p.FactSequence + 1), cancellationToken).ConfigureAwait(false);
        var sequence = await db.Portals.Where(p => p.Id == db.PortalId).Select(p => p.FactSequence).SingleAsync(cancellationToken).ConfigureAwait(false);
        changes.ForEach(c => c.After.Sequence = sequence);
        var changed = changes.Select(c => (c.Kind, c.SourceId)).ToHashSet();
        db.Facts.AddRange(changes.Select(c => c.After));
        var links = observations.Where(o => changed.Contains((o.Kind, o.SourceId)))
            .SelectMany(o => o.Links.Select(key => new FactLinkRow { Kind = o.Kind, SourceId = o.SourceId, LinkKey = key }))
            .DistinctBy(l => (l.Kind, l.SourceId, l.LinkKey)).ToList();
        var known = await LinksOfAsync([.. changes.Where(c => c.Before is not null)], cancellationToken).ConfigureAwait(false);
        db.FactLinks.AddRange(links.Where(l => !known.Contains((l.Kind, l.SourceId, l.LinkKey))));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
    }

    private async Task<HashSet<(FactKind Kind, long SourceId, string LinkKey)>> LinksOfAsync(List<FactChange> replaced, CancellationToken cancellationToken)
    {
        var known = new HashSet<(FactKind, long, string)>();
        foreach (var kind in replaced.GroupBy(c => c.Kind))
        {
            foreach (var chunk in kind.Select(c => c.SourceId).Chunk(KeysPerQuery))
            {
                var rows = await db.FactLinks.AsNoTracking().Where(l => l.Kind == kind.Key && chunk.Contains(l.SourceId))
                    .ToListAsync(cancellationToken).ConfigureAwait(false);
                known.UnionWith(rows.Select(l => (l.Kind, l.SourceId, l.LinkKey)));
            }
        }

        return known;
    }
}
