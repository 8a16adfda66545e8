using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client.Batches;

namespace Bitrix24.Client;

/// <summary>
/// Calls the REST methods of one portal with one set of credentials: waits for the portal's limits, repeats what may be repeated and
/// reports everything else as a typed error. Safe for concurrent callers. Made by <see cref="Bitrix24ClientFactory"/>.
/// </summary>
public sealed class Bitrix24Client
{
    /// <summary>The most commands a batch may hold (settings/how-to-call-rest-api/batch.md).</summary>
    public const int MaxBatchCommands = 50;

    private const int MostRenewals = 3;

    private readonly PortalTransport _transport;
    private readonly PortalMoves _moves;
    private readonly RequestPipeline _pipeline;
    private Func<bool> _mayStillSend = () => true;

    internal Bitrix24Client(
        PortalCredentials credentials,
        PortalTransport transport,
        PortalMoves moves,
        RequestPipeline pipeline,
        PortalLimits limits,
        Bitrix24ClientOptions options,
        TimeProvider time,
        ClientStatistics statistics)
    {
        Credentials = credentials;
        _transport = transport;
        _moves = moves;
        _pipeline = pipeline;
        Limits = limits;
        Options = options;
        Time = time;
        Statistics = statistics;
    }

    /// <summary>Whose rights and which portal.</summary>
    public PortalCredentials Credentials { get; }

    /// <summary>The host that the portal answers at since it was renamed; null while it answers at its own address. See <see cref="PortalCredentials.Moved"/>.</summary>
    public string? MovedTo => _moves.OriginOf(Credentials)?.Authority is { } portal && !portal.Equals(Credentials.Portal, StringComparison.OrdinalIgnoreCase) ? portal : null;

    /// <summary>The portal's request bucket, shared by all clients of the portal; resize it when the plan is known.</summary>
    public RequestBucket Bucket => Limits.Bucket;

    /// <summary>Whose calls these are; <see cref="RestCaller.Unnamed"/> unless made by <see cref="For"/>.</summary>
    public RestCaller Caller { get; private set; } = RestCaller.Unnamed;

    /// <summary>The operating time of this application or webhook.</summary>
    public OperatingTime Operating => Limits.Operating;

    /// <summary>What the clients of the factory did so far.</summary>
    public ClientStatistics Statistics { get; }

    internal PortalLimits Limits { get; }

    internal Bitrix24ClientOptions Options { get; }

    internal TimeProvider Time { get; }

    /// <summary>The same client for a named caller: callers of a portal take turns, and interactive ones go first.</summary>
    /// <param name="caller">Who will call.</param>
    /// <returns>Another client; cheap.</returns>
    public Bitrix24Client For(RestCaller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var client = (Bitrix24Client)MemberwiseClone();
        client.Caller = caller;
        return client;
    }

    /// <summary>
    /// The same client for somebody whose time to send is limited. A token that is cancelled by a timer is not enough: a process that froze wakes with
    /// timers that are late, and would send what another has taken over meanwhile.
    /// </summary>
    /// <param name="mayStillSend">Asked right before each request is sent, waits for limits over; after false the call ends as cancelled.</param>
    /// <returns>Another client; cheap.</returns>
    public Bitrix24Client While(Func<bool> mayStillSend)
    {
        ArgumentNullException.ThrowIfNull(mayStillSend);
        var client = (Bitrix24Client)MemberwiseClone();
        client._mayStillSend = mayStillSend;
        return client;
    }

    /// <summary>Gives the portal's request bucket the limits of its plan.</summary>
    /// <param name="licenseFamily"><c>LICENSE_FAMILY</c> of <c>app.info</c> (<see cref="Rows.ApplicationInfo.LicenseFamily"/>); null leaves the limits as they are.</param>
    /// <remarks>Source: limits.md.</remarks>
    public void UsePlan(string? licenseFamily)
    {
        if (licenseFamily is not null)
        {
            var isEnterprise = licenseFamily.Equals("ent", StringComparison.OrdinalIgnoreCase);
            Bucket.Resize(
                isEnterprise ? Options.EnterpriseDrainPerSecond : Options.DrainPerSecond,
                isEnterprise ? Options.EnterpriseRequestThreshold : Options.RequestThreshold);
        }
    }

    /// <summary>Makes one call.</summary>
    /// <param name="call">The method and its parameters.</param>
    /// <param name="cancellationToken">Cancels waiting and sending; a write already sent may have been carried out.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentException">The call has an idempotency key that cannot be sent; nothing was sent.</exception>
    /// <exception cref="Bitrix24Exception">The call failed; its error tells the kind.</exception>
    public async Task<RestAnswer> CallAsync(RestCall call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        var exchange = await SendAsync(PortalRequest.Single(call), cancellationToken);
        return exchange.Answer!;
    }

    /// <summary>
    /// Makes a call that changes something and, when nobody knows whether it did, finds out: waits until the portal is surely done
    /// (<see cref="Bitrix24ClientOptions.UnknownWait"/>), looks, and repeats the write once if it did not arrive. A call with
    /// <see cref="RestCall.IdempotencyKey"/> is repeated without a look, up to <see cref="Bitrix24ClientOptions.MaxRetries"/> times, as long as
    /// its key is surely known.
    /// </summary>
    /// <param name="write">The write and how to look for it.</param>
    /// <param name="cancellationToken">Cancels waiting and sending; the write may have been carried out.</param>
    /// <returns>The answer of the write, or what the look found.</returns>
    /// <exception cref="Bitrix24Exception">
    /// The write was refused; or <see cref="Bitrix24ErrorKind.OutcomeUnknown"/>: the look could not tell, or there is none.
    /// </exception>
    public Task<WriteOutcome> WriteAsync(LookedWrite write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        return new LookedWriting(this, write).RunAsync(cancellationToken);
    }

    /// <summary>Runs up to 50 classic calls in one request, in order. A call may refer to earlier ones by <c>$result[key][path]</c>.</summary>
    /// <param name="commands">The calls with their keys, in order; keys of ASCII letters, digits and underscores.</param>
    /// <param name="halt">True to stop at the first error; the later calls are then not run.</param>
    /// <param name="cancellationToken">Cancels waiting and sending; writes already sent may have been carried out.</param>
    /// <returns>The outcome of each command by its key.</returns>
    /// <exception cref="ArgumentException">The batch breaks the rules of batches; nothing was sent.</exception>
    /// <exception cref="Bitrix24Exception">The batch as a whole failed; a failed command is an outcome, not an exception.</exception>
    /// <remarks>Source: settings/how-to-call-rest-api/batch.md.</remarks>
    public async Task<IReadOnlyDictionary<string, CommandOutcome>> BatchAsync(
        IReadOnlyList<KeyValuePair<string, RestCall>> commands, bool halt = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(commands);
        return await BatchAsync(commands, halt, isSplittable: false, faultsBefore: 0, cancellationToken);
    }

    /// <summary>Runs up to 50 calls of REST 3.0 in one request, in order.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="cancellationToken">Cancels waiting and sending; writes already sent may have been carried out.</param>
    /// <returns>The outcomes in the order of the calls.</returns>
    /// <exception cref="ArgumentException">The batch breaks the rules of batches; nothing was sent.</exception>
    /// <exception cref="Bitrix24Exception">The batch as a whole failed.</exception>
    /// <remarks>Source: api-reference/rest-v3.md. How a failed command looks is not documented; every likely form is understood.</remarks>
    public async Task<IReadOnlyList<CommandOutcome>> BatchV3Async(
        IReadOnlyList<RestCall> calls, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(calls);
        return await BatchV3Async(calls, isSplittable: false, faultsBefore: 0, cancellationToken);
    }

    /// <summary>As the public one; a splittable batch that takes too long is not repeated, because the caller then asks for less.</summary>
    internal async Task<Dictionary<string, CommandOutcome>> BatchAsync(
        IReadOnlyList<KeyValuePair<string, RestCall>> commands,
        bool halt,
        bool isSplittable,
        int faultsBefore,
        CancellationToken cancellationToken,
        Departure? departure = null)
    {
        var calls = commands.Select(command => command.Value).ToArray();
        BatchRules.Check(calls, RestVersion.Classic);
        BatchRules.CheckKeys(commands);
        var queries = new JsonObject(commands.Select(command => KeyValuePair.Create(command.Key, (JsonNode?)BatchQuery.Write(command.Value))));
        var body = new JsonObject { ["halt"] = halt ? 1 : 0, ["cmd"] = queries };
        var request = PortalRequest.Batch(RestVersion.Classic, body, calls) with
        {
            IsSplittable = isSplittable, FaultsBefore = faultsBefore, Departure = departure,
        };
        var exchange = await SendAsync(request, cancellationToken);
        if (exchange.Answer!.Result.ValueKind != JsonValueKind.Object)
        {
            throw new Bitrix24Exception(request.Name, new Bitrix24Error(
                Bitrix24ErrorKind.NotAnAnswer, "CLIENT_NO_OUTCOMES", "The answer says nothing of the commands.", exchange.HttpStatus));
        }

        var outcomes = exchange.Outcomes!;
        foreach (var (key, call) in commands)
        {
            outcomes[key] = Learn(call, outcomes[key]);
        }

        return outcomes;
    }

    /// <summary>As the public one; see <see cref="BatchAsync(IReadOnlyList{KeyValuePair{string, RestCall}}, bool, bool, int, CancellationToken, Departure)"/>.</summary>
    internal async Task<CommandOutcome[]> BatchV3Async(
        IReadOnlyList<RestCall> calls, bool isSplittable, int faultsBefore, CancellationToken cancellationToken)
    {
        BatchRules.Check(calls, RestVersion.V3);
        var body = new JsonArray(calls
            .Select(call => (JsonNode)new JsonObject { ["method"] = call.Method.Name, ["query"] = call.Parameters.DeepClone() })
            .ToArray());
        var request = PortalRequest.Batch(RestVersion.V3, body, calls) with { IsSplittable = isSplittable, FaultsBefore = faultsBefore };
        var exchange = await SendAsync(request, cancellationToken);
        var outcomes = BatchReader.ReadVersionThree(exchange.Answer!.Result, calls.Count, exchange.HttpStatus);
        return [.. calls.Zip(outcomes, Learn)];
    }

    private CommandOutcome Learn(RestCall call, CommandOutcome outcome)
    {
        if (outcome.Error is not { } error)
        {
            return outcome;
        }

        error = Redact(error);
        if (error.Kind == Bitrix24ErrorKind.OperatingLimit)
        {
            Statistics.CountOperatingLimit();
            error = error with { RetryAt = Limits.Operating.Refused(call.Method.Name) };
        }

        return outcome with { Error = error };
    }

    private async Task<Exchange> SendAsync(PortalRequest request, CancellationToken cancellationToken)
    {
        request = request with { Caller = Caller };
        var (renewals, isKnown) = (0, true);
        while (true)
        {
            try
            {
                var (exchange, token) = await FollowAsync(request, cancellationToken);
                if (exchange.Error is not { } error)
                {
                    return exchange;
                }

                // A renewed token can expire again while its call waits for the portal's limits; one that is refused time and again cannot help.
                var mayRenew = error.Kind == Bitrix24ErrorKind.ExpiredToken || (error.Kind == Bitrix24ErrorKind.InvalidToken && isKnown);
                isKnown &= error.Kind != Bitrix24ErrorKind.InvalidToken;
                if (!mayRenew || token is null || renewals++ == MostRenewals || await Credentials.RenewAccessTokenAsync(token, cancellationToken) is null)
                {
                    throw Failure(request, error, token, exchange.Cause);
                }
            }
            catch (Bitrix24Exception withoutToken) when (withoutToken.MethodName != request.Name)
            {
                throw new Bitrix24Exception(request.Name, Redact(withoutToken.Error), withoutToken);
            }
        }
    }

    /// <summary>Sends a request, to the portal's new address if it was renamed. One hop: whoever points on from there is not followed.</summary>
    private async Task<(Exchange Exchange, string? Token)> FollowAsync(PortalRequest request, CancellationToken cancellationToken)
    {
        var first = await ExchangeAsync(request, _moves.OriginOf(Credentials), cancellationToken);
        if (first.Exchange.NewOrigin is not { } origin)
        {
            return first;
        }

        var second = await ExchangeAsync(request, origin, cancellationToken);
        switch (second.Exchange)
        {
            // Only these two tell that the portal lives there: any page may say "error".
            case { Answer: not null } or { Error.Kind: Bitrix24ErrorKind.ExpiredToken }:
                await _moves.AdoptAsync(Credentials, origin);
                return second;

            // A portal that does not know our token may be anybody's.
            case { Error.Kind: Bitrix24ErrorKind.OutcomeUnknown } or { IsOfBitrix24: true, Error.Kind: not Bitrix24ErrorKind.NotAuthorised }:
                return second;
            default:
                var moved = first.Exchange.Error!;
                var why = $"{moved.Description} It did not answer as the portal ({second.Exchange.Error!.Code}).";
                return (first.Exchange with { Error = moved with { Description = why } }, first.Token);
        }
    }

    private async Task<(Exchange Exchange, string? Token)> ExchangeAsync(PortalRequest request, Uri? origin, CancellationToken cancellationToken)
    {
        string? token = null;
        var exchange = await _pipeline.ExecuteAsync(
            request,
            async (sent, cancellation) =>
            {
                token = await Credentials.GetAccessTokenAsync(cancellation);
                return _mayStillSend()
                    ? await _transport.SendAsync(sent, token, origin, cancellation)
                    : throw new OperationCanceledException("The time to send is over; nothing was sent.");
            },
            cancellationToken);
        return (exchange, token);
    }

    /// <summary>A token comes from the authorisation server: when the portal does not know it, the application is gone. REST 3.0 may not know it otherwise.</summary>
    private Bitrix24Exception Failure(PortalRequest request, Bitrix24Error error, string? token, Exception? cause) => new(
        request.Name,
        Redact(error.Kind == Bitrix24ErrorKind.NotAuthorised && token is not null && request.Version == RestVersion.Classic
            ? error with { Kind = Bitrix24ErrorKind.ApplicationRemoved }
            : error),
        cause);

    private Bitrix24Error Redact(Bitrix24Error error) => error with
    {
        Code = Credentials.Redact(error.Code),
        Description = Credentials.Redact(error.Description),
        Validation = error.Validation.Select(Credentials.Redact).ToArray(),
    };
}
