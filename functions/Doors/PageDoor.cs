using Bitrix24.Client.Incoming;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>
/// The pages that a portal opens in its frame. The page of the installation brings the tokens of the administrator who opens it; the other pages
/// bring those of an administrator when the stored ones end in nothing. Everybody else's are never redeemed.
/// </summary>
/// <remarks>Source: settings/oauth/simple-way.md, settings/app-installation/installation-finish.md.</remarks>
internal sealed class PageDoor(Admission admission, PostAuthentication authentication, InboxWriter inbox, FailureLimiter failures)
{
    public async Task<DoorAnswer> InstallAsync(PageOpening opening, HttpContext context)
    {
        if (ClaimOf(opening) is not { } claim)
        {
            return NotVerified(context);
        }

        authentication.Forget(claim.MemberId);
        var known = await RecogniseAsync(opening);
        if (known is not null)
        {
            // An update wipes subscriptions and shows this page again; so does an installation whose removal is still on its way to us.
            await inbox.MarkAsync(known.Id, [new InboxMark(InboxKind.Installation, "0")], CancellationToken.None);
            await RenewAsync(known, opening);
            await NoteInstalledAsync(known, opening, context);

            // That removal may have come while the portal was asked.
            authentication.Forget(claim.MemberId);
            known = await RecogniseAsync(opening);
        }

        if (known is not null)
        {
            return await ShowAsync(DoorVerdict.Opened, known, opening, "install");
        }

        var verdict = await InstallDoor.AdmitStrangerAsync(admission, claim, failures, context);
        return verdict == DoorVerdict.Installed && await RecogniseAsync(opening) is { } portal
            ? await ShowAsync(verdict, portal, opening, "install")
            : verdict;
    }

    /// <param name="opening">The post.</param>
    /// <param name="name">What is opened: <c>app</c>, or the code of the placement.</param>
    /// <param name="context">The request.</param>
    public async Task<DoorAnswer> OpenAsync(PageOpening opening, string name, HttpContext context)
    {
        if (await RecogniseAsync(opening) is not { } portal)
        {
            return NotVerified(context);
        }

        await RenewAsync(portal, opening);
        return await ShowAsync(DoorVerdict.Opened, portal, opening, name);
    }

    private async Task<DoorAnswer> ShowAsync(DoorVerdict verdict, PortalRow portal, PageOpening opening, string name) =>
        new(verdict, new Page(await admission.OriginAsync(portal, CancellationToken.None), opening.Language, name));

    private static InstallationClaim? ClaimOf(PageOpening opening) =>
        opening.Auth is { MemberId: { } memberId, ApplicationToken: { } applicationToken, Domain: { } domain, RefreshToken: { Length: > 0 } refreshToken }
            ? new InstallationClaim(memberId, domain, null, refreshToken, applicationToken, NeedsAdministrator: true)
            : null;

    private async Task<PortalRow?> RecogniseAsync(PageOpening opening) =>
        await authentication.RecogniseAsync(opening.Auth.MemberId, opening.Auth.ApplicationToken, CancellationToken.None) is { IsByWebhook: false } portal ? portal : null;

    /// <summary>The authorisation server is asked for an administrator only: everybody may open pages, as often as he likes.</summary>
    private async Task RenewAsync(PortalRow portal, PageOpening opening)
    {
        if (ClaimOf(opening) is { } claim && opening.Auth.AccessToken is { } accessToken
            && await admission.NeedsTokensAsync(portal, CancellationToken.None)
            && await admission.IsAdministratorAsync(portal, accessToken, CancellationToken.None))
        {
            await admission.AdmitAsync(claim, CancellationToken.None);
        }
    }

    /// <summary>Everybody may open the page and so have the portal asked; who is no administrator, only so often.</summary>
    private async Task NoteInstalledAsync(PortalRow portal, PageOpening opening, HttpContext context)
    {
        if (opening.Auth.AccessToken is { } accessToken && failures.TryTake(FailureBudget.Installation, context)
            && await admission.NoteInstalledAsync(portal, accessToken, CancellationToken.None))
        {
            failures.GiveBack(FailureBudget.Installation, context);
        }
    }

    private DoorVerdict NotVerified(HttpContext context) =>
        failures.TryTake(FailureBudget.Verification, context) ? DoorVerdict.NotVerified : DoorVerdict.Limited;
}
