namespace Bitrix24Addon.Facts.Metrics;

/// <summary>The stage history of leads, deals or invoices together with the objects it belongs to.</summary>
internal static class StageMoves
{
    /// <summary>Days on which the objects touched by the changes were created or moved.</summary>
    public static async Task<IReadOnlySet<int>> TouchedDaysAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, FactKind objectKind, FactKind stageKind, CancellationToken cancellationToken)
    {
        var moves = await OfAsync(facts, stageKind, ObjectsOf(changes, objectKind, stageKind), cancellationToken).ConfigureAwait(false);
        var days = changes.Where(c => c.Kind == objectKind || c.Kind == stageKind)
            .SelectMany(c => new[] { c.Before, c.After }).OfType<FactRow>().Select(r => r.OccurredAtMs)
            .Concat(moves.Select(m => m.OccurredAtMs));
        return days.Select(facts.Days.DayOf).ToHashSet();
    }

    /// <summary>The objects that changed or moved.</summary>
    public static HashSet<long> ObjectsOf(IReadOnlyList<FactChange> changes, FactKind objectKind, FactKind stageKind) =>
    [
        .. changes.Where(c => c.Kind == objectKind).Select(c => c.SourceId),
        .. changes.Where(c => c.Kind == stageKind).SelectMany(c => c.Payloads<StageFact>()).Select(s => s.OwnerId),
    ];

    /// <summary>The whole history of the given objects.</summary>
    public static Task<List<Fact<StageFact>>> OfAsync(
        FactReader facts, FactKind stageKind, IEnumerable<long> owners, CancellationToken cancellationToken) =>
        facts.ByGroupAsync<StageFact>(
            stageKind, owners.Select(id => FactKeys.CrmObject(FactKeys.EntityTypeOf(stageKind), id)), cancellationToken);

    /// <summary>The histories, in order of time, of the objects that moved on the given days.</summary>
    public static async Task<List<(long OwnerId, List<Fact<StageFact>> Moves)>> OfObjectsMovedOnAsync(
        FactReader facts, FactKind stageKind, IReadOnlySet<int> days, CancellationToken cancellationToken)
    {
        var onDays = await facts.OccurredAsync<StageFact>(stageKind, days, cancellationToken).ConfigureAwait(false);
        return await ByObjectAsync(facts, stageKind, onDays.Select(m => m.Data.OwnerId), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The histories of the given objects, each in order of time; of those that have one.</summary>
    public static async Task<List<(long OwnerId, List<Fact<StageFact>> Moves)>> ByObjectAsync(
        FactReader facts, FactKind stageKind, IEnumerable<long> owners, CancellationToken cancellationToken) =>
        (await OfAsync(facts, stageKind, owners, cancellationToken).ConfigureAwait(false)).GroupBy(m => m.Data.OwnerId)
        .Select(g => (g.Key, g.OrderBy(m => m.OccurredAtMs).ThenBy(m => m.Id).ToList())).ToList();

    /// <summary>
    /// The version of an object that held at a moment. Before the first version we know, its first version: who owned it before
    /// the installation is not known, and completeness says so.
    /// </summary>
    public static Fact<T> At<T>(IReadOnlyList<Fact<T>> versions, long atMs)
        where T : FactPayload =>
        versions.LastOrDefault(v => v.EffectiveAtMs <= atMs) ?? versions[0];
}
