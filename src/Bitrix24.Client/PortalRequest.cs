using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bitrix24.Client;

/// <summary>One HTTP request as the pipeline sees it: whatever is repeated, waited for and counted hangs on these facts.</summary>
/// <param name="Name">The method in the address and in messages.</param>
/// <param name="Version">Which kind of REST.</param>
/// <param name="Parameters">The body without authorisation: an object, or the array of a REST 3.0 batch.</param>
/// <param name="IsRead">Whether it may be repeated after an unknown outcome.</param>
/// <param name="Commands">How many calls of each method it holds, for the operating time.</param>
/// <param name="BatchSize">The number of commands of a batch; 0 for a single call.</param>
internal sealed record PortalRequest(
    string Name,
    RestVersion Version,
    JsonNode Parameters,
    bool IsRead,
    IReadOnlyDictionary<string, int> Commands,
    int BatchSize)
{
    /// <summary>The call's <see cref="RestCall.IdempotencyKey"/>.</summary>
    public string? IdempotencyKey { get; private init; }

    /// <summary>Whose it is.</summary>
    public RestCaller Caller { get; init; } = RestCaller.Unnamed;

    /// <summary>The sender asks for less when the portal cannot answer all of it in time, so the same again would only take long.</summary>
    public bool IsSplittable { get; init; }

    /// <summary>Told when it is sent, for whoever wants to know; null for nobody.</summary>
    public Departure? Departure { get; init; }

    /// <summary>How often its calls ended in a fault of the portal in earlier requests, which counts for how often a fault is borne.</summary>
    public int FaultsBefore { get; init; }

    public static PortalRequest Single(RestCall call)
    {
        RestCall.CheckIdempotencyKey(call);
        var commands = new Dictionary<string, int>(StringComparer.Ordinal) { [call.Method.Name] = 1 };
        return new PortalRequest(call.Method.Name, call.Method.Version, call.Parameters, call.Method.IsRead, commands, 0) { IdempotencyKey = call.IdempotencyKey };
    }

    public static PortalRequest Batch(RestVersion version, JsonNode parameters, IReadOnlyCollection<RestCall> calls) => new(
        "batch",
        version,
        parameters,
        calls.All(call => call.Method.IsRead),
        calls.GroupBy(call => call.Method.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count()),
        calls.Count);

    /// <summary>The method of a command of a classic batch.</summary>
    public string MethodOf(string key) => ((string)Parameters["cmd"]![key]!).Split('?')[0];

    /// <summary>The body; OAuth adds its token, which turns the array of a REST 3.0 batch into an object with numeric keys.</summary>
    public string Body(string? accessToken)
    {
        if (accessToken is null)
        {
            return Parameters.ToJsonString();
        }

        var body = new JsonObject();
        if (Parameters is JsonArray commands)
        {
            for (var index = 0; index < commands.Count; index++)
            {
                body[index.ToString(System.Globalization.CultureInfo.InvariantCulture)] = commands[index]?.DeepClone();
            }
        }
        else
        {
            body = (JsonObject)Parameters.DeepClone();
        }

        body["auth"] = accessToken;
        return body.ToJsonString();
    }
}

/// <summary>When a request was sent: it may wait long for the portal's limits before.</summary>
internal sealed class Departure
{
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When it was sent the last time, which is what was answered; null before.</summary>
    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>Ends when it is sent the first time.</summary>
    public Task Left => _left.Task;

    public void Leave(DateTimeOffset now)
    {
        SentAt = now;
        _left.TrySetResult();
    }
}

/// <summary>What one HTTP request brought: the whole JSON with its answer, or an error with its cause.</summary>
internal sealed record Exchange(RestAnswer? Answer, Bitrix24Error? Error, int HttpStatus, Exception? Cause = null)
{
    /// <summary>The outcomes of a classic batch's commands by their keys, once they were looked at.</summary>
    public Dictionary<string, CommandOutcome>? Outcomes { get; init; }

    /// <summary>Where the portal says it moved to, in the one documented form; not verified by an answer yet.</summary>
    public Uri? NewOrigin { get; init; }

    /// <summary>Whether Bitrix24 answered, be it with an error: the client's own errors tell of something else.</summary>
    public bool IsOfBitrix24 => Answer is not null || Error is { } error && !error.Code.StartsWith("CLIENT_", StringComparison.Ordinal);

    /// <summary>The Retry-After header, if the portal sent one.</summary>
    public RetryConditionHeaderValue? RetryAfter { get; init; }

    public static Exchange Failed(Bitrix24ErrorKind kind, string code, string description, int httpStatus = 0, Exception? cause = null) =>
        new(null, new Bitrix24Error(kind, code, description, httpStatus), httpStatus, cause);
}
