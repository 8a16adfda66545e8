namespace Bitrix24Addon.Schedule;

/// <summary>
/// A clock that is not the machine's, as in a demonstration in which a day passes in a minute: it runs fast and may be moved by hand.
/// What the business waits for goes by it, what waits for machines by <see cref="MachineTime.OfTheMachine"/>.
/// </summary>
/// <param name="shown">The clock.</param>
/// <param name="pace">How many times faster than real time it runs.</param>
public sealed class SharedClock(TimeProvider shown, double pace) : TimeProvider
{
    /// <summary>How many times faster than real time it runs.</summary>
    public double Pace { get; } = pace;

    /// <inheritdoc/>
    public override long TimestampFrequency => shown.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => shown.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => shown.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => shown.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        shown.CreateTimer(callback, state, dueTime, period);
}

/// <summary>The one place that tells the business's time from the machine's.</summary>
public static class MachineTime
{
    /// <summary>
    /// The clock of what takes a machine its time, however fast the business's clock runs: the length of leases, limits of requests and
    /// sendings, looks into the database.
    /// </summary>
    /// <param name="time">The business's clock.</param>
    public static TimeProvider OfTheMachine(this TimeProvider time) => time is SharedClock ? TimeProvider.System : time;

    /// <summary>How many times faster than the machine's the business's clock runs.</summary>
    /// <param name="time">The business's clock.</param>
    public static double Pace(this TimeProvider time) => time is SharedClock clock ? clock.Pace : 1;

    /// <summary>So long by the business's clock is what takes a machine its time; for parts that know only one clock.</summary>
    /// <param name="time">The business's clock.</param>
    /// <param name="real">The machine's time.</param>
    public static TimeSpan Paced(this TimeProvider time, TimeSpan real) => time.Pace() * real;
}
