using Bitrix24.Client.Incoming;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>
/// <c>ONAPPINSTALL</c> and <c>ONAPPUPDATE</c>: the posts that bring tokens. Their refresh token is redeemed; a post that also carries the
/// stored application token is believed even when it is not, because it may come twice.
/// </summary>
/// <remarks>Source: api-reference/common/events/on-app-install.md, on-app-update.md.</remarks>
internal sealed class InstallDoor(Admission admission, PostAuthentication authentication, InboxWriter inbox, FailureLimiter failures)
{
    public static bool IsFor(IncomingEvent happened) => happened is ApplicationInstalled or ApplicationUpdated;

    public async Task<DoorVerdict> HandleAsync(IncomingEvent happened, HttpContext context)
    {
        var auth = happened.Auth;
        if (auth.MemberId is not { } memberId || auth.ApplicationToken is not { } applicationToken)
        {
            return NotVerified(context);
        }

        // Whatever comes of it: another token may hold from now on.
        authentication.Forget(memberId);
        var claim = new InstallationClaim(memberId, auth.Domain, auth.ClientEndpoint, auth.RefreshToken ?? "", applicationToken, happened.SentAt);
        if (await authentication.RecogniseAsync(memberId, applicationToken, CancellationToken.None) is { IsByWebhook: false } known)
        {
            var verdict = claim.RefreshToken.Length > 0 ? VerdictOf(await admission.AdmitAsync(claim, CancellationToken.None)) : DoorVerdict.NotVerified;
            if (verdict == DoorVerdict.OAuthUnreachable && happened.SentAt is { } sentAt)
            {
                await admission.NoteInstalledAsync(known, sentAt, CancellationToken.None);
            }

            if (verdict != DoorVerdict.Installed)
            {
                await inbox.MarkAsync(known.Id, [new InboxMark(InboxKind.Installation, "0")], CancellationToken.None);
            }

            return DoorVerdict.Installed;
        }

        return claim.RefreshToken.Length > 0 ? await AdmitStrangerAsync(admission, claim, failures, context) : NotVerified(context);
    }

    private DoorVerdict NotVerified(HttpContext context) =>
        failures.TryTake(FailureBudget.Verification, context) ? DoorVerdict.NotVerified : DoorVerdict.Limited;

    /// <summary>Redeeming costs a call of the authorisation server, so the permit is taken before it; only what is refused keeps it.</summary>
    internal static async Task<DoorVerdict> AdmitStrangerAsync(Admission admission, InstallationClaim claim, FailureLimiter failures, HttpContext context)
    {
        if (!failures.TryTake(FailureBudget.Installation, context))
        {
            return DoorVerdict.Limited;
        }

        var isRefused = false;
        try
        {
            var verdict = VerdictOf(await admission.AdmitAsync(claim, CancellationToken.None));
            isRefused = DoorVerdicts.IsSuspicious(verdict);
            return verdict;
        }
        finally
        {
            if (!isRefused)
            {
                failures.GiveBack(FailureBudget.Installation, context);
            }
        }
    }

    private static DoorVerdict VerdictOf(AdmissionOutcome outcome) => outcome switch
    {
        AdmissionOutcome.Admitted => DoorVerdict.Installed,
        AdmissionOutcome.NotConfigured => DoorVerdict.NotConfigured,
        AdmissionOutcome.ServerUnreachable => DoorVerdict.OAuthUnreachable,
        AdmissionOutcome.GrantRefused => DoorVerdict.GrantRefused,
        AdmissionOutcome.OtherPortal => DoorVerdict.OtherPortal,
        AdmissionOutcome.ForbiddenAddress => DoorVerdict.ForbiddenAddress,
        AdmissionOutcome.OtherApplication => DoorVerdict.OtherApplication,
        AdmissionOutcome.NotAdministrator => DoorVerdict.NotAdministrator,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
