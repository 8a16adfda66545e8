using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Reports;

/// <summary>Makes dashboards from the figures; records are read only of overdue tasks, which are a state.</summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class DashboardBuilder(AddonStorage storage, TimeProvider time)
{
    private const int LongestCourse = 31;

    // Working days with the days off between them, and some for holidays. Of long periods fewer are looked at, but always two.
    private const decimal DaysForEarlierDay = 1.5m;
    private const int DaysForHolidays = 16;
    private const int UsualPastDays = 110;
    private const int LongestPastDays = 400;

    /// <summary>Makes a dashboard.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="asker">In whose name: the dashboard holds nothing that he may not see.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">A metric, the department or the period cannot be, the department is not his, or nothing has been read yet.</exception>
    public async Task<Dashboard> BuildAsync(PortalRow portal, DashboardRequest request, ReportAsker asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(request);
        var metric = ReportGround.MetricOf(request.Metric);
        await using var db = storage.Open(portal.Id);
        var ground = await ReportGround.ForPageAsync(db, request.Scope, asker, cancellationToken).ConfigureAwait(false);
        var today = ground.Days.DayOf(time.GetUtcNow().ToUnixTimeMilliseconds());
        var course = CourseOf(request, today);
        var past = await PastOfPeople.ReadAsync(ground, metric, request, Math.Min(request.ToDay, Back(today, 1)), course[0], cancellationToken).ConfigureAwait(false);
        var composition = new Composition(ground, request, metric, past, course);
        composition.Add(past.Figures.Where(f => f.Day >= request.FromDay && f.Day <= request.ToDay));
        if (metric.Code == MetricCatalogue.TasksOverdue)
        {
            var tasks = await ground.Facts.VersionsAsync<TaskFact>(FactKind.Task, null, cancellationToken).ConfigureAwait(false);
            composition.AddOverdue(new OverdueTasks(tasks, ground.Portal.Metrics, ground.Portal.Portal.HistoryStartedAtMs, ground.Portal.Portal.LastSyncStartedAtMs));
        }

        composition.SetUnknown(await UnreadMetrics.RefusedAsync(db, ground.Portal.Metrics, cancellationToken).ConfigureAwait(false));
        var hidden = await UnreadMetrics.OfPeopleAsync(db, ground.Portal.Metrics, cancellationToken).ConfigureAwait(false);
        return composition.Finish(today, hidden.ByMetric.GetValueOrDefault(metric.Code));
    }

    private static List<int> CourseOf(DashboardRequest request, int today)
    {
        var last = Math.Max(Math.Min(request.ToDay, today), request.FromDay);
        return [.. PortalDays.Range(Back(last, Math.Clamp(request.CourseDays, 1, LongestCourse) - 1), last)];
    }

    private static int Back(int day, int days) => PortalDays.ToDay(PortalDays.ToDate(day).PlusDays(-days));

    /// <summary>The figures of the chosen metric as far back as trends look, and since when people have any figures.</summary>
    private sealed record PastOfPeople(IReadOnlyList<FigureRow> Figures, ILookup<long, FigureRow> ByUser, IReadOnlyDictionary<long, int> FirstDays, WorkingDays Working, int LastDay)
    {
        public static async Task<PastOfPeople> ReadAsync(
            ReportGround ground, Metric metric, DashboardRequest request, int lastDay, int courseFromDay, CancellationToken cancellationToken)
        {
            var days = NodaTime.Period.DaysBetween(PortalDays.ToDate(request.FromDay), PortalDays.ToDate(Math.Max(lastDay, request.FromDay))) + 1;
            var back = (int)Math.Min(
                Math.Min(PastOf(days, Trend.MostPeriods), Math.Max(PastOf(days, Trend.LeastPeriods), UsualPastDays)), LongestPastDays);
            var from = Back(request.FromDay, back);
            var first = Math.Min(from, courseFromDay);
            var figures = await ground.Db.Figures.AsNoTracking().Where(f => f.Metric == metric.Code && f.Day >= first && f.Day <= request.ToDay)
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            var byUser = figures.ToLookup(f => f.UserId);
            var working = await WorkingDays.ReadAsync(ground, from, Math.Max(lastDay, request.FromDay), cancellationToken).ConfigureAwait(false);
            return new PastOfPeople(figures, byUser, await FirstDaysAsync(ground, request, from, byUser, cancellationToken).ConfigureAwait(false), working, lastDay);
        }

        /// <summary>Who has the metric at once is known at once; of the others any figure tells since when they are.</summary>
        private static async Task<Dictionary<long, int>> FirstDaysAsync(
            ReportGround ground, DashboardRequest request, int from, ILookup<long, FigureRow> byUser, CancellationToken cancellationToken)
        {
            var first = byUser.ToDictionary(g => g.Key, g => g.Min(f => f.Day));
            var soon = Back(from, -7);
            var late = ground.PeopleOf(request.Scope).Union(first.Keys).Where(user => first.GetValueOrDefault(user, int.MaxValue) > soon).ToArray();
            var earlier = late.Length == 0 ? [] : await ground.Db.Figures.Where(f => f.Day >= from && f.Day < request.FromDay && late.Contains(f.UserId)).GroupBy(f => f.UserId)
                .Select(g => new { UserId = g.Key, Day = g.Min(f => f.Day) }).ToListAsync(cancellationToken).ConfigureAwait(false);
            earlier.ForEach(f => first[f.UserId] = f.Day);
            return first;
        }

        private static decimal PastOf(int days, int periods) => (days * periods * DaysForEarlierDay) + DaysForHolidays;

        /// <summary>Since when somebody has a past: since his first figure; before it he did not work here, or was not seen.</summary>
        public int KnownFrom(long userId) => FirstDays.GetValueOrDefault(userId, int.MaxValue);
    }

    /// <summary>A dashboard while it is being put together.</summary>
    private sealed class Composition(ReportGround ground, DashboardRequest request, Metric metric, PastOfPeople past, IReadOnlyList<int> course)
    {
        private readonly Dictionary<long, FigureSet> _people = ground.PeopleOf(request.Scope).ToDictionary(user => user, _ => new FigureSet());
        private readonly FigureSet _total = new();
        private readonly Dictionary<(long UserId, int Day), decimal?> _overdue = [];
        private readonly long? _knownFromMs = UnreadMetrics.KnownFromMs(metric.Code, ground.Portal.Portal.HistorySinceMs, ground.Portal.Portal.HistoryStartedAtMs);
        private IReadOnlySet<string> _unknown = new HashSet<string>();

        public void Add(IEnumerable<FigureRow> figures)
        {
            foreach (var figure in figures.Where(f => Holds(f.UserId, f.Day)))
            {
                _total.Add(figure);
                if (figure.UserId != 0)
                {
                    FiguresOf(figure.UserId).Add(figure);
                }
            }
        }

        /// <summary>The state on the last day that was seen; one from before the period says nothing of it.</summary>
        public void AddOverdue(OverdueTasks overdue)
        {
            var last = overdue.LastSeenDay(request.ToDay);
            foreach (var day in course.Append(last).Distinct())
            {
                var byUser = overdue.On(day)?.Where(t => Holds(t.UserId ?? 0, day)).GroupBy(t => t.UserId ?? 0).ToDictionary(g => g.Key, g => g.Count());
                var isState = day == last && last >= request.FromDay;
                byUser?.Keys.Where(user => user != 0 && isState).ToList().ForEach(user => FiguresOf(user));
                foreach (var (user, figures) in _people)
                {
                    _overdue[(user, day)] = byUser?.GetValueOrDefault(user);
                    SetOverdue(figures, day == last, isState ? byUser?.GetValueOrDefault(user) : null);
                }

                SetOverdue(_total, day == last, isState ? byUser?.Values.Sum() : null);
            }
        }

        public void SetUnknown(IReadOnlySet<string> metrics)
        {
            _unknown = metrics;
            foreach (var figures in _people.Values.Append(_total))
            {
                metrics.ToList().ForEach(figures.SetUnknown);
            }
        }

        public Dashboard Finish(int today, IReadOnlySet<long>? hidden) => new()
        {
            Portal = ground.Portal,
            Metric = metric,
            Today = today,
            People = [.. _people.Select(p => PersonOf(p.Key, p.Value, hidden))
                .OrderBy(p => p.Name, StringComparer.Create(Texts.For(ground.Portal.Settings.Language).Culture, ignoreCase: true)).ThenBy(p => p.UserId)],
            Total = _total,
            Departments = Departments(),
            CourseDays = course,
            Holds = Holds,
        };

        private bool Holds(long userId, int day) => ground.Access.Holds(request.Scope, userId, day);

        private static void SetOverdue(FigureSet figures, bool isLastDay, int? count)
        {
            if (isLastDay && count is { } known)
            {
                figures.Set(MetricCatalogue.TasksOverdue, known);
            }
            else if (isLastDay)
            {
                figures.SetUnknown(MetricCatalogue.TasksOverdue);
            }
        }

        private FigureSet FiguresOf(long userId)
        {
            if (!_people.TryGetValue(userId, out var figures))
            {
                _people[userId] = figures = new FigureSet();
            }

            return figures;
        }

        private DashboardPerson PersonOf(long userId, FigureSet figures, IReadOnlySet<long>? hidden)
        {
            var held = past.ByUser[userId].Where(f => Holds(userId, f.Day)).ToList();
            var byDay = held.ToLookup(f => f.Day);
            var trend = _unknown.Contains(metric.Code)
                ? new Trend(TrendGap.NoValue)
                : Trend.Of(metric, request.FromDay, past.LastDay, past.Working.Of(userId), PastFrom(userId), held);
            return new DashboardPerson(
                userId, ground.Portal.Directory.NameOf(userId), ground.Membership.DirectOf(userId, request.ToDay), figures,
                [.. course.Select(day => ValueOf(userId, day, byDay[day]))], trend, hidden?.Contains(userId) == true);
        }

        private decimal? ValueOf(long userId, int day, IEnumerable<FigureRow> ofDay) => metric.Code switch
        {
            _ when _unknown.Contains(metric.Code) || !IsKnown(day) || !Holds(userId, day) => null,
            MetricCatalogue.TasksOverdue => _overdue.GetValueOrDefault((userId, day)),
            _ => FigureSet.Of(ofDay).ValueOf(metric),
        };

        /// <summary>
        /// The first day since which he and the metric are known and every day is part of the dashboard: a day that is not known, or not shown,
        /// would count as one without work.
        /// </summary>
        private int PastFrom(long userId)
        {
            var (known, from) = (past.KnownFrom(userId), int.MaxValue);
            for (var day = past.LastDay; day >= known && IsKnown(day) && Holds(userId, day); day = Back(day, 1))
            {
                from = day;
            }

            return from;
        }

        private bool IsKnown(int day) => !(ground.Days.StartOf(day) < _knownFromMs);

        /// <summary>In the order of the tree.</summary>
        private List<DashboardDepartment> Departments()
        {
            var names = ground.Membership.Departments;
            var mine = ground.Access.DepartmentsOn(request.ToDay).ToDictionary(
                id => id, id => ground.Membership.Upwards(id, request.ToDay).ToList());
            return [.. mine.OrderBy(d => string.Join('/', d.Value.AsEnumerable().Reverse().Select(id => $"{id:D12}")), StringComparer.Ordinal)
                .Select(d => new DashboardDepartment(d.Key, names[d.Key].Name, d.Value.Skip(1).Count(mine.ContainsKey)))];
        }
    }
}
