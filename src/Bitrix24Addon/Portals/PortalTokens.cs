using Bitrix24.Client;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Bitrix24Addon.Portals;

/// <summary>
/// The tokens of one portal. A token is renewed only after the portal refused it, once for all who call: callers of this process
/// queue up, other processes are kept away by a lease, and the new pair is stored before anybody uses it, because the authorisation
/// server takes a refresh token once.
/// </summary>
#pragma warning disable CA1001 // See _turn.
public sealed partial class PortalTokens : IAccessTokenSource
#pragma warning restore CA1001
{
    // Longer than the authorisation server may take, so that a lease ends only with its process.
    private static readonly Duration LeaseLength = Duration.FromMinutes(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    // Bitrix24 blocks applications that renew without end.
    private static readonly Duration AfterRefusal = Duration.FromMinutes(10);
    private static readonly Duration AfterSilence = Duration.FromSeconds(15);

    private readonly AddonStorage _storage;
    private readonly Leases _leases;
    private readonly KeyRing _keys;
    private readonly Func<OAuthServer> _server;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _portalId;
    private readonly string _memberId;

    // Without a wait handle a semaphore holds nothing that must be given back.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Creates the tokens of a portal; <see cref="PortalClients"/> keeps one for each.</summary>
    /// <param name="storage">The database.</param>
    /// <param name="keys">Decrypts tokens.</param>
    /// <param name="server">The authorisation server, asked for when a token must be renewed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of failed renewals.</param>
    /// <param name="portal">The portal.</param>
    public PortalTokens(AddonStorage storage, KeyRing keys, Func<OAuthServer> server, TimeProvider time, ILogger logger, PortalRow portal)
    {
        ArgumentNullException.ThrowIfNull(portal);
        (_storage, _keys, _server, _time, _logger) = (storage, keys, server, time, logger);
        (_portalId, _memberId, _leases) = (portal.Id, portal.Key, new Leases(storage, time));
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    /// <exception cref="Bitrix24Exception">The application was removed, or a person must authorise anew (<see cref="Bitrix24ErrorKind.NotAuthorised"/>).</exception>
    /// <exception cref="ProblemException">The keys are missing or others.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken).ConfigureAwait(false) is { } access
            ? AccessTokenOf(access)
            : throw new Bitrix24Exception("oauth", new Bitrix24Error(
                Bitrix24ErrorKind.NotAuthorised, "CLIENT_NO_ACCESS", "The application has no access to the portal."));

    /// <inheritdoc/>
    public async ValueTask<string?> RenewAsync(string refusedToken, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var machine = _time.OfTheMachine();
            var startedAt = machine.GetTimestamp();
            do
            {
                if (await FindAsync(cancellationToken).ConfigureAwait(false) is not { } access)
                {
                    return null;
                }

                if (AccessTokenOf(access) is var stored && stored != refusedToken)
                {
                    return stored;
                }

                if (await _leases.TryTakeAsync(_portalId, LeaseNames.Tokens, LeaseLength, cancellationToken).ConfigureAwait(false) is { } lease)
                {
                    return await RenewAsync(lease, refusedToken).ConfigureAwait(false);
                }

                await Task.Delay(BetweenLooks, machine, cancellationToken).ConfigureAwait(false);
            }
            while (machine.GetElapsedTime(startedAt) < Patience);
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Not to be stopped: between the spending of a refresh token and the storing of the next one lies the portal's only access.</summary>
    private async Task<string?> RenewAsync(Lease lease, string refusedToken)
    {
        try
        {
            // Another process may have renewed between our look and our lease.
            if (await FindAsync(CancellationToken.None).ConfigureAwait(false) is not { } access || access.RenewNotBeforeMs > NowMs)
            {
                return null;
            }

            if (AccessTokenOf(access) is var stored && stored != refusedToken)
            {
                return stored;
            }

            var answer = await _server().RedeemAsync(_keys.Unprotect(_memberId, access.RefreshToken), CancellationToken.None).ConfigureAwait(false);
            return await StoreAsync(lease, access, answer).ConfigureAwait(false);
        }
        catch (LeaseLostException)
        {
            return await FindAsync(CancellationToken.None).ConfigureAwait(false) is { } access && AccessTokenOf(access) is var stored && stored != refusedToken
                ? stored
                : null;
        }
        finally
        {
            await _leases.ReleaseAsync(lease).ConfigureAwait(false);
        }
    }

    private async Task<string?> StoreAsync(Lease lease, PortalAccessRow redeemed, RedeemAnswer answer)
    {
        await using var db = _storage.Open(_portalId);
        await using var transaction = await db.BeginWriteAsync(CancellationToken.None).ConfigureAwait(false);
        await lease.RequireAsync(db, CancellationToken.None).ConfigureAwait(false);
        var access = await db.Access.SingleOrDefaultAsync().ConfigureAwait(false);
        if (access is null || access.RefreshToken != redeemed.RefreshToken)
        {
            // Removed, or installed anew, while we asked: what stands there now counts.
            return access is { ReauthoriseSinceMs: null } ? AccessTokenOf(access) : null;
        }

        var isRenewed = answer.Outcome == RedeemOutcome.Redeemed && answer.Tokens!.MemberId == _memberId;
        if (isRenewed)
        {
            access.Take(answer.Tokens!, _keys, _memberId, NowMs);
        }
        else if (answer.Outcome == RedeemOutcome.InvalidGrant)
        {
            access.ReauthoriseSinceMs = NowMs;
        }
        else
        {
            var pause = answer.Outcome == RedeemOutcome.Unreachable ? AfterSilence : AfterRefusal;
            access.RenewNotBeforeMs = NowMs + (long)pause.TotalMilliseconds;
        }

        await db.SaveChangesAsync().ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        if (isRenewed)
        {
            return answer.Tokens!.AccessToken;
        }

        Log.NotRenewed(_logger, _portalId, answer.Outcome, answer.Code);
        return null;
    }

    /// <summary>The portal's access, or null when there is none or a person must authorise anew.</summary>
    private async Task<PortalAccessRow?> FindAsync(CancellationToken cancellationToken)
    {
        await using var db = _storage.Open(_portalId);
        return await db.Access.AsNoTracking().SingleOrDefaultAsync(a => a.ReauthoriseSinceMs == null, cancellationToken).ConfigureAwait(false);
    }

    private string AccessTokenOf(PortalAccessRow access) => _keys.Unprotect(_memberId, access.AccessToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "The tokens of portal {PortalId} could not be renewed: {Outcome} '{Code}'")]
        public static partial void NotRenewed(ILogger logger, int portalId, RedeemOutcome outcome, string code);
    }
}
