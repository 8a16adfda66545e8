using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Handoffs.Deciding;

/// <summary>What is known of the queue before a tier.</summary>
/// <param name="NowMs">The moment it is judged at, Unix milliseconds.</param>
/// <param name="Waiting">Handoffs that are offered, or wait for somebody to be free.</param>
/// <param name="Taken">Handoffs that the tier took in the last working minutes.</param>
/// <param name="WorkingMinutes">How many working minutes that were.</param>
/// <param name="PausedSinceMs">Since when the tier before is paused, Unix milliseconds; null while it is not.</param>
public sealed record QueueFacts(long NowMs, int Waiting, int Taken, int WorkingMinutes, long? PausedSinceMs)
{
    /// <summary>
    /// How many working minutes the last in the queue will wait at the pace of late; where nobody took any, no less than the time in which nobody did;
    /// null when nothing is known of the pace.
    /// </summary>
    public long? ExpectedWait => Waiting == 0 ? 0 : WorkingMinutes == 0 ? null : (long)Waiting * WorkingMinutes / Math.Max(Taken, 1);
}

/// <summary>Whether the tier before is to stop, or may go on.</summary>
public enum QueueStep
{
    /// <summary>All stays as it is.</summary>
    None,

    /// <summary>The tier before stops calling new clients.</summary>
    Pause,

    /// <summary>It goes on.</summary>
    Resume,
}

/// <summary>
/// Holds a tier back while the next one cannot take what it would bring. It stops above the limit and goes on only well below it, so that one handoff more
/// or less does not stop and start people by turns.
/// </summary>
public static class QueueDecision
{
    /// <summary>What is to be done.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="facts">What is known.</param>
    public static QueueStep Decide(QueueLimit limit, QueueFacts facts)
    {
        ArgumentNullException.ThrowIfNull(limit);
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.PausedSinceMs is null)
        {
            return facts.Waiting > limit.Most || facts.ExpectedWait > limit.MostWait ? QueueStep.Pause : QueueStep.None;
        }

        return (limit.Most is null || facts.Waiting <= limit.CountToResume) && !(facts.ExpectedWait > limit.WaitToResume) ? QueueStep.Resume : QueueStep.None;
    }
}
