namespace Bitrix24Addon.WorkingTime;

/// <summary>Which schedule applies to whom.</summary>
public sealed record WorkScheduleSettings
{
    /// <summary>For everybody without a nearer one. Default: <see cref="WorkSchedule.FiveDayWeek"/>.</summary>
    public WorkSchedule Default { get; init; } = WorkSchedule.FiveDayWeek;

    /// <summary>Schedules of single people by Bitrix24 user id.</summary>
    public IReadOnlyDictionary<long, WorkSchedule> ByUser { get; init; } = new Dictionary<long, WorkSchedule>();

    /// <summary>Schedules of departments by Bitrix24 department id; they hold for the departments below as well.</summary>
    public IReadOnlyDictionary<long, WorkSchedule> ByDepartment { get; init; } = new Dictionary<long, WorkSchedule>();

    /// <summary>The person's own schedule, else that of the nearest department that has one, else the default.</summary>
    /// <param name="userId">Bitrix24 user id.</param>
    /// <param name="departmentsUpwards">The person's department, then its parent, and so on to the top.</param>
    public ChosenWorkSchedule Choose(long userId, IEnumerable<long> departmentsUpwards)
    {
        ArgumentNullException.ThrowIfNull(departmentsUpwards);
        if (ByUser.TryGetValue(userId, out var own))
        {
            return new ChosenWorkSchedule(own, WorkScheduleOrigin.User, userId);
        }

        foreach (var departmentId in departmentsUpwards)
        {
            if (ByDepartment.TryGetValue(departmentId, out var departments))
            {
                return new ChosenWorkSchedule(departments, WorkScheduleOrigin.Department, departmentId);
            }
        }

        return new ChosenWorkSchedule(Default, WorkScheduleOrigin.Default, null);
    }
}

/// <summary>A schedule and why it is this one, so that a verdict can name it.</summary>
/// <param name="Schedule">The schedule that applies.</param>
/// <param name="Origin">Where it was set.</param>
/// <param name="OriginId">Id of the user or department it was set for; null for the default.</param>
public sealed record ChosenWorkSchedule(WorkSchedule Schedule, WorkScheduleOrigin Origin, long? OriginId);

/// <summary>Where a schedule was set.</summary>
public enum WorkScheduleOrigin
{
    /// <summary>The portal's default.</summary>
    Default,

    /// <summary>The person himself.</summary>
    User,

    /// <summary>A department of his, or one above it.</summary>
    Department,
}
