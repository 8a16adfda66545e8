namespace Bitrix24.Client.Methods;

/// <summary>
/// The working day of a person as it is now, schedules, and the control of absences. Past working days:
/// <see cref="TimemanMethods.ListRecords"/>.
/// </summary>
public static class WorkingDayMethods
{
    /// <summary><c>timeman.status</c>: how the working day of one user stands. Result: <see cref="Rows.WorkingDayStatus"/>.</summary>
    public static readonly RestMethod Status = new(
        "timeman.status", "api-reference/timeman/base/timeman-status.md", "timeman", IsRead: true);

    /// <summary>
    /// <c>timeman.settings</c>: the rules for the working day of one user. Result: <see cref="Rows.WorkingDaySettings"/>.
    /// </summary>
    public static readonly RestMethod Settings = new(
        "timeman.settings", "api-reference/timeman/base/timeman-settings.md", "timeman", IsRead: true);

    /// <summary>
    /// <c>timeman.open</c>: begins or goes on with a working day. Result: <see cref="Rows.WorkingDayStatus"/>. Errors:
    /// <c>WRONG_DATETIME</c> (another day), <c>TIME</c> (a paused day), an empty code for an unknown user.
    /// </summary>
    public static readonly RestMethod Open = new("timeman.open", "api-reference/timeman/base/timeman-open.md", "timeman", IsRead: false);

    /// <summary><c>timeman.close</c>: ends a working day. Result: <see cref="Rows.WorkingDayStatus"/>.</summary>
    public static readonly RestMethod Close = new("timeman.close", "api-reference/timeman/base/timeman-close.md", "timeman", IsRead: false);

    /// <summary><c>timeman.pause</c>: interrupts a working day. Result: <see cref="Rows.WorkingDayStatus"/>.</summary>
    public static readonly RestMethod Pause = new("timeman.pause", "api-reference/timeman/base/timeman-pause.md", "timeman", IsRead: false);

    /// <summary>
    /// <c>timeman.schedule.get</c>: one schedule; which there are and whose they are is told nowhere. Result:
    /// <see cref="Rows.WorkSchedule"/>; an empty list when there is none.
    /// </summary>
    public static readonly RestMethod ScheduleGet = new(
        "timeman.schedule.get", "api-reference/timeman/schedule/timeman-schedule-get.md", "timeman", IsRead: true);

    /// <summary>
    /// <c>timeman.timecontrol.reports.get</c>: the working days and absences of one user in one month, since the control of absences is on.
    /// Result: <see cref="Rows.MonthReport"/>. Errors: <c>ACCESS_ERROR</c>, <c>USER_ACCESS_ERROR</c>.
    /// </summary>
    public static readonly RestMethod ReportsGet = new(
        "timeman.timecontrol.reports.get", "api-reference/timeman/timecontrol/timeman-timecontrol-reports-get.md", "timeman", IsRead: true);

    /// <summary>
    /// <c>timeman.timecontrol.reports.users.get</c>: the people of a department whose absences the caller may see. Rows:
    /// <see cref="Rows.ReportUser"/>.
    /// </summary>
    public static readonly RestMethod ReportUsers = new(
        "timeman.timecontrol.reports.users.get",
        "api-reference/timeman/timecontrol/timeman-timecontrol-reports-users-get.md",
        "timeman",
        IsRead: true);

    /// <summary>Asks how the working day of a user stands.</summary>
    /// <param name="userId">The user; null for the caller.</param>
    /// <returns>The call.</returns>
    public static RestCall GetStatus(long? userId = null) => new(Status, Write.Parameters(("USER_ID", userId)));

    /// <summary>Asks for the rules for the working day of a user.</summary>
    /// <param name="userId">The user; null for the caller.</param>
    /// <returns>The call.</returns>
    public static RestCall GetSettings(long? userId = null) => new(Settings, Write.Parameters(("USER_ID", userId)));

    /// <summary>Begins a working day, or goes on with it.</summary>
    /// <param name="userId">The user; null for the caller.</param>
    /// <param name="time">When; null for now.</param>
    /// <param name="report">Why at another time than now; required with a time when the user has no free schedule.</param>
    /// <returns>The call.</returns>
    public static RestCall OpenDay(long? userId = null, DateTimeOffset? time = null, string? report = null) =>
        new(Open, Write.Parameters(("USER_ID", userId), ("TIME", Write.Instant(time)), ("REPORT", report)));

    /// <summary>Ends a working day.</summary>
    /// <param name="userId">The user; null for the caller.</param>
    /// <param name="time">When; null for now.</param>
    /// <param name="report">Why at another time than now; required with a time when the user has no free schedule.</param>
    /// <returns>The call.</returns>
    public static RestCall CloseDay(long? userId = null, DateTimeOffset? time = null, string? report = null) =>
        new(Close, Write.Parameters(("USER_ID", userId), ("TIME", Write.Instant(time)), ("REPORT", report)));

    /// <summary>Interrupts a working day.</summary>
    /// <param name="userId">The user; null for the caller.</param>
    /// <returns>The call.</returns>
    public static RestCall PauseDay(long? userId = null) => new(Pause, Write.Parameters(("USER_ID", userId)));

    /// <summary>Asks for a schedule.</summary>
    /// <param name="id">The schedule.</param>
    /// <returns>The call.</returns>
    public static RestCall GetSchedule(long id) => new(ScheduleGet, Write.Parameters(("id", id)));

    /// <summary>Asks for the working days and absences of a user in one month.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="year">The year.</param>
    /// <param name="month">The month, 1 to 12.</param>
    /// <returns>The call.</returns>
    public static RestCall GetMonthReport(long userId, int year, int month) =>
        new(ReportsGet, Write.Parameters(("USER_ID", userId), ("MONTH", month), ("YEAR", year)));

    /// <summary>Asks for the people of a department whose absences the caller may see.</summary>
    /// <param name="departmentId">The department; null when the caller is neither head nor administrator.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListReportUsers(long? departmentId = null) =>
        new(ReportUsers, Write.Parameters(("DEPARTMENT_ID", departmentId)));
}
