using Bitrix24.Client;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Collect;

/// <summary>How the last reading of a source went.</summary>
internal enum SourceState
{
    /// <summary>It was read to its end.</summary>
    Read,

    /// <summary>It may not be read: a scope or a right is missing, and no repetition will change that.</summary>
    Refused,

    /// <summary>It was not read to its end yet, or could not be read the last time; a later run may have more luck.</summary>
    Unread,
}

/// <summary>People of whom less could be read than of the others.</summary>
/// <param name="ByMetric">Who has records, by the metric counted from them, that are not seen.</param>
/// <param name="WithoutAbsences">Whose absences the portal does not tell.</param>
/// <param name="WithUnreadAbsences">Of whose absences one could not be understood.</param>
internal sealed record UnknownPeople(
    IReadOnlyDictionary<string, IReadOnlySet<long>> ByMetric, IReadOnlySet<long> WithoutAbsences, IReadOnlySet<long> WithUnreadAbsences)
{
    /// <summary>Of everybody the same is known.</summary>
    public static UnknownPeople None { get; } = new(new Dictionary<string, IReadOnlySet<long>>(), new HashSet<long>(), new HashSet<long>());
}

/// <summary>Metrics that cannot be told because a list they are counted from was not read.</summary>
internal static class UnreadMetrics
{
    // Meetings planned as tasks to do are told by their calendar event.
    private static readonly HashSet<string> OfCalendars =
        [MetricCatalogue.Meetings, MetricCatalogue.Presentations, MetricCatalogue.MeetingsPlannedPast, MetricCatalogue.FieldSeconds];

    /// <summary>
    /// From when a metric can be known, Unix milliseconds; null from the first record on. Before it was asked for nothing was read; that a
    /// proposal was sent is only seen; calendars are read from their own start.
    /// </summary>
    /// <param name="metric">Its code.</param>
    /// <param name="historySinceMs">From when history was asked for; null is from the first record.</param>
    /// <param name="historyStartedAtMs">Start of the first read.</param>
    public static long? KnownFromMs(string metric, long? historySinceMs, long? historyStartedAtMs) => metric switch
    {
        MetricCatalogue.ProposalsSent => Math.Max(historySinceMs ?? long.MinValue, historyStartedAtMs ?? long.MaxValue),
        _ when OfCalendars.Contains(metric) => PortalSync.CalendarStartMs(historySinceMs, historyStartedAtMs),
        _ => historySinceMs,
    };

    /// <summary>Metrics of lists that the portal never let be read: not even their past is known.</summary>
    /// <param name="db">A context opened for the portal.</param>
    /// <param name="context">What the metrics depend on besides facts.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<IReadOnlySet<string>> RefusedAsync(AddonDbContext db, MetricContext context, CancellationToken cancellationToken)
    {
        var refused = (await db.Cursors.AsNoTracking().Where(c => !c.Complete && c.Failure != null).Select(c => c.Source)
            .ToListAsync(cancellationToken).ConfigureAwait(false)).Select(Sources.KindOf).ToHashSet();
        return Of(context, (family, metric) => family.CountedFrom(metric), kinds => kinds.Any(refused.Contains));
    }

    /// <summary>
    /// Metrics of which some list was not read to its end, or could not be read the last time: something may be missing. What the portal
    /// says it does not have is not missing.
    /// </summary>
    /// <inheritdoc cref="RefusedAsync"/>
    public static async Task<IReadOnlySet<string>> UncertainAsync(AddonDbContext db, MetricContext context, CancellationToken cancellationToken)
    {
        var cursors = await db.Cursors.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
        var sound = cursors.GroupBy(c => Sources.KindOf(c.Source)).Where(kind => kind.All(c => c is { Complete: true, Failure: null }))
            .Select(kind => kind.Key).ToHashSet();
        if (cursors.Exists(c => c is { Source: Sources.Invoices, Failure: nameof(Bitrix24ErrorKind.NotFound) }))
        {
            sound.UnionWith([FactKind.Invoice, FactKind.InvoiceStage]);
        }

        return Of(context, AllKindsOf, kinds => !kinds.All(sound.Contains));
    }

    /// <summary>People of whom the portal told less than of the others when it was read last.</summary>
    /// <inheritdoc cref="RefusedAsync"/>
    public static async Task<UnknownPeople> OfPeopleAsync(AddonDbContext db, MetricContext context, CancellationToken cancellationToken)
    {
        var cursors = await db.Cursors.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
        var byMetric = cursors.Where(c => c.UnseenPeople.Length > 0)
            .SelectMany(c => Of(context, AllKindsOf, kinds => kinds.Contains(Sources.KindOf(c.Source))), (c, metric) => (Metric: metric, People: c.UnseenPeople))
            .GroupBy(m => m.Metric).ToDictionary(m => m.Key, m => (IReadOnlySet<long>)m.SelectMany(c => c.People).ToHashSet());
        var absences = cursors.Find(c => c.Source == Sources.Absences);
        return new UnknownPeople(byMetric, (absences?.UnseenPeople ?? []).ToHashSet(), (absences?.UnreadablePeople ?? []).ToHashSet());
    }

    /// <summary>How the last reading of absences as a whole went: no metric is counted from them, but what a person owes is.</summary>
    /// <param name="db">A context opened for the portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<SourceState> OfAbsencesAsync(AddonDbContext db, CancellationToken cancellationToken) =>
        await db.Cursors.AsNoTracking().SingleOrDefaultAsync(c => c.Source == Sources.Absences, cancellationToken).ConfigureAwait(false) switch
        {
            { Complete: true, Failure: null } => SourceState.Read,
            { Failure: nameof(Bitrix24ErrorKind.InsufficientScope) or nameof(Bitrix24ErrorKind.AccessDenied) or nameof(Bitrix24ErrorKind.MethodNotFound)
                or nameof(Bitrix24ErrorKind.WrongAuthorisationType) } => SourceState.Refused,
            _ => SourceState.Unread,
        };

    private static IReadOnlyList<FactKind> AllKindsOf(MetricFamily family, string metric) => [.. family.CountedFrom(metric), .. family.AddedFrom(metric)];

    private static HashSet<string> Of(
        MetricContext context, Func<MetricFamily, string, IReadOnlyList<FactKind>> kindsOf, Func<IReadOnlyList<FactKind>, bool> isUnread)
    {
        // Overdue tasks are a state of the tasks and belong to no family.
        var counted = MetricFamily.All(context).SelectMany(family => family.Metrics.Select(metric => (Metric: metric, Kinds: kindsOf(family, metric))))
            .Append((Metric: MetricCatalogue.TasksOverdue, Kinds: [FactKind.Task]));
        return [.. counted.Where(m => isUnread(m.Kinds)).Select(m => m.Metric)];
    }
}
