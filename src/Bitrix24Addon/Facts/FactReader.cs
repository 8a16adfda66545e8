using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Facts;

/// <summary>Reads facts of one portal, as they are or as they were known at an earlier moment.</summary>
/// <param name="db">A context opened for the portal.</param>
/// <param name="days">The portal's calendar days.</param>
/// <param name="throughSequence">The last write of facts that is to be seen (see <see cref="FactRow.Sequence"/>); null for all.</param>
public sealed class FactReader(AddonDbContext db, PortalDays days, long? throughSequence = null)
{
    // SQLite and PostgreSQL both take some 32,000 parameters; plans of long lists are slow well before that.
    private const int KeysPerQuery = 1000;

    /// <summary>The portal's calendar days.</summary>
    public PortalDays Days { get; } = days;

    /// <summary>Current facts that happened on the given days; deleted records are left out.</summary>
    /// <typeparam name="T">The payload type.</typeparam>
    /// <param name="kind">The kind.</param>
    /// <param name="on">yyyymmdd.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<List<Fact<T>>> OccurredAsync<T>(FactKind kind, IEnumerable<int> on, CancellationToken cancellationToken)
        where T : FactPayload
    {
        var found = new List<Fact<T>>();
        foreach (var (from, to) in Days.Intervals(on))
        {
            var rows = await Current(kind).Where(f => f.OccurredAtMs >= from && f.OccurredAtMs < to)
                .OrderBy(f => f.SourceId).ToListAsync(cancellationToken).ConfigureAwait(false);
            found.AddRange(rows.Select(Fact<T>.Of));
        }

        return found;
    }

    /// <summary>Ids of records with any version that happened, took effect or became known on the given days.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="on">yyyymmdd.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<HashSet<long>> IdsOfVersionsOnAsync(FactKind kind, IEnumerable<int> on, CancellationToken cancellationToken)
    {
        var ids = new HashSet<long>();
        foreach (var (from, to) in Days.Intervals(on))
        {
            var versions = Versions(kind);
            foreach (var query in new[]
            {
                versions.Where(f => f.OccurredAtMs >= from && f.OccurredAtMs < to),
                versions.Where(f => f.EffectiveAtMs >= from && f.EffectiveAtMs < to),
                versions.Where(f => f.KnownAtMs >= from && f.KnownAtMs < to),
            })
            {
                ids.UnionWith(await query.Select(f => f.SourceId).ToListAsync(cancellationToken).ConfigureAwait(false));
            }
        }

        return ids;
    }

    /// <summary>Current facts by their group key; deleted records are left out.</summary>
    /// <typeparam name="T">The payload type.</typeparam>
    /// <param name="kind">The kind.</param>
    /// <param name="keys">Group keys.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<List<Fact<T>>> ByGroupAsync<T>(FactKind kind, IEnumerable<string> keys, CancellationToken cancellationToken)
        where T : FactPayload =>
        InChunksAsync(keys, chunk => Current(kind).Where(f => chunk.Contains(f.GroupKey!)), Fact<T>.Of, cancellationToken);

    /// <summary>Current facts by their second key; deleted records are left out.</summary>
    /// <typeparam name="T">The payload type.</typeparam>
    /// <param name="kind">The kind.</param>
    /// <param name="keys">Second keys.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<List<Fact<T>>> ByLookupAsync<T>(FactKind kind, IEnumerable<string> keys, CancellationToken cancellationToken)
        where T : FactPayload =>
        InChunksAsync(keys, chunk => Current(kind).Where(f => chunk.Contains(f.LookupKey!)), Fact<T>.Of, cancellationToken);

    /// <summary>Current facts by id; deleted records are left out.</summary>
    /// <typeparam name="T">The payload type.</typeparam>
    /// <param name="kind">The kind.</param>
    /// <param name="ids">Record ids.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<List<Fact<T>>> ByIdAsync<T>(FactKind kind, IEnumerable<long> ids, CancellationToken cancellationToken)
        where T : FactPayload =>
        InChunksAsync(ids, chunk => Current(kind).Where(f => chunk.Contains(f.SourceId)), Fact<T>.Of, cancellationToken);

    /// <summary>Frozen money whose currency had no rate.</summary>
    /// <typeparam name="T">The payload type.</typeparam>
    /// <param name="kind">A kind of frozen money.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<List<Fact<T>>> WithoutRateAsync<T>(FactKind kind, CancellationToken cancellationToken)
        where T : FactPayload =>
        (await Current(kind).Where(f => !f.Payload.Contains("\"rate\":")).ToListAsync(cancellationToken).ConfigureAwait(false))
        .ConvertAll(Fact<T>.Of);

    /// <summary>All current facts of a kind; deleted records are left out.</summary>
    /// <typeparam name="T">The payload type.</typeparam>
    /// <param name="kind">The kind.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<List<Fact<T>>> AllAsync<T>(FactKind kind, CancellationToken cancellationToken)
        where T : FactPayload =>
        (await Current(kind).OrderBy(f => f.SourceId).ToListAsync(cancellationToken).ConfigureAwait(false)).ConvertAll(Fact<T>.Of);

    /// <summary>All versions of records, by record, oldest first; by default of records that still exist.</summary>
    /// <typeparam name="T">The payload type.</typeparam>
    /// <param name="kind">The kind.</param>
    /// <param name="ids">Record ids; null for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="withDeleted">Also what was seen of records that are gone.</param>
    public async Task<Dictionary<long, List<Fact<T>>>> VersionsAsync<T>(
        FactKind kind, IEnumerable<long>? ids, CancellationToken cancellationToken, bool withDeleted = false)
        where T : FactPayload
    {
        var versions = Versions(kind);
        var rows = ids is null
            ? await versions.ToListAsync(cancellationToken).ConfigureAwait(false)
            : await InChunksAsync(ids, chunk => versions.Where(f => chunk.Contains(f.SourceId)), row => row, cancellationToken)
                .ConfigureAwait(false);
        return rows.GroupBy(r => r.SourceId)
            .Where(g => withDeleted || !g.MaxBy(r => r.Version)!.Deleted)
            .ToDictionary(g => g.Key, g => g.Where(r => !r.Deleted).OrderBy(r => r.Version).Select(Fact<T>.Of).ToList());
    }

    /// <summary>Current facts that belong to the given objects, as pairs of object and fact; deleted records are left out.</summary>
    /// <typeparam name="T">The payload type.</typeparam>
    /// <param name="kind">The kind of the facts.</param>
    /// <param name="linkKeys">The objects.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<List<(string LinkKey, Fact<T> Fact)>> LinkedAsync<T>(
        FactKind kind, IEnumerable<string> linkKeys, CancellationToken cancellationToken)
        where T : FactPayload
    {
        var links = await InChunksAsync(
            linkKeys,
            chunk => db.FactLinks.AsNoTracking().Where(l => l.Kind == kind && chunk.Contains(l.LinkKey)),
            link => (link.LinkKey, link.SourceId),
            cancellationToken).ConfigureAwait(false);
        var facts = (await ByIdAsync<T>(kind, links.Select(l => l.SourceId), cancellationToken).ConfigureAwait(false)).ToDictionary(f => f.Id);

        // The index keeps what any version was linked to; only the version that counts tells what it belongs to.
        return [.. links.Where(l => facts.TryGetValue(l.SourceId, out var fact) && FactKeys.LinksOf(fact.Data).Contains(l.LinkKey))
            .Select(l => (l.LinkKey, facts[l.SourceId]))];
    }

    /// <summary>The version of each record that counts; deleted records are left out.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ids">Record ids.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<Dictionary<long, int>> VersionNumbersAsync(FactKind kind, IEnumerable<long> ids, CancellationToken cancellationToken) =>
        (await InChunksAsync(
            ids, chunk => Current(kind).Where(f => chunk.Contains(f.SourceId)).Select(f => new { f.SourceId, f.Version }), f => f, cancellationToken)
            .ConfigureAwait(false)).ToDictionary(f => f.SourceId, f => f.Version);

    /// <summary>First and last day with facts of a kind; null without facts.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<(int First, int Last)?> SpanAsync(FactKind kind, CancellationToken cancellationToken)
    {
        var versions = Versions(kind);
        var first = await versions.MinAsync(f => (long?)f.OccurredAtMs, cancellationToken).ConfigureAwait(false);
        if (first is null)
        {
            return null;
        }

        var firstEffective = await versions.MinAsync(f => f.EffectiveAtMs, cancellationToken).ConfigureAwait(false);
        var last = await versions.MaxAsync(f => f.OccurredAtMs, cancellationToken).ConfigureAwait(false);
        var effective = await versions.MaxAsync(f => f.EffectiveAtMs, cancellationToken).ConfigureAwait(false);
        var known = await versions.MaxAsync(f => f.KnownAtMs, cancellationToken).ConfigureAwait(false) ?? last;
        return (Days.DayOf(Math.Min(first.Value, firstEffective)), Days.DayOf(Math.Max(last, Math.Max(effective, known))));
    }

    private static async Task<List<TResult>> InChunksAsync<TKey, TRow, TResult>(
        IEnumerable<TKey> keys, Func<TKey[], IQueryable<TRow>> query, Func<TRow, TResult> map, CancellationToken cancellationToken)
    {
        var found = new List<TResult>();
        foreach (var chunk in keys.Distinct().Chunk(KeysPerQuery))
        {
            var rows = await query(chunk).ToListAsync(cancellationToken).ConfigureAwait(false);
            found.AddRange(rows.Select(map));
        }

        return found;
    }

    private IQueryable<FactRow> Versions(FactKind kind) => throughSequence is { } through
        ? db.Facts.AsNoTracking().Where(f => f.Kind == kind && f.Sequence <= through)
        : db.Facts.AsNoTracking().Where(f => f.Kind == kind);

    private IQueryable<FactRow> Current(FactKind kind) => throughSequence is { } through
        ? Versions(kind).Where(f => !f.Deleted
            && !db.Facts.Any(later => later.Kind == kind && later.SourceId == f.SourceId && later.Version > f.Version && later.Sequence <= through))
        : db.Facts.AsNoTracking().Where(f => f.Kind == kind && f.IsCurrent && !f.Deleted);
}
