using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;
using Bitrix24Addon.WorkingTime;
using NodaTime;

namespace Bitrix24Addon.Norms;

/// <summary>Gathers what norms need to know, for many people and days at once. One reader sees one state of the facts.</summary>
/// <param name="db">A context opened for the portal.</param>
/// <param name="portal">The portal with the settings to judge by.</param>
/// <param name="reading">How far the portal was read.</param>
/// <param name="nowMs">When it is judged, Unix milliseconds.</param>
/// <param name="throughSequence">The last write of facts that is to be seen.</param>
internal sealed class NormFactsReader(AddonDbContext db, PortalContext portal, NormReading reading, long nowMs, long throughSequence)
{
    // Nobody is away for longer with a planned day before it; beyond, a task is due on the next day of the calendar.
    private const int DaysLookedAhead = 400;

    private readonly Dictionary<(long UserId, WorkScheduleOrigin Origin, long? OriginId), WorkingTimeCalculator> _calculators = [];
    private readonly Dictionary<(WorkScheduleOrigin Origin, long? OriginId), WorkingTimeCalculator> _standards = [];
    private ILookup<long, Fact<AbsenceFact>>? _absences;
    private Membership? _membership;

    private PortalDays Days => portal.Metrics.Days;

    /// <summary>Who belonged where.</summary>
    public async Task<Membership> MembershipAsync(CancellationToken cancellationToken) =>
        _membership ??= await Membership.ReadAsync(new FactReader(db, Days, throughSequence), portal.Settings.Roles.Heads, cancellationToken).ConfigureAwait(false);

    /// <summary>The facts of every person and day that a norm judges.</summary>
    /// <param name="rule">The norm.</param>
    /// <param name="fromDay">First day, yyyymmdd.</param>
    /// <param name="toDay">Last day, yyyymmdd.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="people">These people whether the norm still judges them or not; null for those it judges.</param>
    public async Task<List<NormFacts>> ReadAsync(
        NormRule rule, int fromDay, int toDay, CancellationToken cancellationToken, IReadOnlyCollection<long>? people = null) =>
        await FactsOfAsync(
            rule, fromDay, toDay, await NormValues.ReadAsync(db, portal, reading, rule.Metric, fromDay, toDay, throughSequence, cancellationToken).ConfigureAwait(false),
            people, cancellationToken).ConfigureAwait(false);

    /// <summary>The same of one day, told by its figures where there are such: no records, but as quick as a page needs it.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<List<NormFacts>> ReadFiguresAsync(NormRule rule, int day, CancellationToken cancellationToken) =>
        rule.Metric == MetricCatalogue.TasksOverdue
            ? await ReadAsync(rule, day, day, cancellationToken).ConfigureAwait(false)
            : await FactsOfAsync(
                rule, day, day, await NormValues.OfFiguresAsync(db, MetricCatalogue.ByCode[rule.Metric], day, cancellationToken).ConfigureAwait(false), null, cancellationToken)
                .ConfigureAwait(false);

    private async Task<List<NormFacts>> FactsOfAsync(
        NormRule rule, int fromDay, int toDay, NormValues values, IReadOnlyCollection<long>? people, CancellationToken cancellationToken)
    {
        await MembershipAsync(cancellationToken).ConfigureAwait(false);
        _absences ??= (await new FactReader(db, Days, throughSequence).AllAsync<AbsenceFact>(FactKind.Absence, cancellationToken).ConfigureAwait(false))
            .ToLookup(a => a.Data.UserId);
        var facts = new List<NormFacts>();
        foreach (var day in PortalDays.Range(fromDay, toDay))
        {
            var judged = _membership!.ActiveOn(day).Where(u => portal.Metrics.Attributed(u) is not null && !rule.Excluded.Contains(u)).ToHashSet();
            foreach (var user in (people ?? judged).Order())
            {
                var place = PlaceOf(user, day);
                var target = judged.Contains(user) ? TargetChoice.Choose(rule.Targets, place) : null;
                if (target is not null || people is not null)
                {
                    facts.Add(FactsOf(rule, day, place, target, values));
                }
            }
        }

        return facts;
    }

    private PersonPlace PlaceOf(long user, int day)
    {
        var departments = _membership!.NearestOf(user, day);
        return new PersonPlace(user, departments, [.. portal.Settings.TiersOf(user, departments.Select(d => d.DepartmentId))]);
    }

    private NormFacts FactsOf(NormRule rule, int day, PersonPlace place, ChosenTarget? target, NormValues values)
    {
        var date = PortalDays.ToDate(day);
        var read = reading.Of(rule.Metric, place.UserId);
        var own = portal.Settings.Schedules.Choose(place.UserId, place.Departments.Select(d => d.DepartmentId));
        var calculator = CalculatorOf(place.UserId, own);
        var planned = calculator.PlannedStretchesOn(date).Select(Stretch).ToList();
        var scheduled = target?.Scope switch
        {
            { DepartmentId: { } department } => _membership!.Upwards(department, day),
            { UserId: not null } => place.Departments.Select(d => d.DepartmentId),
            _ => [],
        };
        var standard = portal.Settings.Schedules.Choose(0, scheduled);
        return new NormFacts
        {
            UserId = place.UserId,
            Day = day,
            DayEndMs = Days.EndOf(day),
            NowMs = nowMs,
            Target = target,
            StandardSeconds = (long)StandardOf(standard).PlannedOn(date).TotalSeconds,
            StandardOrigin = standard.Origin,
            StandardOriginId = standard.OriginId,
            Planned = planned,
            Exclusions = ExclusionsOf(place.UserId, date, planned),
            IsCalendarKnown = IsCalendarKnown(rule, date, own.Schedule, standard.Schedule),
            Absences = read.AbsencesOn(Days.StartOf(day)),
            IsFigureKnown = read.Covers(rule.Metric, Days.StartOf(day), Days.EndOf(day)) && values.IsWhole(day, place.UserId),
            Contributions = values.Of(day, place.UserId),
            TaskDeadlineMs = DeadlineOf(rule, calculator, Math.Max(Days.EndOf(day), nowMs)),
            Language = portal.Settings.Language,
            PortalHost = portal.Portal.Host,
        };
    }

    /// <summary>Absences that touch the planned time. Whole days are days of the person, with the shifts that start on them.</summary>
    private List<Exclusion> ExclusionsOf(long userId, LocalDate date, List<TimeStretch> planned) =>
    [
        .. _absences![userId]
            .Where(a => a.Data.WholeDays is { } days ? planned.Count > 0 && days.Contains(date) : planned.Exists(p => a.Data.FromMs < p.ToMs && p.FromMs < a.Data.ToMs))
            .Select(a => (Absence: a, Stretch: a.Data.WholeDays is null ? new TimeStretch(a.Data.FromMs, a.Data.ToMs) : new TimeStretch(planned[0].FromMs, planned[^1].ToMs)))
            .OrderBy(e => e.Stretch.FromMs).ThenBy(e => e.Absence.Id)
            .Select(e => new Exclusion(
                ExclusionKind.Absence, e.Stretch.FromMs, e.Stretch.ToMs, new FactReference(FactKind.Absence, e.Absence.Id, e.Absence.Version))),
    ];

    /// <summary>Whether what a day asks for, and what was done in working minutes, follows from a calendar that is officially known.</summary>
    private bool IsCalendarKnown(NormRule rule, LocalDate date, params WorkSchedule[] schedules)
    {
        var isInMinutes = rule.Metric is MetricCatalogue.MissedReturned or MetricCatalogue.FirstActionMinutes;
        return portal.Settings.ProductionCalendar is null || portal.Calendar.IsKnown(date.Year)
            || !(isInMinutes ? schedules.Append(portal.Settings.Schedules.Default) : schedules).Any(s => s.FollowsProductionCalendar);
    }

    private long DeadlineOf(NormRule rule, WorkingTimeCalculator calculator, long fromMs)
    {
        var from = Instant.FromUnixTimeMilliseconds(fromMs);
        if (rule.BelowNorm.DeadlineWorkingMinutes is { } minutes)
        {
            try
            {
                return calculator.AddWorkingMinutes(from, minutes).ToUnixTimeMilliseconds();
            }
            catch (NoWorkingTimeException)
            {
                return Days.EndOf(Days.DayOf(fromMs));
            }
        }

        var date = PortalDays.ToDate(Days.DayOf(fromMs));
        for (var ahead = 0; ahead < DaysLookedAhead; ahead++)
        {
            if (calculator.AvailableStretchesOn(date.PlusDays(ahead)) is [var first, ..] stretches && first.Start >= from)
            {
                return stretches[^1].End.ToUnixTimeMilliseconds();
            }
        }

        return Days.EndOf(Days.DayOf(fromMs));
    }

    private WorkingTimeCalculator CalculatorOf(long userId, ChosenWorkSchedule own)
    {
        if (!_calculators.TryGetValue((userId, own.Origin, own.OriginId), out var calculator))
        {
            _calculators[(userId, own.Origin, own.OriginId)] = calculator = portal.WorkingTimeOf(own.Schedule, _absences![userId].Select(a => a.Data));
        }

        return calculator;
    }

    private WorkingTimeCalculator StandardOf(ChosenWorkSchedule schedule)
    {
        if (!_standards.TryGetValue((schedule.Origin, schedule.OriginId), out var calculator))
        {
            _standards[(schedule.Origin, schedule.OriginId)] = calculator = new WorkingTimeCalculator(schedule.Schedule, portal.Calendar, portal.Zone);
        }

        return calculator;
    }

    private static TimeStretch Stretch(Interval stretch) => new(stretch.Start.ToUnixTimeMilliseconds(), stretch.End.ToUnixTimeMilliseconds());
}
