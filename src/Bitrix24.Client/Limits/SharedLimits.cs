namespace Bitrix24.Client;

/// <summary>The limits that the clients of a process share: a bucket for each portal, an operating time for each application or webhook of it. Safe for concurrent callers.</summary>
/// <param name="newBucket">Makes the bucket of a portal.</param>
/// <param name="newOperating">Makes an operating time.</param>
internal sealed class SharedLimits(Func<string, RequestBucket> newBucket, Func<OperatingTime> newOperating)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RequestBucket> _buckets = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, OperatingTime> _operating = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="portal">The host that the portal answers at now.</param>
    /// <param name="credentials">Whose limits.</param>
    public PortalLimits Of(string portal, PortalCredentials credentials)
    {
        var key = string.Concat(portal, credentials.OperatingTimeKey.AsSpan(credentials.Portal.Length));
        lock (_gate)
        {
            var bucket = _buckets.TryGetValue(portal, out var known) ? known : _buckets[portal] = newBucket(portal);
            return new PortalLimits(bucket, _operating.TryGetValue(key, out var operating) ? operating : _operating[key] = newOperating());
        }
    }

    /// <summary>
    /// The portal answers at another host: its limits go along, also for the clients that have them already, because other processes may
    /// read the new host from their database. Whoever takes the former name begins with limits of his own.
    /// </summary>
    public ValueTask MoveAsync(string former, string portal)
    {
        RequestBucket? bucket;
        lock (_gate)
        {
            if (_buckets.Remove(former, out bucket))
            {
                _buckets.TryAdd(portal, bucket);
            }

            foreach (var key in _operating.Keys.Where(key => key.StartsWith(former + "|", StringComparison.OrdinalIgnoreCase)).ToArray())
            {
                _operating.Remove(key, out var operating);
                _operating.TryAdd(string.Concat(portal, key.AsSpan(former.Length)), operating!);
            }
        }

        return bucket?.MoveAsync(portal) ?? default;
    }
}
