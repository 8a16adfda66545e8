namespace Bitrix24.Client;

/// <summary>
/// Where the request buckets of portals are kept. Several processes that call the same portals from one address give their clients one
/// store, and so one bucket: the portal counts by address, not by process. Registered as a service before the client is made; without
/// one each process counts for itself (<see cref="RequestBucketsInMemory"/>).
/// </summary>
/// <remarks>
/// The bucket is one instant, "empty at": each request moves it on by <see cref="BucketSize.Interval"/>, and how far it lies ahead is how full the
/// bucket is. <see cref="BucketState.Take"/> is the arithmetic. A store that fails throws, and with it the call that asked; better it
/// answers by itself for a while.
/// </remarks>
public interface IRequestBucketStore
{
    /// <summary>Whether other processes ask the same store: then a request that found no room asks again at an uneven moment.</summary>
    bool IsShared { get; }

    /// <summary>Takes one place if there is room, as one indivisible step.</summary>
    /// <param name="portal">The portal's host (see <see cref="PortalCredentials.Portal"/>).</param>
    /// <param name="size">The bucket's limits.</param>
    /// <param name="headroom">Places to be left to others.</param>
    /// <returns>Zero when the place is taken; else after how long there will be room, if nobody else takes it.</returns>
    ValueTask<TimeSpan> TryTakeAsync(string portal, BucketSize size, int headroom);

    /// <summary>Takes note that the portal refused a request (503): the bucket counts as full.</summary>
    /// <param name="portal">The portal's host.</param>
    /// <param name="size">The bucket's limits.</param>
    /// <returns>When it is noted.</returns>
    ValueTask FillAsync(string portal, BucketSize size);
}

/// <summary>The limits of a request bucket. Source: limits.md.</summary>
/// <param name="Interval">The time in which one request drains: 500 ms, on Enterprise 200 ms.</param>
/// <param name="Threshold">Requests the bucket holds: 50, on Enterprise 250.</param>
public readonly record struct BucketSize(TimeSpan Interval, int Threshold);

/// <summary>
/// What a request bucket is: for stores that compute in this process. Instants are of any clock; when it is set back, or another machine's goes
/// ahead, the bucket counts as full and no fuller.
/// </summary>
/// <param name="EmptyAt">When it will be empty if nothing comes.</param>
/// <param name="IsSaturated">
/// It was full and is not half empty since. Requests do not arrive as evenly as they leave, so it then keeps one request of room.
/// </param>
public readonly record struct BucketState(TimeSpan EmptyAt, bool IsSaturated)
{
    /// <summary>Takes one place if there is room.</summary>
    /// <param name="now">Now.</param>
    /// <param name="size">The limits.</param>
    /// <param name="headroom">Places to be left to others; one place can always be had.</param>
    /// <returns>The bucket afterwards, and how long there is no room: zero when the place is taken.</returns>
    public (BucketState State, TimeSpan Wait) Take(TimeSpan now, BucketSize size, int headroom)
    {
        var (level, most) = ((EmptyAt > now ? EmptyAt : now) - now, size.Interval * size.Threshold);
        level = level < most ? level : most;
        var isSaturated = level > most / 2 && (IsSaturated || level > size.Interval * (size.Threshold - 1));
        var room = RoomFor(size, isSaturated ? Math.Max(headroom, 1) : headroom);
        return level <= room
            ? (new BucketState(now + level + size.Interval, isSaturated), TimeSpan.Zero)
            : (new BucketState(now + level, isSaturated), level - room);
    }

    /// <summary>How full the bucket may be so that one more request fits.</summary>
    /// <param name="size">The limits.</param>
    /// <param name="headroom">Places to be left to others.</param>
    public static TimeSpan RoomFor(BucketSize size, int headroom) => size.Interval * Math.Max(size.Threshold - 1 - headroom, 0);
}
