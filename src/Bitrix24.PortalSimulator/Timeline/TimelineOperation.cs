using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>What a timeline line does to a record.</summary>
public enum TimelineAction
{
    /// <summary>The record appears.</summary>
    Add,

    /// <summary>The given fields of the record change.</summary>
    Update,

    /// <summary>The record disappears, with its stage history.</summary>
    Delete,
}

/// <summary>One change of the portal.</summary>
/// <param name="Time">When it happens; becomes createdTime, updatedTime, movedTime and the like.</param>
/// <param name="Action">What happens to the record.</param>
/// <param name="Table">department, user, contact, lead, deal, quote, invoice, payment, event, call, activity, task, workday, status, category, currency, portal or chat.</param>
/// <param name="Id">Id of the record in its table.</param>
/// <param name="Fields">Changed fields under the names the answers use; empty for a delete.</param>
public sealed record TimelineOperation(DateTimeOffset Time, TimelineAction Action, string Table, long Id, JsonObject Fields);
