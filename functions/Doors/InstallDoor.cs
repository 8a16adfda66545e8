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
    public static bool IsFor(string eventName) => eventName is "ONAPPINSTALL" or "ONAPPUPDATE";

    public async Task<DoorVerdict> HandleAsync(PhpForm form, HttpContext context)
    {
        if (form["auth[member_id]"] is not { Length: > 0 } memberId || form["auth[application_token]"] is not { Length: > 0 } applicationToken)
        {
            return DoorVerdict.NotVerified;
        }

        var known = await authentication.RecogniseAsync(memberId, applicationToken, CancellationToken.None) is { IsByWebhook: false } portal ? portal : null;
        var verdict = DoorVerdict.NotVerified;
        if (form["auth[refresh_token]"] is { Length: > 0 } refreshToken)
        {
            if (known is null && failures.IsExhausted(context))
            {
                return DoorVerdict.Limited;
            }

            verdict = VerdictOf(await admission.AdmitAsync(
                new InstallationClaim(memberId, form["auth[domain]"], form["auth[client_endpoint]"], refreshToken, applicationToken), CancellationToken.None));
        }

        if (verdict != DoorVerdict.Installed && known is not null)
        {
            await inbox.MarkAsync(known.Id, [new InboxMark(InboxKind.Installation, "0")], CancellationToken.None);
            return DoorVerdict.Installed;
        }

        return verdict;
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
