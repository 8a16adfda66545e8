namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Working days: the duration a portal counts is the time between start and finish less the breaks; an open day has none yet.</summary>
internal static class WorkdayFolding
{
    public static void Fold(RowChange change)
    {
        change.Require("userId", "startTime");
        if (change.After("startTime") is not DateTimeOffset start)
        {
            throw new TimelineException($"workday {change.Id} has no start; give the time it began");
        }
        if (change.After("endTime") is DateTimeOffset finish)
        {
            change.SetUnlessGiven("duration", Math.Max(0, (long)(finish - start).TotalSeconds - change.Integer("breakLength")));
            change.SetUnlessGiven("state", "CLOSED");
        }
        else
        {
            change.SetUnlessGiven("duration", 0L);
            change.SetUnlessGiven("state", "OPENED");
        }
        change.Store();
    }
}
