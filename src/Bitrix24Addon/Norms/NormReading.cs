using System.Text.Json.Serialization;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Norms;

/// <summary>How far the portal had been read when somebody was judged; neither fact nor setting, so a verdict records it.</summary>
/// <param name="HistoryStartedAtMs">Start of the first read, Unix milliseconds: who owned what, and what was overdue, is known from then on.</param>
/// <param name="HistorySinceMs">From when history was asked for, Unix milliseconds; null is from the first record.</param>
/// <param name="ReadThroughMs">Start of the last whole read, Unix milliseconds: what happened before it has been seen.</param>
/// <param name="Uncertain">Metrics of which something may be missing.</param>
/// <param name="Absences">What is known of absences.</param>
internal sealed record NormReading(
    long? HistoryStartedAtMs, long? HistorySinceMs, long? ReadThroughMs, IReadOnlyList<string> Uncertain,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] AbsenceKnowledge Absences = AbsenceKnowledge.Known)
{
    /// <summary>Of whom less is known than of the others. It is not written: a verdict records what was known of its person (<see cref="Of"/>).</summary>
    [JsonIgnore]
    public UnknownPeople People { get; init; } = UnknownPeople.None;

    /// <summary>As it is now.</summary>
    public static async Task<NormReading> ReadAsync(AddonDbContext db, PortalContext portal, CancellationToken cancellationToken)
    {
        IEnumerable<string> uncertain = portal.Portal.HistoryCompleteAtMs is null
            ? MetricCatalogue.ByCode.Keys
            : await UnreadMetrics.UncertainAsync(db, portal.Metrics, cancellationToken).ConfigureAwait(false);
        var absences = await UnreadMetrics.OfAbsencesAsync(db, cancellationToken).ConfigureAwait(false) switch
        {
            SourceState.Read => AbsenceKnowledge.Known,
            SourceState.Refused => AbsenceKnowledge.Untold,
            _ => AbsenceKnowledge.Unread,
        };
        return new NormReading(portal.Portal.HistoryStartedAtMs, portal.Portal.HistorySinceMs, portal.Portal.LastSyncStartedAtMs, [.. uncertain], absences)
        {
            People = await UnreadMetrics.OfPeopleAsync(db, portal.Metrics, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>How far the portal was read for one metric of one person.</summary>
    public NormReading Of(string metric, long userId) => this with
    {
        Uncertain = Uncertain.Contains(metric) || (People.ByMetric.TryGetValue(metric, out var people) && people.Contains(userId)) ? [metric] : [],
        Absences = Absences switch
        {
            AbsenceKnowledge.Known when People.WithUnreadAbsences.Contains(userId) => AbsenceKnowledge.Unread,
            AbsenceKnowledge.Known when People.WithoutAbsences.Contains(userId) => AbsenceKnowledge.Untold,
            var ofAll => ofAll,
        },
        People = UnknownPeople.None,
    };

    /// <summary>What is known of absences on a day: of those before calendars were read, nothing.</summary>
    public AbsenceKnowledge AbsencesOn(long dayStartMs) =>
        Absences == AbsenceKnowledge.Known && dayStartMs < PortalSync.CalendarStartMs(HistorySinceMs, HistoryStartedAtMs) ? AbsenceKnowledge.Untold : Absences;

    /// <summary>Whether all that counts on a day has been read; what was not is not guessed.</summary>
    public bool Covers(string metric, long dayStartMs, long dayEndMs) =>
        !Uncertain.Contains(metric) && ReadThroughMs >= dayEndMs && !(dayStartMs < UnreadMetrics.KnownFromMs(metric, HistorySinceMs, HistoryStartedAtMs));
}
