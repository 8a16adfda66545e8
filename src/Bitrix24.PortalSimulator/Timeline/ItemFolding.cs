using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Leads, deals, contacts, quotes and smart invoices: times and authors, stage semantics, stage history.</summary>
internal static class ItemFolding
{
    private const long Created = 1, MovedToIntermediate = 2, MovedToFinal = 3, FunnelChanged = 5;

    public static void Fold(RowChange change, long entityTypeId)
    {
        if (!change.ChangesAnything)
        {
            // crm.item.update does nothing when no value changes.
            return;
        }
        var author = Author(change);
        if (change.IsAdd)
        {
            change.SetUnlessGiven("assignedById", 1L);
            change.SetUnlessGiven("createdBy", change.Integer("assignedById"));
            change.SetUnlessGiven("createdTime", change.Time);
            change.SetUnlessGiven("lastActivityTime", change.Time);
            change.SetUnlessGiven("lastActivityBy", author);
            change.Set("entityTypeId", entityTypeId);
        }
        change.SetUnlessGiven("updatedTime", change.Time);
        change.SetUnlessGiven("updatedBy", author);
        Contacts(change, entityTypeId);
        var stage = entityTypeId == 3 ? null : Stage(change, entityTypeId, author);
        change.Store();
        if (stage is not null && change.State.History(entityTypeId) is { } history)
        {
            AddHistory(change, entityTypeId, history, stage);
        }
    }

    private static void Contacts(RowChange change, long entityTypeId)
    {
        if (entityTypeId != 3 && change.Has("contactId"))
        {
            change.SetUnlessGiven("contactIds", change.Integer("contactId") is var contact and not 0 ? new[] { contact } : Array.Empty<long>());
        }
        if (entityTypeId == 1 && (change.Integer("contactId") != 0 || change.Integer("companyId") != 0))
        {
            change.SetUnlessGiven("isReturnCustomer", "Y");
        }
        if (change.After("fm") is JsonArray entries)
        {
            change.SetUnlessGiven("hasPhone", entries.Any(entry => (string?)entry?["typeId"] == "PHONE") ? "Y" : "N");
            change.SetUnlessGiven("hasEmail", entries.Any(entry => (string?)entry?["typeId"] == "EMAIL") ? "Y" : "N");
        }
    }

    /// <summary>Settles stage fields; returns what kind of stage history record the change makes, if any.</summary>
    private static StageMove? Stage(RowChange change, long entityTypeId, long author)
    {
        if (entityTypeId == 31 && change.IsAdd)
        {
            change.SetUnlessGiven("categoryId", 1L);
        }
        var category = change.Integer("categoryId");
        if (entityTypeId == 2 && change.Has("categoryId") && change.State.Categories.Find(category) is null)
        {
            throw new TimelineException($"deal {change.Id} is in funnel {category}, which does not exist; add it to table category first");
        }
        if (change.IsAdd)
        {
            change.SetUnlessGiven("stageId", entityTypeId switch { 7 => "DRAFT", 31 => $"DT31_{category}:N", 2 when category != 0 => $"C{category}:NEW", _ => "NEW" });
        }
        var funnelChanged = !change.IsAdd && change.Changes("categoryId");
        if (!change.Changes("stageId") && !funnelChanged)
        {
            return null;
        }
        var directory = PortalState.StageDirectory(entityTypeId, category);
        var stageId = change.Text("stageId") ?? "";
        var status = change.State.FindStatus(directory, stageId)
            ?? throw new TimelineException($"stage \"{stageId}\" is not in directory {directory}; use one of its stages or add it to table status first");
        var semantics = status.Text("SEMANTICS") ?? "P";
        var isFinal = semantics is "S" or "F";
        if (entityTypeId == 31)
        {
            change.SetUnlessGiven("previousStageId", change.Before?.Text("stageId") ?? "");
        }
        else
        {
            change.Set("stageSemanticId", semantics);
        }
        change.SetUnlessGiven("movedTime", change.Time);
        change.SetUnlessGiven("movedBy", author);
        if (entityTypeId == 1)
        {
            change.SetUnlessGiven("dateClosed", isFinal ? change.Time : null);
        }
        else if (entityTypeId != 31)
        {
            change.SetUnlessGiven("closed", isFinal ? "Y" : "N");
        }
        var type = change.IsAdd ? Created : funnelChanged ? FunnelChanged : isFinal ? MovedToFinal : MovedToIntermediate;
        return new StageMove(type, stageId, semantics, category);
    }

    private static void AddHistory(RowChange change, long entityTypeId, Table table, StageMove move)
    {
        var row = new Row(table.LastId + 1) { ["TYPE_ID"] = move.Type, ["OWNER_ID"] = change.Id, ["CREATED_TIME"] = change.Time };
        if (entityTypeId == 1)
        {
            row["STATUS_ID"] = move.StageId;
            row["STATUS_SEMANTIC_ID"] = move.Semantics;
        }
        else
        {
            row["STAGE_ID"] = move.StageId;
            row["STAGE_SEMANTIC_ID"] = move.Semantics;
            row["CATEGORY_ID"] = move.CategoryId;
        }
        table.Add(row);
    }

    // A timeline line has no actor: the one it names, else who is responsible after the change.
    private static long Author(RowChange change) =>
        change.Has("updatedBy") ? change.Integer("updatedBy") : change.Integer(change.IsAdd && change.Has("createdBy") ? "createdBy" : "assignedById");

    private sealed record StageMove(long Type, string StageId, string Semantics, long CategoryId);
}
