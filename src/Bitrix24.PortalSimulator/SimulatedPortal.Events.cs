using Bitrix24.PortalSimulator.Events;

namespace Bitrix24.PortalSimulator;

// Events: who is told, and when all are told.
public sealed partial class SimulatedPortal
{
    private readonly EventSender _sender = new();
    private readonly EventQueue _queue;

    internal EventBus Events { get; }

    /// <summary>
    /// Subscribes a handler without the application, as an administrator does by an outgoing webhook (local-integrations/local-webhooks.md).
    /// Its posts carry no tokens of users.
    /// </summary>
    /// <param name="handler">Where the events are posted to.</param>
    /// <param name="events">Names of events, in any case.</param>
    /// <param name="applicationToken">The token of this webhook, sent as auth[application_token].</param>
    /// <exception cref="ArgumentException">The handler is no web address, or an event is unknown or only for applications.</exception>
    public void AddOutgoingWebhook(Uri handler, IEnumerable<string> events, string applicationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(events);
        if (!handler.IsAbsoluteUri || handler.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"{handler} is no web address; give one that starts with http:// or https://", nameof(handler));
        }
        var names = events.Select(name => name.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
        if (names.FirstOrDefault(name => !EventCatalogue.IsForWebhooks(name)) is { } name)
        {
            throw new ArgumentException($"{name} is unknown or only for applications; leave it out", nameof(events));
        }
        lock (_gate)
        {
            Events.Handlers.Add(handler, names, applicationToken);
        }
    }

    /// <summary>
    /// Completes when every event so far was sent or lost, those that wait to be reordered and those that come meanwhile included.
    /// Says nothing of what the handlers make of them.
    /// </summary>
    public async Task WaitForDeliveryAsync(CancellationToken cancellationToken = default)
    {
        _queue.Flush();
        await _queue.WaitAsync(0, cancellationToken);
    }

    /// <summary>Fires an event that no change of a table stands for. The portal's gate must be held.</summary>
    internal void Emit(PortalEvent happened) => Events.Emit(happened);

    private void OnChange(RecordChange change)
    {
        foreach (var happened in TableEvents.Of(State, change))
        {
            Emit(happened);
        }
    }
}
