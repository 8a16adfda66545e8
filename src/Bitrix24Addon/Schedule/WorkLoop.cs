using System.Data.Common;
using Bitrix24Addon.Storage;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Schedule;

/// <summary>
/// Works off what is due, portal by portal and kind by kind, a turn at a time: no portal's pile delays another's. Several processes may
/// run it at once; leases divide the work, epochs keep a frozen one from writing.
/// </summary>
/// <param name="kinds">The kinds of work, most urgent first.</param>
/// <param name="leases">Divides the work among processes.</param>
/// <param name="signal">Makes the loop look at once.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of turns that failed.</param>
/// <param name="timings">How often it looks, and how long the work of a dead process waits; null for those of Bitrix24.</param>
/// <param name="order">What loops before this one gave turns to; null for none.</param>
public sealed partial class WorkLoop(
    IReadOnlyList<PortalWork> kinds, Leases leases, WorkSignal signal, TimeProvider time, ILogger<WorkLoop> logger,
    WorkTimings? timings = null, TurnOrder? order = null)
{
    // Of each kind: long turns of one, such as first histories, must not keep the others waiting.
    private const int TurnsAtOnce = 4;

    // Posts come in bursts, and each gives a signal: one look serves them all.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(25);

    // A turn that failed must not be tried again in a tight circle; what failed has its own, longer pause in its row.
    private const int PauseInIntervals = 5;

    private readonly WorkTimings _timings = timings ?? new WorkTimings();
    private readonly TimeProvider _machine = time.OfTheMachine();
    private readonly Dictionary<(string Work, int PortalId), Task> _turns = [];
    private readonly Dictionary<(string Work, int PortalId), long> _restUntilMs = [];
    private readonly TurnOrder _order = order ?? new TurnOrder();
    private long _turnsSoFar;

    /// <summary>Runs until it is stopped; turns that are under way are then cancelled and waited for.</summary>
    /// <param name="cancellationToken">Stops the loop.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await LookAsync(cancellationToken).ConfigureAwait(false);
                await Task.Delay(BetweenLooks, _machine, cancellationToken).ConfigureAwait(false);
                await WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            await Task.WhenAll(_turns.Values).ConfigureAwait(false);
        }
    }

    /// <summary>Works until nothing is due any more, or until it is stopped; turns that are under way are then cancelled and waited for.</summary>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>How many turns there were.</returns>
    /// <exception cref="OperationCanceledException">It was stopped; what was not done is still due.</exception>
    public async Task<long> DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                await StartTurnsAsync(cancellationToken).ConfigureAwait(false);
                if (_turns.Count > 0)
                {
                    await Task.WhenAny(_turns.Values).WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            while (_turns.Count > 0);
            return _turnsSoFar;
        }
        finally
        {
            await Task.WhenAll(_turns.Values).ConfigureAwait(false);
        }
    }

    /// <summary>A database that does not answer for a while must not end the work: what is due is still there afterwards.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartTurnsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DbException or TimeoutException or InvalidOperationException { InnerException: DbException })
        {
            Log.LookFailed(logger, failure.GetType().Name, failure);
        }
    }

    private async Task StartTurnsAsync(CancellationToken cancellationToken)
    {
        foreach (var ended in _turns.Where(t => t.Value.IsCompleted).Select(t => t.Key).ToList())
        {
            _turns.Remove(ended);
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var work in kinds)
        {
            // Whoever had no turn for longest comes first: portals with piles, which are always the longest due, keep none of the others waiting.
            var due = await work.DueAsync(now, cancellationToken).ConfigureAwait(false);
            foreach (var portalId in due.OrderBy(portalId => _order.LastOf(work.LeaseName, portalId)).ThenBy(Shuffled))
            {
                if (_turns.Keys.Count(turn => turn.Work == work.LeaseName) >= TurnsAtOnce)
                {
                    break;
                }

                var key = (work.LeaseName, portalId);
                if (!_turns.ContainsKey(key) && !Rests(key))
                {
                    _order.Note(work.LeaseName, portalId);
                    _turnsSoFar++;
                    _turns[key] = TurnAsync(work, portalId, cancellationToken);
                }
            }
        }
    }

    private async Task TurnAsync(PortalWork work, int portalId, CancellationToken cancellationToken)
    {
        // The caller goes on to other portals at once.
        await Task.Yield();
        try
        {
            await using var held = await HeldLease.TryTakeAsync(leases, portalId, work.LeaseName, time, _timings.Lease, cancellationToken).ConfigureAwait(false);
            if (held is null)
            {
                Rest(work, portalId);
                return;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
            if (!await work.TurnAsync(portalId, held.Lease, either.Token).ConfigureAwait(false))
            {
                Rest(work, portalId);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped, or the lease went to another process: what was not committed is done again from its rows.
        }
        catch (LeaseLostException)
        {
            Log.LeaseLost(logger, work.LeaseName, portalId);
        }
#pragma warning disable CA1031 // One portal's failure must not stop the work for the others; its rows stay due.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Rest(work, portalId);
            Log.TurnFailed(logger, work.LeaseName, portalId, failure.GetType().Name, failure);
        }
        finally
        {
            signal.Wake();
        }
    }

    /// <summary>A process that had none before it knows nobody's last turn: each orders them its own way, so that none comes last everywhere.</summary>
    private static int Shuffled(int portalId) => HashCode.Combine(portalId);

    private bool Rests((string Work, int PortalId) key)
    {
        lock (_restUntilMs)
        {
            return _restUntilMs.GetValueOrDefault(key) > MachineNowMs;
        }
    }

    private void Rest(PortalWork work, int portalId)
    {
        lock (_restUntilMs)
        {
            _restUntilMs[(work.LeaseName, portalId)] = MachineNowMs + (long)(PauseInIntervals * _timings.Interval).TotalMilliseconds;
        }
    }

    private long MachineNowMs => _machine.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(signal.WaitAsync(either.Token), Task.Delay(_timings.Interval, _machine, either.Token)).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The work '{Work}' of portal {PortalId} has gone to another process.")]
        public static partial void LeaseLost(ILogger logger, string work, int portalId);

        [LoggerMessage(3, LogLevel.Error, "The database could not be asked for work ({Kind}); it will be asked again.")]
        public static partial void LookFailed(ILogger logger, string kind, Exception failure);

        [LoggerMessage(2, LogLevel.Warning, "A turn of '{Work}' of portal {PortalId} failed with {Kind}; it will be tried again.")]
        public static partial void TurnFailed(ILogger logger, string work, int portalId, string kind, Exception failure);
    }
}
