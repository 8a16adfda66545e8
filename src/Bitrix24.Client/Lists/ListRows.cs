using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Lists;

/// <summary>Lists as streams of typed rows.</summary>
public static class ListRows
{
    /// <summary>Reads one list to its end, row by row in the order of their ids. To resume, pass the last row's id as <see cref="ListQuery.AfterId"/>.</summary>
    /// <typeparam name="T">The rows' type.</typeparam>
    /// <param name="client">The client to read with.</param>
    /// <param name="query">The list.</param>
    /// <param name="type">The rows' description, for example <c>Bitrix24JsonContext.Default.CallStatistic</c>.</param>
    /// <param name="cancellationToken">Stops between rows and inside requests.</param>
    /// <returns>The rows, as they come.</returns>
    /// <exception cref="Bitrix24Exception">The list cannot be read on, or a whole batch failed; the rows before it are valid.</exception>
    public static async IAsyncEnumerable<T> ReadRowsAsync<T>(
        this Bitrix24Client client, ListQuery query, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(query);
        await foreach (var batch in new ListReader(client).ReadAsync([query], cancellationToken: cancellationToken))
        {
            foreach (var page in batch.Pages)
            {
                foreach (var row in page.Rows)
                {
                    if (row.As(type) is { } typed)
                    {
                        yield return typed;
                    }
                }

                if (page.Error is { } error)
                {
                    throw new Bitrix24Exception(query.List.Method.Name, error);
                }
            }
        }
    }
}
