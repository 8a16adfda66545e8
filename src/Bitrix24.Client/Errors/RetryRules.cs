namespace Bitrix24.Client;

/// <summary>
/// What may be repeated, how often and when: a limit always, since nothing was carried out; what nobody knows the outcome of only for
/// reads; any other error never. Source: _includes/system-errors.md, limits.md.
/// </summary>
internal static class RetryRules
{
    /// <summary>How often a call is repeated after a fault that the portal itself reports.</summary>
    public const int MaxFaultRetries = 2;

    /// <summary>Whether the same request may be sent again; a write only when it surely was not carried out.</summary>
    /// <param name="error">What came of it.</param>
    /// <param name="request">What was sent.</param>
    /// <param name="attempt">How often it was repeated already.</param>
    /// <param name="options">How patient the client is.</param>
    /// <param name="now">Now.</param>
    public static bool MayRepeat(Bitrix24Error error, PortalRequest request, int attempt, Bitrix24ClientOptions options, DateTimeOffset now)
    {
        if (attempt >= options.MaxRetries || error.RetryAt - now > options.LongestWait || (request.IsSplittable && error.IsTimeout))
        {
            return false;
        }

        return error.Kind switch
        {
            Bitrix24ErrorKind.QueryLimit or Bitrix24ErrorKind.OperatingLimit or Bitrix24ErrorKind.OtherLimit => true,
            Bitrix24ErrorKind.Unreachable => true,
            Bitrix24ErrorKind.NotAnAnswer => request.IsRead && error.IsRetryable,
            Bitrix24ErrorKind.ServerFault => request.IsRead && attempt + request.FaultsBefore < MaxFaultRetries,
            _ => false,
        };
    }

    /// <summary>How long to wait before the repetition: until the instant the portal named, else longer each time.</summary>
    /// <param name="error">What came of it.</param>
    /// <param name="attempt">How often it was repeated already.</param>
    /// <param name="options">How patient the client is.</param>
    /// <param name="now">Now.</param>
    public static TimeSpan Delay(Bitrix24Error error, int attempt, Bitrix24ClientOptions options, DateTimeOffset now)
    {
        if (error.RetryAt is { } instant)
        {
            return instant > now ? instant - now : TimeSpan.Zero;
        }

        // Callers that failed together shall not come back together.
        var seconds = options.RetryDelay.TotalSeconds * Math.Pow(2, attempt) * (0.9 + (0.2 * Random.Shared.NextDouble()));
        return TimeSpan.FromSeconds(Math.Min(seconds, options.MaxRetryDelay.TotalSeconds));
    }
}
