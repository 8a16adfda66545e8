namespace Bitrix24.PortalSimulator.Limits;

/// <summary>Execution time per method and credential in a sliding window of ten one-minute buckets (settings/performance/limits.md).</summary>
internal sealed class OperatingTime(double limitSeconds)
{
    private const int Minutes = 10;

    private readonly Dictionary<(string Credential, string Method), SortedDictionary<long, double>> _buckets = [];

    /// <summary>False when the method has used up its time; the call that crosses the limit still ran.</summary>
    public bool IsWithin(string credential, string method, DateTimeOffset now) => Sum(credential, method, now).Seconds < limitSeconds;

    /// <summary>Charges a call and returns the accumulated seconds and the moment the oldest bucket leaves the window.</summary>
    public (double Seconds, long ResetAt) Charge(string credential, string method, DateTimeOffset now, double seconds)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        if (!_buckets.TryGetValue((credential, method), out var buckets))
        {
            _buckets[(credential, method)] = buckets = [];
        }
        buckets[minute] = buckets.GetValueOrDefault(minute) + seconds;
        return Sum(credential, method, now);
    }

    private (double Seconds, long ResetAt) Sum(string credential, string method, DateTimeOffset now)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        if (!_buckets.TryGetValue((credential, method), out var buckets))
        {
            return (0, (minute + Minutes) * 60);
        }
        while (buckets.Count > 0 && buckets.First().Key <= minute - Minutes)
        {
            buckets.Remove(buckets.First().Key);
        }
        var oldest = buckets.Count > 0 ? buckets.First().Key : minute;
        return (buckets.Values.Sum(), (oldest + Minutes) * 60);
    }
}
