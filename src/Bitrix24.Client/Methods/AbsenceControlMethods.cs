namespace Bitrix24.Client.Methods;

/// <summary>The control of absences during working days. What it found: <see cref="WorkingDayMethods.GetMonthReport"/>.</summary>
public static class AbsenceControlMethods
{
    /// <summary><c>timeman.timecontrol.report.add</c>: explains an absence. Result: <c>true</c>.</summary>
    public static readonly RestMethod ReportAdd = new(
        "timeman.timecontrol.report.add", "api-reference/timeman/timecontrol/timeman-timecontrol-report-add.md", "timeman", IsRead: false);

    /// <summary>
    /// <c>timeman.timecontrol.settings.get</c>: how absences are controlled. Result: <see cref="Rows.AbsenceControlSettings"/>.
    /// </summary>
    public static readonly RestMethod SettingsGet = new(
        "timeman.timecontrol.settings.get", "api-reference/timeman/timecontrol/timeman-timecontrol-settings-get.md", "timeman", IsRead: true);

    /// <summary>
    /// <c>timeman.timecontrol.settings.set</c>: changes how absences are controlled; for administrators. Result: <c>true</c>.
    /// </summary>
    public static readonly RestMethod SettingsSet = new(
        "timeman.timecontrol.settings.set", "api-reference/timeman/timecontrol/timeman-timecontrol-settings-set.md", "timeman", IsRead: false);

    /// <summary>
    /// <c>timeman.timecontrol.reports.settings.get</c>: what the caller may see. Result: <see cref="Rows.AbsenceReportSettings"/>.
    /// </summary>
    public static readonly RestMethod ReportsSettingsGet = new(
        "timeman.timecontrol.reports.settings.get",
        "api-reference/timeman/timecontrol/timeman-timecontrol-reports-settings-get.md",
        "timeman",
        IsRead: true);

    /// <summary>Explains an absence.</summary>
    /// <param name="reportId">The record of the absence.</param>
    /// <param name="text">The explanation.</param>
    /// <param name="isForWork">Whether it was for work. Default false.</param>
    /// <param name="addToCalendar">Whether to put it into the calendar. Default true.</param>
    /// <param name="userId">Whose; only for administrators.</param>
    /// <returns>The call.</returns>
    public static RestCall Explain(long reportId, string text, bool isForWork = false, bool addToCalendar = true, long? userId = null) =>
        new(ReportAdd, Write.Parameters(
            ("REPORT_ID", reportId), ("USER_ID", userId), ("TEXT", text), ("TYPE", isForWork ? "WORK" : "PRIVATE"),
            ("CALENDAR", Write.YesNo(addToCalendar))));

    /// <summary>Asks how absences are controlled.</summary>
    /// <returns>The call.</returns>
    public static RestCall GetSettings() => new(SettingsGet);

    /// <summary>Changes how absences are controlled.</summary>
    /// <param name="isActive">Whether they are.</param>
    /// <param name="minimumMinutes">From how many minutes an absence must be explained.</param>
    /// <param name="registersOffline">Whether being offline counts.</param>
    /// <param name="registersIdle">Whether being away from the keyboard counts.</param>
    /// <param name="requestedUserIds">Who must explain; null to leave it as it is.</param>
    /// <returns>The call.</returns>
    public static RestCall SetSettings(
        bool isActive,
        int? minimumMinutes = null,
        bool? registersOffline = null,
        bool? registersIdle = null,
        IEnumerable<long>? requestedUserIds = null) =>
        new(SettingsSet, Write.Parameters(
            ("ACTIVE", isActive), ("MINIMUM_IDLE_FOR_REPORT", minimumMinutes), ("REGISTER_OFFLINE", registersOffline),
            ("REGISTER_IDLE", registersIdle), ("REPORT_REQUEST_TYPE", requestedUserIds is null ? null : "user"),
            ("REPORT_REQUEST_USERS", Write.Ids(requestedUserIds))));

    /// <summary>Asks what the caller may see.</summary>
    /// <returns>The call.</returns>
    public static RestCall GetReportSettings() => new(ReportsSettingsGet);
}
