using Microsoft.Extensions.Logging;

namespace Bitrix24.Client;

/// <summary>
/// The tokens of one portal out of a store. A pair is renewed only after the portal refused it, once for all who call: callers of this
/// process queue up, other processes are kept away by the store's lease, and the new pair is stored before anybody uses it, because the
/// authorisation server takes a refresh token once. Keep one for each portal and process. Made by <see cref="Bitrix24ClientFactory.CreateTokens"/>.
/// </summary>
/// <remarks>Source: settings/oauth/auto-renewal.md.</remarks>
#pragma warning disable CA1001 // See _turn.
public sealed partial class StoredTokens : IAccessTokenSource
#pragma warning restore CA1001
{
    private const string Name = "oauth/token";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    // Bitrix24 blocks applications that renew without end.
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AfterSilence = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenRenewals = TimeSpan.FromMinutes(1);

    // Together with the authorisation server's time shorter than a lease.
    private static readonly TimeSpan StoringPatience = TimeSpan.FromSeconds(60);

    private readonly ITokenStore _store;
    private readonly Func<OAuthServer> _server;
    private readonly TimeProvider _time;
    private readonly TimeProvider _machine;
    private readonly ILogger _logger;

    // Without a wait handle a semaphore holds nothing that must be given back.
    private readonly SemaphoreSlim _turn = new(1, 1);

    // What came for a refresh token while the store could not be written: the only access to the portal, so it is stored at the next turn.
    private volatile Unsaved? _unsaved;

    // What keeps the others away meanwhile, until it lapses or the next turn begins.
    private ITokenLease? _kept;

    // The newest token and when it came, by either clock; of this turn's holder.
    private (string Token, long At, long MachineAt)? _fresh;

    internal StoredTokens(ITokenStore store, Func<OAuthServer> server, TimeProvider time, TimeProvider machine, ILogger logger) =>
        (_store, _server, _time, _machine, _logger) = (store, server, time, machine, logger);

    /// <inheritdoc/>
    /// <exception cref="Bitrix24Exception">
    /// The store has no pair (<see cref="Bitrix24ErrorKind.ApplicationRemoved"/>), a person must authorise anew (<see cref="Bitrix24ErrorKind.AuthorisationNeeded"/>),
    /// or the pair was refused and is not to be renewed yet (see <see cref="RenewalFailure.Kind"/>).
    /// </exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        var pair = await ReadAsync(cancellationToken).ConfigureAwait(false);
        return FailureInForce(pair) is { } failure ? throw Refused(failure) : pair.AccessToken;
    }

    /// <summary>
    /// Whether a pair that could not be stored yet is held here for the one in the store. Then the portal can be called even if the store says that a
    /// person must authorise anew: another process saw the spent refresh token refused, and cannot know. The next renewal stores the pair.
    /// </summary>
    /// <param name="cancellationToken">Stops the reading of the store.</param>
    /// <returns>True while this process holds the portal's only good pair.</returns>
    public async ValueTask<bool> HoldsUnsavedAsync(CancellationToken cancellationToken) =>
        _unsaved is not null && await _store.ReadAsync(cancellationToken).ConfigureAwait(false) is { } pair && UnsavedOf(pair) is not null;

    /// <inheritdoc/>
    /// <returns>The fresh token; null when the refused one came less than a minute ago, so that the next would be refused as well.</returns>
    /// <exception cref="Bitrix24Exception">There is no fresh token; the kind tells why (see <see cref="RenewalFailure.Kind"/>).</exception>
    public async ValueTask<string?> RenewAsync(string refusedToken, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var token = await FreshAsync(refusedToken, cancellationToken).ConfigureAwait(false);
            if (token is not null && token != _fresh?.Token)
            {
                _fresh = (token, _time.GetTimestamp(), _machine.GetTimestamp());
            }

            return token;
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsTooFresh(string token) => _fresh is { } fresh && fresh.Token == token
        && _time.GetElapsedTime(fresh.At) < BetweenRenewals && _machine.GetElapsedTime(fresh.MachineAt) < BetweenRenewals;

    private async Task<string?> FreshAsync(string refusedToken, CancellationToken cancellationToken)
    {
        var startedAt = _machine.GetTimestamp();
        do
        {
            if (FreshOf(await ReadAsync(cancellationToken).ConfigureAwait(false), refusedToken) is { } fresh)
            {
                return fresh;
            }

            if (IsTooFresh(refusedToken))
            {
                return null;
            }

            if (_kept is { } kept)
            {
                _kept = null;
                await kept.DisposeAsync().ConfigureAwait(false);
            }

            // Not to be stopped: a lease that was written and not handed out keeps everybody away until it lapses.
            cancellationToken.ThrowIfCancellationRequested();
            if (await _store.TryLeaseAsync(CancellationToken.None).ConfigureAwait(false) is { } lease)
            {
                return await RenewAsync(lease, refusedToken).ConfigureAwait(false);
            }

            await Task.Delay(BetweenLooks, _machine, cancellationToken).ConfigureAwait(false);
        }
        while (_machine.GetElapsedTime(startedAt) < Patience);

        throw Refused(Bitrix24ErrorKind.AuthorisationUnavailable, "CLIENT_RENEWAL_ELSEWHERE", "Another process has been renewing the tokens for too long.");
    }

    /// <summary>Not to be stopped: between the spending of a refresh token and the storing of the next one lies the portal's only access.</summary>
    private async Task<string> RenewAsync(ITokenLease lease, string refusedToken)
    {
        try
        {
            return await RenewHeldAsync(lease, refusedToken).ConfigureAwait(false);
        }
        finally
        {
            // While the new pair is not stored nobody may spend the old one again.
            if (_unsaved is null)
            {
                await lease.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                _kept = lease;
            }
        }
    }

    private async Task<string> RenewHeldAsync(ITokenLease lease, string refusedToken)
    {
        // Another process may have renewed between our look and our lease.
        var pair = await ReadAsync(CancellationToken.None).ConfigureAwait(false);
        _unsaved = UnsavedOf(pair);
        if (FreshOf(pair, refusedToken) is { } fresh)
        {
            return fresh;
        }

        var answer = _unsaved is { } unsaved
            ? new RedeemAnswer(RedeemOutcome.Redeemed, unsaved.Tokens)
            : await _server().RedeemAsync(pair.RefreshToken, CancellationToken.None).ConfigureAwait(false);
        if (answer.Tokens is { } tokens && tokens.MemberId == pair.MemberId)
        {
            _unsaved = new Unsaved(pair.RefreshToken, tokens);
            var isStored = await StoreAsync(lease, pair, tokens).ConfigureAwait(false);
            if (!isStored)
            {
                return await OfOthersAsync(refusedToken).ConfigureAwait(false);
            }

            _unsaved = null;
            Log.Renewed(_logger, pair.MemberId);
            return tokens.AccessToken!;
        }

        var failure = FailureOf(answer);
        if (!await lease.NoteAsync(pair, failure).ConfigureAwait(false))
        {
            return await OfOthersAsync(refusedToken).ConfigureAwait(false);
        }

        Log.NotRenewed(_logger, pair.MemberId, answer.Outcome, answer.Code);
        throw Refused(failure, answer.Code);
    }

    /// <summary>Stores the new pair, again and again while the store fails for a moment.</summary>
    private async Task<bool> StoreAsync(ITokenLease lease, TokenPair spent, RedeemedTokens tokens)
    {
        var startedAt = _machine.GetTimestamp();
        while (true)
        {
            try
            {
                return await lease.StoreAsync(spent, tokens).ConfigureAwait(false);
            }
            catch (Exception failure) when (_machine.GetElapsedTime(startedAt) < StoringPatience)
            {
                Log.NotStored(_logger, spent.MemberId, failure);
            }

            await Task.Delay(BetweenLooks, _machine).ConfigureAwait(false);
        }
    }

    private Unsaved? UnsavedOf(TokenPair pair) => _unsaved is { } unsaved && unsaved.SpentRefreshToken == pair.RefreshToken ? unsaved : null;

    /// <returns>Why the pair cannot be renewed now; null when it can, also because we hold what came for it: another process cannot know that.</returns>
    private RenewalFailure? FailureInForce(TokenPair pair) =>
        pair.Failure is { } failure && !(failure.NotBefore <= _time.GetUtcNow()) && UnsavedOf(pair) is null ? failure : null;

    /// <summary>Removed, renewed or installed anew while we asked: what stands there now counts.</summary>
    private async Task<string> OfOthersAsync(string refusedToken) => FreshOf(await ReadAsync(CancellationToken.None).ConfigureAwait(false), refusedToken)
        ?? throw Refused(Bitrix24ErrorKind.AuthorisationUnavailable, "CLIENT_RENEWAL_ELSEWHERE", "Another process took over the renewing of the tokens.");

    /// <returns>The token, when it is another than the refused one; null when it must be renewed and may be.</returns>
    private string? FreshOf(TokenPair pair, string refusedToken) =>
        FailureInForce(pair) is { } failure && (failure.NotBefore is null || pair.AccessToken == refusedToken)
            ? throw Refused(failure)
            : pair.AccessToken == refusedToken ? null : pair.AccessToken;

    private async ValueTask<TokenPair> ReadAsync(CancellationToken cancellationToken) => await _store.ReadAsync(cancellationToken).ConfigureAwait(false)
        ?? throw Refused(Bitrix24ErrorKind.ApplicationRemoved, "CLIENT_NO_ACCESS", "There are no tokens of the portal.");

    private RenewalFailure FailureOf(RedeemAnswer answer) => answer.Outcome switch
    {
        RedeemOutcome.InvalidGrant => new RenewalFailure(Bitrix24ErrorKind.AuthorisationNeeded, null),
        RedeemOutcome.PaymentRequired => Pause(Bitrix24ErrorKind.PaymentRequired, AfterRefusal),
        RedeemOutcome.InvalidClient => Pause(Bitrix24ErrorKind.ApplicationRemoved, AfterRefusal),
        RedeemOutcome.Unreachable => Pause(Bitrix24ErrorKind.AuthorisationUnavailable, AfterSilence),
        RedeemOutcome.NotAnAnswer => Pause(Bitrix24ErrorKind.AuthorisationUnavailable, AfterRefusal),
        RedeemOutcome.Refused => Pause(Bitrix24ErrorKind.AuthorisationRefused, AfterRefusal),

        // Tokens, but of another portal: the refresh token is spent for nothing.
        _ => new RenewalFailure(Bitrix24ErrorKind.AuthorisationNeeded, null),
    };

    private RenewalFailure Pause(Bitrix24ErrorKind kind, TimeSpan length) => new(kind, _time.GetUtcNow() + length);

    private static Bitrix24Exception Refused(RenewalFailure failure, string code = "CLIENT_NOT_RENEWED") => new(Name, new Bitrix24Error(
        failure.Kind, code, "The access token could not be renewed.") { RetryAt = failure.NotBefore });

    private static Bitrix24Exception Refused(Bitrix24ErrorKind kind, string code, string description) => new(Name, new Bitrix24Error(kind, code, description));

    private sealed record Unsaved(string SpentRefreshToken, RedeemedTokens Tokens);

    private static partial class Log
    {
        [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "The renewed tokens of {MemberId} could not be stored; trying again")]
        public static partial void NotStored(ILogger logger, string memberId, Exception failure);

        [LoggerMessage(EventId = 11, Level = LogLevel.Debug, Message = "The tokens of {MemberId} were renewed")]
        public static partial void Renewed(ILogger logger, string memberId);

        [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "The tokens of {MemberId} could not be renewed: {Outcome} '{Code}'")]
        public static partial void NotRenewed(ILogger logger, string memberId, RedeemOutcome outcome, string code);
    }
}
