using NodaTime;

namespace Bitrix24Addon.Schedule;

/// <summary>
/// How long processes wait for each other, by the machine's clock. What Bitrix24 demands is in them, so only a portal that answers faster, as a
/// simulated one does, allows for shorter ones.
/// </summary>
public sealed record WorkTimings
{
    /// <summary>How long the loop sleeps without a signal before it looks again. Default a second.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So long the work of a dead process waits. Default a minute.</summary>
    public Duration Lease { get; init; } = Duration.FromSeconds(60);

    /// <summary>For so long the lease of the outbox is kept before each sending: longer than <see cref="Sending"/>. Default three minutes.</summary>
    public Duration OutboxLease { get; init; } = Duration.FromMinutes(3);

    /// <summary>Longer than this no sending of effects takes: it is broken off and its outcome is unknown. Default 80 s.</summary>
    public TimeSpan Sending { get; init; } = TimeSpan.FromSeconds(80);

    /// <summary>For so long a process may renew tokens: longer than the authorisation server may take, so that a lease ends only with its process. Default two minutes.</summary>
    public Duration TokensLease { get; init; } = Duration.FromMinutes(2);

    /// <summary>How long a tick of a Functions host works at most, a little less than the minute between two. Default 45 s.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Connections to the database are used again after a sleep that was not longer: less than the time after which networks forget connections on which
    /// nothing is said. Default a minute.
    /// </summary>
    public TimeSpan ConnectionsTrusted { get; init; } = TimeSpan.FromMinutes(1);
}
