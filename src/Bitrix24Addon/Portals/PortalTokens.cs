using Bitrix24.Client;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Portals;

/// <summary>Where the tokens of one portal lie: encrypted in its row, renewed under its lease. When they are renewed is decided by <see cref="StoredTokens"/>.</summary>
/// <param name="storage">The database.</param>
/// <param name="keys">Encrypts tokens.</param>
/// <param name="time">The clock.</param>
/// <param name="portal">The portal.</param>
/// <param name="timings">How long a renewal may take; null for that of Bitrix24.</param>
public sealed class PortalTokens(AddonStorage storage, KeyRing keys, TimeProvider time, PortalRow portal, WorkTimings? timings = null) : ITokenStore
{
    private readonly Duration _leaseLength = (timings ?? new WorkTimings()).TokensLease;

    private readonly Leases _leases = new(storage, time);

    /// <inheritdoc/>
    /// <exception cref="ProblemException">The keys are missing or others.</exception>
    public async ValueTask<TokenPair?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portal.Id);
        return await db.Access.AsNoTracking().SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } access
            ? new TokenPair(portal.Key, keys.Unprotect(portal.Key, access.AccessToken), RefreshTokenOf(access), access.Failure)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<ITokenLease?> TryLeaseAsync(CancellationToken cancellationToken) =>
        await _leases.TryTakeAsync(portal.Id, LeaseNames.Tokens, _leaseLength, cancellationToken).ConfigureAwait(false) is { } lease
            ? new Held(this, lease)
            : null;

    private string RefreshTokenOf(PortalAccessRow access) => keys.Unprotect(portal.Key, access.RefreshToken);

    /// <summary>Changes the access in one transaction, if the lease is held and the pair still stands there.</summary>
    private async Task<bool> WriteAsync(Lease lease, TokenPair pair, Func<AddonDbContext, PortalAccessRow, Task> change)
    {
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(CancellationToken.None).ConfigureAwait(false);
        if (!await lease.IsHeldAsync(db, CancellationToken.None).ConfigureAwait(false)
            || await db.Access.SingleOrDefaultAsync().ConfigureAwait(false) is not { } access
            || RefreshTokenOf(access) != pair.RefreshToken)
        {
            return false;
        }

        await change(db, access).ConfigureAwait(false);
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync().ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        return true;
    }

    private Task<bool> StoreAsync(Lease lease, TokenPair spent, RedeemedTokens tokens) => WriteAsync(lease, spent, (db, access) =>
    {
        access.Take(tokens, keys, portal.Key, time.GetUtcNow().ToUnixTimeMilliseconds());
        return PortalMoving.KeepHostAsync(db, portal.Id, new Uri(tokens.ClientEndpoint!).Authority);
    });

    private Task<bool> NoteAsync(Lease lease, TokenPair refused, RenewalFailure failure) => WriteAsync(lease, refused, (_, access) =>
    {
        access.Note(failure, time.GetUtcNow().ToUnixTimeMilliseconds());
        return Task.CompletedTask;
    });

    private sealed class Held(PortalTokens tokens, Lease lease) : ITokenLease
    {
        public Task<bool> StoreAsync(TokenPair spent, RedeemedTokens renewed) => tokens.StoreAsync(lease, spent, renewed);

        public Task<bool> NoteAsync(TokenPair refused, RenewalFailure failure) => tokens.NoteAsync(lease, refused, failure);

        public async ValueTask DisposeAsync() => await tokens._leases.ReleaseAsync(lease).ConfigureAwait(false);
    }
}
