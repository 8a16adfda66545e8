using System.Data.Common;
using System.Security.Cryptography;
using Bitrix24.Client;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Inbox;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Portals;

/// <content>Whose tokens may take the place of which, and the transaction in which they do.</content>
public sealed partial class Admission
{
    // Two first posts of one portal in the same moment: the second finds the row of the first.
    private const int Attempts = 2;

    /// <summary>What stands in the place that a claim wants; null when the portal is not installed.</summary>
    private async Task<Standing?> StandingAsync(InstallationClaim claim)
    {
        await using var db = storage.Open();
        return await db.Portals.Where(p => p.Key == claim.MemberId && p.UninstalledAtMs == null)
            .Join(
                db.Access.IgnoreQueryFilters(), p => p.Id, a => a.PortalId,
                (p, access) => new Standing(access.ApplicationTokenHash, access.AwaitsConfirmation, p.OwnerUserId))
            .SingleOrDefaultAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Whether the tokens may take the place. Every employee has a refresh token, and whoever opens a page of the application sees its token in his
    /// browser: neither may bring his own rights in.
    /// </summary>
    /// <returns>When the claim was made, by the portal's clock, which a page does not tell; null inside where nobody tells.</returns>
    private async Task<Permission?> MayTakeAsync(Standing? standing, InstallationClaim claim, RedeemedTokens tokens, Uri endpoint)
    {
        var isFree = standing is null || (standing.IsOf(claim) && tokens.UserId == standing.OwnerUserId);
        if (isFree && !claim.NeedsAdministrator)
        {
            return new Permission(claim.PostedAt);
        }

        return await AskAsAdministratorAsync(endpoint, tokens.AccessToken!).ConfigureAwait(false) is { } told ? new Permission(claim.PostedAt ?? told.At) : null;
    }

    /// <summary>
    /// Judges and registers, again whenever another post took the place in between. Not to be stopped: the post's refresh token is spent, and what
    /// came for it stands nowhere else.
    /// </summary>
    private async Task<AdmissionOutcome> RegisterAsync(InstallationClaim claim, RedeemedTokens tokens, Uri endpoint, ApplicationInfo? info)
    {
        for (var attempt = 1; ; attempt++)
        {
            var standing = await StandingAsync(claim).ConfigureAwait(false);
            if (await MayTakeAsync(standing, claim, tokens, endpoint).ConfigureAwait(false) is not { } permission)
            {
                return AdmissionOutcome.NotAdministrator;
            }

            try
            {
                if (await TryRegisterAsync(claim, permission.At, tokens, endpoint, standing, info).ConfigureAwait(false))
                {
                    return AdmissionOutcome.Admitted;
                }
            }
            catch (Exception failure) when (attempt < Attempts
                && failure is DbUpdateException or InvalidOperationException { InnerException: DbException or DbUpdateException or TimeoutException })
            {
            }
        }
    }

    /// <returns>False when the place is not as it was judged.</returns>
    private async Task<bool> TryRegisterAsync(
        InstallationClaim claim, DateTimeOffset? postedAt, RedeemedTokens tokens, Uri endpoint, Standing? standing, ApplicationInfo? info)
    {
        // The refresh token is spent and comes only once, so the installation is kept even if nobody tells of which application it is.
        var isConfirmed = standing is { AwaitsConfirmation: false } && standing.IsOf(claim);
        var awaitsConfirmation = info is null && connection.ApplicationCode is not null && !isConfirmed;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = storage.Open();
        await using var transaction = await db.Database.BeginTransactionAsync().ConfigureAwait(false);
        var portal = await db.Portals.SingleOrDefaultAsync(p => p.Key == claim.MemberId).ConfigureAwait(false);
        if (portal is null)
        {
            portal = PortalRow.New(claim.MemberId, endpoint.Authority, now);
            db.Portals.Add(portal);
        }

        portal.Host = endpoint.Authority;
        portal.OwnerUserId = tokens.UserId ?? portal.OwnerUserId;
        portal.UninstalledAtMs = null;
        await db.SaveChangesAsync().ConfigureAwait(false);

        db.ChoosePortal(portal.Id);

        // A renewal that ends at this moment must not write its failure onto the new tokens.
        await db.WaitForTurnAsync(CancellationToken.None).ConfigureAwait(false);
        var access = await db.Access.SingleOrDefaultAsync().ConfigureAwait(false);
        if (!(access?.ApplicationTokenHash ?? []).AsSpan().SequenceEqual(standing?.ApplicationTokenHash ?? []))
        {
            return false;
        }

        if (access is null)
        {
            access = new PortalAccessRow { ClientEndpoint = "", AccessToken = "", RefreshToken = "", ApplicationTokenHash = [] };
            db.Access.Add(access);
        }

        access.Take(tokens, keys, claim.MemberId, now);
        access.ApplicationTokenHash = HashOf(claim.ApplicationToken);

        // Removals sent before it mean an earlier installation; who posts late must not lower it.
        access.InstallationPostedAtMs = Math.Max(access.InstallationPostedAtMs, BoundOf(postedAt));
        access.AwaitsConfirmation = awaitsConfirmation;
        access.LicenseFamily = info?.LicenseFamily ?? access.LicenseFamily;
        await db.SaveChangesAsync().ConfigureAwait(false);
        InboxMark[] marks = [new(InboxKind.Installation, "0"), .. info is not null || awaitsConfirmation ? Array.Empty<InboxMark>() : [new(InboxKind.Payment, "0")]];
        await InboxWriter.MarkAsync(db, marks, now, CancellationToken.None).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>A claim may take the place.</summary>
    /// <param name="At">When it was made, by the portal's clock; null when nobody tells.</param>
    private sealed record Permission(DateTimeOffset? At);

    /// <summary>The access that a claim would replace.</summary>
    private sealed record Standing(byte[] ApplicationTokenHash, bool AwaitsConfirmation, long OwnerUserId)
    {
        public bool IsOf(InstallationClaim claim) => CryptographicOperations.FixedTimeEquals(ApplicationTokenHash, HashOf(claim.ApplicationToken));
    }
}
