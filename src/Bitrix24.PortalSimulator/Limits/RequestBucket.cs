namespace Bitrix24.PortalSimulator.Limits;

/// <summary>The leaky bucket of requests of one portal (settings/performance/limits.md): drains steadily, overflows at the threshold.</summary>
internal sealed class RequestBucket(double drainPerSecond, double threshold)
{
    private double _level;
    private DateTimeOffset _measuredAt;

    /// <summary>Counts a request; false when it does not fit any more (it is then not added).</summary>
    public bool TryAdd(DateTimeOffset now)
    {
        _level = Level(now);
        _measuredAt = now;
        if (_level + 1 > threshold)
        {
            return false;
        }
        _level++;
        return true;
    }

    /// <summary>Requests that have not drained yet.</summary>
    public double Level(DateTimeOffset now) => Math.Max(0, _level - (Math.Max(0, (now - _measuredAt).TotalSeconds) * drainPerSecond));
}
