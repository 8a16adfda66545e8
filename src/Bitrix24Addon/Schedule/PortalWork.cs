using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Schedule;

/// <summary>One kind of work that is done portal by portal, by one process at a time.</summary>
/// <param name="LeaseName">The lease that divides it (see <see cref="LeaseNames"/>).</param>
/// <param name="DueAsync">Portals that have such work at an instant (Unix milliseconds), longest waiting first.</param>
/// <param name="TurnAsync">
/// Does one turn of it for a portal under the lease: a bounded piece, so that other portals get theirs. False when nothing could be done
/// although something is due; the portal then rests a little.
/// </param>
public sealed record PortalWork(
    string LeaseName,
    Func<long, CancellationToken, Task<IReadOnlyList<int>>> DueAsync,
    Func<int, Lease, CancellationToken, Task<bool>> TurnAsync);
