using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Privacy;

/// <summary>What facts hold of a contact: that activities belong to it, and the hashes of the numbers it called from or was called on.</summary>
/// <param name="db">A context of the portal with a transaction.</param>
/// <param name="key">The contact's key (see <see cref="FactKeys.CrmObject"/>).</param>
internal sealed class ContactFacts(AddonDbContext db, string key)
{
    private const int KeysPerQuery = 500;

    /// <summary>Whether any record names it.</summary>
    public Task<bool> AnyAsync(CancellationToken cancellationToken) => db.FactLinks.AnyAsync(l => l.LinkKey == key, cancellationToken);

    /// <summary>Erases it.</summary>
    /// <returns>How many activities and calls were changed.</returns>
    public async Task<(int Activities, int Calls)> EraseAsync(CancellationToken cancellationToken)
    {
        var activityIds = await db.FactLinks.Where(l => l.Kind == FactKind.Activity && l.LinkKey == key).Select(l => l.SourceId).ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var hashes = new HashSet<string>();
        foreach (var ids in activityIds.Chunk(KeysPerQuery))
        {
            var versions = await db.Facts.AsNoTracking().Where(f => f.Kind == FactKind.Activity && ids.Contains(f.SourceId)).ToListAsync(cancellationToken).ConfigureAwait(false);
            hashes.UnionWith(await HashesAsync(versions, cancellationToken).ConfigureAwait(false));
            foreach (var version in versions)
            {
                var activity = version.As<ActivityFact>();
                var payload = FactText.Of(activity with { Owners = [.. activity.Owners.Where(owner => owner != key)] });
                await db.Facts.Where(f => f.Kind == version.Kind && f.SourceId == version.SourceId && f.Version == version.Version)
                    .ExecuteUpdateAsync(set => set.SetProperty(f => f.Payload, payload), cancellationToken).ConfigureAwait(false);
            }
        }

        await db.FactLinks.Where(l => l.LinkKey == key).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        var calls = 0;
        foreach (var hash in hashes)
        {
            var ofNumber = db.Facts.Where(f => f.Kind == FactKind.Call && f.LookupKey == hash);
            calls += await ofNumber.Select(f => f.SourceId).Distinct().CountAsync(cancellationToken).ConfigureAwait(false);
            var random = FactStore.NewPhonePseudonym();
            await ofNumber.ExecuteUpdateAsync(
                set => set.SetProperty(f => f.Payload, f => f.Payload.Replace(hash, random)).SetProperty(f => f.LookupKey, random), cancellationToken).ConfigureAwait(false);
        }

        return (activityIds.Count, calls);
    }

    /// <summary>The numbers of the calls that the activities tell of.</summary>
    private async Task<IEnumerable<string>> HashesAsync(List<FactRow> activities, CancellationToken cancellationToken)
    {
        var callIds = activities.Select(a => a.GroupKey).OfType<string>().Distinct().ToArray();
        var links = activities.Select(a => FactKeys.Activity(a.SourceId)).Distinct().ToArray();
        var linked = db.FactLinks.Where(l => l.Kind == FactKind.Call && links.Contains(l.LinkKey)).Select(l => l.SourceId);
        var hashes = await db.Facts.Where(f => f.Kind == FactKind.Call && (callIds.Contains(f.GroupKey!) || linked.Contains(f.SourceId)) && f.LookupKey != null)
            .Select(f => f.LookupKey!).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        return hashes.Where(hash => !FactStore.IsPhonePseudonym(hash));
    }
}
