namespace Bitrix24.Client;

/// <summary>The request buckets of one process; see <see cref="IRequestBucketStore"/>.</summary>
/// <param name="time">The clock.</param>
/// <param name="isShared">Several factories of the process use it.</param>
public sealed class RequestBucketsInMemory(TimeProvider time, bool isShared = false) : IRequestBucketStore
{
    private readonly Dictionary<string, BucketState> _buckets = new(StringComparer.OrdinalIgnoreCase);
    private readonly long _start = time.GetTimestamp();

    /// <inheritdoc/>
    public bool IsShared => isShared;

    /// <inheritdoc/>
    public ValueTask<TimeSpan> TryTakeAsync(string portal, BucketSize size, int headroom)
    {
        lock (_buckets)
        {
            (_buckets[portal], var wait) = _buckets.GetValueOrDefault(portal).Take(time.GetElapsedTime(_start), size, headroom);
            return new ValueTask<TimeSpan>(wait);
        }
    }

    /// <inheritdoc/>
    public ValueTask FillAsync(string portal, BucketSize size)
    {
        lock (_buckets)
        {
            var (state, full) = (_buckets.GetValueOrDefault(portal), time.GetElapsedTime(_start) + (size.Interval * size.Threshold));
            _buckets[portal] = state with { EmptyAt = full > state.EmptyAt ? full : state.EmptyAt };
            return default;
        }
    }
}
