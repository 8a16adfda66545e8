using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using Bitrix24.Client.Json;
using Polly.Timeout;
using RestSharp;

namespace Bitrix24.Client;

/// <summary>Sends one HTTP request through RestSharp over the named HttpClient and tells what came of it; never repeats anything.</summary>
internal sealed class PortalTransport(IHttpClientFactory clients, PortalCredentials credentials, Bitrix24ClientOptions options)
{
    public const string HttpClientName = "Bitrix24.Client";

    /// <summary>For portals whose address came from outside: connects only where <see cref="Bitrix24ClientOptions.MayConnect"/> allows.</summary>
    public const string GuardedHttpClientName = "Bitrix24.Client.Guarded";
    private const string KeyHeader = "Idempotency-Key";
    private const string ReplayedHeader = "Idempotent-Replayed";

    /// <param name="request">The request.</param>
    /// <param name="accessToken">The token, if the address does not authorise by itself.</param>
    /// <param name="origin">Where the portal moved to; null for the address of the credentials.</param>
    /// <param name="cancellationToken">Stops the sending.</param>
    public async Task<Exchange> SendAsync(PortalRequest request, string? accessToken, Uri? origin, CancellationToken cancellationToken)
    {
        var address = AddressOf(request, origin);
        using var client = new RestClient(
            clients.CreateClient(credentials is OAuthCredentials || origin is not null ? GuardedHttpClientName : HttpClientName),
            new RestClientOptions { UserAgent = options.UserAgent, FollowRedirects = false, Timeout = Timeout.InfiniteTimeSpan },
            disposeHttpClient: true);
        var message = new RestRequest(address, Method.Post)
            .AddHeader("Accept", "application/json")
            .AddStringBody(request.Body(accessToken), ContentType.Json);
        if (request.IdempotencyKey is { } key)
        {
            message.AddHeader(KeyHeader, key);
        }

        using var received = new AnswerReceiver(options.AnswerBytes);
        received.Receive(message);
        try
        {
            var response = await client.ExecuteAsync(message, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return received.Headers is { } headers
                ? Read(request, received, headers, address) with { RetryAfter = headers.RetryAfter }
                : NoAnswer(request, response.ErrorException);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return NoAnswer(request, exception);
        }
    }

    /// <summary>A request that was sent but not answered: harmless for a read, of unknown outcome for a write.</summary>
    public static Exchange Lost(PortalRequest request, string description, int httpStatus = 0, Exception? cause = null)
    {
        var code = cause is TimeoutRejectedException ? Bitrix24Error.TimeoutCode : request.IsRead ? Bitrix24Error.BrokenCode : "CLIENT_OUTCOME_UNKNOWN";
        return Exchange.Failed(request.IsRead ? Bitrix24ErrorKind.Unreachable : Bitrix24ErrorKind.OutcomeUnknown, code, description, httpStatus, cause);
    }

    private static Exchange NoAnswer(PortalRequest request, Exception? exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException
                || cause is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                    or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
                })
            {
                // The connection was never made, so nothing was sent and even a write may be repeated.
                return Exchange.Failed(Bitrix24ErrorKind.Unreachable, "CLIENT_NOT_CONNECTED", "No connection to the portal could be made.", 0, exception);
            }
        }

        return Lost(request, "The connection broke before the answer was complete.", 0, exception);
    }

    private Uri AddressOf(PortalRequest request, Uri? origin)
    {
        var root = request.Version == RestVersion.V3 ? credentials.VersionThreeRoot : credentials.ClassicRoot;
        return new Uri(origin is null ? root : new Uri(origin, root.AbsolutePath), request.Name);
    }

    private Exchange Read(PortalRequest request, AnswerReceiver received, HttpResponseHeaders headers, Uri address)
    {
        var status = received.Status;
        if (status is >= 300 and < 400)
        {
            return Moved(request, headers.Location, status, address);
        }

        if (received.IsTooLong)
        {
            return TooLong(request, status);
        }

        try
        {
            var outcome = AnswerReader.Read(ReadableJson.Parse(received.Body), status);
            if (outcome.Error is { Kind: Bitrix24ErrorKind.NotAnAnswer } && status >= 500 && !request.IsRead)
            {
                return Lost(request, outcome.Error.Description, status);
            }

            var isReplayed = headers.TryGetValues(ReplayedHeader, out var replayed) && replayed.Contains("true", StringComparer.OrdinalIgnoreCase);
            return new Exchange(isReplayed && outcome.Answer is { } answer ? answer with { IsReplayed = true } : outcome.Answer, outcome.Error, status);
        }
        catch (JsonException exception)
        {
            return Unreadable(request, received, exception);
        }
    }

    private Exchange TooLong(PortalRequest request, int status)
    {
        var description = $"The answer is longer than {options.AnswerBytes} bytes.";
        return request.IsRead || status is >= 400 and < 500
            ? Exchange.Failed(Bitrix24ErrorKind.NotAnAnswer, "CLIENT_TOO_LONG", description, status)
            : Lost(request, description, status);
    }

    private static Exchange Unreadable(PortalRequest request, AnswerReceiver received, JsonException exception)
    {
        var (status, contentType) = (received.Status, received.ContentType);
        if (status == (int)HttpStatusCode.TooManyRequests)
        {
            return Exchange.Failed(Bitrix24ErrorKind.OtherLimit, "CLIENT_TOO_MANY_REQUESTS", "Too many requests, says a page that is not JSON.", status, exception);
        }

        var first = received.Body.TrimStart(" \t\r\n"u8);
        var isTruncated = status < 400 && (first.IsEmpty || first[0] is (byte)'{' or (byte)'[');
        if (!request.IsRead && (isTruncated || status >= 500))
        {
            return Lost(request, $"The answer is not complete JSON ({Describe(contentType)}).", status, exception);
        }

        return new Exchange(
            null,
            new Bitrix24Error(
                Bitrix24ErrorKind.NotAnAnswer,
                isTruncated ? "CLIENT_TRUNCATED" : "CLIENT_NOT_JSON",
                $"The answer is not an answer of Bitrix24 REST ({Describe(contentType)}, {received.Body.Length} bytes).",
                status) { IsTruncated = isTruncated },
            status,
            exception);
    }

    private Exchange Moved(PortalRequest request, Uri? location, int status, Uri called)
    {
        // Only the host: the path of the new address repeats the webhook's secret.
        var address = location is { IsAbsoluteUri: true } ? location : null;
        var host = address?.Authority;
        return new Exchange(
            null,
            new Bitrix24Error(Bitrix24ErrorKind.PortalMoved, "CLIENT_MOVED", $"The portal redirects {request.Name} to {host ?? "nowhere"}.", status)
            {
                MovedTo = host,
            },
            status)
        {
            NewOrigin = status == (int)HttpStatusCode.Found && address is not null && credentials.MayMove(called, address) ? new Uri(address.GetLeftPart(UriPartial.Authority)) : null,
        };
    }

    private static string Describe(string? contentType) => contentType is { Length: > 0 and < 60 } ? contentType : "no content type";
}
