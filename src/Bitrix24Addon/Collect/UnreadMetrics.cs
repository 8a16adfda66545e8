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

/// <summary>Metrics that cannot be told because a list they are counted from was not read.</summary>
internal static class UnreadMetrics
{
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

        return Of(context, (family, metric) => [.. family.CountedFrom(metric), .. family.AddedFrom(metric)], kinds => !kinds.All(sound.Contains));
    }

    /// <summary>How the last reading of absences went: no metric is counted from them, but what a person owes is.</summary>
    /// <param name="db">A context opened for the portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<SourceState> OfAbsencesAsync(AddonDbContext db, CancellationToken cancellationToken) =>
        await db.Cursors.AsNoTracking().SingleOrDefaultAsync(c => c.Source == Sources.Absences, cancellationToken).ConfigureAwait(false) switch
        {
            { Complete: true, Failure: null, Unreadable: 0 } => SourceState.Read,
            { Failure: { } failure } when Enum.TryParse<Bitrix24ErrorKind>(failure, out var kind) && ManyCalls.IsRefusal(kind) => SourceState.Refused,
            _ => SourceState.Unread,
        };

    private static HashSet<string> Of(
        MetricContext context, Func<MetricFamily, string, IReadOnlyList<FactKind>> kindsOf, Func<IReadOnlyList<FactKind>, bool> isUnread)
    {
        // Overdue tasks are a state of the tasks and belong to no family.
        var counted = MetricFamily.All(context).SelectMany(family => family.Metrics.Select(metric => (Metric: metric, Kinds: kindsOf(family, metric))))
            .Append((Metric: MetricCatalogue.TasksOverdue, Kinds: [FactKind.Task]));
        return [.. counted.Where(m => isUnread(m.Kinds)).Select(m => m.Metric)];
    }
}
