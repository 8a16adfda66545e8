using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Events;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Plays operations into the state and adds what a portal adds by itself.</summary>
internal static class Folding
{
    /// <summary>Applies one operation wholly or, with a <see cref="TimelineException"/>, not at all.</summary>
    public static void Apply(PortalState state, TimelineOperation operation)
    {
        if (!state.Tables.TryGetValue(operation.Table, out var table))
        {
            throw new TimelineException($"unknown table \"{operation.Table}\"; use one of {string.Join(", ", state.Tables.Keys)}");
        }
        var existing = table.Find(operation.Id);
        switch (operation.Action)
        {
            case TimelineAction.Add:
                if (existing is { IsBuiltIn: false })
                {
                    throw new TimelineException($"{operation.Table} {operation.Id} exists already; use update or another id");
                }
                Change(state, table, operation, null);
                break;
            case TimelineAction.Update:
                Change(state, table, operation, existing ?? throw Missing(operation));
                break;
            default:
                Delete(state, table, existing ?? throw Missing(operation));
                state.Changed?.Invoke(new RecordChange(table.Name, operation.Action, existing));
                break;
        }
    }

    private static void Change(PortalState state, Table table, TimelineOperation operation, Row? row)
    {
        var change = new RowChange(state, table, row, operation.Id, operation.Time, Values(state, table, operation));
        switch (operation.Table)
        {
            case "lead":
                ItemFolding.Fold(change, 1);
                break;
            case "deal":
                ItemFolding.Fold(change, 2);
                break;
            case "contact":
                ItemFolding.Fold(change, 3);
                break;
            case "quote":
                ItemFolding.Fold(change, 7);
                break;
            case "invoice":
                ItemFolding.Fold(change, 31);
                break;
            case "payment":
                PaymentFolding.Fold(change);
                break;
            case "event":
                EventFolding.Fold(change);
                break;
            case "activity":
                ActivityFolding.Fold(change);
                break;
            case "call":
                change.Require("CALL_ID", "CALL_TYPE", "CALL_START_DATE");
                change.Store();
                break;
            case "task":
                TaskFolding.Fold(change);
                break;
            case "workday":
                WorkdayFolding.Fold(change);
                break;
            default:
                DirectoryFolding.Fold(change);
                break;
        }
    }

    private static void Delete(PortalState state, Table table, Row row)
    {
        table.Remove(row.Id);
        // The documentation does not say what becomes of the history; an object that is gone takes its history with it here.
        if (table == state.Leads)
        {
            state.LeadHistory.RemoveWhere(history => history.Integer("OWNER_ID") == row.Id);
        }
        else if (table == state.Deals)
        {
            state.DealHistory.RemoveWhere(history => history.Integer("OWNER_ID") == row.Id);
        }
        else if (table == state.Invoices)
        {
            state.InvoiceHistory.RemoveWhere(history => history.Integer("OWNER_ID") == row.Id);
        }
    }

    private static Dictionary<string, object?> Values(PortalState state, Table table, TimelineOperation operation)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (given, node) in operation.Fields)
        {
            var name = FieldAliases.Resolve(table, given);
            var field = table.Field(name)
                ?? throw new TimelineException($"table {table.Name} has no field \"{given}\"; use the name the documented answer has");
            try
            {
                values[name] = name == "fm" ? FieldAliases.MultiFields(given, node, values.GetValueOrDefault("fm") as JsonArray) : FieldValue.Parse(node, field, state.ServerOffset);
            }
            catch (FormatException exception)
            {
                throw new TimelineException($"{exception.Message}; correct the value", exception);
            }
        }
        return values;
    }

    private static TimelineException Missing(TimelineOperation operation) =>
        new($"{operation.Table} {operation.Id} does not exist; add it before it is changed or deleted");
}
