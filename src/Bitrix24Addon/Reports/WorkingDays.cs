using Bitrix24Addon.Facts;
using Bitrix24Addon.WorkingTime;

namespace Bitrix24Addon.Reports;

/// <summary>
/// On which days of a stretch people work: by the schedule that is theirs on its last day, the production calendar, and their absences. A day
/// of which an absence leaves nothing is none.
/// </summary>
internal sealed class WorkingDays
{
    private readonly ReportGround _ground;
    private readonly ILookup<long, AbsenceFact> _absences;
    private readonly IReadOnlyList<int> _days;
    private readonly Dictionary<(WorkScheduleOrigin, long?), List<int>> _planned = [];

    private WorkingDays(ReportGround ground, ILookup<long, AbsenceFact> absences, IReadOnlyList<int> days) =>
        (_ground, _absences, _days) = (ground, absences, days);

    /// <summary>Reads the absences of a stretch of days.</summary>
    public static async Task<WorkingDays> ReadAsync(ReportGround ground, int fromDay, int toDay, CancellationToken cancellationToken)
    {
        // Whole days are days of the person, wherever he works.
        var margin = NodaTime.Duration.FromDays(1).TotalMilliseconds;
        var (from, to) = (ground.Days.StartOf(fromDay) - margin, ground.Days.EndOf(toDay) + margin);
        var absences = await ground.Facts.AllAsync<AbsenceFact>(FactKind.Absence, cancellationToken).ConfigureAwait(false);
        return new WorkingDays(
            ground, absences.Select(a => a.Data).Where(a => a.ToMs > from && a.FromMs < to).ToLookup(a => a.UserId), [.. PortalDays.Range(fromDay, toDay)]);
    }

    /// <summary>A person's working days, oldest first.</summary>
    public IReadOnlyList<int> Of(long userId)
    {
        var departments = _ground.Membership.NearestOf(userId, _days[^1]).Select(d => d.DepartmentId);
        var chosen = _ground.Portal.Settings.Schedules.Choose(userId, departments);
        if (!_planned.TryGetValue((chosen.Origin, chosen.OriginId), out var planned))
        {
            var calculator = _ground.Portal.WorkingTimeOf(chosen.Schedule, []);
            _planned[(chosen.Origin, chosen.OriginId)] = planned = [.. _days.Where(day => calculator.PlannedStretchesOn(PortalDays.ToDate(day)).Count > 0)];
        }

        if (!_absences.Contains(userId))
        {
            return planned;
        }

        var own = _ground.Portal.WorkingTimeOf(chosen.Schedule, _absences[userId]);
        return [.. planned.Where(day => own.AvailableStretchesOn(PortalDays.ToDate(day)).Count > 0)];
    }
}
