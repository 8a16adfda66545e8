using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Bitrix24.Client;

/// <summary>
/// The one place for repetition, limits and timeouts: retry around limits around timeout around one HTTP request.
/// Source of the rules: _includes/system-errors.md, limits.md.
/// </summary>
internal sealed partial class RequestPipeline
{
    private static readonly ResiliencePropertyKey<PortalRequest> RequestKey = new("Bitrix24.Client.Request");

    private readonly ResiliencePipeline<Exchange> _pipeline;
    private readonly TimeProvider _time;
    private readonly ClientStatistics _statistics;
    private readonly ILogger _logger;
    private readonly PortalCredentials _credentials;

    public RequestPipeline(
        PortalCredentials credentials,
        PortalLimits limits,
        Bitrix24ClientOptions options,
        TimeProvider time,
        ClientStatistics statistics,
        ILogger logger)
    {
        _credentials = credentials;
        _time = time;
        _statistics = statistics;
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder<Exchange> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Exchange>
            {
                MaxRetryAttempts = Math.Max(options.MaxRetries, 1),
                ShouldHandle = arguments => new ValueTask<bool>(
                    arguments.Outcome.Result is { Error: not null } exchange
                    && RetryRules.MayRepeat(Dated(exchange).Error!, Request(arguments.Context), arguments.AttemptNumber, options, time.GetUtcNow())),
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(
                    RetryRules.Delay(Dated(arguments.Outcome.Result!).Error!, arguments.AttemptNumber, options, time.GetUtcNow())),
                OnRetry = OnRetryAsync,
            })
            .AddStrategy(_ => new LimitStrategy(limits, time, statistics, options.Exchanged), new EmptyOptions())
            .AddPipeline(new ResiliencePipelineBuilder<Exchange> { TimeProvider = options.MachineTime ?? time }
                .AddTimeout(new TimeoutStrategyOptions { Timeout = options.RequestTimeout }).Build())
            .Build();
    }

    public async Task<Exchange> ExecuteAsync(
        PortalRequest request, Func<PortalRequest, CancellationToken, Task<Exchange>> send, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(RequestKey, request);
            return Dated(await _pipeline.ExecuteAsync(
                static async (context, send) => await send(Request(context), context.CancellationToken), context, send));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    internal static PortalRequest Request(ResilienceContext context) =>
        context.Properties.GetValue(RequestKey, null!);

    /// <summary>Takes over the instant of a Retry-After header, unless the error knows a later one.</summary>
    private Exchange Dated(Exchange exchange)
    {
        if (exchange is not { Error: { } error, RetryAfter: { } after })
        {
            return exchange;
        }

        var instant = after.Date ?? _time.GetUtcNow() + (after.Delta ?? TimeSpan.Zero);
        return error.RetryAt >= instant ? exchange : exchange with { Error = error with { RetryAt = instant } };
    }

    private ValueTask OnRetryAsync(OnRetryArguments<Exchange> arguments)
    {
        _statistics.CountRetry();
        var error = arguments.Outcome.Result!.Error!;
        Log.Repeating(_logger, Request(arguments.Context).Name, _credentials.Portal, error.Kind, error.HttpStatus, arguments.RetryDelay.TotalSeconds);
        return default;
    }

    private sealed class EmptyOptions : ResilienceStrategyOptions;

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 1,
            Level = LogLevel.Warning,
            Message = "Repeating {Method} at {Portal} after {Kind} (HTTP {Status}) in {DelaySeconds:F1} s")]
        public static partial void Repeating(
            ILogger logger, string method, string portal, Bitrix24ErrorKind kind, int status, double delaySeconds);
    }
}

/// <summary>The limits a client shares: the bucket with everything that calls the portal, the operating time with its application.</summary>
internal sealed record PortalLimits(RequestBucket Bucket, OperatingTime Operating);
