using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Facts;

/// <summary>Remembers records that were gone before they were ever seen (see <see cref="FactGoneRow"/>).</summary>
public sealed partial class FactStore
{
    // Far longer than a read can be under way.
    private const long GoneIsKeptMs = 24 * 3_600_000;

    private async Task<Dictionary<long, long>> GoneAsync(FactKind kind, IEnumerable<long> unseen, CancellationToken cancellationToken)
    {
        var gone = new Dictionary<long, long>();
        foreach (var chunk in unseen.Chunk(KeysPerQuery))
        {
            var rows = await db.FactsGone.AsNoTracking().Where(g => g.Kind == kind && chunk.Contains(g.SourceId)).ToListAsync(cancellationToken).ConfigureAwait(false);
            rows.ForEach(row => gone.Add(row.SourceId, row.ReadStartedAtMs));
        }

        return gone;
    }

    private async Task NoteGoneAsync(FactKind kind, List<long> ids, long readStartedAtMs, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        await db.FactsGone.Where(g => g.ReadStartedAtMs < readStartedAtMs - GoneIsKeptMs).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        foreach (var chunk in ids.Chunk(KeysPerQuery))
        {
            await db.FactsGone.Where(g => g.Kind == kind && chunk.Contains(g.SourceId)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        db.FactsGone.AddRange(ids.Select(id => new FactGoneRow { Kind = kind, SourceId = id, ReadStartedAtMs = readStartedAtMs }));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
    }
}
