using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Functions.Hosting;

/// <summary>
/// The tables, which a server needs before it can touch the database. They are made or updated once, by whoever needs them first: a process answers before
/// that, and under a Functions host nothing is done outside an invocation.
/// </summary>
/// <param name="storage">The database.</param>
internal sealed class Preparation(AddonStorage storage)
{
    private readonly Lock _gate = new();
    private Task? _done;

    /// <summary>They are there.</summary>
    public bool IsDone => _done is { IsCompletedSuccessfully: true };

    /// <summary>Waits until they are there; what failed for one is tried again for the next.</summary>
    /// <param name="cancellationToken">Ends the wait, not the work, which others may wait for.</param>
    /// <exception cref="ProblemException">The database cannot be used.</exception>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_done is null or { IsFaulted: true })
            {
                _done = Task.Run(() => storage.MigrateAsync(CancellationToken.None), CancellationToken.None);
            }

            return _done.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends when nobody makes or updates them any more; how that ended is told by <see cref="WaitAsync"/>.</summary>
    public Task SettledAsync()
    {
        lock (_gate)
        {
            return _done?.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default) ?? Task.CompletedTask;
        }
    }
}
