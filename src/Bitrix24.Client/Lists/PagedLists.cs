using System.Text.Json;

namespace Bitrix24.Client.Lists;

/// <summary>The lists of one reading that are read by pages: their first pages ride along with the batches of the others, the rest is read beside them.</summary>
internal sealed class PagedLists : IAsyncDisposable
{
    private readonly Bitrix24Client _client;
    private readonly Dictionary<string, ListQuery> _byRider = new(StringComparer.Ordinal);
    private readonly List<Task<ListPage>> _readings = [];
    private readonly CancellationTokenSource _stop;

    /// <param name="client">The client to read with.</param>
    /// <param name="queries">The lists.</param>
    /// <param name="taken">Keys that are not free for riders.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public PagedLists(Bitrix24Client client, IEnumerable<ListQuery> queries, IEnumerable<string> taken, CancellationToken cancellationToken)
    {
        _client = client;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var free = taken.ToHashSet(StringComparer.Ordinal);
        foreach (var query in queries)
        {
            var number = 0;
            while (!free.Add($"first{number}"))
            {
                number++;
            }

            _byRider.Add($"first{number}", query);
        }
    }

    /// <summary>The calls for the first pages.</summary>
    public IEnumerable<KeyValuePair<string, RestCall>> Riders => _byRider.Select(rider => KeyValuePair.Create(rider.Key, rider.Value.WholeList()));

    /// <summary>Takes the first pages out of what rode along, and reads on behind them.</summary>
    public void Take(Dictionary<string, CommandOutcome> alongside, DateTimeOffset askedAt)
    {
        foreach (var (key, query) in _byRider)
        {
            if (alongside.Remove(key, out var outcome))
            {
                _readings.Add(ReadAsync(query, outcome, askedAt));
            }
        }
    }

    /// <summary>What is read to its end.</summary>
    public async Task<IReadOnlyList<ListPage>> DeliverAsync()
    {
        var ended = _readings.Where(reading => reading.IsCompleted).ToArray();
        _readings.RemoveAll(reading => ended.Contains(reading));
        return await Task.WhenAll(ended);
    }

    /// <summary>Waits until another list is read; false when all are.</summary>
    public async Task<bool> WaitAsync()
    {
        if (_readings.Count > 0)
        {
            await Task.WhenAny(_readings);
        }

        return _readings.Count > 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();

        // Nobody waits for these any more, hence nobody is told how they ended.
        await ((Task)Task.WhenAll(_readings)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<ListPage> ReadAsync(ListQuery query, CommandOutcome outcome, DateTimeOffset askedAt)
    {
        if (outcome.Error is { IsRetryable: false } refusal)
        {
            return Page([], refusal);
        }

        try
        {
            var reader = new PageReader(_client)
            {
                RowsName = query.List.RowsName, IdRowField = query.List.IdRowField, AllowsChanges = query.AllowsChanges,
            };
            return Page(await reader.ReadAsync(query.WholeList(), query.List.StartName, outcome.Answer, _stop.Token), null);
        }
        catch (Bitrix24Exception failed)
        {
            return Page([], failed.Error);
        }

        ListPage Page(IReadOnlyList<JsonElement> rows, Bitrix24Error? error) => new(query.Key, rows, 0, error is null, 0, askedAt, error);
    }
}
