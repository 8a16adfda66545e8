using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Collect;

/// <summary>The payments of some items.</summary>
/// <param name="Observations">What was read.</param>
/// <param name="Ids">The ids of all rows, also of those that could not be understood.</param>
/// <param name="ReadOwners">The items whose payments were read, as keys: what we hold of them and has none of the ids is gone.</param>
/// <param name="How">How the reading went.</param>
internal sealed record PaymentsRead(
    IReadOnlyList<Observation> Observations, IReadOnlySet<long> Ids, IReadOnlySet<string> ReadOwners, ReadingOutcome How)
{
    private const int KeysPerQuery = 1000;

    /// <summary>What was read of items, one command each.</summary>
    /// <param name="owners">Types and ids.</param>
    /// <param name="answers">The outcomes of their commands.</param>
    public static PaymentsRead Of(IReadOnlyList<(long TypeId, long Id)> owners, ManyAnswers answers)
    {
        var read = answers.Of(0, owners.Count).Select(a => (Owner: owners[a.Index], Rows: a.Answer.Result.AsList(Bitrix24JsonContext.Default.Payment))).ToList();
        return new PaymentsRead(
            [.. read.SelectMany(r => r.Rows.Select(row => Rows.Payment(row, r.Owner))).OfType<Observation>()],
            read.SelectMany(r => r.Rows.Select(row => row.Id)).ToHashSet(),
            read.Select(r => FactKeys.CrmObject(r.Owner.TypeId, r.Owner.Id)).ToHashSet(),
            answers.HowOf(0, owners.Count));
    }

    /// <summary>
    /// What that says beside what is held: payments of the items that were not read are gone, and one that is held for another item
    /// stays with it, because an order can belong to two.
    /// </summary>
    /// <param name="db">A context opened for the portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<Observation>> BesideHeldAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        var held = new Dictionary<long, PaymentFact>();
        var current = db.Facts.AsNoTracking().Where(f => f.Kind == FactKind.Payment && f.IsCurrent && !f.Deleted);
        foreach (var keys in ReadOwners.Chunk(KeysPerQuery))
        {
            (await current.Where(f => keys.Contains(f.GroupKey!)).ToListAsync(cancellationToken).ConfigureAwait(false)).ForEach(f => held[f.SourceId] = f.As<PaymentFact>());
        }

        var gone = held.Keys.Except(Ids).Select(id => new Observation(FactKind.Payment, id, 0, null)).ToList();
        foreach (var ids in Observations.Select(o => o.SourceId).Chunk(KeysPerQuery))
        {
            (await current.Where(f => ids.Contains(f.SourceId)).ToListAsync(cancellationToken).ConfigureAwait(false)).ForEach(f => held[f.SourceId] = f.As<PaymentFact>());
        }

        return [.. Observations.Select(o => o.Payload is PaymentFact payment && held.GetValueOrDefault(o.SourceId) is { OwnerKey: not null } known
            ? o with { Payload = payment with { OwnerTypeId = known.OwnerTypeId, OwnerId = known.OwnerId } }
            : o), .. gone];
    }
}

/// <summary>Reads payments of given deals and smart invoices, and finds what orders belong to.</summary>
/// <param name="calls">Makes the calls.</param>
internal sealed class PaymentReader(ManyCalls calls)
{
    // An order belongs to one item, seldom to two: so many never fill a page of 50.
    private const int OrdersPerCommand = 20;

    /// <summary>Reads the payments of items, one command an item.</summary>
    /// <param name="owners">Types and ids.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<PaymentsRead> OfItemsAsync(IReadOnlyList<(long TypeId, long Id)> owners, CancellationToken cancellationToken)
    {
        var answers = await calls.AskAsync([.. owners.Select(o => CrmMethods.ListItemPayments(o.TypeId, o.Id))], cancellationToken).ConfigureAwait(false);
        return PaymentsRead.Of(owners, answers);
    }

    /// <summary>Finds what orders belong to; of several items a deal, then an invoice.</summary>
    /// <param name="orderIds">The orders.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<(IReadOnlyDictionary<long, (long TypeId, long Id)> Owners, ReadingOutcome How)> OwnersOfOrdersAsync(
        IReadOnlyCollection<long> orderIds, CancellationToken cancellationToken)
    {
        var chunks = orderIds.Chunk(OrdersPerCommand).ToList();
        var answers = await calls.AskAsync([.. chunks.Select(CrmMethods.ListOrderBindings)], cancellationToken).ConfigureAwait(false);
        var owners = answers.Of(0, chunks.Count).SelectMany(a => a.Answer.Result.AsList(Bitrix24JsonContext.Default.OrderBinding, "orderEntity"))
            .Where(b => b is { OrderId: > 0, OwnerTypeId: > 0, OwnerId: > 0 })
            .GroupBy(b => b.OrderId!.Value)
            .ToDictionary(g => g.Key, g => g.Select(b => (TypeId: b.OwnerTypeId!.Value, Id: b.OwnerId!.Value)).OrderBy(o => o.TypeId).ThenBy(o => o.Id).First());
        return (owners, answers.HowOf(0, chunks.Count));
    }
}
