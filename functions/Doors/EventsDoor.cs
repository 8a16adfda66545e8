using Bitrix24.Client.Incoming;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>Events of objects, and the removal of the application: verified by the application token, marked, nothing else.</summary>
/// <remarks>Source: api-reference/events/safe-event-handlers.md, api-reference/common/events/on-app-uninstall.md.</remarks>
internal sealed class EventsDoor(Admission admission, PostAuthentication authentication, InboxWriter inbox, FailureLimiter failures)
{
    /// <exception cref="FormatException">A verified event lacks its id.</exception>
    public async Task<DoorVerdict> HandleAsync(IncomingEvent happened, HttpContext context)
    {
        // What was read whole is stored, even when the sender no longer waits: he never sends it again.
        if (await authentication.RecogniseAsync(happened.Auth.MemberId, happened.Auth.ApplicationToken, CancellationToken.None) is not { } portal)
        {
            return failures.TryTake(FailureBudget.Verification, context) ? DoorVerdict.NotVerified : DoorVerdict.Limited;
        }

        if (happened is ApplicationUninstalled uninstalled && !portal.IsByWebhook)
        {
            await admission.DismissAsync(portal, erases: uninstalled.ErasesData, CancellationToken.None);
            return DoorVerdict.Uninstalled;
        }

        var marks = EventMarks.Of(happened);
        if (marks.Count == 0)
        {
            return DoorVerdict.Ignored;
        }

        await inbox.MarkAsync(portal.Id, marks, CancellationToken.None);
        return DoorVerdict.Accepted;
    }
}
