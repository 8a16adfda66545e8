using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;

namespace Bitrix24Addon.Reports;

/// <summary>Where the portal shows records: calls, activities and payments have no page of their own and are shown by the CRM object they belong to.</summary>
internal static class RecordOwners
{
    /// <summary>The page of each record that has one.</summary>
    public static async Task<Dictionary<(FactKind Kind, long Id), PortalPath>> PagesAsync(
        FactReader facts, List<Contribution> records, CancellationToken cancellationToken)
    {
        var owners = (await OfCallsAsync(facts, IdsOf(records, FactKind.Call), cancellationToken).ConfigureAwait(false))
            .Concat((await facts.ByIdAsync<ActivityFact>(FactKind.Activity, IdsOf(records, FactKind.Activity), cancellationToken).ConfigureAwait(false))
                .Select(a => ((FactKind.Activity, a.Id), a.Data.Owners)))
            .Concat((await facts.ByIdAsync<CalendarEventFact>(FactKind.CalendarEvent, IdsOf(records, FactKind.CalendarEvent), cancellationToken).ConfigureAwait(false))
                .Select(e => ((FactKind.CalendarEvent, e.Id), e.Data.CrmObjects)))
            .Concat((await facts.ByIdAsync<PaymentFact>(FactKind.Payment, IdsOf(records, FactKind.Payment), cancellationToken).ConfigureAwait(false))
                .Select(p => ((FactKind.Payment, p.Id), (IReadOnlyList<string>)(p.Data.OwnerKey is { } key ? [key] : []))))
            .ToDictionary(o => o.Item1, o => o.Item2);
        var pages = new Dictionary<(FactKind Kind, long Id), PortalPath>();
        foreach (var record in records)
        {
            var key = (record.SourceKind, record.SourceId);
            var page = owners.GetValueOrDefault(key)?.Select(PortalPaths.OfCrmObject).FirstOrDefault(p => p is not null)
                ?? PortalPaths.Of(record.SourceKind, FactKeys.RecordId(record.SourceKind, record.SourceId), record.UserId ?? 0);
            if (page is not null)
            {
                pages[key] = page;
            }
        }

        return pages;
    }

    private static async Task<List<((FactKind Kind, long Id) Key, IReadOnlyList<string> Owners)>> OfCallsAsync(
        FactReader facts, List<long> ids, CancellationToken cancellationToken)
    {
        var calls = await facts.ByIdAsync<CallFact>(FactKind.Call, ids, cancellationToken).ConfigureAwait(false);
        var byId = (await facts.ByIdAsync<ActivityFact>(FactKind.Activity, calls.Select(c => c.Data.ActivityId).OfType<long>(), cancellationToken)
            .ConfigureAwait(false)).ToDictionary(a => a.Id, a => a.Data);
        var byCall = (await facts.ByGroupAsync<ActivityFact>(FactKind.Activity, calls.Select(c => c.Data.CallId), cancellationToken).ConfigureAwait(false))
            .ToLookup(a => a.Data.CallId, a => a.Data);
        return calls.ConvertAll(call =>
        {
            var activity = call.Data.ActivityId is { } id && byId.TryGetValue(id, out var named) ? named : byCall[call.Data.CallId].FirstOrDefault();
            return ((FactKind.Call, call.Id), activity?.Owners ?? []);
        });
    }

    private static List<long> IdsOf(List<Contribution> records, FactKind kind) => [.. records.Where(r => r.SourceKind == kind).Select(r => r.SourceId)];
}
