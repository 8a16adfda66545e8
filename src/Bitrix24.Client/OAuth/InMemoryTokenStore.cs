namespace Bitrix24.Client;

/// <summary>
/// Keeps a pair in memory: for one process that lives as long as its tokens, and for tests. After a restart a person must authorise anew, so
/// whoever restarts writes an <see cref="ITokenStore"/> over his database.
/// </summary>
/// <param name="pair">The pair of the installation or of a code's exchange; null for none yet.</param>
/// <param name="time">The clock that leases go by.</param>
public sealed class InMemoryTokenStore(TokenPair? pair, TimeProvider time) : ITokenStore
{
    private static readonly TimeSpan LeaseLength = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private TokenPair? _pair = pair;
    private long _epoch;
    private DateTimeOffset _leasedUntil;

    /// <summary>Replaces the pair, as an installation does; null removes it.</summary>
    /// <param name="pair">The pair.</param>
    public void Put(TokenPair? pair)
    {
        lock (_gate)
        {
            _pair = pair;
        }
    }

    /// <inheritdoc/>
    public ValueTask<TokenPair?> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_pair);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ITokenLease?> TryLeaseAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_leasedUntil > time.GetUtcNow())
            {
                return new((ITokenLease?)null);
            }

            _leasedUntil = time.GetUtcNow() + LeaseLength;
            return new(new Lease(this, ++_epoch));
        }
    }

    private bool Write(long epoch, TokenPair instead, TokenPair next)
    {
        lock (_gate)
        {
            if (epoch != _epoch || _pair?.RefreshToken != instead.RefreshToken)
            {
                return false;
            }

            _pair = next;
            return true;
        }
    }

    private void Release(long epoch)
    {
        lock (_gate)
        {
            _leasedUntil = epoch == _epoch ? default : _leasedUntil;
        }
    }

    private sealed class Lease(InMemoryTokenStore store, long epoch) : ITokenLease
    {
        public Task<bool> StoreAsync(TokenPair spent, RedeemedTokens tokens) =>
            Task.FromResult(store.Write(epoch, spent, new TokenPair(spent.MemberId, tokens.AccessToken!, tokens.RefreshToken!)));

        public Task<bool> NoteAsync(TokenPair refused, RenewalFailure failure) =>
            Task.FromResult(store.Write(epoch, refused, refused with { Failure = failure }));

        public ValueTask DisposeAsync()
        {
            store.Release(epoch);
            return default;
        }
    }
}
