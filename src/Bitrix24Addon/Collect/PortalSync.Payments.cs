using Bitrix24.Client;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Collect;

/// <content>
/// Payments: all of them from the list of the shop, with what their orders belong to; who may not read that list reads the payments of
/// deals and invoices that changed, never of the whole history.
/// </content>
public sealed partial class PortalSync
{
    /// <summary>The code under which payments are named that were read of changed deals and invoices only.</summary>
    public const string ChangedOnly = "CHANGED_ONLY";

    private const int OrdersPerCommit = 5000;

    private async Task ReadPaymentsAsync(SyncState state, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var reader = new PaymentReader(_calls);
        var error = _failures.GetValueOrDefault(Sources.Payments);
        var owners = new Dictionary<long, (long TypeId, long Id)>();
        if (error is null)
        {
            var known = await KnownOwnersAsync(state, cancellationToken).ConfigureAwait(false);
            var asked = state.Payments.Where(p => p.OrderId is > 0 && !known.ContainsKey(p.Id)).ToLookup(p => p.OrderId!.Value);
            foreach (var part in asked.Chunk(OrdersPerCommit))
            {
                var (found, how) = await reader.OwnersOfOrdersAsync([.. part.Select(order => order.Key)], cancellationToken).ConfigureAwait(false);
                error = how.Error;
                if (error is not null)
                {
                    break;
                }

                var payments = part.SelectMany(order => order).Where(p => found.ContainsKey(p.OrderId!.Value)).ToList();
                payments.ForEach(p => known[p.Id] = found[p.OrderId!.Value]);
                if (asked.Count > OrdersPerCommit)
                {
                    // Whose a payment is is asked for once: many orders are not asked for again because their reading was broken off.
                    await KeepAsync(state, [.. payments.Select(p => Rows.Payment(p, known[p.Id])).OfType<Observation>()], cancellationToken).ConfigureAwait(false);
                    progress?.Report(new SyncProgress(Sources.Payments, _rows.GetValueOrDefault(Sources.Payments), (double)known.Count / state.Payments.Count));
                }
            }

            owners = known;
        }

        if (error is null)
        {
            await ApplyAllPaymentsAsync(state, owners, cancellationToken).ConfigureAwait(false);
        }
        else if (error.IsRefusal)
        {
            _failures.Remove(Sources.Payments);
            await ApplyPaymentsOfChangedAsync(state, reader, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _failures[Sources.Payments] = error;
            await FinishPaymentsAsync(state, [], null, state.Cursors.GetValueOrDefault(Sources.Payments) is { Complete: true }, error.Kind.ToString(), cancellationToken)
                .ConfigureAwait(false);
        }

        progress?.Report(new SyncProgress(Sources.Payments, _rows.GetValueOrDefault(Sources.Payments), 1));
    }

    /// <summary>What payments we hold belong to: a binding of an order cannot be changed, so it is asked for once.</summary>
    private async Task<Dictionary<long, (long TypeId, long Id)>> KnownOwnersAsync(SyncState state, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(state.PortalId);
        return (await new FactReader(db, state.Context.Metrics.Days).ByIdAsync<PaymentFact>(FactKind.Payment, state.Payments.Select(p => p.Id), cancellationToken)
            .ConfigureAwait(false)).Where(p => p.Data.OwnerKey is not null).ToDictionary(p => p.Id, p => (p.Data.OwnerTypeId!.Value, p.Data.OwnerId!.Value));
    }

    private async Task ApplyAllPaymentsAsync(
        SyncState state, Dictionary<long, (long TypeId, long Id)> owners, CancellationToken cancellationToken)
    {
        var observations = state.Payments.Select(p => Rows.Payment(p, owners.TryGetValue(p.Id, out var owner) ? owner : null)).ToList();
        var readable = observations.OfType<Observation>().ToList();
        await FinishPaymentsAsync(
            state,
            readable,
            async db =>
            {
                var seen = state.Payments.Select(p => p.Id).ToHashSet();
                var gone = await GoneAsync(db, FactKind.Payment, seen, 0, cancellationToken).ConfigureAwait(false);
                await ForgetAsync(db, state, Sources.PaymentList, gone, seen.Count, state.PaymentsReadStartedAtMs, cancellationToken).ConfigureAwait(false);
            },
            isComplete: true, failure: null, cancellationToken, observations.Count - readable.Count).ConfigureAwait(false);
    }

    private async Task ApplyPaymentsOfChangedAsync(SyncState state, PaymentReader reader, CancellationToken cancellationToken)
    {
        var startedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var read = await reader.OfItemsAsync([.. state.ChangedOwners.Order()], cancellationToken).ConfigureAwait(false);
        _rows[Sources.Payments] = read.Observations.Count;
        if (read.How.Failure is { Kind: not Bitrix24ErrorKind.NotFound } failure)
        {
            _failures[Sources.Payments] = failure;
        }

        await FinishPaymentsAsync(state, [], async db =>
        {
            var payments = await read.BesideHeldAsync(db, cancellationToken).ConfigureAwait(false);
            await ApplyAsync(db, state, [.. payments], startedAtMs, startedAtMs, cancellationToken).ConfigureAwait(false);
            _deleted += payments.Count(p => p.Payload is null);
        }, isComplete: true, ChangedOnly, cancellationToken).ConfigureAwait(false);
    }

    private async Task KeepAsync(SyncState state, List<Observation> payments, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(state.PortalId);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        await FollowSettingsAsync(db, state, cancellationToken).ConfigureAwait(false);
        await ApplyAsync(db, state, payments, state.PaymentsReadStartedAtMs, IsPaymentHistory(state) ? null : state.PaymentsReadStartedAtMs, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool IsPaymentHistory(SyncState state) =>
        state.Cursors.GetValueOrDefault(Sources.Payments) is not { Complete: true } cursor || cursor.Failure == ChangedOnly;

    private async Task FinishPaymentsAsync(
        SyncState state, IReadOnlyList<Observation> observations, Func<AddonDbContext, Task>? forget, bool isComplete, string? failure,
        CancellationToken cancellationToken, int unreadable = 0)
    {
        var cursor = state.Cursors.GetValueOrDefault(Sources.Payments);
        var startedAtMs = Math.Min(state.PaymentsReadStartedAtMs, time.GetUtcNow().ToUnixTimeMilliseconds());
        await using var db = storage.Open(state.PortalId);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        await FollowSettingsAsync(db, state, cancellationToken).ConfigureAwait(false);
        await ApplyAsync(db, state, [.. observations], startedAtMs, IsPaymentHistory(state) && failure is null ? null : startedAtMs, cancellationToken).ConfigureAwait(false);
        await SaveCursorAsync(
            db,
            new SourceCursorRow
            {
                Source = Sources.Payments, Complete = isComplete, Failure = failure, Unreadable = unreadable,
                ReadThroughMs = isComplete ? state.ServerTimeMs : cursor?.ReadThroughMs,
            },
            cancellationToken).ConfigureAwait(false);
        if (forget is not null)
        {
            await forget(db).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
