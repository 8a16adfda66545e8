using Bitrix24.Client;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Effects;

/// <summary>How far a delivery is.</summary>
/// <param name="Done">Effects whose outcome is known.</param>
/// <param name="All">Effects that were to be carried out.</param>
/// <param name="IsElsewhere">Another process carries them out just now.</param>
public sealed record DeliveryProgress(int Done, int All, bool IsElsewhere = false);

/// <summary>Carries certain effects out at once, for somebody who waits for what becomes of them. The rest of the outbox is left alone.</summary>
/// <param name="storage">The database.</param>
/// <param name="runner">Carries them out.</param>
/// <param name="time">The clock.</param>
public sealed class EffectDelivery(AddonStorage storage, EffectRunner runner, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly Leases _leases = new(storage, time);

    /// <summary>Carries effects out, or waits until another process that has the turn has done so.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="client">Calls it.</param>
    /// <param name="keys">The effects (see <see cref="Effect.Key"/>).</param>
    /// <param name="progress">Told after each.</param>
    /// <param name="cancellationToken">Stops the wait; what was not carried out stays in the outbox.</param>
    /// <returns>What became of each, by key. What is still open has to wait for the portal.</returns>
    public async Task<IReadOnlyDictionary<string, EffectOutcome>> CarryOutAsync(
        PortalRow portal, Bitrix24Client client, IReadOnlyList<string> keys, IProgress<DeliveryProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        while (true)
        {
            var rows = await ReadAsync(portal, keys, cancellationToken).ConfigureAwait(false);
            var done = rows.Count(row => !IsUnderWay(row));
            if (done == rows.Count)
            {
                return rows.ToDictionary(row => row.Key, row => EffectOutcome.Of(row, portal.Host));
            }

            await using (var turn = await HeldLease.TryTakeAsync(_leases, portal.Id, LeaseNames.Outbox, time, null, cancellationToken).ConfigureAwait(false))
            {
                if (turn is not null && await RunAsync(turn).ConfigureAwait(false) is { } own)
                {
                    // What a run leaves open is put off, or was being sent by a process that died: nobody sends it now.
                    rows = await ReadAsync(portal, keys, cancellationToken).ConfigureAwait(false);
                    return rows.ToDictionary(row => row.Key, row => own.GetValueOrDefault(row.Id) ?? EffectOutcome.Of(row, portal.Host));
                }
            }

            progress?.Report(new DeliveryProgress(done, rows.Count, IsElsewhere: true));
            await Task.Delay(BetweenLooks, time, cancellationToken).ConfigureAwait(false);

            async Task<Dictionary<long, EffectOutcome>?> RunAsync(HeldLease turn)
            {
                var ended = new Ended(outcome => progress?.Report(new DeliveryProgress(outcome, rows.Count)), done);
                try
                {
                    var outcomes = await runner.RunAsync(portal, client, turn.Lease, cancellationToken, keys, ended).ConfigureAwait(false);
                    return outcomes.ToDictionary(outcome => outcome.EffectId);
                }
                catch (LeaseLostException)
                {
                    // Another process has taken over and goes on.
                    return null;
                }
            }
        }
    }

    private async Task<List<EffectRow>> ReadAsync(PortalRow portal, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portal.Id);
        return await db.Effects.AsNoTracking().Where(e => keys.Contains(e.Key)).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool IsUnderWay(EffectRow row) => row.State == EffectState.Sending
        || (row.State is EffectState.Pending or EffectState.Unknown && row.NotBeforeMs <= time.GetUtcNow().ToUnixTimeMilliseconds());

    private sealed class Ended(Action<int> tell, int before) : IProgress<EffectOutcome>
    {
        private readonly HashSet<long> _ended = [];

        public void Report(EffectOutcome value)
        {
            _ended.Add(value.EffectId);
            tell(before + _ended.Count);
        }
    }
}
