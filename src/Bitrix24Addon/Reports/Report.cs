using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Reports;

/// <summary>What a report is asked for.</summary>
/// <param name="FromDay">First day, yyyymmdd.</param>
/// <param name="ToDay">Last day, yyyymmdd.</param>
/// <param name="UserId">One person only.</param>
/// <param name="DepartmentId">One department, with those below it.</param>
public sealed record ReportRequest(int FromDay, int ToDay, long? UserId = null, long? DepartmentId = null)
{
    // A year of days and its reserve for time zones and leap days; longer periods are asked for in parts.
    private const int LongestPeriodDays = 400;

    /// <summary>Refuses a period that no page asks for.</summary>
    /// <exception cref="ProblemException">It ends before it begins, or is longer than a page shows.</exception>
    public void RequirePeriod()
    {
        if (ToDay < FromDay)
        {
            throw new ProblemException("Reports.period_backwards", PortalDays.ToIso(FromDay), PortalDays.ToIso(ToDay));
        }

        if (NodaTime.Period.DaysBetween(PortalDays.ToDate(FromDay), PortalDays.ToDate(ToDay)) >= LongestPeriodDays)
        {
            throw new ProblemException("Reports.period_too_long", LongestPeriodDays);
        }
    }

    /// <summary>What it covers, as a stable text: <c>company</c>, <c>department:13</c>, <c>user:101</c>.</summary>
    public string Scope => (UserId, DepartmentId) switch
    {
        ({ } user, { } department) => $"user:{user},department:{department}",
        ({ } user, null) => $"user:{user}",
        (null, { } department) => $"department:{department}",
        _ => "company",
    };
}

/// <summary>Figures over the period and day by day.</summary>
public sealed class ReportLine
{
    /// <summary>Over the whole period.</summary>
    public FigureSet Total { get; } = new();

    /// <summary>By day (yyyymmdd).</summary>
    public SortedDictionary<int, FigureSet> Days { get; } = [];

    internal FigureSet On(int day)
    {
        if (!Days.TryGetValue(day, out var figures))
        {
            Days[day] = figures = new FigureSet();
        }

        return figures;
    }
}

/// <summary>One person's line.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Name">His name.</param>
/// <param name="Line">His figures.</param>
public sealed record UserLine(long UserId, string Name, ReportLine Line);

/// <summary>One department's line: each person once, with the departments below it.</summary>
/// <param name="DepartmentId">The department.</param>
/// <param name="Name">Its name.</param>
/// <param name="Line">Its figures.</param>
public sealed record DepartmentLine(long DepartmentId, string Name, ReportLine Line);

/// <summary>A report: figures of people and departments, what is nobody's, and what is known to be incomplete.</summary>
public sealed class Report
{
    /// <summary>The portal with the settings the report was made by.</summary>
    public required PortalContext Portal { get; init; }

    /// <summary>What was asked for.</summary>
    public required ReportRequest Request { get; init; }

    /// <summary>People, by name.</summary>
    public required IReadOnlyList<UserLine> Users { get; init; }

    /// <summary>Departments, by id.</summary>
    public required IReadOnlyList<DepartmentLine> Departments { get; init; }

    /// <summary>Nobody's records: without a user, or of a service account. Empty when one person or department was asked for.</summary>
    public required ReportLine Unattributed { get; init; }

    /// <summary>People and nobody's together.</summary>
    public required ReportLine Total { get; init; }

    /// <summary>What is known of each source: <c>complete</c>, or codes of what is missing, separated by semicolons.</summary>
    public required IReadOnlyDictionary<string, string> Completeness { get; init; }

    /// <summary>The records behind the figures of the people and departments asked for; empty when they were not wanted.</summary>
    public required IReadOnlyList<Contribution> Evidence { get; init; }
}
