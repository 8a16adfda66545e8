namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Open tasks whose deadline lay before the end of a day: a state, so it is read from the versions of tasks, not added up.</summary>
/// <param name="tasks">All versions of the tasks that exist.</param>
/// <param name="context">What the metrics depend on besides facts.</param>
/// <param name="knownFromMs">Start of the first read: before it the state of a day is not known.</param>
/// <param name="knownToMs">Start of the last read: later days have not been seen.</param>
internal sealed class OverdueTasks(
    IReadOnlyDictionary<long, List<Fact<TaskFact>>> tasks, MetricContext context, long? knownFromMs, long? knownToMs)
{
    /// <summary>The last day of a period that has been seen: the last day, or today while it is still to come.</summary>
    public int LastSeenDay(int toDay) =>
        knownToMs is { } known ? Math.Min(toDay, context.Days.DayOf(known)) : toDay;

    /// <summary>Each overdue task with whose it is; null when the day's state is not known.</summary>
    public IReadOnlyList<Contribution>? On(int day)
    {
        var end = context.Days.EndOf(day);
        if (knownFromMs is not { } from || knownToMs is not { } to || end <= from || context.Days.StartOf(day) > to)
        {
            return null;
        }

        return [.. tasks.Values.Where(v => !v.Exists(task => task.Data.IsOurs)).Select(versions => Overdue(versions, day, end)).OfType<Contribution>()];
    }

    private Contribution? Overdue(List<Fact<TaskFact>> versions, int day, long endMs)
    {
        var task = StageMoves.At(versions, endMs - 1);
        return task.Data is { IsClosed: false, DeadlineAtMs: { } deadline } && deadline < endMs && task.Data.CreatedAtMs < endMs
            ? new Contribution(
                MetricCatalogue.TasksOverdue, day, context.Attributed(task.Data.ResponsibleId), 1, FactKind.Task, task.Id) { AtMs = deadline }
            : null;
    }
}
