using System.Diagnostics;
using System.Text.Json.Nodes;
using Polly;
using Polly.Timeout;

namespace Bitrix24.Client;

/// <summary>Waits for room before a request and learns from what came back.</summary>
internal sealed class LimitStrategy(PortalLimits limits, TimeProvider time, ClientStatistics statistics, Action<RestExchange>? exchanged) : ResilienceStrategy<Exchange>
{
    protected override async ValueTask<Outcome<Exchange>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<Exchange>>> callback, ResilienceContext context, TState state)
    {
        var request = RequestPipeline.Request(context);
        using var reservation = await limits.Operating.ReserveAsync(CommandsOf(request), request.Caller, context.CancellationToken);
        if (reservation.Waited > TimeSpan.Zero)
        {
            statistics.CountOperatingWait(reservation.Waited);
        }

        var bucketWait = await limits.Bucket.WaitAsync(request.Caller, context.CancellationToken);
        if (bucketWait > TimeSpan.Zero)
        {
            statistics.CountBucketWait(bucketWait);
        }

        var (sent, sentAt) = (limits.Bucket.Delay.Now, time.GetUtcNow());
        request.Departure?.Leave(sentAt);
        statistics.CountRequest(request.BatchSize);
        using var activity = ClientStatistics.Begin(request, limits.Bucket.Portal);
        var outcome = await callback(context, state);
        var duration = limits.Bucket.Delay.Since(sent);
        if (outcome.Exception is TimeoutRejectedException timeout)
        {
            outcome = Outcome.FromResult(PortalTransport.Lost(request, "The portal did not answer in time.", 0, timeout));
        }

        if (outcome.Result is not { } exchange)
        {
            return outcome;
        }

        limits.Bucket.Delay.Observe(sent, exchange.Error);
        if (exchange.Error?.Kind == Bitrix24ErrorKind.QueryLimit)
        {
            statistics.CountQueryLimit();
            await limits.Bucket.RefusedAsync();
        }
        else if (exchange.Error?.Kind is Bitrix24ErrorKind.OtherLimit or Bitrix24ErrorKind.PortalBlocked)
        {
            ClientStatistics.CountOtherLimit();
        }

        exchange = Learn(request, exchange, sent, sentAt);
        activity?.SetStatus(exchange.Error is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, exchange.Error?.Code);
        exchanged?.Invoke(RestExchange.Of(request, exchange, limits.Bucket.Portal, sentAt, duration));
        return Outcome.FromResult(exchange);
    }

    private static Dictionary<string, int> CommandsOf(PortalRequest request)
    {
        var commands = new Dictionary<string, int>(request.Commands, StringComparer.Ordinal);
        if (request.BatchSize > 0)
        {
            commands[OperatingTime.Batch] = 1;
        }

        return commands;
    }

    private Exchange Learn(PortalRequest request, Exchange exchange, long sent, DateTimeOffset sentAt)
    {
        switch (exchange.Error?.Kind)
        {
            case Bitrix24ErrorKind.OperatingLimit when request.BatchSize == 0:
                statistics.CountOperatingLimit();
                return exchange with { Error = exchange.Error with { RetryAt = limits.Operating.Refused(request.Name) } };
            case Bitrix24ErrorKind.OperatingLimit:
                // A whole batch refused does not tell which of its methods used up its time.
                statistics.CountOperatingLimit();
                return exchange with { Error = exchange.Error with { RetryAt = time.GetUtcNow() + TimeSpan.FromSeconds(10) } };
            case null when request.BatchSize == 0:
                Observe(request.Name, exchange.Answer?.Time is { } cost ? [cost] : [], sent, sentAt);
                return exchange;
            case null:
                return LearnFromCommands(request, exchange, sent, sentAt);
            default:
                return exchange;
        }
    }

    /// <summary>
    /// What the commands of a batch used is learnt before its reservation ends, or others would take the room in between. Batches of
    /// REST 3.0 do not tell.
    /// </summary>
    private Exchange LearnFromCommands(PortalRequest request, Exchange exchange, long sent, DateTimeOffset sentAt)
    {
        if (exchange.Answer!.Time is { Operating: not null } itself)
        {
            Observe(OperatingTime.Batch, [itself], sent, sentAt);
        }

        if (request.Parameters is not JsonObject body || body["cmd"] is not JsonObject commands)
        {
            return exchange;
        }

        var outcomes = BatchReader.Read(exchange.Answer.Result, [.. commands.Select(command => command.Key)], exchange.HttpStatus);
        foreach (var ofMethod in outcomes.GroupBy(outcome => request.MethodOf(outcome.Key), outcome => outcome.Value))
        {
            if (ofMethod.Any(outcome => outcome.Answer is not null))
            {
                Observe(ofMethod.Key, [.. ofMethod.Select(outcome => outcome.Answer?.Time).OfType<AnswerTime>()], sent, sentAt);
            }

            if (ofMethod.Any(outcome => outcome.Error?.Kind == Bitrix24ErrorKind.OperatingLimit))
            {
                limits.Operating.Refused(ofMethod.Key);
            }
        }

        return exchange with { Outcomes = outcomes };
    }

    private void Observe(string method, AnswerTime[] answers, long sent, DateTimeOffset sentAt)
    {
        statistics.CountOperating(method, limits.Operating.Observe(method, sentAt, answers));
        foreach (var seconds in answers.Select(answer => answer.Duration).OfType<double>())
        {
            limits.Bucket.Delay.Took(sent, method, seconds);
        }
    }
}
