using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Reports;

/// <summary>What a dashboard is asked for.</summary>
/// <param name="FromDay">First day, yyyymmdd.</param>
/// <param name="ToDay">Last day, yyyymmdd.</param>
/// <param name="Metric">The metric that is shown with its course and trend.</param>
/// <param name="DepartmentId">One department only, with those below it; null for all the asker may see.</param>
/// <param name="CourseDays">How many days the course shows, up to the last day.</param>
public sealed record DashboardRequest(int FromDay, int ToDay, string Metric, long? DepartmentId = null, int CourseDays = 14)
{
    /// <summary>The same as a report covers it.</summary>
    public ReportRequest Scope => new(FromDay, ToDay, null, DepartmentId);
}

/// <summary>The people of a period, each with his figures, the course of the chosen metric and the trend against his own past.</summary>
public sealed class Dashboard
{
    /// <summary>The portal with the settings in force.</summary>
    public required PortalContext Portal { get; init; }

    /// <summary>The chosen metric.</summary>
    public required Metric Metric { get; init; }

    /// <summary>Today in the portal's zone, yyyymmdd.</summary>
    public required int Today { get; init; }

    /// <summary>People, by name: who works here on the last day, and who has figures in the period.</summary>
    public required IReadOnlyList<DashboardPerson> People { get; init; }

    /// <summary>Figures of all these people, and of nobody where the asker sees all.</summary>
    public required FigureSet Total { get; init; }

    /// <summary>Departments the asker may choose from, a department before those below it.</summary>
    public required IReadOnlyList<DashboardDepartment> Departments { get; init; }

    /// <summary>The days of the course, oldest first, yyyymmdd.</summary>
    public required IReadOnlyList<int> CourseDays { get; init; }

    /// <summary>Whether a person's day is part of it: for what others say of the same people and days.</summary>
    public required Func<long, int, bool> Holds { get; init; }
}

/// <summary>A person on the dashboard.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Name">His name.</param>
/// <param name="DepartmentIds">The departments he belongs to himself on the last day.</param>
/// <param name="Figures">His figures over the period.</param>
/// <param name="Course">The chosen metric by day, as <see cref="Dashboard.CourseDays"/>; null where it has no value or is not the asker's to see.</param>
/// <param name="Trend">The chosen metric against his own past.</param>
/// <param name="HasHiddenRecords">The portal does not show us all of his records of the chosen metric, so the figure may be too low.</param>
public sealed record DashboardPerson(
    long UserId, string Name, IReadOnlyList<long> DepartmentIds, FigureSet Figures, IReadOnlyList<decimal?> Course, Trend Trend, bool HasHiddenRecords);

/// <summary>A department that can be chosen.</summary>
/// <param name="Id">The department.</param>
/// <param name="Name">Its name.</param>
/// <param name="Level">How many of the departments above it can be chosen too.</param>
public sealed record DashboardDepartment(long Id, string Name, int Level);
