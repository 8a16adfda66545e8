using System.Collections.Concurrent;
using System.Data.Common;
using Bitrix24.Client;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Portals;

/// <summary>
/// Keeps for some days what was called and how it ended, as the Marketplace demands of applications with a server. Written in the background: a
/// call never waits for its log, and a log that cannot be written loses its oldest lines.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when the log cannot be written.</param>
public sealed partial class RestLog(AddonStorage storage, TimeProvider time, ILogger<RestLog> logger) : IAsyncDisposable
{
    private const int MostHeld = 10_000;

    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _machine = time.OfTheMachine();
    private readonly ConcurrentQueue<RestExchange> _held = new();
    private readonly SemaphoreSlim _turn = new(1);
    private int _isGathering;

    /// <summary>Notes a request.</summary>
    /// <param name="exchange">The request.</param>
    public void Note(RestExchange exchange)
    {
        _held.Enqueue(exchange);
        if (Interlocked.Exchange(ref _isGathering, 1) == 0)
        {
            _ = Task.Run(GatherAsync);
        }
    }

    /// <summary>Writes what was noted so far.</summary>
    public async Task FlushAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            Trim();
            var exchanges = _held.Take(_held.Count).ToList();
            var written = new HashSet<RestExchange>(ReferenceEqualityComparer.Instance);
            await TryAsync(() => WriteAsync(exchanges, written)).ConfigureAwait(false);
            exchanges.ForEach(_ => _held.TryDequeue(out var _));
            exchanges.Where(e => !written.Contains(e)).ToList().ForEach(_held.Enqueue);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Forgets old requests.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="keptFor">How long requests are kept.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task ForgetAsync(int portalId, TimeSpan keptFor, CancellationToken cancellationToken)
    {
        var beforeMs = (time.GetUtcNow() - keptFor).ToUnixTimeMilliseconds();
        await using var db = storage.Open(portalId);
        await db.RestLog.Where(l => l.SentAtMs < beforeMs).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async Task GatherAsync()
    {
        await Task.Delay(Gathering, _machine).ConfigureAwait(false);
        Volatile.Write(ref _isGathering, 0);
        await FlushAsync().ConfigureAwait(false);
    }

    private void Trim()
    {
        while (_held.Count > MostHeld)
        {
            _held.TryDequeue(out _);
        }
    }

    /// <summary>Writes requests; those to a portal that is called before it is registered are left for later.</summary>
    private async Task WriteAsync(List<RestExchange> exchanges, HashSet<RestExchange> written)
    {
        if (exchanges.Count == 0 || (!storage.IsPostgres && !File.Exists(storage.Location)))
        {
            return;
        }

        await using var all = storage.Open();
        if (!await storage.IsCurrentAsync(all).ConfigureAwait(false))
        {
            return;
        }

        // A host may have been of several portals; its calls are those of the last one.
        var hosts = exchanges.Select(e => e.Portal).Distinct().ToArray();
        var portals = await all.Portals.Where(p => hosts.Contains(p.Host)).Select(p => new { p.Host, p.Id }).ToListAsync().ConfigureAwait(false);
        foreach (var ofPortal in exchanges.GroupBy(e => portals.Where(p => string.Equals(p.Host, e.Portal, StringComparison.OrdinalIgnoreCase)).Max(p => (int?)p.Id)))
        {
            if (ofPortal.Key is { } portalId)
            {
                // Each portal's lines are written by themselves: those of another that cannot be written must not bring them again.
                await TryAsync(() => WriteAsync(portalId, ofPortal, written)).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteAsync(int portalId, IEnumerable<RestExchange> exchanges, HashSet<RestExchange> written)
    {
        await using var db = storage.Open(portalId);
        db.RestLog.AddRange(exchanges.Select(RowOf));
        await db.SaveChangesAsync().ConfigureAwait(false);
        written.UnionWith(exchanges);
    }

    private async Task TryAsync(Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DbException or DbUpdateException or TimeoutException or IOException
            or InvalidOperationException { InnerException: DbException or DbUpdateException or TimeoutException })
        {
            Log.NotWritten(logger, (failure.InnerException ?? failure).GetType().Name);
        }
    }

    private static RestLogRow RowOf(RestExchange exchange)
    {
        string[] errors =
        [
            .. exchange.Error is { } error ? [error.Code] : Array.Empty<string>(),
            .. exchange.CommandErrors.GroupBy(e => e).Select(e => $"{e.Key.Method}: {Times(e.Key.Code, e.Count())}"),
        ];
        return new RestLogRow
        {
            SentAtMs = exchange.SentAt.ToUnixTimeMilliseconds(),
            DurationMs = (long)exchange.Duration.TotalMilliseconds,
            Caller = exchange.Caller,
            Methods = string.Join(", ", exchange.Commands.Select(command => Times(command.Key, command.Value))),
            HttpStatus = exchange.HttpStatus,
            Errors = errors.Length > 0 ? string.Join(", ", errors) : null,
            OperatingSeconds = exchange.OperatingSeconds,
        };
    }

    /// <summary>The errors of a line as they were noted: what failed, with which code, how often.</summary>
    /// <param name="row">The line.</param>
    internal static IEnumerable<(string Method, string Code, int Count)> ErrorsOf(RestLogRow row)
    {
        foreach (var error in (row.Errors ?? "").Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            var (named, count) = error.Split(" ×") is [var once, var times] && int.TryParse(times, out var several) ? (once, several) : (error, 1);
            yield return named.Split(": ", 2) is [var method, var code] ? (method, code, count) : (row.Methods, named, count);
        }
    }

    private static string Times(string what, int count) => count == 1 ? what : $"{what} ×{count}";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The log of REST requests cannot be written ({Kind}): it is tried again with the next request.")]
        public static partial void NotWritten(ILogger logger, string kind);
    }
}
