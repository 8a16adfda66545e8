using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Events;

/// <summary>A handler that the application bound to an event.</summary>
/// <param name="Id">Number of the registration.</param>
/// <param name="Event">Name of the event, upper case.</param>
/// <param name="Address">Where it is posted to.</param>
/// <param name="AuthUserId">Whose token is sent; 0 takes that of the acting user.</param>
/// <param name="BoundBy">User who bound it.</param>
internal sealed record BoundHandler(long Id, string Event, Uri Address, long AuthUserId, long BoundBy);

/// <summary>A subscription of a portal without the application.</summary>
internal sealed record OutgoingWebhook(long Id, Uri Address, IReadOnlySet<string> Events, string ApplicationToken);

/// <summary>Who is told of events. Not thread-safe: the portal's gate is held by whoever reads or changes it.</summary>
internal sealed class EventHandlers
{
    private readonly List<BoundHandler> _bound = [];
    private readonly List<OutgoingWebhook> _webhooks = [];
    private long _lastId;

    public IReadOnlyList<BoundHandler> Bound => _bound;

    public IReadOnlyList<OutgoingWebhook> Webhooks => _webhooks;

    public void Bind(string name, Uri address, long authUserId, long boundBy)
    {
        if (_bound.Exists(handler => handler.Event == name && handler.Address.OriginalString == address.OriginalString))
        {
            throw new RestException(400, "ERROR_CORE", "Unable to set event handler: the handler is bound already");
        }
        _bound.Add(new BoundHandler(++_lastId, name, address, authUserId, boundBy));
    }

    public int Unbind(Predicate<BoundHandler> condition) => _bound.RemoveAll(condition);

    public void UnbindAll() => _bound.Clear();

    public void Add(Uri address, IReadOnlySet<string> events, string applicationToken) =>
        _webhooks.Add(new OutgoingWebhook(++_lastId, address, events, applicationToken));
}
