namespace Benchmarks;

/// <summary>The two limits of a portal, as settings/performance/limits.md describes them.</summary>
/// <param name="DrainPerSecond">Requests that leave the bucket in a second.</param>
/// <param name="Threshold">Requests the bucket holds.</param>
/// <param name="OperatingSeconds">Operating seconds of one method in the window.</param>
/// <param name="WindowMinutes">Minutes of the window; what was spent leaves it by whole minutes of the clock.</param>
internal sealed record PortalPace(double DrainPerSecond = 2, int Threshold = 50, double OperatingSeconds = 480, int WindowMinutes = 10)
{
    /// <summary>Batches of one method whose operating time fits into the window.</summary>
    public int BatchesInWindow(double operatingSeconds) => (int)Math.Floor((OperatingSeconds / operatingSeconds) + 1e-9);
}

/// <summary>When a perfect client could have sent its batches: the bound that bulk reading is measured by.</summary>
internal static class LegalPace
{
    /// <summary>
    /// The earliest moments at which equal batches of one method may be sent. Each goes as early as both limits let it, which is the
    /// best for all: a batch sent earlier leaves the bucket and the window no later.
    /// </summary>
    /// <param name="start">When the first may be sent, with nothing sent before.</param>
    /// <param name="batches">How many.</param>
    /// <param name="operatingSeconds">Operating seconds of one batch; the portal refuses a batch that would go beyond the limit.</param>
    /// <param name="pace">The limits.</param>
    /// <returns>The moments, in order.</returns>
    public static IReadOnlyList<DateTimeOffset> SendTimes(DateTimeOffset start, int batches, double operatingSeconds, PortalPace pace)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(operatingSeconds, pace.OperatingSeconds);
        var sent = new List<DateTimeOffset>(batches);
        var emptyAt = start;
        while (sent.Count < batches)
        {
            var earliest = sent.Count == 0 ? start : sent[^1];

            // The bucket has room for one when it would be empty no later than after threshold − 1 requests.
            var byBucket = emptyAt - TimeSpan.FromSeconds((pace.Threshold - 1) / pace.DrainPerSecond);
            var now = ByOperatingTime(sent, Later(earliest, byBucket), operatingSeconds, pace);
            emptyAt = Later(emptyAt, now) + TimeSpan.FromSeconds(1 / pace.DrainPerSecond);
            sent.Add(now);
        }

        return sent;
    }

    /// <summary>The first moment from now on at which the window has room for a batch.</summary>
    private static DateTimeOffset ByOperatingTime(List<DateTimeOffset> sent, DateTimeOffset now, double seconds, PortalPace pace)
    {
        if (seconds == 0 || sent.Count < pace.BatchesInWindow(seconds))
        {
            return now;
        }

        // The batch that has to have left before there is room; those before it have left with it.
        return Later(now, Minute(sent[^pace.BatchesInWindow(seconds)]).AddMinutes(pace.WindowMinutes));
    }

    private static DateTimeOffset Minute(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds() / 60 * 60);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
