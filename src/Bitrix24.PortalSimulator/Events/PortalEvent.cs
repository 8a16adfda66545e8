using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator.Events;

/// <summary>A change of one record of the running portal, after it was made.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Action">What happened to the record.</param>
/// <param name="Row">The record after the change; of a deletion, as it was last.</param>
/// <param name="ChangesFunnel">Whether a deal went to another funnel.</param>
internal sealed record RecordChange(string Table, TimelineAction Action, Row Row, bool ChangesFunnel = false);

/// <summary>What handlers of an event are told.</summary>
/// <param name="Name">Documented name, upper case.</param>
/// <param name="Data">Ids, or what the documentation lists; every scalar is sent as a string.</param>
/// <param name="ActorId">Whose doing it was; null or 0 for the portal's own (robots, agents), which comes without a token.</param>
internal sealed record PortalEvent(string Name, JsonObject Data, long? ActorId = null);
