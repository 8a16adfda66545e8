namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Tasks: dates of creation, change, status and closing.</summary>
internal static class TaskFolding
{
    private const long InProgress = 3, Completed = 5;

    public static void Fold(RowChange change)
    {
        change.Require("title", "responsibleId");
        if (!change.ChangesAnything)
        {
            return;
        }
        if (change.IsAdd)
        {
            change.SetUnlessGiven("createdBy", change.After("responsibleId"));
            change.SetUnlessGiven("createdDate", change.Time);
            change.SetUnlessGiven("status", 2L);
        }
        var author = change.After(change.IsAdd ? "createdBy" : "responsibleId");
        if (change.Changes("status"))
        {
            change.SetUnlessGiven("statusChangedDate", change.Time);
            change.SetUnlessGiven("statusChangedBy", author);
            var isClosed = change.Integer("status") == Completed;
            change.SetUnlessGiven("closedDate", isClosed ? change.Time : null);
            change.SetUnlessGiven("closedBy", isClosed ? author : null);
            if (change.Integer("status") == InProgress)
            {
                change.SetUnlessGiven("dateStart", change.Time);
            }
        }
        change.SetUnlessGiven("changedDate", change.Time);
        change.SetUnlessGiven("changedBy", author);
        change.SetUnlessGiven("activityDate", change.Time);
        change.Store();
    }
}
