using Bitrix24.Client;
using Bitrix24Addon.Portals;
using static Bitrix24.Client.Bitrix24ErrorKind;

namespace Bitrix24Addon.Effects;

/// <summary>How a sending, or a look after it, ended.</summary>
/// <param name="State">The state from now on.</param>
/// <param name="ResultId">What the portal made.</param>
/// <param name="Failure">Why it is not done: the error's kind, or the key of the problem's text.</param>
/// <param name="Problem">The same for a person, with the remedy.</param>
/// <param name="NotBeforeMs">When it is taken up again, Unix milliseconds.</param>
internal sealed record EffectEnd(EffectState State, long? ResultId = null, string? Failure = null, DoctorText? Problem = null, long NotBeforeMs = 0)
{
    /// <summary>Why an effect is parked that nobody wants any more: it did not arrive within <see cref="WantedFor"/>.</summary>
    public const string Stale = "Stale";

    /// <summary>Why an effect is parked whose document cannot be read.</summary>
    public const string Unreadable = "Unreadable";

    /// <summary>So long after it was decided an effect that did not arrive is still sent.</summary>
    public static readonly TimeSpan WantedFor = TimeSpan.FromDays(3);

    // With the growing delay about an hour.
    private const int MostAttemptsToPrepare = 8;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    public static EffectEnd Done(long? resultId) => new(EffectState.Done, resultId);

    /// <summary>
    /// What an error means: nobody knows whether it arrived; it did not, and another time it may; it did not, and never will. What
    /// concerns the whole portal, such as a revoked webhook, parks nothing: the effects wait until it is mended.
    /// </summary>
    /// <param name="error">The error.</param>
    /// <param name="attempts">How often the effect was sent.</param>
    /// <param name="now">Now.</param>
    /// <param name="portal">The portal's host.</param>
    /// <param name="name">What was called.</param>
    public static EffectEnd Of(Bitrix24Error error, int attempts, DateTimeOffset now, string portal, string name)
    {
        var delay = Delay(attempts);
        var problem = DoctorText.Of(error, portal, name);
        var failure = error.Kind.ToString();
        switch (error.Kind)
        {
            case var _ when error.MayHaveBeenCarriedOut:
                return new EffectEnd(EffectState.Unknown, null, failure, problem, Ms(now + Longer(delay, EffectMeans.UnknownWait)));
            case IdempotencyKey:
                // The key was accepted before with another body: what it made can be looked for at once.
                return new EffectEnd(EffectState.Unknown, null, failure, problem, Ms(now));
            case QueryLimit or OperatingLimit or OtherLimit or Unreachable or CommandNotRun:
            case ExpiredToken or InvalidToken or NotAuthorised or AuthorisationNeeded or PaymentRequired or ApplicationRemoved:
            case AuthorisationUnavailable or AuthorisationRefused or PortalDeleted or PortalBlocked or PortalMoved or ConfirmationAwaited:
                var retryAt = error.RetryAt is { } at && at > now + delay ? at : now + delay;
                return new EffectEnd(EffectState.Pending, null, failure, problem, Ms(retryAt));
            default:
                return new EffectEnd(EffectState.Parked, null, failure, problem);
        }
    }

    /// <summary>What it means that an effect could not be made: it is put off, and parked after some attempts.</summary>
    /// <param name="failed">Why not.</param>
    /// <param name="attempts">How often it was tried, with this time.</param>
    /// <param name="now">Now.</param>
    public static EffectEnd Of(Exception failed, int attempts, DateTimeOffset now) => attempts < MostAttemptsToPrepare
        ? new EffectEnd(EffectState.Pending, null, failed.GetType().Name, new DoctorText("Effects.not_made"), Ms(now + Delay(attempts)))
        : new EffectEnd(EffectState.Parked, null, failed.GetType().Name, new DoctorText("Effects.not_made"));

    /// <summary>What a failure that stands in the outbox means, and what to do.</summary>
    /// <param name="failure">See <see cref="EffectRow.Failure"/>.</param>
    /// <param name="portal">The portal's host.</param>
    public static DoctorText ProblemOf(string failure, string portal) => failure switch
    {
        Unreadable => new DoctorText("Effects.unreadable"),
        _ when Enum.TryParse<Bitrix24ErrorKind>(failure, out var kind) =>
            new DoctorText($"Problems.{kind}", portal, new DoctorText("Sources.effects"), "", "", "", ""),

        // The key of a text, whose arguments nobody kept: only reports are made from figures, and end so.
        _ when failure.Contains('.', StringComparison.Ordinal) => new DoctorText("Effects.report_not_made"),
        _ => new DoctorText("Effects.not_made"),
    };

    /// <summary>Whether an effect that is known not to have arrived comes up too late.</summary>
    /// <param name="row">The effect.</param>
    /// <param name="now">Now.</param>
    public static bool IsStale(EffectRow row, DateTimeOffset now) => row.CreatedAtMs < Ms(now - WantedFor);

    /// <summary>Whether an error only says that this portal, or this webhook, has no REST 3.0: nothing was carried out.</summary>
    public static bool IsWithoutVersionThree(Bitrix24Error error) =>
        error.Kind is MethodNotFound or InsufficientScope or NotAuthorised || error is { Kind: NotAnAnswer, HttpStatus: 404 };

    private static TimeSpan Delay(int attempts) =>
        TimeSpan.FromSeconds(Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, Math.Max(attempts, 1) - 1), LongestDelay.TotalSeconds));

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}
