using System.Runtime.CompilerServices;

namespace Bitrix24.Client.Lists;

/// <summary>
/// Reads many lists whole, counting none that shows a row, in as few requests as possible: up to 2,500 rows a request, about as many requests as the rows
/// of all lists need and two more. The first batch asks every list for its newest rows and its first page, the second for a page from each part
/// of long lists, unless no id is missing at both their ends. What they tell decides how the rest is read, many batches at a time: where hardly
/// an id is missing, by ranges of ids; elsewhere by chains, in which a page begins, by reference, where the page before it ends. Lists share
/// batches.
/// Lists that are not <see cref="ListMethod.IsKeyed"/> are read by pages beside them, their first pages in the same batch.
/// Source: settings/performance/huge-data.md, settings/how-to-call-rest-api/batch.md.
/// </summary>
/// <remarks>
/// Holds <see cref="Bitrix24ClientOptions.ListBatches"/> batches in memory at most, whatever the caller does meanwhile. A portal may leave
/// rows that the user may not see out of pages after counting them (no page of the documentation rules it out): a short or empty page below the
/// newest row ends nothing until a row behind it, or the portal's own count of what is there, proves that no row is missing. So a list that
/// seems empty takes a second request, with a count. A reader can be used again and from several threads; it keeps
/// nothing between readings. A failure of a whole batch is thrown after everything before it was given out; what came is valid, so the
/// caller resumes from the last ids it stored.
/// </remarks>
/// <param name="client">The client to read with.</param>
public sealed class ListReader(Bitrix24Client client)
{
    /// <summary>Reads the lists from their cursors to their ends.</summary>
    /// <param name="queries">The lists; keys must differ.</param>
    /// <param name="alongside">Single calls that ride along in the first batch, by their keys; null for none.</param>
    /// <param name="cancellationToken">Stops between and inside requests.</param>
    /// <returns>
    /// Step by step the pages that came, each list in the order of its ids; one that is read by pages whole in one step. A list that cannot be read on ends with a page with an error;
    /// the others go on.
    /// </returns>
    /// <exception cref="Bitrix24Exception">A whole batch failed after its repetitions.</exception>
    public async IAsyncEnumerable<ListBatch> ReadAsync(
        IReadOnlyList<ListQuery> queries,
        IReadOnlyList<KeyValuePair<string, RestCall>>? alongside = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.Select(query => query.Key).Distinct(StringComparer.Ordinal).Count() != queries.Count)
        {
            throw new ArgumentException("The keys of the lists must differ.", nameof(queries));
        }

        alongside ??= [];
        await using var pages = new PagedLists(client, queries.Where(query => !query.List.IsKeyed), alongside.Select(rider => rider.Key), cancellationToken);
        await using var run = new ListRun(client, [.. queries.Where(query => query.List.IsKeyed)], [.. pages.Riders, .. alongside], cancellationToken);
        do
        {
            run.Send();
            while (run.Deliver() is { } batch)
            {
                var ridden = batch.Alongside.ToDictionary(StringComparer.Ordinal);
                pages.Take(ridden, batch.AskedAt);
                var whole = await pages.DeliverAsync();
                batch = batch with { Pages = [.. batch.Pages, .. whole], Alongside = ridden, AskedAt = whole.Select(page => page.AskedAt).Append(batch.AskedAt).Min() };
                if (batch.Pages.Count > 0 || ridden.Count > 0)
                {
                    yield return batch;
                }

                run.Send();
            }
        }
        while (await run.WaitAsync());

        while (await pages.WaitAsync())
        {
            var rest = await pages.DeliverAsync();
            yield return new ListBatch(rest, new Dictionary<string, CommandOutcome>(), rest.Min(page => page.AskedAt));
        }
    }
}
