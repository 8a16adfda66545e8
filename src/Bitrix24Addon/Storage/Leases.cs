using Bitrix24Addon.Schedule;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Storage;

/// <summary>A lease that was taken.</summary>
/// <param name="PortalId">The portal.</param>
/// <param name="Name">The work.</param>
/// <param name="Epoch">The epoch it was taken with.</param>
public sealed record Lease(int PortalId, string Name, long Epoch)
{
    /// <summary>
    /// Whether the lease is still held, asked inside a writing transaction: until the transaction ends nobody else can take the
    /// lease. A process that froze and woke after another took over must not write.
    /// </summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<bool> IsHeldAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        return await db.Leases.Where(l => l.Name == Name && l.Epoch == Epoch)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.Epoch, Epoch), cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Throws when the lease was lost; see <see cref="IsHeldAsync"/>.</summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="LeaseLostException">Another process has taken the lease.</exception>
    public async Task RequireAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        if (!await IsHeldAsync(db, cancellationToken).ConfigureAwait(false))
        {
            throw new LeaseLostException(this);
        }
    }
}

/// <summary>The work went over to another process; nothing of this attempt was written.</summary>
/// <param name="lease">The lease that was lost.</param>
public sealed class LeaseLostException(Lease lease) : Exception($"The lease '{lease?.Name}' of portal {lease?.PortalId} has gone to another process.")
{
    /// <summary>The lease that was lost.</summary>
    public Lease Lease { get; } = lease ?? throw new ArgumentNullException(nameof(lease));
}

/// <summary>
/// Divides a portal's work among processes: one at a time by lease, safe by epoch. The length of a lease only decides how long the
/// work of a dead process waits; correctness rests on <see cref="Lease.IsHeldAsync"/>.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class Leases(AddonStorage storage, TimeProvider time)
{
    private readonly TimeProvider _machine = time.OfTheMachine();

    /// <summary>Takes a lease unless somebody has it.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="name">The work, as in <see cref="LeaseNames"/>.</param>
    /// <param name="length">After this long without <see cref="RenewAsync"/> another may take it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The lease, or null while another holds it.</returns>
    public async Task<Lease?> TryTakeAsync(int portalId, string name, Duration length, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        var now = _machine.GetUtcNow().ToUnixTimeMilliseconds();
        var until = now + (long)length.TotalMilliseconds;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var taken = await db.Leases.Where(l => l.Name == name && l.UntilMs <= now)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.Epoch, l => l.Epoch + 1).SetProperty(l => l.UntilMs, until), cancellationToken)
            .ConfigureAwait(false);
        if (taken == 0)
        {
            if (await db.Leases.AnyAsync(l => l.Name == name, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            db.Leases.Add(new LeaseRow { Name = name, Epoch = 1, UntilMs = until });
            try
            {
                await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DbUpdateException)
            {
                // Another process made the row in the same moment and has the lease.
                return null;
            }
        }

        var epoch = await db.Leases.Where(l => l.Name == name).Select(l => l.Epoch).SingleAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new Lease(portalId, name, epoch);
    }

    /// <summary>Keeps a lease for longer.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="length">From now.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>False when it was lost.</returns>
    public async Task<bool> RenewAsync(Lease lease, Duration length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await using var db = storage.Open(lease.PortalId);
        var until = _machine.GetUtcNow().ToUnixTimeMilliseconds() + (long)length.TotalMilliseconds;
        return await db.Leases.Where(l => l.Name == lease.Name && l.Epoch == lease.Epoch)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.UntilMs, until), cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Gives a lease back, if it is still held.</summary>
    /// <param name="lease">The lease.</param>
    public async Task ReleaseAsync(Lease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await using var db = storage.Open(lease.PortalId);
        await db.Leases.Where(l => l.Name == lease.Name && l.Epoch == lease.Epoch)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.UntilMs, 0L)).ConfigureAwait(false);
    }
}
