using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Reports;

/// <summary>Makes reports from the fact store; the portal is not called.</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
public sealed class ReportBuilder(AddonStorage storage, PortalRegistry registry)
{
    /// <summary>Makes a report.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="asker">In whose name: the report holds nothing that he may not see.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="withEvidence">Also the records behind the figures; without, <see cref="Report.Evidence"/> is empty.</param>
    /// <exception cref="ProblemException">The department is not known, the asker may not see what he asks for, or nothing has been read yet.</exception>
    public async Task<Report> BuildAsync(
        PortalRow portal, ReportRequest request, ReportAsker asker, CancellationToken cancellationToken, bool withEvidence = true)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(asker);
        var context = await registry.ContextAsync(portal, cancellationToken).ConfigureAwait(false);
        await using var db = storage.Open(portal.Id);
        var ground = await ReportGround.ReadAsync(db, context, asker, cancellationToken).ConfigureAwait(false);
        var (facts, membership, access) = (ground.Facts, ground.Membership, ground.Access);
        access.Require(request);
        ground.RequireKnown(request);
        var tasks = await facts.VersionsAsync<TaskFact>(FactKind.Task, null, cancellationToken).ConfigureAwait(false);
        var overdue = new OverdueTasks(tasks, context.Metrics, context.Portal.HistoryStartedAtMs, context.Portal.LastSyncStartedAtMs);
        var figures = await db.Figures.AsNoTracking().Where(f => f.Day >= request.FromDay && f.Day <= request.ToDay)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var evidence = await new FigureCells(db, context.Metrics)
            .EvidenceAsync(request.FromDay, request.ToDay, withEvidence ? null : CompletenessReader.MarkedMetrics, cancellationToken).ConfigureAwait(false);
        var completeness = new CompletenessReader(db, context, request);

        var report = new Composition(context, request, membership, access, overdue);
        figures.ForEach(report.Add);
        report.AddOverdue();
        report.SetUnknown(await UnreadMetrics.RefusedAsync(db, context.Metrics, cancellationToken).ConfigureAwait(false));
        return report.Finish(
            withEvidence ? evidence : null, await completeness.ReadAsync(evidence, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What is known to be incomplete in a period, as in <see cref="Report.Completeness"/>; it names nobody, so everybody may read it.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="fromDay">First day, yyyymmdd.</param>
    /// <param name="toDay">Last day, yyyymmdd.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">Nothing has been read yet, or the period cannot be.</exception>
    public async Task<PeriodCompleteness> CompletenessAsync(PortalRow portal, int fromDay, int toDay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var request = new ReportRequest(fromDay, toDay);
        await using var db = storage.Open(portal.Id);
        var ground = await ReportGround.ForPageAsync(db, request, ReportAsker.Operator, cancellationToken).ConfigureAwait(false);
        var evidence = await new FigureCells(db, ground.Portal.Metrics)
            .EvidenceAsync(fromDay, toDay, CompletenessReader.MarkedMetrics, cancellationToken).ConfigureAwait(false);
        return new PeriodCompleteness(
            ground.Portal, await new CompletenessReader(db, ground.Portal, request).ReadAsync(evidence, cancellationToken).ConfigureAwait(false),
            ground.Portal.Portal.LastSyncStartedAtMs is { } last && last < ground.Days.EndOf(toDay) ? last : null);
    }

    /// <summary>A report while it is being put together.</summary>
    private sealed class Composition(PortalContext context, ReportRequest request, Membership membership, ReportAccess access, OverdueTasks overdue)
    {
        private readonly Dictionary<long, ReportLine> _users = [];
        private readonly Dictionary<long, ReportLine> _departments = [];
        private readonly ReportLine _unattributed = new();
        private readonly ReportLine _total = new();
        private readonly List<Contribution> _overdue = [];

        public void Add(FigureRow figure)
        {
            foreach (var line in LinesOf(figure.UserId, figure.Day))
            {
                line.Total.Add(figure);
                line.On(figure.Day).Add(figure);
            }
        }

        public void AddOverdue()
        {
            foreach (var user in membership.ActiveOn(request.ToDay).Where(u => context.Metrics.Attributed(u) is not null))
            {
                _ = LinesOf(user, request.ToDay).Count();
            }

            foreach (var day in PortalDays.Range(request.FromDay, request.ToDay))
            {
                SetOverdue(day, overdue.On(day), line => line.On(day));
            }

            var lastSeen = overdue.LastSeenDay(request.ToDay);
            var onLastDay = lastSeen < request.FromDay ? null : overdue.On(lastSeen);
            SetOverdue(lastSeen, onLastDay, line => line.Total);
            _overdue.AddRange(onLastDay ?? []);
        }

        public void SetUnknown(IReadOnlySet<string> metrics)
        {
            foreach (var line in _users.Values.Concat(_departments.Values).Append(_unattributed).Append(_total))
            {
                foreach (var figures in line.Days.Values.Append(line.Total))
                {
                    metrics.ToList().ForEach(figures.SetUnknown);
                }
            }
        }

        public Report Finish(List<Contribution>? evidence, IReadOnlyDictionary<string, string> completeness) => new()
        {
            Portal = context,
            Request = request,
            Users = [.. _users.Select(u => new UserLine(u.Key, context.Directory.NameOf(u.Key), u.Value))
                .OrderBy(u => u.Name, StringComparer.Create(Texts.For(context.Settings.Language).Culture, ignoreCase: true)).ThenBy(u => u.UserId)],
            Departments = [.. _departments.OrderBy(d => d.Key)
                .Select(d => new DepartmentLine(d.Key, membership.Departments.GetValueOrDefault(d.Key)?.Name ?? "", d.Value))],
            Unattributed = _unattributed,
            Total = _total,
            Completeness = completeness,
            Evidence = evidence is null ? [] : [.. evidence.Concat(_overdue).Where(c => IsAskedFor(c.UserId ?? 0, c.Day))],
        };

        private void SetOverdue(int day, IReadOnlyList<Contribution>? tasks, Func<ReportLine, FigureSet> figuresOf)
        {
            var byUser = tasks?.GroupBy(t => t.UserId ?? 0).ToDictionary(g => g.Key, g => g.LongCount());
            var counts = new Dictionary<ReportLine, long>();
            foreach (var line in _users.Values.Concat(_departments.Values).Append(_unattributed).Append(_total))
            {
                counts[line] = 0;
            }

            foreach (var (user, count) in byUser ?? [])
            {
                foreach (var line in LinesOf(user, day))
                {
                    counts[line] = counts.GetValueOrDefault(line) + count;
                }
            }

            foreach (var (line, count) in counts)
            {
                if (byUser is null)
                {
                    figuresOf(line).SetUnknown(MetricCatalogue.TasksOverdue);
                }
                else
                {
                    figuresOf(line).Set(MetricCatalogue.TasksOverdue, count);
                }
            }
        }

        /// <summary>The lines a person's figures of a day belong to; none when he was not asked for.</summary>
        private IEnumerable<ReportLine> LinesOf(long userId, int day)
        {
            if (!IsAskedFor(userId, day))
            {
                yield break;
            }

            yield return _total;
            if (userId == 0)
            {
                yield return _unattributed;
                yield break;
            }

            yield return LineOf(_users, userId);
            foreach (var department in membership.Of(userId, day).Where(d => IsAskedFor(d, day, request.DepartmentId)))
            {
                yield return LineOf(_departments, department);
            }
        }

        private bool IsAskedFor(long userId, int day) => access.Holds(request, userId, day);

        private bool IsAskedFor(long departmentId, int day, long? asked) =>
            asked is null || membership.Upwards(departmentId, day).Contains(asked.Value);

        private static ReportLine LineOf(Dictionary<long, ReportLine> lines, long id)
        {
            if (!lines.TryGetValue(id, out var line))
            {
                lines[id] = line = new ReportLine();
            }

            return line;
        }
    }
}
