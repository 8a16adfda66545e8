using Bitrix24.Client.Incoming;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>
/// <c>ONAPPPAYMENT</c> carries no token, so it is only a hint to ask for the application's state, limited by source; the answer does not
/// tell whether we know the portal.
/// </summary>
/// <remarks>Source: api-reference/common/events/on-app-payment.md.</remarks>
internal sealed class PaymentDoor(PostAuthentication authentication, InboxWriter inbox, FailureLimiter failures)
{
    public async Task<DoorVerdict> HandleAsync(IncomingEvent happened, HttpContext context)
    {
        if (!failures.TryTake(FailureBudget.PaymentHint, context))
        {
            return DoorVerdict.Limited;
        }

        var portal = await authentication.FindNamedAsync(
            happened.Auth.MemberId, happened.Auth.Domain, happened.Auth.ClientEndpoint, CancellationToken.None);
        if (portal is null)
        {
            return DoorVerdict.PaymentHintOfStranger;
        }

        await inbox.MarkAsync(portal.Id, [new InboxMark(InboxKind.Payment, "0")], CancellationToken.None);
        return DoorVerdict.PaymentHint;
    }
}
