namespace Bitrix24.Client;

/// <summary>
/// What one HTTP request was about and how it ended, for logs; see <see cref="Bitrix24ClientOptions.Exchanged"/>. It holds no secret and
/// nothing of the portal's data.
/// </summary>
/// <param name="Portal">The host that was called.</param>
/// <param name="Caller">Whose call it was; see <see cref="Bitrix24Client.For"/>.</param>
/// <param name="Method">The REST method, <c>batch</c> for a batch.</param>
/// <param name="Commands">How many calls of each method it held.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Duration">Until the answer was there, or was given up.</param>
/// <param name="HttpStatus">The HTTP status; 0 when no answer came.</param>
/// <param name="Error">Why it failed as a whole, or null.</param>
/// <param name="CommandErrors">The error codes of a batch's commands that failed, with their methods.</param>
/// <param name="OperatingSeconds">What the portal counts of the method's operating time, or null where it does not tell.</param>
public sealed record RestExchange(
    string Portal,
    string Caller,
    string Method,
    IReadOnlyDictionary<string, int> Commands,
    DateTimeOffset SentAt,
    TimeSpan Duration,
    int HttpStatus,
    Bitrix24Error? Error,
    IReadOnlyList<(string Method, string Code)> CommandErrors,
    double? OperatingSeconds)
{
    internal static RestExchange Of(PortalRequest request, Exchange exchange, string portal, DateTimeOffset sentAt, TimeSpan duration) => new(
        portal,
        request.Caller.Name,
        request.Name,
        request.Commands,
        sentAt,
        duration,
        exchange.HttpStatus,
        exchange.Error,
        [.. FailedCommands(request, exchange)],
        exchange.Answer?.Time?.Operating);

    private static IEnumerable<(string Method, string Code)> FailedCommands(PortalRequest request, Exchange exchange) =>
        from outcome in exchange.Outcomes ?? []
        where outcome.Value.Error is not null
        select (request.MethodOf(outcome.Key), outcome.Value.Error!.Code);
}
