using System.Text;
using System.Text.Json;
using Bitrix24.Client;
using Bitrix24.Client.Lists;

namespace Benchmarks;

/// <summary>
/// Asks for the same batches with nothing but HttpClient and ready bodies, and throws the answers away: how fast the portal itself is.
/// Knows how many rows there are, needs no page to know where the next begins.
/// </summary>
internal sealed class BareClient(Uri webhook) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler());

    /// <summary>The bodies of the batches that read dense lists from id 1 on.</summary>
    public static IReadOnlyList<byte[]> Bodies(IEnumerable<ListQuery> queries, int rowsEach) =>
    [
        .. queries.SelectMany(query => Enumerable.Range(0, rowsEach / ListMethod.PageSize).Select(page => Command(query, page * ListMethod.PageSize)))
            .Chunk(Bitrix24Client.MaxBatchCommands)
            .Select(commands => JsonSerializer.SerializeToUtf8Bytes(new { halt = 0, cmd = commands })),
    ];

    /// <summary>Sends one batch and reads the answer to its end.</summary>
    public async Task<byte[]> SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await _http.PostAsync(new Uri(webhook, "batch"), content, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Seconds until all of the batches, sent at once, are answered; the best of some tries.</summary>
    public async Task<double> SecondsAsync(IReadOnlyList<byte[]> bodies, int tries, CancellationToken cancellationToken)
    {
        var best = double.MaxValue;
        for (var count = 0; count < tries; count++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(bodies.Select(body => SendAsync(body, cancellationToken)));
            best = Math.Min(best, TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        }

        return best;
    }

    public void Dispose() => _http.Dispose();

    private static string Command(ListQuery query, int afterId)
    {
        var list = query.List;
        var text = new StringBuilder(list.Method.Name)
            .Append('?').Append(list.SortName is { } sort ? $"{sort}={list.IdField}&{list.OrderName}=ASC" : $"{list.OrderName}[{list.IdField}]=ASC")
            .Append('&').Append(list.FilterName).Append("[%3E").Append(list.IdField).Append("]=").Append(afterId);
        for (var index = 0; index < query.Select.Count; index++)
        {
            text.Append('&').Append(list.SelectName).Append('[').Append(index).Append("]=").Append(query.Select[index]);
        }

        foreach (var (name, value) in query.Parameters)
        {
            text.Append('&').Append(name).Append('=').Append(value);
        }

        text.Append("&start=-1");
        return text.ToString();
    }
}
