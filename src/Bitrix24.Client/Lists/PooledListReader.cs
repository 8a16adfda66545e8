using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Bitrix24.Client.Lists;

/// <summary>
/// Reads many lists whole without counting them, in as few requests as possible. The first batch asks every list for its newest rows and its first page;
/// then each batch of up to 50 pages is shared by the lists: a page asks for ids above the last id of the page before it, by reference,
/// so that up to 2,500 rows come with one request. Source: settings/performance/huge-data.md, settings/how-to-call-rest-api/batch.md.
/// </summary>
/// <remarks>
/// Holds one batch in memory. A list ends with a page that is not full and reaches the newest id. A reader can be used again and from
/// several threads; it keeps nothing between readings. A failure of a whole batch is thrown; what came before is valid, so the caller
/// resumes from the last ids it stored.
/// </remarks>
/// <param name="client">The client to read with.</param>
public sealed class PooledListReader(Bitrix24Client client)
{
    /// <summary>Reads the lists from their cursors to their ends.</summary>
    /// <param name="queries">The lists; keys must differ.</param>
    /// <param name="alongside">Single calls that ride along in the first batch, by their keys; null for none.</param>
    /// <param name="cancellationToken">Stops between and inside requests.</param>
    /// <returns>Batch by batch the pages that came. A list that cannot be read on ends with a page with an error; the others go on.</returns>
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

        var readings = queries.Select((query, index) => new ListReading(query, $"q{index}", client.Time)).ToArray();
        var riders = new Queue<KeyValuePair<string, RestCall>>(alongside ?? []);
        while (true)
        {
            var commands = new List<KeyValuePair<string, RestCall>>();
            var planned = await PlanAsync(readings, riders, commands, cancellationToken);
            if (commands.Count == 0)
            {
                yield break;
            }

            var ridden = commands.Where(command => command.Key.StartsWith(RiderPrefix, StringComparison.Ordinal)).ToArray();
            var outcomes = await client.BatchAsync(commands, halt: false, cancellationToken);
            yield return new ListBatch(
                [.. planned.Select(reading => reading.Take(outcomes)).OfType<ListPage>()],
                ridden.ToDictionary(command => command.Key[RiderPrefix.Length..], command => outcomes[command.Key], StringComparer.Ordinal));
        }
    }

    private const string RiderPrefix = "x_";

    /// <summary>Fills one batch, list after list; waits when every list left has to wait for a limit.</summary>
    private async Task<List<ListReading>> PlanAsync(
        ListReading[] readings,
        Queue<KeyValuePair<string, RestCall>> riders,
        List<KeyValuePair<string, RestCall>> commands,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            var secondsLeft = client.Options.BatchSeconds;
            while (riders.Count > 0 && commands.Count < Bitrix24Client.MaxBatchCommands && (secondsLeft > 0 || commands.Count == 0))
            {
                var (key, call) = riders.Dequeue();
                commands.Add(new(RiderPrefix + key, call));
                secondsLeft -= client.Operating.MeanSeconds(call.Method.Name);
            }

            var going = readings.Where(reading => !reading.IsEnded).ToArray();
            var planned = Fill(going, commands, secondsLeft);
            if (commands.Count > 0 || going.Length == 0)
            {
                return planned;
            }

            var wait = going.Min(reading => reading.ResumeAt) - client.Time.GetUtcNow();
            await Task.Delay(
                TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling(wait.TotalMilliseconds), 1)), client.Time, cancellationToken);
        }
    }

    private List<ListReading> Fill(ListReading[] readings, List<KeyValuePair<string, RestCall>> commands, double secondsLeft)
    {
        var planned = new List<ListReading>();
        var now = client.Time.GetUtcNow();

        // Lists not yet asked for their newest rows come first: what they answer tells how many pages the next batch needs.
        foreach (var reading in readings.Where(reading => reading.ResumeAt <= now).OrderBy(reading => reading.IsStarted))
        {
            var method = reading.Query.List.Method.Name;
            var mean = Math.Max(client.Operating.MeanSeconds(method), 0.001);
            var affordable = (int)Math.Min(secondsLeft / mean, Bitrix24Client.MaxBatchCommands);
            var slots = Math.Min(Bitrix24Client.MaxBatchCommands - commands.Count, commands.Count == 0 ? Math.Max(affordable, 1) : affordable);
            var count = Math.Min(slots, reading.CommandsWanted);
            if (count < 1)
            {
                continue;
            }

            // One method that has used up its time must not hold up the lists of the others.
            var ready = client.Operating.ReadyAt(method, count, now);
            if (ready > now)
            {
                reading.WaitUntil(ready);
                continue;
            }

            commands.AddRange(reading.Plan(count));
            planned.Add(reading);
            secondsLeft -= count * mean;
        }

        return planned;
    }
}
