using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bitrix24.Client.Lists;

/// <summary>
/// Reads lists that cannot be filtered by a range of ids, page after page by <c>next</c>. For short lists such as departments: rows move
/// from page to page when the list changes meanwhile, so it is read again when it did.
/// </summary>
/// <remarks>
/// A list changed when a row came twice, when its <c>total</c> was told differently, or when another number of rows came. It is read three
/// times at most. A page that brings no new row ends it, whatever <c>next</c> says.
/// </remarks>
/// <param name="client">The client to read with.</param>
public sealed class PageReader(Bitrix24Client client)
{
    private const int MostReadings = 3;

    /// <summary>The property of the result that holds the rows, or null when the result is the list itself.</summary>
    public string? RowsName { get; init; }

    /// <summary>The id field in rows; a row that comes twice is given once. Null (default) looks for no ids.</summary>
    public string? IdRowField { get; init; }

    /// <summary>A list that changed during every reading is given as it came last. Default false: that is an error.</summary>
    public bool AllowsChanges { get; init; }

    /// <summary>Reads the whole list.</summary>
    /// <param name="call">The call; the page is set by the reader.</param>
    /// <param name="startName">The parameter for rows to skip, in the method's letter case.</param>
    /// <param name="first">The first page when it is already at hand, for example from a batch; null to ask for it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="Bitrix24Exception">A page failed, or the list changed all the time (<see cref="Bitrix24ErrorKind.ListChanging"/>).</exception>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(
        RestCall call, string startName = "start", RestAnswer? first = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        for (var readings = 1; ; readings++)
        {
            var rows = new PagedRows(RowsName, IdRowField);
            await ReadAsync(call, startName, rows, first, cancellationToken);
            if (!rows.HasChanged || (readings == MostReadings && AllowsChanges))
            {
                return rows.Rows;
            }

            if (readings == MostReadings)
            {
                throw new Bitrix24Exception(call.Method.Name, new Bitrix24Error(
                    Bitrix24ErrorKind.ListChanging, "CLIENT_LIST_CHANGING", $"The list was read {MostReadings} times and changed each time."));
            }

            first = null;
        }
    }

    private async Task ReadAsync(RestCall call, string startName, PagedRows rows, RestAnswer? first, CancellationToken cancellationToken)
    {
        var page = first ?? await client.CallAsync(At(call, startName, 0), cancellationToken);
        var bringsMore = rows.Take(page);

        // The first page tells how many rows the method gives: most give 50, some fewer.
        var pageSize = page.Next ?? ListMethod.PageSize;
        while (bringsMore && page.Next is { } next)
        {
            var starts = Starts(next, page.Total, pageSize);
            var outcomes = await client.BatchAsync(
                [.. starts.Select(start => KeyValuePair.Create($"p{start}", At(call, startName, start)))], halt: true, cancellationToken);
            foreach (var start in starts)
            {
                page = outcomes[$"p{start}"].Require(call.Method);
                bringsMore = rows.Take(page);
                if (page.Next is { } following && following <= start)
                {
                    throw new Bitrix24Exception(call.Method.Name, new Bitrix24Error(
                        Bitrix24ErrorKind.ListNotAdvancing, "CLIENT_LIST_NOT_ADVANCING", "The next page does not lie behind this one."));
                }

                // The list may have become shorter since its length was told, or this page be another length than the first.
                if (!bringsMore || page.Next != start + pageSize)
                {
                    break;
                }
            }
        }
    }

    private static int[] Starts(int next, int? total, int pageSize)
    {
        var pages = total is { } count && count > next ? ((count - next - 1) / pageSize) + 1 : 1;
        return [.. Enumerable.Range(0, Math.Min(pages, Bitrix24Client.MaxBatchCommands)).Select(index => next + (index * pageSize))];
    }

    private static RestCall At(RestCall call, string startName, int start)
    {
        var parameters = (JsonObject)call.Parameters.DeepClone();
        parameters[startName] = start;
        return call with { Parameters = parameters };
    }
}
