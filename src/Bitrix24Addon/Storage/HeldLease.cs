using Bitrix24Addon.Schedule;
using System.Data.Common;
using NodaTime;

namespace Bitrix24Addon.Storage;

/// <summary>A lease that is renewed for as long as the work takes, and given back when it is disposed.</summary>
public sealed class HeldLease : IAsyncDisposable
{
    private static readonly Duration Length = Duration.FromSeconds(15);
    private static readonly Duration Pause = Duration.FromSeconds(5);

    private readonly Leases _leases;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Duration _length;
    private readonly Task _renewing;

    private HeldLease(Leases leases, Lease lease, Duration length, TimeProvider time)
    {
        _leases = leases;
        _length = length;
        Lease = lease;
        _renewing = RenewAsync(time.OfTheMachine());
    }

    /// <summary>The lease.</summary>
    public Lease Lease { get; }

    /// <summary>Cancelled when the lease has gone to another: what is under way cannot be written any more.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes a lease unless somebody has it.</summary>
    /// <param name="leases">The leases.</param>
    /// <param name="portalId">The portal.</param>
    /// <param name="name">The work, as in <see cref="LeaseNames"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="length">So long the work of a dead process waits; null for 15 seconds.</param>
    /// <param name="cancellationToken">Stops the taking.</param>
    /// <returns>The lease, or null when somebody is at work.</returns>
    public static async Task<HeldLease?> TryTakeAsync(
        Leases leases, int portalId, string name, TimeProvider time, Duration? length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(leases);
        return await leases.TryTakeAsync(portalId, name, length ?? Length, cancellationToken).ConfigureAwait(false) is { } lease
            ? new HeldLease(leases, lease, length ?? Length, time)
            : null;
    }

    /// <summary>Takes a lease; one that another holds is waited for as long as a dead process would hold it.</summary>
    /// <param name="leases">The leases.</param>
    /// <param name="portalId">The portal.</param>
    /// <param name="name">The work, as in <see cref="LeaseNames"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The lease, or null when somebody is at work.</returns>
    public static async Task<HeldLease?> TakeAsync(Leases leases, int portalId, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(leases);
        ArgumentNullException.ThrowIfNull(time);
        var machine = time.OfTheMachine();
        var giveUpAt = machine.GetUtcNow() + (Length + Pause).ToTimeSpan();
        while (true)
        {
            if (await TryTakeAsync(leases, portalId, name, time, null, cancellationToken).ConfigureAwait(false) is { } held)
            {
                return held;
            }

            if (machine.GetUtcNow() >= giveUpAt)
            {
                return null;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), machine, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends renewing and gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _leases.ReleaseAsync(Lease).ConfigureAwait(false);
        _end.Dispose();
        _lost.Dispose();
    }

    /// <summary>Correctness rests on the epoch; that the lease was lost only spares work that could not be written.</summary>
    private async Task RenewAsync(TimeProvider machine)
    {
        using var timer = new PeriodicTimer((_length / 3).ToTimeSpan(), machine);
        while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
        {
            try
            {
                if (!await _leases.RenewAsync(Lease, _length, _end.Token).ConfigureAwait(false))
                {
                    await _lost.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
            catch (Exception failure) when (failure is DbException or TimeoutException or InvalidOperationException { InnerException: DbException })
            {
                // The database was busy or away for a moment: the next renewal tells whether the lease is still ours.
            }
        }
    }
}
