using System.Text.Json;

namespace Bitrix24.Client.Lists;

/// <summary>Rows of one list, in the order of their ids, behind those of the page before; all rows of a list that is not <see cref="ListMethod.IsKeyed"/>.</summary>
/// <param name="QueryKey">The list's key.</param>
/// <param name="Rows">The rows; empty at the end of a list or with an error.</param>
/// <param name="LastId">The greatest id read so far; store it after the rows, and pass it as <see cref="ListQuery.AfterId"/> to resume; 0 where no id resumes.</param>
/// <param name="IsLast">True when the list was read to its end.</param>
/// <param name="NewestId">The greatest id the list had when its reading began: how far it goes; 0 when it was read in one page.</param>
/// <param name="AskedAt">When the oldest request for these rows was sent: pages are asked for ahead, so rows may be older than the last step.</param>
/// <param name="Error">Why the list cannot be read on, or null. Rows before <paramref name="LastId"/> are valid; no further page comes.</param>
public sealed record ListPage(
    string QueryKey, IReadOnlyList<JsonElement> Rows, long LastId, bool IsLast, long NewestId, DateTimeOffset AskedAt, Bitrix24Error? Error = null);

/// <summary>One step of the reader.</summary>
/// <param name="Pages">The pages, at most one for each list.</param>
/// <param name="Alongside">Outcomes of the calls that rode along, by their keys.</param>
/// <param name="AskedAt">When the oldest request behind this step was sent: what it tells may have changed since then, not before.</param>
public sealed record ListBatch(IReadOnlyList<ListPage> Pages, IReadOnlyDictionary<string, CommandOutcome> Alongside, DateTimeOffset AskedAt);
