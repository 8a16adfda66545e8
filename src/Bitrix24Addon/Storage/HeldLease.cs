using NodaTime;

namespace Bitrix24Addon.Storage;

/// <summary>A lease that is renewed for as long as the work takes, and given back when it is disposed.</summary>
public sealed class HeldLease : IAsyncDisposable
{
    private static readonly Duration Length = Duration.FromSeconds(15);
    private static readonly Duration Pause = Duration.FromSeconds(5);

    private readonly Leases _leases;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _renewing;

    private HeldLease(Leases leases, Lease lease, TimeProvider time)
    {
        _leases = leases;
        Lease = lease;
        _renewing = RenewAsync(time);
    }

    /// <summary>The lease.</summary>
    public Lease Lease { get; }

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
        var giveUpAt = time.GetUtcNow() + (Length + Pause).ToTimeSpan();
        while (true)
        {
            if (await leases.TryTakeAsync(portalId, name, Length, cancellationToken).ConfigureAwait(false) is { } lease)
            {
                return new HeldLease(leases, lease, time);
            }

            if (time.GetUtcNow() >= giveUpAt)
            {
                return null;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends renewing and gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _leases.ReleaseAsync(Lease).ConfigureAwait(false);
        _end.Dispose();
    }

    /// <summary>Whatever becomes of renewing, correctness rests on the epoch: it ends silently.</summary>
    private async Task RenewAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Pause.ToTimeSpan(), time);
        while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
        {
            if (!await _leases.RenewAsync(Lease, Length, _end.Token).ConfigureAwait(false))
            {
                return;
            }
        }
    }
}
