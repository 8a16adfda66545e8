using Bitrix24.Client.Incoming;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>Events of objects, and the removal of the application: verified by the application token, marked, nothing else.</summary>
/// <remarks>Source: api-reference/events/safe-event-handlers.md, api-reference/common/events/on-app-uninstall.md.</remarks>
internal sealed class EventsDoor(Admission admission, PostAuthentication authentication, InboxGroupCommit inbox, FailureLimiter failures)
{
    // A slow answer slows down all posts of the portal; the marks stay and are written when the database is back.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="FormatException">A verified event lacks its id.</exception>
    /// <exception cref="TimeoutException">The database did not answer.</exception>
    public async Task<DoorVerdict> HandleAsync(IncomingEvent happened, HttpContext context)
    {
        // What was read whole is stored, even when the sender no longer waits: he never sends it again.
        if (await authentication.RecogniseAsync(happened.Auth.MemberId, happened.Auth.ApplicationToken, CancellationToken.None) is not { } portal)
        {
            return failures.TryTake(FailureBudget.Verification, context) ? DoorVerdict.NotVerified : DoorVerdict.Limited;
        }

        if (happened is ApplicationUninstalled uninstalled && !portal.IsByWebhook)
        {
            var isRemoved = await admission.DismissAsync(portal, uninstalled.ErasesData, CancellationToken.None, uninstalled.SentAt);
            authentication.Forget(happened.Auth.MemberId);
            return isRemoved ? DoorVerdict.Uninstalled : DoorVerdict.Ignored;
        }

        var marks = EventMarks.Of(happened);
        if (marks.Count == 0)
        {
            return DoorVerdict.Ignored;
        }

        if (inbox.TryMark(portal.Id, marks) is not { } written)
        {
            return DoorVerdict.QueueFull;
        }

        await written.WaitAsync(Patience);
        return DoorVerdict.Accepted;
    }
}
