using System.Text.Json.Nodes;
using Bitrix24.Client.Lists;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Collect;

/// <content>What is gone: ids are compared, not rows. Every batch is committed, so that a comparison longer than a turn comes to an end.</content>
public sealed partial class PortalSync
{
    // So many are read between two commits of what is still to be read.
    private const int MissedPerCommit = 5000;

    /// <summary>What we hold and the portal no longer lists is gone; what it lists and we do not hold is read.</summary>
    /// <returns>When the first comparison began, Unix milliseconds; null unless all lists could be compared to their end.</returns>
    private async Task<long?> FindDeletedAsync(SyncState state, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        // Call statistics cannot be deleted, and their method gives whole rows only.
        var sources = Sources.All.Where(s => s.CanBeDeleted && !_failures.ContainsKey(s.Name)).ToDictionary(s => s.Name);
        var comparisons = await ComparisonsAsync(state, sources.Keys, cancellationToken).ConfigureAwait(false);
        var queries = comparisons.Values.Where(c => !c.IsConcluded).Select(c => sources[c.Source].Ids(c.AfterId)).ToList();
        await foreach (var batch in new ListReader(client).ReadAsync(queries, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            await using var db = storage.Open(state.PortalId);
            await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
            await FollowSettingsAsync(db, state, cancellationToken).ConfigureAwait(false);
            foreach (var page in batch.Pages.Where(p => p.Error is null))
            {
                await CompareAsync(db, state, sources[page.QueryKey], comparisons[page.QueryKey], page, cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            foreach (var page in batch.Pages)
            {
                progress?.Report(new SyncProgress(page.QueryKey, comparisons[page.QueryKey].Seen, page.IsLast ? 1 : SyncState.FractionOf(page)));
            }
        }

        foreach (var comparison in comparisons.Values.Where(c => c.IsConcluded))
        {
            await ReadMissedAsync(state, sources[comparison.Source], comparison, progress, cancellationToken).ConfigureAwait(false);
        }

        return comparisons.Values.All(c => c.IsConcluded) ? comparisons.Values.Select(c => c.StartedAtMs).DefaultIfEmpty(long.MaxValue).Min() : null;
    }

    /// <summary>The comparisons to go on with, and new ones.</summary>
    private async Task<Dictionary<string, ComparisonRow>> ComparisonsAsync(SyncState state, IReadOnlyCollection<string> sources, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(state.PortalId);
        var begun = await db.Comparisons.AsNoTracking().Where(c => c.StartedAtMs >= GoesOnSinceMs).ToDictionaryAsync(c => c.Source, cancellationToken).ConfigureAwait(false);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return sources.ToDictionary(name => name, name => begun.GetValueOrDefault(name) ?? new ComparisonRow { Source = name, StartedAtMs = nowMs });
    }

    private async Task CompareAsync(
        AddonDbContext db, SyncState state, Source source, ComparisonRow comparison, ListPage page, CancellationToken cancellationToken)
    {
        var seen = page.Rows.Select(row => Rows.Id(row, source.List.List.IdRowField)).ToHashSet();
        var (afterId, throughId) = (comparison.AfterId, page.IsLast ? long.MaxValue : page.LastId);
        var held = await db.Facts.Where(f => f.Kind == source.Kind && f.IsCurrent && f.SourceId > afterId && f.SourceId <= throughId)
            .Select(f => new { f.SourceId, f.Deleted }).ToDictionaryAsync(f => f.SourceId, f => f.Deleted, cancellationToken).ConfigureAwait(false);

        // A start of the history explains what is merely old.
        var readsAll = state.Context.Portal.HistorySinceMs is null;
        comparison.AfterId = page.LastId;
        comparison.Seen += seen.Count;
        comparison.Gone = [.. comparison.Gone, .. held.Where(h => !h.Value && !seen.Contains(h.Key)).Select(h => h.Key)];
        comparison.Missed = [.. comparison.Missed, .. seen.Where(id => held.TryGetValue(id, out var deleted) ? deleted : readsAll)];
        if (page.IsLast)
        {
            var gone = comparison.Gone.Select(id => new Observation(source.Kind, id, 0, null)).ToList();
            await ForgetAsync(db, state, source, gone, comparison.Seen, comparison.StartedAtMs, cancellationToken).ConfigureAwait(false);
            comparison.IsConcluded = true;
            comparison.Gone = [];
        }

        await SaveAsync(db, comparison, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadMissedAsync(
        SyncState state, Source source, ComparisonRow comparison, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var part in comparison.Missed.Order().Chunk(MissedPerCommit))
        {
            var queries = part.Chunk(OwnersPerQuery).Select((chunk, index) => source.List with
            {
                Key = $"{source.Name}{Sources.MissedKey}{index}",
                Filter = new JsonObject { [source.IdsFilter] = new JsonArray([.. chunk.Select(id => (JsonNode)id)]) },
            });
            await ReadListsAsync(state, [.. queries], progress, cancellationToken).ConfigureAwait(false);

            await using var db = storage.Open(state.PortalId);
            await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
            comparison.Missed = [.. comparison.Missed.Except(part)];
            await SaveAsync(db, comparison, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task SaveAsync(AddonDbContext db, ComparisonRow comparison, CancellationToken cancellationToken)
    {
        await db.Comparisons.Where(c => c.Source == comparison.Source).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        db.Comparisons.Add(comparison);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
    }
}
